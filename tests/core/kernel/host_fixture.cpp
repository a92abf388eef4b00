#include "tests/core/kernel/host_fixture.h"

#include <algorithm>
#include <sstream>

#include "core/kernel/drivers/net/nic.h"
#include "core/kernel/net/ip.h"
#include "core/kernel/net/udp.h"
#include "core/model/fields.h"
#include "core/wire/udp.h"

namespace ringside {

namespace {
const MacAddr kOurMac{{2, 0, 0, 0, 0, 1}}, kPeerMac{{2, 0, 0, 0, 0, 2}};
}

IpAddr ours6() { return *IpAddr::parse("fd00::1"); }
IpAddr peer6() { return *IpAddr::parse("fd00::2"); }

MachineConfig TestHost::config(const HostSetup& setup, std::vector<std::shared_ptr<const Program>> programs) {
  MachineConfig c;
  c.profile = profile_named(setup.kernel);
  c.entry = kernel_entry();
  load_cost_preset(setup.costs, c.costs);
  c.cpus = setup.cpus;
  c.arrivals = this;
  c.frames = this;
  c.store = &store_;
  c.outgoing = this;
  c.programs = std::move(programs);
  return c;
}

TestHost::TestHost(const HostSetup& setup, std::vector<std::shared_ptr<const Program>> programs)
    : machine_(config(setup, std::move(programs))) {
  Kernel& kernel = k();
  kernel.record_to(&journal_);
  const Net& net = kernel.net();
  kernel.assign(net.local[0], kOurs);
  kernel.assign(net.local[1], ours6());
  kernel.put(net.local_count, 2u);
  const Nic& n = nic();
  kernel.put(n.driver, setup.driver);
  for (std::size_t i = 0; i < 6; ++i) kernel.put(n.mac[i], kOurMac.bytes[i]);
}

std::uint32_t TestHost::frame(std::int64_t t_ns, wire::Buffer bytes, std::uint32_t wire_len) {
  const auto len = static_cast<std::uint32_t>(bytes.size());
  frames_.push_back(std::move(bytes));
  const auto number = static_cast<std::uint32_t>(frames_.size());
  arrivals_.push_back({t_ns, number, len, wire_len != 0 ? wire_len : len});
  return number;
}

void TestHost::run(std::int64_t until_ns) {
  if (!booted_) machine_.config().entry.boot(k());
  booted_ = true;
  machine_.run(until_ns);
}

void TestHost::tun_write(wire::Buffer bytes) {
  if (!booted_) machine_.config().entry.boot(k());
  booted_ = true;
  const auto len = static_cast<std::uint32_t>(bytes.size());
  frames_.push_back(std::move(bytes));
  const Arrival arrival{machine_.now_ns(), static_cast<std::uint32_t>(frames_.size()), len, len};
  const ProcessId writer = k().alloc_process();
  machine_.as_process(writer, machine_.now_ns(),
                      [&](Kernel& kernel) { tun_chr_write_iter(kernel, arrival); });
}

SockId TestHost::udp_socket(std::uint16_t port) {
  const SockId sk = udp_sk_alloc(k(), 4);
  k().put(host()[sk].sport, port);
  k().put(host()[sk].bind_next, host().net->udp_socks);
  k().put(host().net->udp_socks, sk);
  return sk;
}

std::vector<wire::Buffer> TestHost::sent_bytes() {
  std::vector<wire::Buffer> all;
  for (const Outgoing& out : sent_) {
    wire::Buffer bytes(out.header.begin(), out.header.begin() + out.header_len);
    for (const DataRef& piece : out.payload) wire::put(bytes, k().bytes(piece));
    all.push_back(std::move(bytes));
  }
  return all;
}

std::vector<std::string> TestHost::calls(std::uint32_t packet, std::optional<Context> context) const {
  std::vector<std::string> names;
  for (const Event& e : journal_.events)
    if (e.kind == EventKind::call && (packet == 0 || e.packet == packet) &&
        (!context || e.context == *context))
      names.emplace_back(name_of(e.function));
  return names;
}

int TestHost::calls_of(Fn fn) const { return static_cast<int>(times_of(fn).size()); }

std::vector<std::int64_t> TestHost::times_of(Fn fn) const {
  std::vector<std::int64_t> times;
  for (const Event& e : journal_.events)
    if (e.kind == EventKind::call && e.function == fn) times.push_back(e.t_ns);
  return times;
}

std::vector<std::string> TestHost::way(std::uint32_t packet) const {
  std::vector<std::string> places{"wire"};
  for (const Event& e : journal_.events) {
    if (e.packet != packet) continue;
    if (e.kind == EventKind::move) places.emplace_back(name_of(e.to));
    if (e.kind == EventKind::drop)
      places.emplace_back(std::string("dropped:") + name_of(static_cast<Drop>(e.id)));
  }
  return places;
}

std::string TestHost::story() const {
  std::ostringstream out;
  for (const Event& e : journal_.events) {
    if (e.kind == EventKind::return_) continue;
    out << e.t_ns << " cpu" << int{e.cpu} << ' ' << name_of(e.context) << std::string(1u + 2u * e.depth, ' ')
        << name_of(e.kind) << ' ' << name_of(e.function);
    if (e.packet != 0) out << " #" << e.packet;
    if (e.kind == EventKind::decide || e.kind == EventKind::note) out << ' ' << e.name << " = " << e.answer;
    if (e.kind == EventKind::drop) out << ' ' << name_of(static_cast<Drop>(e.id));
    if (e.kind == EventKind::count) out << ' ' << name_of(static_cast<Counter>(e.id));
    if (e.kind == EventKind::change)
      out << ' ' << fields()[e.id].path << ' ' << e.old_value << " -> " << e.new_value;
    if (e.kind == EventKind::move) out << ' ' << name_of(e.from) << " -> " << name_of(e.to);
    for (std::uint32_t v = e.first_value; v < e.first_value + e.value_count; ++v)
      out << ' ' << journal_.values[v].name << '=' << journal_.values[v].value;
    out << '\n';
  }
  return out.str();
}

bool TestHost::at(std::uint64_t index, Arrival& out) {
  if (index >= arrivals_.size()) return false;
  out = arrivals_[index];
  return true;
}

std::span<const std::uint8_t> TestHost::frame(std::uint32_t number) {
  if (number == 0 || number > frames_.size()) return {};
  return frames_[number - 1];
}

wire::Buffer ethernet(std::uint16_t protocol, const wire::Buffer& payload, std::vector<wire::VlanTag> tags) {
  wire::Buffer out;
  wire::EthernetHeader{kOurMac, kPeerMac, std::move(tags), protocol}.append_to(out);
  wire::put(out, payload);
  return out;
}

wire::Buffer ipv4(wire::Ipv4Header header, const wire::Buffer& payload) {
  wire::Buffer out;
  header.append_to(out, payload.size());
  wire::put(out, payload);
  return out;
}

wire::Buffer ipv6(wire::Ipv6Header header, const wire::Buffer& payload) {
  wire::Buffer out;
  header.append_to(out, payload.size());
  wire::put(out, payload);
  return out;
}

wire::Ipv4Header ipv4_to_us(std::uint8_t protocol) {
  wire::Ipv4Header ip;
  ip.saddr = kPeer;
  ip.daddr = kOurs;
  ip.protocol = protocol;
  return ip;
}

wire::Ipv6Header ipv6_to_us(std::uint8_t protocol) {
  wire::Ipv6Header ip;
  ip.saddr = peer6();
  ip.daddr = ours6();
  ip.protocol = protocol;
  return ip;
}

wire::Buffer payload_bytes(std::size_t len, std::uint8_t start) {
  wire::Buffer bytes(len);
  for (std::size_t i = 0; i < len; ++i) bytes[i] = static_cast<std::uint8_t>(start + i);
  return bytes;
}

wire::Buffer udp(std::uint16_t dport, std::size_t payload_len, std::uint16_t sport) {
  wire::Buffer out;
  wire::UdpHeader{sport, dport}.append_to(out, kPeer, kOurs, payload_bytes(payload_len));
  return out;
}

wire::Buffer udp_frame(std::uint16_t dport, std::size_t payload_len, std::uint16_t sport) {
  return ethernet(wire::ETH_P_IP, ipv4(ipv4_to_us(wire::IPPROTO_NR_UDP), udp(dport, payload_len, sport)));
}

std::vector<wire::Buffer> ipv4_fragments(const wire::Buffer& payload, std::uint8_t protocol,
                                         const std::vector<std::pair<std::size_t, std::size_t>>& cuts,
                                         std::uint16_t id) {
  std::vector<wire::Buffer> packets;
  for (const auto& [offset, length] : cuts) {
    wire::Ipv4Header ip = ipv4_to_us(protocol);
    ip.id = id;
    ip.fragment_offset = static_cast<std::uint32_t>(offset);
    ip.more_fragments = offset + length < payload.size();
    const auto begin = payload.begin() + static_cast<std::ptrdiff_t>(offset);
    packets.push_back(ipv4(ip, wire::Buffer(begin, begin + static_cast<std::ptrdiff_t>(length))));
  }
  return packets;
}

}  // namespace ringside
