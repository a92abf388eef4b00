// A live host and a hostile peer on its cable (hostile_peer.h): echo, discard, chargen, the web server and an
// application that connects, through the engine as a TAP device drives it. Every frame is accounted for, and
// what came replays to the same end.
#include "core/engine/live_wire.h"
#include "core/live/live_setup.h"
#include "core/nic/live_frames.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/hostile_peer.h"

namespace {

using namespace ringside;  // NOLINT(google-build-using-namespace)
using fuzz::must;
constexpr std::size_t kMostFrames = 100;

live::LiveSetup setup_of(std::uint8_t how) {
  live::LiveSetup setup;
  setup.kernel = (how & 1) != 0 ? "6.18" : "4.13";
  if ((how & 2) != 0) setup.apps.push_back({"connect", {}});
  if ((how & 4) != 0) setup.knobs.push_back({"cost.preset", "make_it_drop"});
  if ((how & 8) != 0) setup.knobs.push_back({"net.ipv4.tcp_rmem", "4096 6000 6000"});
  if ((how & 16) != 0) setup.knobs.push_back({"cpu.count", "2"});
  return setup;
}

fuzz::Ends ends_of(std::uint8_t how, const live::LiveSetup& setup) {
  static constexpr std::uint16_t kPorts[] = {7, 9, 19, 80};
  fuzz::Ends ends{*IpAddr::parse(setup.addresses[0]), *IpAddr::parse(setup.peer), *MacAddr::parse(setup.mac),
                  MacAddr{{2, 0, 0, 0, 0, 9}},        kPorts[how >> 6],           40000};
  if ((how & 2) != 0) ends.host_port = 0;
  if ((how & 2) != 0) ends.peer_port = 7;
  return ends;
}

class FuzzedWire : public LiveWire {
 public:
  FuzzedWire(fuzz::Input in, const fuzz::Ends& ends, std::shared_ptr<nic::LiveFrames> frames)
      : in_(in), peer_(ends), frames_(std::move(frames)) {}

  std::optional<std::int64_t> wait(std::int64_t, std::int64_t reached_ns) override {
    if (in_.empty() || given_ > kMostFrames) {
      if (ended_) return std::nullopt;
      ended_ = true;
      return now_ = std::max(now_, reached_ns) + 5'000'000'000;
    }
    std::vector<wire::Buffer> frames;
    now_ = std::max(now_, reached_ns) + peer_.obey(in_, frames);
    for (const wire::Buffer& bytes : frames) frames_->append(now_, bytes);
    given_ += frames.size();
    return now_;
  }
  void sent(Kernel&, const Outgoing& frame) override {
    peer_.saw(frame.ethertype, wire::Bytes(frame.header).first(frame.header_len), frame.payload_len);
  }
  std::uint64_t given() const { return given_; }

 private:
  fuzz::Input in_;
  fuzz::HostilePeer peer_;
  std::shared_ptr<nic::LiveFrames> frames_;
  std::int64_t now_ = 0;
  std::uint64_t given_ = 0;
  bool ended_ = false;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input in(data, size);
  const std::uint8_t how = in.byte();
  const live::LiveSetup setup = setup_of(how);
  auto created = nic::LiveFrames::create();
  must(static_cast<bool>(created));
  const std::shared_ptr<nic::LiveFrames> frames = std::move(*created);
  FuzzedWire wire(in, ends_of(how, setup), frames);
  auto scenario = live::make_scenario(setup, *frames);
  must(static_cast<bool>(scenario));
  RunOptions options;
  options.live = &wire;
  const auto run = ringside::Run::prepare(*scenario, options);
  must(static_cast<bool>(run));
  (*run)->run_here();
  frames->finish();
  must(account(*(*run)->trace()).frames_add_up());
  if (size % 4 != 0) return 0;
  // Once more from what was kept.
  auto input = std::make_shared<ScriptInput>(*std::get<std::shared_ptr<const ScriptInput>>(scenario->input));
  input->live->end_ns = (*run)->end().t_ns;
  scenario->input = std::shared_ptr<const ScriptInput>(std::move(input));
  const auto again = ringside::Run::prepare(*scenario);
  must(static_cast<bool>(again));
  (*again)->run_here();
  must((*again)->end().steps == (*run)->end().steps);
  must((*again)->end().state_hash == (*run)->end().state_hash);
  return 0;
}
