#include "core/live/model_capture.h"

#include <algorithm>
#include <cstdio>

#include "core/engine/engine.h"
#include "core/engine/wire_tap.h"
#include "core/live/wire_image.h"
#include "core/nic/capture_file.h"
#include "core/nic/pcapng_writer.h"
#include "core/nic/received_frame.h"
#include "core/wire/ethernet.h"

namespace ringside::live {

namespace {

/// The CPUs' clocks are never farther apart.
constexpr std::int64_t kSlackNs = 1'000'000'000;

class Writer : public WireTap {
 public:
  Writer(nic::PcapngWriter& file, bool without_link) : file_(file), without_link_(without_link) {}

  void received(Kernel& k, const Arrival& frame) override {
    const auto bytes = k.bytes({frame.number, 0, frame.len});
    wire::Buffer whole;
    if (without_link_) {  // a TUN device's packet begins with its IP header
      wire::EthernetHeader link;
      link.dest = nic::kModelMac;
      link.source = nic::kModelPeerMac;
      const bool v6 = !bytes.empty() && bytes[0] >> 4 == 6;
      link.protocol = v6 ? wire::ETH_P_IPV6 : wire::ETH_P_IP;
      link.append_to(whole);
    }
    whole.insert(whole.end(), bytes.begin(), bytes.end());
    write(frame.t_ns, whole, nic::Direction::inbound);
    ++counts_.received;
  }

  void sent(Kernel& k, const Outgoing& frame) override {
    for (const wire::Buffer& bytes : ethernet_frames_of(k, frame)) {
      write(frame.t_ns, bytes, nic::Direction::outbound);
      ++counts_.sent;
    }
  }

  ModelCapture counts() const { return counts_; }

 private:
  void write(std::int64_t t_ns, const wire::Buffer& bytes, nic::Direction direction) {
    file_.write(t_ns, bytes, direction);
    latest_ns_ = std::max(latest_ns_, t_ns);
    if (++since_settled_ < kSettleEvery) return;
    since_settled_ = 0;
    file_.settle(latest_ns_ - kSlackNs);
  }
  static constexpr int kSettleEvery = 256;
  nic::PcapngWriter& file_;
  bool without_link_;
  ModelCapture counts_;
  std::int64_t latest_ns_ = 0;
  int since_settled_ = 0;
};

std::int64_t start_of(const Scenario& scenario) {
  const auto* input = std::get_if<CaptureInput>(&scenario.input);
  if (input == nullptr) return 0;
  const auto file = nic::CaptureFile::open(input->path);
  return file ? (*file)->start_ns() : 0;
}

}  // namespace

Result<ModelCapture> write_model_capture(const Scenario& scenario, const std::string& path,
                                         const std::atomic<bool>* cancel,
                                         const std::function<void(int percent)>& percent) {
  auto file = nic::PcapngWriter::create(path, "ringside", start_of(scenario));
  if (!file) return file.error();
  Writer writer(**file, scenario.nic == NicKind::tun);
  std::weak_ptr<Run> running;
  RunOptions options;
  options.tap = &writer;
  options.progress = [&](const RunProgress& progress) {
    if (percent && progress.total_bytes != 0)
      percent(static_cast<int>(std::min<std::uint64_t>(100, progress.bytes * 100 / progress.total_bytes)));
    if (cancel != nullptr && *cancel)
      if (const auto run = running.lock()) run->cancel();
  };
  auto run = Run::prepare(scenario, std::move(options));
  if (run) {
    running = *run;
    (*run)->run_here();
  }
  const auto written = (*file)->finish();
  const bool given_up = cancel != nullptr && *cancel;
  if (!run || !written || given_up) std::remove(path.c_str());
  if (!run) return run.error();
  if (!written) return written.error();
  return writer.counts();
}

}  // namespace ringside::live
