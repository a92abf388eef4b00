// A hostile peer: frames that reach the NIC one by one while the host answers, as from a live device. Bytes
// are read as a little program of frames, most of them TCP segments near the numbers the host stands at: no
// capture that a fuzzer makes up would get behind a handshake. The host serves one connection, or connects.
#include "core/kernel/entry.h"
#include "core/machine/machine.h"
#include "core/wire/ethernet.h"
#include "core/wire/icmp.h"
#include "core/wire/ipv4.h"
#include "core/wire/tcp.h"
#include "tests/core/link/link.h"
#include "tests/fuzz/fuzz.h"

namespace {

using namespace ringside;  // NOLINT(google-build-using-namespace)
using fuzz::must;
using test::kClientAddress;
using test::kServerAddress;
constexpr std::uint16_t kPeerPort = 40000;
constexpr std::size_t kMostFrames = 200;
constexpr std::int64_t kMs = 1'000'000;

/// The input, byte by byte; zeros behind its end.
class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size) : rest_(data, size) {}
  bool empty() const { return rest_.empty(); }
  std::uint8_t byte() {
    if (rest_.empty()) return 0;
    const std::uint8_t b = rest_.front();
    rest_ = rest_.subspan(1);
    return b;
  }
  std::uint16_t two() { return static_cast<std::uint16_t>(byte() << 8 | byte()); }
  /// A number near 0: most values are small steps, some are segments, some are far away.
  std::int64_t offset() {
    static constexpr std::int64_t kUnits[] = {1, 1, 100, 1000, 1460, 65536, 1 << 24, 1 << 28};
    const std::uint8_t b = byte();
    return (static_cast<std::int64_t>(b & 31) - 8) * kUnits[b >> 5];
  }
  wire::Buffer bytes(std::size_t n) {
    wire::Buffer out;
    while (n-- > 0 && !empty()) out.push_back(byte());
    return out;
  }

 private:
  wire::Bytes rest_;
};

