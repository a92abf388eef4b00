#include "core/engine/port_plan.h"

#include <map>

#include "core/nic/layers.h"
#include "core/wire/ipv4.h"

namespace ringside {

namespace {

/// What is known of a port so far.
struct Seen {
  bool asked = false;     ///< a SYN or a datagram came
  bool answered = false;  ///< our host took part in a conversation on it
  bool refused = false;
  bool ours = false;  ///< our host used it to connect to somebody
};

struct Plan {
  std::map<std::uint16_t, Seen> tcp, udp;
  bool v4 = false, v6 = false;

  void incoming(const nic::Layers& l) {
    if (l.tcp) {
      if (l.tcp->syn() && !l.tcp->ack()) tcp[l.tcp->dest()].asked = true;
    } else if (l.udp) {
      udp[l.udp->dest()].asked = true;
    }
  }
  void outgoing(const nic::Layers& l) {
    if (l.tcp) {
      Seen& port = tcp[l.tcp->source()];
      if (l.tcp->rst())
        port.refused = true;
      else if (l.tcp->syn() && !l.tcp->ack())
        port.ours = true;
      else
        port.answered = true;
    } else if (l.protocol == wire::IPPROTO_NR_ICMP && l.transport.size() >= 8 + 20 + 4 &&
               l.transport[0] == 3 && l.transport[1] == 3) {
      const std::size_t header = std::size_t{l.transport[8] & 15u} * 4;  // of the datagram it quotes
      if (l.transport.size() >= 8 + header + 4)
        udp[wire::load16(&l.transport[8 + header + 2])].refused = true;
    } else if (l.protocol == wire::IPPROTO_NR_ICMPV6 && l.transport.size() >= 8 + 40 + 4 &&
               l.transport[0] == 1 && l.transport[1] == 4) {
      udp[wire::load16(&l.transport[8 + 40 + 2])].refused = true;
    }
  }
};

}  // namespace

OpenPorts plan_ports(const Input& input, std::uint64_t max_frames) {
  Plan plan;
  const auto source = input.reader();
  for (std::uint64_t i = 0; i < max_frames; ++i) {
    const auto frame = source->at(i);
    if (!frame) break;
    const auto layers = nic::dissect(frame->link, frame->bytes);
    if (!layers || layers->ip_version == 0) continue;
    const nic::FrameClass c = input.local().classify(*layers);
    if (nic::is_injected(c))
      plan.incoming(*layers);
    else if (c == nic::FrameClass::kOutgoing)
      plan.outgoing(*layers);
  }
  OpenPorts open;
  open.v4 = open.v6 = false;
  for (const IpAddr& address : input.local().addresses) (address.is_v6() ? open.v6 : open.v4) = true;
  for (const auto& [port, seen] : plan.tcp)
    if (!seen.ours && seen.asked && (seen.answered || !seen.refused)) open.tcp.insert(port);
  for (const auto& [port, seen] : plan.udp)
    if (seen.asked && !seen.refused) open.udp_read.insert(port);
  return open;
}

}  // namespace ringside
