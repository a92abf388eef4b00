// net/ipv6/icmp.c: ICMPv6 in and out; neighbour discovery has its own file.
#include "core/kernel/net/ipv6/icmp6.h"

#include <algorithm>

#include "core/kernel/net/core/skbuff.h"
#include "core/kernel/net/ipv6/ipv6.h"
#include "core/wire/icmp.h"
#include "core/wire/ipv4.h"
#include "core/wire/ipv6.h"

namespace ringside {

namespace {

constexpr std::uint8_t ICMPV6_PARAMPROB = 4, ICMPV6_PORT_UNREACH = 4, ICMPV6_UNK_NEXTHDR = 1;
constexpr std::uint8_t ICMPV6_INFOMSG_MASK = 0x80;

void icmpv6_echo_reply(Kernel& k, SkbId skb, const wire::IcmpView& icmp) {
  auto f = k.enter(Fn::icmpv6_echo_reply, skb);
  const auto [saddr, daddr] = ip_addresses(k, skb);
  const IpAddr own = route_type(k, daddr) == RouteType::local ? daddr : k.net().local[0];
  const auto payload = icmp.payload();
  wire::Buffer out;
  wire::IcmpHeader{wire::ICMPV6_ECHO_REPLY, 0, icmp.rest()}.append_v6(out, own, saddr, payload);
  k.count(Counter::Icmp6OutEchoReplies);
  icmp_reply(k, IpFlow{6, wire::IPPROTO_NR_ICMPV6, 0, -1, own, saddr}, out);
}

void icmpv6_notify(Kernel& k, SkbId skb, const wire::IcmpView& icmp) {
  auto f = k.enter(Fn::icmpv6_notify, skb);
  if (!k.decide("quoted_header_good", wire::Ipv6View::parse(icmp.payload()).has_value())) {
    k.count(Counter::Icmp6InErrors);
    return;
  }
  const std::uint32_t mtu = icmp.type() == wire::ICMPV6_PKT_TOOBIG ? icmp.rest() : 0;
  icmp_socket_deliver(k, {icmp.type(), icmp.code(), mtu}, icmp.payload());
}

bool is_ndisc(std::uint8_t type) {
  return type >= wire::NDISC_ROUTER_SOLICITATION && type <= wire::NDISC_NEIGHBOUR_ADVERTISEMENT + 1;
}

/// RFC 4443 2.4 (e): no error about an error, a redirect, a multicast, or what has no unicast source.
bool may_answer(const wire::Ipv6View& ip) {
  if (ip.daddr().is_multicast() || ip.saddr().is_multicast() || ip.saddr().is_unspecified()) return false;
  const auto upper = wire::ipv6_upper(ip);
  if (upper.fragment_offset != 0) return false;
  const bool icmp = upper.protocol == wire::IPPROTO_NR_ICMPV6;
  return !icmp || (!upper.payload.empty() && (upper.payload[0] & ICMPV6_INFOMSG_MASK) != 0);
}

struct TypeCode {
  std::uint8_t type, code;
};
/// ICMP's words in ICMPv6's.
TypeCode translate(std::uint8_t type, std::uint8_t code) {
  if (type == wire::ICMP_TIME_EXCEEDED) return {wire::ICMPV6_TIME_EXCEED, code};
  if (code == wire::ICMP_PROT_UNREACH) return {ICMPV6_PARAMPROB, ICMPV6_UNK_NEXTHDR};
  return {wire::ICMPV6_DEST_UNREACH, ICMPV6_PORT_UNREACH};
}

}  // namespace

void icmpv6_rcv(Kernel& k, SkbId skb) {
  auto f = k.enter(Fn::icmpv6_rcv, skb);
  k.count(Counter::Icmp6InMsgs);
  if (!skb_transport_checksum_ok(k, skb)) {
    k.count(Counter::Icmp6InErrors);
    kfree_skb_reason(k, skb, Drop::ICMP_CSUM);
    return;
  }
  if (!k.decide("icmp_header_there", pskb_may_pull(k, skb, 8), {{"len", k[skb].len}})) {
    k.count(Counter::Icmp6InErrors);
    kfree_skb_reason(k, skb, k[skb].truncated != 0 ? Drop::HDR_TRUNC : Drop::PKT_TOO_SMALL);
    return;
  }
  const auto message = skb_copy_bits(k, skb, 0, k[skb].len);
  const auto icmp = *wire::IcmpView::parse(message);
  const std::uint8_t type = icmp.type();
  k.choose("icmp_type", type, {{"code", icmp.code()}});
  if (is_ndisc(type)) {
    ndisc_rcv(k, skb);
    return;
  }
  if (type == wire::ICMPV6_ECHO_REQUEST) {
    k.count(Counter::Icmp6InEchos);
    icmpv6_echo_reply(k, skb, icmp);
  } else if (type == wire::ICMPV6_ECHO_REPLY) {
    k.count(Counter::Icmp6InEchoReplies);
  } else if ((type & ICMPV6_INFOMSG_MASK) == 0) {
    icmpv6_notify(k, skb, icmp);
  } else {
    k.remark("icmp_discarded", {{"type", type}, {"code", icmp.code()}});  // MLD and others: nobody listens
  }
  consume_skb(k, skb);
}

void icmp6_send(Kernel& k, SkbId skb, std::uint8_t type, std::uint8_t code) {
  auto f = k.enter(Fn::icmp6_send, skb);
  const auto ip = wire::Ipv6View::parse(skb_header(k, skb, k[skb].network_off));
  if (!ip || !k.decide("icmp_error_allowed", may_answer(*ip))) return;
  if (!icmp_rate_limit_allows(k)) return;
  const auto [v6type, v6code] = translate(type, code);
  const IpAddr saddr = ip->saddr(), daddr = ip->daddr();
  // As much as fits into the smallest MTU.
  const auto quoted =
      wire::slice(ip->bytes(), 0, std::min<std::size_t>(ip->payload_len() + 40u, 1280 - 40 - 8));
  const IpAddr own = route_type(k, daddr) == RouteType::local ? daddr : k.net().local[0];
  wire::Buffer out;
  wire::IcmpHeader{v6type, v6code, v6type == ICMPV6_PARAMPROB ? 6u : 0u}.append_v6(
      out, own, saddr, std::vector<std::uint8_t>(quoted.begin(), quoted.end()));
  if (v6type == wire::ICMPV6_DEST_UNREACH) k.count(Counter::Icmp6OutDestUnreachs);
  icmp_reply(k, IpFlow{6, wire::IPPROTO_NR_ICMPV6, 0, -1, own, saddr}, out);
}

}  // namespace ringside