/// The host under attack, and what the attacker has seen of it.
class Victim : Arrivals, FrameBytes, OutgoingSink, DeliverySink {
 public:
  explicit Victim(std::uint8_t how)
      : server_((how & 2) == 0), profile_(*profile_named((how & 1) != 0 ? "6.18" : "4.13")) {
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

  void obey(Input& in) {
    const std::uint8_t op = in.byte();
    now_ += (op & 128) != 0 ? 300 * kMs : (op & 64) != 0 ? 2 * kMs : 10'000;
    switch (op & 7) {
      case 6:
        icmp(in);
        break;
      case 7:
        arrive(in.bytes(in.byte()));
        break;
      default:
        segment(in, (op & 8) != 0 ? in.byte() : 0);
    }
    machine_->run(now_);
  }

  void end() {
    machine_->run(now_ + 200'000 * kMs);
    must(machine_->arrivals_taken() == arrivals_.size());
  }

 private:
  static constexpr std::uint32_t kStored = ByteStore::kStored | 0x7fffffffu;

  IpAddr local() const { return server_ ? kServerAddress : kClientAddress; }
  IpAddr remote() const { return server_ ? kClientAddress : kServerAddress; }

  wire::Buffer options(Input& in) {
    static constexpr std::uint8_t kNoChoice = 7;
    std::vector<wire::TcpOption> all;
    const std::uint8_t which = in.byte();
    if ((which & 1) != 0) all.push_back(wire::TcpOption::mss(in.two()));
    if ((which & 2) != 0) all.push_back(wire::TcpOption::sack_permitted());
    if ((which & 4) != 0) all.push_back(wire::TcpOption::window_scale(in.byte()));
    if ((which & 8) != 0)
      all.push_back(wire::TcpOption::timestamps(ts_ += static_cast<std::uint32_t>(in.offset()),
                                                echo_ + static_cast<std::uint32_t>(in.byte() % 4 / 3)));
    if ((which & 16) != 0) {
      wire::SackList blocks;
      for (int n = in.byte() % 3; n >= 0; --n) {
        const auto start = host_una_ + static_cast<Seq>(in.offset());
        blocks.push_back({start, start + static_cast<Seq>(in.offset())});
      }
      all.push_back(wire::TcpOption::sack(blocks));
    }
    wire::Buffer out;
    for (const wire::TcpOption& option : all) option.append_to(out);
    if (which >> 5 == kNoChoice) wire::put(out, in.bytes(in.byte() % 12));
    out.resize(std::min<std::size_t>((out.size() + 3) / 4 * 4, 40));
    return out;
  }

  /// `odd`: bits that spoil it.
  void segment(Input& in, std::uint8_t odd) {
    wire::TcpHeader tcp;
    tcp.source = server_ ? kPeerPort : test::kTalkPort;
    tcp.dest = server_ ? test::kTalkPort : host_port_;
    if ((odd & 1) != 0) tcp.source = static_cast<std::uint16_t>(tcp.source + in.byte());
    tcp.flags = in.byte();
    tcp.seq = next_ + static_cast<Seq>(in.offset());
    tcp.ack_seq = host_next_ + static_cast<Seq>(in.offset());
    tcp.window = in.two();
    if ((odd & 2) != 0) tcp.urg_ptr = in.two();
    const wire::Buffer option_bytes = options(in);
    const std::uint8_t l = in.byte();
    const std::size_t len = l < 128 ? l : (l - 128u) * 64;
    wire::Buffer body;
    tcp.append_to(body, remote(), local(), {});
    body[12] = static_cast<std::uint8_t>((5 + option_bytes.size() / 4) << 4);
    wire::put(body, option_bytes);
    body.resize(body.size() + len, 'p');
    if ((odd & 4) != 0) body[12] = in.byte();
    if ((odd & 8) != 0) body.resize(in.byte());
    const Seq end = tcp.seq + static_cast<Seq>(len) + ((tcp.flags & wire::TCPHDR_SYN) != 0 ? 1 : 0) +
                    ((tcp.flags & wire::TCPHDR_FIN) != 0 ? 1 : 0);
    if (end - next_ < 1u << 20) next_ = end;
    packet(body, wire::IPPROTO_NR_TCP, odd, in);
  }

  void icmp(Input& in) {
    wire::IcmpHeader header;
    header.type = in.byte() % 16;
    header.code = in.byte() % 16;
    header.rest = in.two();
    wire::Buffer quoted = last_sent_;
    const std::uint8_t keep = in.byte();
    quoted.resize(std::min<std::size_t>(quoted.size(), keep));
    if (keep > 200 && !quoted.empty()) quoted[in.byte() % quoted.size()] = in.byte();
    wire::Buffer body;
    header.append_v4(body, quoted);
    packet(body, wire::IPPROTO_NR_ICMP, 0, in);
  }

  /// As one IP packet, or (odd) as two fragments, or with a lie in its header.
  void packet(const wire::Buffer& body, std::uint8_t protocol, std::uint8_t odd, Input& in) {
    wire::Ipv4Header ip;
    ip.saddr = remote();
    ip.daddr = local();
    ip.protocol = protocol;
    ip.id = ++id_;
    ip.tos = (odd & 16) != 0 ? in.byte() : 0;
    const std::size_t cut = (odd & 32) != 0 ? in.byte() / 8 * 8 : 0;
    if (cut != 0 && cut < body.size()) {
      wire::Ipv4Header first = ip;
      first.more_fragments = true;
      ip.fragment_offset = static_cast<std::uint32_t>(cut);
      frame(ip, wire::slice(body, cut), false, in);
      return frame(first, wire::slice(body, 0, cut), false, in);
    }
    frame(ip, body, (odd & 64) != 0, in);
  }

  void frame(const wire::Ipv4Header& ip, wire::Bytes body, bool lie, Input& in) {
    wire::Buffer out;
    wire::EthernetHeader ethernet;
    ethernet.protocol = wire::ETH_P_IP;
    ethernet.append_to(out);
    const std::size_t begin = out.size();
    ip.append_to(out, body.size());
    wire::put(out, body);
    if (lie) out[begin + in.byte() % 20] = in.byte();
    arrive(std::move(out));
  }

  void arrive(wire::Buffer bytes) {
    wire::pad_to_minimum(bytes);
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
    last_sent_.assign(sent.header.begin(), sent.header.begin() + sent.header_len);
    last_sent_.resize(last_sent_.size() + std::min(sent.payload_len, 64u));
    const auto ip = wire::Ipv4View::parse(last_sent_);
    if (!ip || ip->protocol() != wire::IPPROTO_NR_TCP) return;
    const auto tcp = wire::TcpView::parse(wire::Bytes(last_sent_).subspan(ip->header_len()));
    if (!tcp || tcp->rst()) return;
    host_port_ = tcp->source();
    if (tcp->syn()) host_next_ = host_una_ = tcp->seq() + 1;
    const Seq end = tcp->seq() + sent.payload_len + (tcp->syn() ? 1u : 0u) + (tcp->fin() ? 1u : 0u);
    if (end - host_next_ < 1u << 30) host_next_ = end;
    const wire::TcpOptions seen = wire::parse_tcp_options(tcp->options());
    if (seen.saw_tstamp) echo_ = seen.ts_val;
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
  wire::Buffer last_sent_;
  std::int64_t now_ = kMs;
  Seq next_ = 1'000'000, host_next_ = 0, host_una_ = 0;
  std::uint32_t ts_ = 1000, echo_ = 0;
  std::uint16_t host_port_ = 0, id_ = 0;
  std::unique_ptr<Machine> machine_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input in(data, size);
  Victim host(in.byte());
  for (std::size_t n = 0; n < kMostFrames && !in.empty(); ++n) host.obey(in);
  host.end();
  return 0;
}
