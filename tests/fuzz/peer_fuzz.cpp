// A hostile peer: frames that reach the NIC one by one while the host answers (hostile_peer.h). The host
// serves one connection, or connects, and sends and reads a stream. Straight on the machine: no trace, hence
// quick.
#include "core/kernel/entry.h"
#include "core/machine/machine.h"
#include "tests/core/link/link.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/hostile_peer.h"

namespace {

using namespace ringside;  // NOLINT(google-build-using-namespace)
using fuzz::must;
using test::kClientAddress;
using test::kServerAddress;
constexpr std::uint16_t kPeerPort = 40000;
constexpr std::size_t kMostFrames = 200;
constexpr std::int64_t kMs = 1'000'000;

/// The host under attack, and what the attacker has seen of it.
class Victim : Arrivals, FrameBytes, OutgoingSink, DeliverySink {
 public:
  explicit Victim(std::uint8_t how)
      : server_((how & 2) == 0),
        profile_(*profile_named((how & 1) != 0 ? "6.18" : "4.13")),
        peer_(ends(server_)) {
    test::Part part;
    part.bytes = (how & 4) != 0 ? 200'000 : 3000;
    part.write_size = 5000;
    part.read_size = (how & 8) != 0 ? 100 : 4096;
    part.read_pause_ns = (how & 16) != 0 ? 50 * kMs : 0;
    if ((how & 32) != 0) {
      profile_.sysctl.tcp_rmem[1] = profile_.sysctl.tcp_rmem[2] = 8192;
    }
    store_.put(kStored, std::vector<std::uint8_t>(static_cast<std::size_t>(part.bytes), 'x'));
    talker_ = test::talker(part, server_, kStored);
    MachineConfig config;
    config.profile = &profile_;
    config.entry = kernel_entry();
    load_cost_preset((how & 64) != 0 ? "make_it_drop" : "none", config.costs);
    config.arrivals = this;
    config.frames = this;
    config.store = &store_;
    config.outgoing = this;
    config.delivery = this;
    config.programs = {talker_, test::listener_of_talk(part)};
    machine_ = std::make_unique<Machine>(std::move(config));
    machine_->boot(
        0,
        [&](Kernel& k) {
          k.put(k.host().nic->gro, static_cast<std::uint8_t>((how & 128) != 0 ? 0 : 1));
          k.put(k.host().nic->mtu, 1500u);
          k.assign(k.net().local[0], local());
          k.put(k.net().local_count, 1u);
        },
        [](Kernel& k) { k.spawn(0, 0, 100); });
    machine_->run(now_);
  }

  void obey(fuzz::Input& in) {
    std::vector<wire::Buffer> frames;
    now_ += peer_.obey(in, frames);
    for (wire::Buffer& bytes : frames) arrive(std::move(bytes));
    machine_->run(now_);
  }

  void end() {
    machine_->run(now_ + 200'000 * kMs);
    must(machine_->arrivals_taken() == arrivals_.size());
  }

 private:
  static constexpr std::uint32_t kStored = ByteStore::kStored | 0x7fffffffu;

  IpAddr local() const { return server_ ? kServerAddress : kClientAddress; }
  static fuzz::Ends ends(bool server) {
    const MacAddr none{};
    if (server) return {kServerAddress, kClientAddress, none, none, test::kTalkPort, kPeerPort};
    return {kClientAddress, kServerAddress, none, none, 0, test::kTalkPort};
  }

  void arrive(wire::Buffer bytes) {
    frames_.push_back(std::move(bytes));
    const auto len = static_cast<std::uint32_t>(frames_.back().size());
    arrivals_.push_back({now_, static_cast<std::uint32_t>(frames_.size()), len, len});
  }

  bool at(std::uint64_t index, Arrival& out) override {
    if (index >= arrivals_.size()) return false;
    out = arrivals_[index];
    return true;
  }
  std::span<const std::uint8_t> frame(std::uint32_t number) override {
    if (number == 0 || number > frames_.size()) return {};
    return frames_[number - 1];
  }
  void transmitted(const Outgoing& sent) override {
    peer_.saw(sent.ethertype, wire::Bytes(sent.header).first(sent.header_len), sent.payload_len);
  }
  void delivered(std::int64_t, SockId, std::uint32_t, const DataRef& bytes, bool) override {
    (void)machine_->kernel().bytes(bytes);
  }

  bool server_;
  KernelProfile profile_;
  ByteStore store_;
  std::shared_ptr<const Program> talker_;
  std::vector<Arrival> arrivals_;
  std::vector<wire::Buffer> frames_;
  std::int64_t now_ = kMs;
  fuzz::HostilePeer peer_;
  std::unique_ptr<Machine> machine_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input in(data, size);
  Victim host(in.byte());
  for (std::size_t n = 0; n < kMostFrames && !in.empty(); ++n) host.obey(in);
  host.end();
  return 0;
}
