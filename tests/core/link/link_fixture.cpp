#include <algorithm>
#include <sstream>

#include "core/kernel/entry.h"
#include "core/live/wire_image.h"
#include "core/wire/ethernet.h"
#include "core/wire/ipv4.h"
#include "core/wire/tcp.h"
#include "tests/core/link/link.h"

namespace ringside::test {

namespace {

const MacAddr kClientMac{{2, 0, 0, 0, 0, 1}}, kServerMac{{2, 0, 0, 0, 0, 2}};

std::string describe(const std::vector<std::uint8_t>& packet) {
  const auto ip = wire::Ipv4View::parse(packet);
  const auto tcp = ip ? wire::TcpView::parse(wire::Bytes(packet).subspan(ip->header_len())) : std::nullopt;
  if (!tcp) return "?";
  std::ostringstream out;
  out << (tcp->syn() ? "S" : "") << (tcp->fin() ? "F" : "") << (tcp->rst() ? "R" : "")
      << (tcp->psh() ? "P" : "") << (tcp->ack() ? "." : "") << ' ' << tcp->seq() << '('
      << tcp->payload().size() << ") ack " << tcp->ack_seq() << " win " << tcp->window();
  return out.str();
}

}  // namespace

End::End(const Part& part, bool server, std::uint64_t seed, Wire& wire)
    : server_(server), wire_(wire), profile_(*profile_named(part.kernel.c_str())) {
  Sysctls& sysctl = profile_.sysctl;
  sysctl.tcp_sack = part.sack;
  sysctl.tcp_timestamps = part.timestamps;
  sysctl.tcp_window_scaling = part.window_scaling;
  sysctl.tcp_default_cc = part.reno ? 1 : 0;
  if (part.rmem != 0) {
    sysctl.tcp_rmem[1] = static_cast<std::remove_reference_t<decltype(sysctl.tcp_rmem[1])>>(part.rmem);
    sysctl.tcp_rmem[2] = sysctl.tcp_rmem[1];
  }
  std::vector<std::uint8_t> stream(static_cast<std::size_t>(part.bytes));
  for (std::size_t i = 0; i < stream.size(); ++i) stream[i] = stream_byte(seed, server, i);
  const std::uint32_t stored = ByteStore::kStored | 0x7fffffffu;  // numbers from 1 on are the machine's
  store_.put(stored, std::move(stream));
  talker_ = talker(part, server, stored);
  MachineConfig config;
  config.profile = &profile_;
  config.entry = kernel_entry();
  load_cost_preset("none", config.costs);
  config.seed = seed * 2 + (server ? 1 : 0);
  config.arrivals = this;
  config.frames = this;
  config.store = &store_;
  config.outgoing = this;
  config.delivery = this;
  config.observer = this;
  config.programs = {talker_, listener_of_talk(part)};
  machine_ = std::make_unique<Machine>(std::move(config));
  machine_->boot(
      0,
      [&](Kernel& k) {
        const Nic& n = *k.host().nic;
        const MacAddr& mac = server ? kServerMac : kClientMac;
        for (std::size_t i = 0; i < 6; ++i) k.put(n.mac[i], mac.bytes[i]);
        k.put(n.gro, static_cast<std::uint8_t>(part.gro ? 1 : 0));
        k.put(n.rx_checksum_verify, std::uint8_t{1});
        k.put(n.mtu, part.mtu);
        k.assign(k.net().local[0], server ? kServerAddress : kClientAddress);
        k.put(k.net().local_count, 1u);
      },
      [&](Kernel& k) { k.spawn(0, 0, 100); });
}

bool End::at(std::uint64_t index, Arrival& out) {
  if (index >= arrivals_.size()) return false;
  out = arrivals_[index];
  return true;
}

std::span<const std::uint8_t> End::frame(std::uint32_t number) {
  if (number == 0 || number > frames_.size()) return {};
  return frames_[number - 1];
}

void End::put(std::int64_t t_ns, std::vector<std::uint8_t> packet) {
  wire::Buffer frame;
  wire::EthernetHeader ethernet;
  ethernet.dest = server_ ? kServerMac : kClientMac;
  ethernet.source = server_ ? kClientMac : kServerMac;
  ethernet.protocol = wire::ETH_P_IP;
  ethernet.append_to(frame);
  frame.insert(frame.end(), packet.begin(), packet.end());
  wire::pad_to_minimum(frame);
  const auto len = static_cast<std::uint32_t>(frame.size());
  frames_.push_back(std::move(frame));
  under_way_.emplace(t_ns, Arrival{t_ns, static_cast<std::uint32_t>(frames_.size()), len, len});
}

void End::bring_next_frame() {
  arrivals_.push_back(under_way_.begin()->second);
  under_way_.erase(under_way_.begin());
}

void End::transmitted(const Outgoing& frame) {
  for (const auto& packet : live::packets_of(machine_->kernel(), frame))
    wire_.carry(frame.t_ns, server_, packet);
}

void End::delivered(std::int64_t, SockId, std::uint32_t, const DataRef& bytes, bool peeked) {
  const auto span = machine_->kernel().bytes(bytes);
  if (!peeked) got_.insert(got_.end(), span.begin(), span.end());
}

/// Every frame that the link brought was counted by the card, and has come to an end.
std::string End::unaccounted() const {
  const auto& mib = machine_->host().net->mib;
  const std::uint64_t counted = mib[static_cast<std::size_t>(Counter::rx_packets)] +
                                mib[static_cast<std::size_t>(Counter::rx_missed_errors)];
  std::ostringstream out;
  if (counted != frames_.size())
    out << "the card counts " << counted << " of " << frames_.size() << " frames; ";
  for (std::uint32_t number = 1; number <= frames_.size(); ++number)
    if (!ended_.contains(number)) out << "frame " << number << " has come to no end; ";
  return out.str();
}

std::string End::verdict(const Part& peer, std::uint64_t seed) const {
  std::ostringstream out;
  const Host& h = machine_->host();
  for (std::uint32_t i = 1; i < h.processes.header.used; ++i) {
    const Process& p = h.processes[i];
    if (p.state != ProcState::exited)
      out << "process " << i << " is still there, phase " << p.app[kPhase] << "; ";
    if (p.app[kFailed] != 0)
      out << "process " << i << " phase " << p.app[kPhase] << " errno " << p.app[kFailed] << "; ";
  }
  const auto wanted = static_cast<std::size_t>(peer.bytes);
  if (got_.size() != wanted) out << "got " << got_.size() << " bytes of " << wanted << "; ";
  for (std::size_t i = 0; i < got_.size(); ++i)
    if (got_[i] != stream_byte(seed, !server_, i)) {
      out << "byte " << i << " is wrong; ";
      break;
    }
  const std::pair<const char*, std::uint32_t> pools[] = {
      {"skbs", h.skbs.header.live},       {"frags", h.frags.header.live},
      {"socks", h.socks.header.live},     {"requests", h.requests.header.live},
      {"headers", h.headers.header.live}, {"timewaits", h.timewaits.header.live},
      {"files", h.files.header.live}};
  for (const auto& [name, live] : pools)
    if (live != 0) out << live << ' ' << name << " left; ";
  if (h.net->tcp_memory_allocated != 0) out << h.net->tcp_memory_allocated << " pages left; ";
  if (h.net->orphan_count != 0) out << h.net->orphan_count << " orphans left; ";
  const std::string text = out.str() + unaccounted();
  return text.empty() ? "" : std::string(server_ ? "server: " : "client: ") + text;
}

Wire::Wire(const Part& client, const Part& server, const Weather& weather, std::uint64_t seed)
    : parts_{client, server}, weather_(weather), seed_(seed), dice_(seed) {
  ends_[1] = std::make_unique<End>(server, true, seed, *this);
  ends_[1]->machine().run(0);  // it listens before anybody calls
  ends_[0] = std::make_unique<End>(client, false, seed, *this);
}

void Wire::carry(std::int64_t t_ns, bool from_server, const std::vector<std::uint8_t>& packet) {
  const bool clear = t_ns >= weather_.clear_after_ns;
  const bool lost = !clear && dice_.one_in_thousand(weather_.loss);
  // A 4.13 server does not sum the segment that completes a handshake: damaged data in it is taken for good
  // (the kernel was mended in 4.18). So nothing is damaged on the way to one.
  const bool summed = from_server || parts_[1].kernel != "4.13";
  const bool hurt = !lost && !clear && summed && dice_.one_in_thousand(weather_.hurt);
  const int copies = lost ? 0 : !clear && dice_.one_in_thousand(weather_.twice) ? 2 : 1;
  std::ostringstream line;
  line << t_ns / 1000 << " us " << (from_server ? "server> " : "client> ") << describe(packet);
  if (copies != 1) line << (copies == 0 ? "  lost" : "  twice");
  if (hurt) line << "  hurt";
  log_.push_back(line.str());
  if (log_.size() > 60) log_.pop_front();
  for (int i = 0; i < copies; ++i) {
    const std::int64_t jitter = weather_.jitter_ns != 0 ? dice_.below(weather_.jitter_ns) : 0;
    std::vector<std::uint8_t> arrives = packet;
    if (hurt) {
      constexpr std::int64_t kIpHeader = 20;
      const std::int64_t at = kIpHeader + dice_.below(static_cast<std::int64_t>(packet.size()) - kIpHeader);
      arrives[static_cast<std::size_t>(at)] ^= static_cast<std::uint8_t>(1 << dice_.below(8));
    }
    ends_[from_server ? 0 : 1]->put(t_ns + weather_.delay_ns + jitter, std::move(arrives));
  }
}

bool Wire::run(std::int64_t until_ns) {
  while (true) {
    Machine& client = ends_[0]->machine();
    Machine& server = ends_[1]->machine();
    const std::int64_t at = std::min(client.next_time(), server.next_time());
    End& nearer = *ends_[ends_[0]->next_frame_ns() <= ends_[1]->next_frame_ns() ? 0 : 1];
    if (nearer.next_frame_ns() <= at && nearer.next_frame_ns() != Machine::kForever) {
      nearer.bring_next_frame();
      continue;
    }
    if (at == Machine::kForever) return true;
    if (at > until_ns) return false;
    (client.next_time() <= server.next_time() ? client : server).turn(at);
  }
}

std::string Wire::verdict() const {
  return ends_[0]->verdict(parts_[1], seed_) + ends_[1]->verdict(parts_[0], seed_);
}

std::string Wire::story() const {
  std::string all;
  for (const std::string& line : log_) all += line + "\n";
  return all;
}

}  // namespace ringside::test
