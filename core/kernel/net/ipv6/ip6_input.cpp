// net/ipv6/ip6_input.c: the checks on the way to the transport protocol. IPv6 has no header checksum.
#include "core/kernel/net/core/skbuff.h"
#include "core/kernel/net/ip.h"
#include "core/kernel/net/ipv6/ipv6.h"
#include "core/kernel/net/tcp.h"
#include "core/wire/icmp.h"
#include "core/wire/ipv4.h"
#include "core/wire/ipv6.h"

namespace ringside {

namespace {

wire::Ipv6View ipv6_hdr(Kernel& k, SkbId skb) {
  return *wire::Ipv6View::parse(skb_header(k, skb, k[skb].network_off));
}

bool discard(Kernel& k, SkbId skb, Counter counter, Drop reason) {
  k.count(counter);
  kfree_skb_reason(k, skb, k[skb].truncated != 0 && reason == Drop::IP_INHDR ? Drop::HDR_TRUNC : reason);
  return false;
}

Counter ecn_counter(std::uint8_t ecn) {
  switch (ecn) {
    case 1:
      return Counter::Ip6InECT1Pkts;
    case 2:
      return Counter::Ip6InECT0Pkts;
    case 3:
      return Counter::Ip6InCEPkts;
    default:
      return Counter::Ip6InNoECTPkts;
  }
}

/// Addresses that must not appear in a packet from outside; null: they are fine.
const char* address_fault(Kernel& k, const wire::Ipv6View& ip) {
  const IpAddr saddr = ip.saddr(), daddr = ip.daddr();
  const bool on_loopback = is_local_address(k, daddr) && daddr.is_loopback();
  if ((saddr.is_loopback() || daddr.is_loopback()) && !on_loopback) return "loopback_address_from_outside";
  const unsigned scope = daddr.bytes()[1] & 0x0f;
  if (daddr.is_multicast() && scope == 1) return "interface_local_multicast_from_outside";
  if (daddr.is_multicast() && scope == 0) return "multicast_scope_zero";
  if (saddr.is_multicast()) return "multicast_source";
  return nullptr;
}

bool header_is_good(Kernel& k, SkbId skb) {
  if (!k.decide("ipv6_header_there", pskb_may_pull(k, skb, wire::Ipv6View::kHeaderLen),
                {{"len", k[skb].len}}))
    return discard(k, skb, Counter::Ip6InHdrErrors, Drop::IP_INHDR);
  const wire::Ipv6View ip = ipv6_hdr(k, skb);
  if (!k.decide("ipv6_version", ip.version() == 6, {{"version", ip.version()}}))
    return discard(k, skb, Counter::Ip6InHdrErrors,
                   k.profile.ip_rcv_split ? Drop::UNHANDLED_PROTO : Drop::IP_INHDR);
  k.count(ecn_counter(ip.ecn()), k[skb].gso_segs > 1 ? k[skb].gso_segs : 1);
  const char* fault = address_fault(k, ip);
  if (fault != nullptr) k.remark(fault);
  if (!k.decide("ipv6_addresses_good", fault == nullptr))
    return discard(k, skb, Counter::Ip6InHdrErrors, Drop::IP_INHDR);
  return true;
}

bool ip6_rcv_checks(Kernel& k, SkbId skb) {
  const SkBuff& s = k[skb];
  if (k.decide("pkt_type_otherhost", s.pkt_type == PacketType::otherhost)) {
    if (k.profile.ip_rcv_split) k.count(Counter::rx_otherhost_dropped);
    kfree_skb_reason(k, skb, Drop::OTHERHOST);
    return false;
  }
  k.count(Counter::Ip6InReceives);
  k.count(Counter::Ip6InOctets, s.len);
  if (!header_is_good(k, skb)) return false;
  const wire::Ipv6View ip = ipv6_hdr(k, skb);
  constexpr std::uint32_t kHeader = wire::Ipv6View::kHeaderLen;
  // A packet beyond 64 KiB (BIG TCP) says 0 here, and so does one that the sender's card was to cut.
  const std::uint32_t len = ip.payload_len() == 0 && s.gso_size != 0 ? s.len : ip.payload_len() + kHeader;
  if (!k.decide("frame_holds_payload_len", s.len >= len, {{"len", s.len}, {"payload_len", ip.payload_len()}}))
    return discard(k, skb, Counter::Ip6InTruncatedPkts, Drop::PKT_TOO_SMALL);
  if (k.decide("link_padding", s.len > len, {{"len", s.len}, {"payload_len", ip.payload_len()}}))
    skb_trim(k, skb, len);
  k.put(s.family, std::uint8_t{6});
  k.put(s.l4_proto, ip.nexthdr());
  k.put(s.transport_off, s.network_off + kHeader);
  return ip.nexthdr() != wire::NEXTHDR_HOP || ipv6_parse_hopopts(k, skb);
}

/// ff02::1, and the solicited-node groups of our own addresses: what every node has joined.
bool joined(Kernel& k, const IpAddr& group) {
  const auto& g = group.bytes();
  bool zeros = true;
  for (std::size_t i = 2; i < 15; ++i) zeros = zeros && g[i] == 0;
  if (zeros && g[15] == 1) return true;
  for (std::uint32_t i = 0; i < k.net().local_count; ++i) {
    const auto& own = k.net().local[i].bytes();
    const bool solicited = g[11] == 1 && g[12] == 0xff;
    if (k.net().local[i].is_v6() && solicited && g[13] == own[13] && g[14] == own[14] && g[15] == own[15])
      return true;
  }
  return false;
}

/// ip6_route_input() and dst_input(). False: the skb is gone.
bool ip6_route_input(Kernel& k, SkbId skb) {
  auto f = k.enter(Fn::ip6_route_input, skb);
  const IpAddr daddr = ip_addresses(k, skb).daddr;
  RouteType type = route_type(k, daddr);
  if (type == RouteType::unicast && k.sysctl().ip_forward == 0) type = RouteType::unreachable;
  k.choose("route_type", static_cast<std::int64_t>(type));
  k.put(k[skb].dst_valid, static_cast<std::uint8_t>(1 + static_cast<std::uint8_t>(type)));
  if (type == RouteType::multicast) {
    k.count(Counter::Ip6InMcastPkts);
    if (!k.decide("multicast_group_joined", joined(k, daddr))) {
      kfree_skb_reason(k, skb, Drop::NOT_SPECIFIED);
      return false;
    }
  }
  if (type == RouteType::unreachable) return discard(k, skb, Counter::Ip6InAddrErrors, Drop::IP_INADDRERRORS);
  if (type != RouteType::unicast) return true;
  k.count(Counter::Ip6ForwDatagrams);
  k.move(skb, Place::forwarded);
  consume_skb(k, skb);
  return false;
}

void unknown_protocol(Kernel& k, SkbId skb) {
  k.count(Counter::Ip6InUnknownProtos);
  icmp_send(k, skb, wire::ICMP_DEST_UNREACH, wire::ICMP_PROT_UNREACH);
  kfree_skb_reason(k, skb, Drop::IP_NOPROTO);
}

/// The handlers of the header chain, one after the other. An extension header's handler pulls itself.
void ip6_protocol_deliver(Kernel& k, SkbId skb) {
  std::uint8_t nexthdr = k[skb].l4_proto;
  for (;;) {
    k.choose("next_header", nexthdr);
    Ipv6Walk walk;
    switch (nexthdr) {
      case wire::NEXTHDR_FRAGMENT:
        walk = ipv6_frag_rcv(k, skb);
        break;
      case wire::NEXTHDR_DEST:
        walk = ipv6_destopt_rcv(k, skb);
        break;
      case wire::NEXTHDR_ROUTING:
        walk = ipv6_rthdr_rcv(k, skb);
        break;
      default:
        k.put(k[skb].l4_proto, nexthdr);
        k.put(k[skb].transport_off, k[skb].data_off);
        if (nexthdr == wire::IPPROTO_NR_TCP)
          tcp_v6_rcv(k, skb);
        else if (nexthdr == wire::IPPROTO_NR_UDP)
          udpv6_rcv(k, skb);
        else if (nexthdr == wire::IPPROTO_NR_ICMPV6)
          icmpv6_rcv(k, skb);
        else if (nexthdr == wire::NEXTHDR_NONE)
          consume_skb(k, skb);  // no next header: there is nothing to deliver
        else
          return unknown_protocol(k, skb);
        k.count(Counter::Ip6InDelivers);
        return;
    }
    if (!walk.skb) return;
    skb = walk.skb;
    k.about(skb, {});
    nexthdr = walk.nexthdr;
  }
}

void ip6_input_finish(Kernel& k, SkbId skb) {
  auto f = k.enter(Fn::ip6_input_finish, skb);
  skb_pull(k, skb, k[skb].transport_off - k[skb].network_off);
  if (k.profile.ip_rcv_split) {
    auto rcu = k.enter(Fn::ip6_protocol_deliver_rcu, skb);
    ip6_protocol_deliver(k, skb);
  } else {
    ip6_protocol_deliver(k, skb);
  }
}

void ip6_input(Kernel& k, SkbId skb) {
  auto f = k.enter(Fn::ip6_input, skb);
  if (nf_hook(k, NF_INET_LOCAL_IN, skb)) ip6_input_finish(k, skb);
}

void ip6_rcv_finish(Kernel& k, SkbId skb) {
  auto f = k.enter(Fn::ip6_rcv_finish, skb);
  // Only if the segment follows the header at once: behind extension headers it is not looked for.
  const bool demux = k.sysctl().ip_early_demux != 0 && k.sysctl().tcp_early_demux != 0;
  if (demux && k[skb].dst_valid == 0 && !k[skb].sk && k[skb].l4_proto == wire::IPPROTO_NR_TCP)
    tcp_v4_early_demux(k, skb);
  if (k[skb].dst_valid == 0 && !ip6_route_input(k, skb)) return;
  ip6_input(k, skb);
}

}  // namespace

void ipv6_rcv(Kernel& k, SkbId skb) {
  auto f = k.enter(Fn::ipv6_rcv, skb);
  if (k.profile.ip_rcv_split) {
    auto core = k.enter(Fn::ip6_rcv_core, skb);
    if (!ip6_rcv_checks(k, skb)) return;
  } else if (!ip6_rcv_checks(k, skb)) {
    return;
  }
  if (nf_hook(k, NF_INET_PRE_ROUTING, skb)) ip6_rcv_finish(k, skb);
}

}  // namespace ringside
