// net/ipv4/ip_input.c: every check on the way from the device to the transport protocol.
#include "core/kernel/net/core/skbuff.h"
#include "core/kernel/net/ip.h"
#include "core/kernel/net/ipv4/ip_fragment.h"
#include "core/kernel/net/tcp.h"
#include "core/wire/icmp.h"
#include "core/wire/ipv4.h"
#include "core/wire/ipv6.h"

namespace ringside {

namespace {

wire::Ipv4View ip_hdr(Kernel& k, SkbId skb) {
  return *wire::Ipv4View::parse(skb_header(k, skb, k[skb].network_off));
}

bool discard(Kernel& k, SkbId skb, Counter counter, Drop reason) {
  k.count(counter);
  // Not the wire's fault but the capture's: its bytes end inside the header.
  kfree_skb_reason(k, skb, k[skb].truncated != 0 && reason == Drop::IP_INHDR ? Drop::HDR_TRUNC : reason);
  return false;
}

Counter ecn_counter(std::uint8_t ecn) {
  switch (ecn) {
    case 1:
      return Counter::IpInECT1Pkts;
    case 2:
      return Counter::IpInECT0Pkts;
    case 3:
      return Counter::IpInCEPkts;
    default:
      return Counter::IpInNoECTPkts;
  }
}

bool not_for_us(Kernel& k, SkbId skb) {
  const SkBuff& s = k[skb];
  if (!k.decide("pkt_type_otherhost", s.pkt_type == PacketType::otherhost)) return false;
  if (k.profile.ip_rcv_split) k.count(Counter::rx_otherhost_dropped);
  kfree_skb_reason(k, skb, Drop::OTHERHOST);
  return true;
}

bool header_is_good(Kernel& k, SkbId skb) {
  if (!k.decide("ip_header_there", pskb_may_pull(k, skb, 20), {{"len", k[skb].len}}))
    return discard(k, skb, Counter::IpInHdrErrors, Drop::IP_INHDR);
  wire::Ipv4View ip = ip_hdr(k, skb);
  if (!k.decide("ip_version_and_ihl", ip.ihl() >= 5 && ip.version() == 4,
                {{"version", ip.version()}, {"ihl", ip.ihl()}}))
    return discard(k, skb, Counter::IpInHdrErrors, Drop::IP_INHDR);
  k.count(ecn_counter(ip.ecn()), k[skb].gso_segs > 1 ? k[skb].gso_segs : 1);
  const auto header_len = static_cast<std::uint32_t>(ip.header_len());
  if (!k.decide("ip_options_there", pskb_may_pull(k, skb, header_len), {{"ihl_bytes", header_len}}))
    return discard(k, skb, Counter::IpInHdrErrors, Drop::IP_INHDR);
  ip = ip_hdr(k, skb);
  if (!k.decide("ip_fast_csum", ip.checksum_ok(), {{"check", ip.check()}})) {
    k.count(Counter::IpInCsumErrors);
    return discard(k, skb, Counter::IpInHdrErrors, Drop::IP_CSUM);
  }
  return true;
}

/// A frame that a capture took before the sender's card cut it (TSO) may say 0: BIG TCP and old captures.
std::uint32_t total_length(Kernel& k, SkbId skb, const wire::Ipv4View& ip) {
  const bool gso_without_length = ip.tot_len() == 0 && k[skb].gso_size != 0;
  return gso_without_length ? k[skb].len : ip.tot_len();
}

/// ip_rcv_core(), and the first part of 4.13's ip_rcv().
bool ip_rcv_checks(Kernel& k, SkbId skb) {
  const SkBuff& s = k[skb];
  if (not_for_us(k, skb)) return false;
  k.count(Counter::IpInReceives);
  k.count(Counter::IpInOctets, s.len);
  if (!header_is_good(k, skb)) return false;
  const wire::Ipv4View ip = ip_hdr(k, skb);
  const std::uint32_t len = total_length(k, skb, ip);
  if (!k.decide("frame_holds_tot_len", s.len >= len, {{"len", s.len}, {"tot_len", len}}))
    return discard(k, skb, Counter::IpInTruncatedPkts, Drop::PKT_TOO_SMALL);
  const auto header_len = static_cast<std::uint32_t>(ip.header_len());
  if (!k.decide("tot_len_holds_header", len >= header_len, {{"tot_len", len}, {"ihl_bytes", header_len}}))
    return discard(k, skb, Counter::IpInHdrErrors, Drop::IP_INHDR);
  if (k.decide("link_padding", s.len > len, {{"len", s.len}, {"tot_len", len}})) skb_trim(k, skb, len);
  k.put(s.family, std::uint8_t{4});
  k.put(s.l4_proto, ip.protocol());
  k.put(s.transport_off, s.network_off + header_len);
  return true;
}

/// ip_rcv_options(): false if they are malformed or ask for a source route (accept_source_route is off).
bool ip_rcv_options(Kernel& k, SkbId skb) {
  const wire::Bytes options = ip_hdr(k, skb).options();
  bool well_formed = true, source_route = false;
  for (std::size_t at = 0; at < options.size() && well_formed;) {
    const std::uint8_t type = options[at];
    if (type == 0) break;  // IPOPT_END
    if (type == 1) {       // IPOPT_NOP
      ++at;
      continue;
    }
    if (type == 0x83 || type == 0x89) source_route = true;  // IPOPT_LSRR, IPOPT_SSRR
    well_formed = at + 1 < options.size() && options[at + 1] >= 2 && at + options[at + 1] <= options.size();
    if (well_formed) at += options[at + 1];
  }
  if (!k.decide("ip_options_good", well_formed && !source_route,
                {{"well_formed", well_formed}, {"source_route", source_route}})) {
    if (!well_formed) k.count(Counter::IpInHdrErrors);
    kfree_skb_reason(k, skb, Drop::IP_INHDR);
    return false;
  }
  return true;
}

/// Early demultiplexing and routing. False: the skb is gone.
bool ip_rcv_finish_steps(Kernel& k, SkbId skb) {
  const SkBuff& s = k[skb];
  const bool fragment = ip_hdr(k, skb).is_fragment();
  if (k.sysctl().ip_early_demux != 0 && s.dst_valid == 0 && !s.sk && !fragment &&
      s.l4_proto == wire::IPPROTO_NR_TCP && k.sysctl().tcp_early_demux != 0)
    tcp_v4_early_demux(k, skb);
  if (!k.decide("route_known", s.dst_valid != 0) && !ip_route_input_noref(k, skb)) return false;
  if (ip_hdr(k, skb).ihl() > 5 && !ip_rcv_options(k, skb)) return false;
  const auto type = static_cast<RouteType>(s.dst_valid - 1);
  if (type == RouteType::multicast) k.count(Counter::IpInMcastPkts);
  if (type == RouteType::broadcast) k.count(Counter::IpInBcastPkts);
  return true;
}

void dst_input(Kernel& k, SkbId skb) {
  switch (static_cast<RouteType>(k[skb].dst_valid - 1)) {
    case RouteType::local:
    case RouteType::broadcast:
    case RouteType::multicast:
      ip_local_deliver(k, skb);
      break;
    case RouteType::unicast:
      ip_forward(k, skb);
      break;
    case RouteType::unreachable:  // ip_error(): no forwarding here, nobody is told
      k.count(Counter::IpInAddrErrors);
      kfree_skb_reason(k, skb, Drop::IP_INADDRERRORS);
      break;
  }
}

void ip_rcv_finish(Kernel& k, SkbId skb) {
  auto f = k.enter(Fn::ip_rcv_finish, skb);
  if (k.profile.ip_rcv_split) {
    auto core = k.enter(Fn::ip_rcv_finish_core, skb);
    if (!ip_rcv_finish_steps(k, skb)) return;
  } else if (!ip_rcv_finish_steps(k, skb)) {
    return;
  }
  dst_input(k, skb);
}

void no_protocol(Kernel& k, SkbId skb) {
  k.count(Counter::IpInUnknownProtos);
  icmp_send(k, skb, wire::ICMP_DEST_UNREACH, wire::ICMP_PROT_UNREACH);
  kfree_skb_reason(k, skb, Drop::IP_NOPROTO);
}

void deliver_to_protocol(Kernel& k, SkbId skb) {
  const std::uint8_t protocol = k[skb].l4_proto;
  using Handler = void (*)(Kernel&, SkbId);
  const Handler handler = protocol == wire::IPPROTO_NR_TCP    ? tcp_v4_rcv
                          : protocol == wire::IPPROTO_NR_UDP  ? udp_rcv
                          : protocol == wire::IPPROTO_NR_ICMP ? icmp_rcv
                                                              : nullptr;
  if (!k.decide("transport_protocol_known", handler != nullptr, {{"protocol", protocol}})) {
    no_protocol(k, skb);
    return;
  }
  handler(k, skb);
  k.count(Counter::IpInDelivers);
}

void ip_local_deliver_finish(Kernel& k, SkbId skb) {
  auto f = k.enter(Fn::ip_local_deliver_finish, skb);
  skb_pull(k, skb, k[skb].transport_off - k[skb].network_off);
  if (k.profile.ip_rcv_split) {
    auto rcu = k.enter(Fn::ip_protocol_deliver_rcu, skb);
    deliver_to_protocol(k, skb);
  } else {
    deliver_to_protocol(k, skb);
  }
}

}  // namespace

void ip_rcv(Kernel& k, SkbId skb) {
  auto f = k.enter(Fn::ip_rcv, skb);
  if (k.profile.ip_rcv_split) {
    auto core = k.enter(Fn::ip_rcv_core, skb);
    if (!ip_rcv_checks(k, skb)) return;
  } else if (!ip_rcv_checks(k, skb)) {
    return;
  }
  if (!nf_hook(k, NF_INET_PRE_ROUTING, skb)) return;
  ip_rcv_finish(k, skb);
}

void ip_list_rcv(Kernel& k, const std::vector<SkbId>& list) {
  auto f = k.enter(Fn::ip_list_rcv);
  std::vector<SkbId> good;
  for (const SkbId skb : list) {
    auto core = k.enter(Fn::ip_rcv_core, skb);
    if (ip_rcv_checks(k, skb)) good.push_back(skb);
  }
  std::vector<SkbId> accepted;
  for (const SkbId skb : good)
    if (nf_hook(k, NF_INET_PRE_ROUTING, skb)) accepted.push_back(skb);
  std::vector<SkbId> routed;
  for (const SkbId skb : accepted) {
    auto core = k.enter(Fn::ip_rcv_finish_core, skb);
    if (ip_rcv_finish_steps(k, skb)) routed.push_back(skb);
  }
  for (const SkbId skb : routed) dst_input(k, skb);
}

void ip_local_deliver(Kernel& k, SkbId skb) {
  auto f = k.enter(Fn::ip_local_deliver, skb);
  if (k.decide("ip_is_fragment", ip_hdr(k, skb).is_fragment(), {{"frag_off", ip_hdr(k, skb).frag_off()}})) {
    skb = ip_defrag(k, skb);
    if (!skb) return;
    k.about(skb, {});
  }
  if (!nf_hook(k, NF_INET_LOCAL_IN, skb)) return;
  ip_local_deliver_finish(k, skb);
}

IpPair ip_addresses(Kernel& k, SkbId skb) {
  const auto header = skb_header(k, skb, k[skb].network_off);
  if (k[skb].family == 6) {
    if (const auto ip = wire::Ipv6View::parse(header)) return {ip->saddr(), ip->daddr()};
  } else if (const auto ip = wire::Ipv4View::parse(header)) {
    return {ip->saddr(), ip->daddr()};
  }
  return {};
}

}  // namespace ringside
