// net/ipv4/icmp.c: echo answered, errors told to those they are about, errors sent.
#include "core/wire/icmp.h"

#include <algorithm>

#include "core/kernel/net/core/skbuff.h"
#include "core/kernel/net/ip.h"
#include "core/kernel/net/ipv6/icmp6.h"
#include "core/wire/ipv4.h"
#include "core/wire/ipv6.h"

namespace ringside {

namespace {

constexpr std::uint8_t NR_ICMP_TYPES = 18;
constexpr std::uint8_t ICMP_SOURCE_QUENCH = 4, ICMP_REDIRECT = 5, ICMP_PARAMETERPROB = 12,
                       ICMP_TIMESTAMP = 13;

bool is_error(std::uint8_t type) {
  return type == wire::ICMP_DEST_UNREACH || type == ICMP_SOURCE_QUENCH || type == ICMP_REDIRECT ||
         type == wire::ICMP_TIME_EXCEEDED || type == ICMP_PARAMETERPROB;
}

/// inet_peer_xrlim_allow(): a token bucket of six errors, one more every icmp_ratelimit. The kernel has one a
/// peer; the model one for all.
bool rate_limit_allows(Kernel& k) {
  const Net& net = k.net();
  const std::int64_t cost = k.msecs_to_jiffies(k.sysctl().icmp_ratelimit_ms);
  if (cost == 0) return true;
  const std::int64_t now = k.jiffies();
  std::int64_t tokens = std::min(net.icmp_rate_tokens + (now - net.icmp_rate_last), cost * 6);
  k.put(net.icmp_rate_last, now);
  const bool allowed = tokens >= cost;
  k.put(net.icmp_rate_tokens, allowed ? tokens - cost : tokens);
  return k.decide("icmp_rate_allows", allowed, {{"tokens", tokens}, {"cost", cost}});
}

/// RFC 1122 3.2.2: no error about an error, a broadcast, or a fragment that is not the first.
bool may_answer(Kernel& k, SkbId skb, const wire::Ipv4View& ip) {
  const SkBuff& s = k[skb];
  if (s.pkt_type != PacketType::host) return false;
  if (ip.daddr().is_multicast() || ip.daddr().is_limited_broadcast() || ip.fragment_offset() != 0)
    return false;
  if (ip.protocol() != wire::IPPROTO_NR_ICMP) return true;
  const auto inner = ip.payload();
  return !inner.empty() && inner[0] <= NR_ICMP_TYPES && !is_error(inner[0]);
}

void reply(Kernel& k, const IpFlow& flow, const std::vector<std::uint8_t>& message) {
  const SkbId out = alloc_skb(k, DataRef{}, 64);
  const SkBuff& s = k[out];
  // Headers are pushed, the rest is payload by reference.
  skb_push_header(k, out, {message.data(), wire::IcmpView::kHeaderLen});
  const std::vector<std::uint8_t> rest(message.begin() + wire::IcmpView::kHeaderLen, message.end());
  const auto len = static_cast<std::uint32_t>(rest.size());
  if (len != 0) k.assign(s.frame, k.store(rest));
  k.put(s.len, len);
  k.put(s.tail, len);
  k.count(flow.family == 6 ? Counter::Icmp6OutMsgs : Counter::IcmpOutMsgs);
  ip_send_skb(k, flow, out, {});
}

void icmp_echo(Kernel& k, SkbId skb, const wire::IcmpView& icmp) {
  auto f = k.enter(Fn::icmp_echo, skb);
  if (!k.decide("echo_answered", k.sysctl().icmp_echo_ignore_all == 0)) return;
  const auto [saddr, daddr] = ip_addresses(k, skb);
  const wire::IcmpHeader header{wire::ICMP_ECHOREPLY, 0, icmp.rest()};
  const auto data = skb_copy_bits(k, skb, wire::IcmpView::kHeaderLen, k[skb].len);
  wire::Buffer out;
  header.append_v4(out, data);
  const auto ip = wire::Ipv4View::parse(skb_header(k, skb, k[skb].network_off));
  const std::uint8_t tos = ip ? ip->tos() : std::uint8_t{0};
  k.count(Counter::IcmpOutEchoReps);
  const bool to_all = route_type(k, daddr) != RouteType::local;
  reply(k, IpFlow{4, wire::IPPROTO_NR_ICMP, tos, -1, to_all ? k.net().local[0] : daddr, saddr}, out);
}

/// An error about a packet that we sent: the transport protocol is told (icmp_socket_deliver).
bool icmp_unreach(Kernel& k, SkbId skb, const wire::IcmpView& icmp) {
  auto f = k.enter(Fn::icmp_unreach, skb);
  const auto quoted = wire::Ipv4View::parse(icmp.payload());
  if (!k.decide("quoted_header_good", quoted && quoted->ihl() >= 5)) {
    k.count(Counter::IcmpInErrors);
    return false;
  }
  const std::uint32_t mtu = icmp.type() == wire::ICMP_DEST_UNREACH && icmp.code() == wire::ICMP_FRAG_NEEDED
                                ? icmp.rest() & 0xffff
                                : 0;
  icmp_socket_deliver(k, {icmp.type(), icmp.code(), mtu}, icmp.payload());
  return true;
}

void count_type(Kernel& k, std::uint8_t type) {
  if (type == wire::ICMP_ECHO) k.count(Counter::IcmpInEchos);
  if (type == wire::ICMP_ECHOREPLY) k.count(Counter::IcmpInEchoReps);
  if (type == wire::ICMP_DEST_UNREACH) k.count(Counter::IcmpInDestUnreachs);
  if (type == wire::ICMP_TIME_EXCEEDED) k.count(Counter::IcmpInTimeExcds);
}

/// False: the message is bad.
bool handle(Kernel& k, SkbId skb, const wire::IcmpView& icmp) {
  if (is_error(icmp.type()) && icmp.type() != ICMP_SOURCE_QUENCH && icmp.type() != ICMP_REDIRECT)
    return icmp_unreach(k, skb, icmp);
  if (icmp.type() == wire::ICMP_ECHO)
    icmp_echo(k, skb, icmp);
  else
    k.remark("icmp_discarded", {{"type", icmp.type()}, {"code", icmp.code()}});  // icmp_discard
  return true;
}

}  // namespace

void icmp_rcv(Kernel& k, SkbId skb) {
  auto f = k.enter(Fn::icmp_rcv, skb);
  k.count(Counter::IcmpInMsgs);
  const auto fail = [&](Drop reason) {
    k.count(Counter::IcmpInErrors);
    kfree_skb_reason(k, skb, reason);
  };
  if (!skb_transport_checksum_ok(k, skb)) {
    k.count(Counter::IcmpInCsumErrors);
    fail(Drop::ICMP_CSUM);
    return;
  }
  if (!k.decide("icmp_header_there", pskb_may_pull(k, skb, 8), {{"len", k[skb].len}})) {
    fail(Drop::PKT_TOO_SMALL);
    return;
  }
  const auto message = skb_copy_bits(k, skb, 0, k[skb].len);
  const auto icmp = *wire::IcmpView::parse(message);
  count_type(k, icmp.type());
  if (!k.decide("icmp_type_known", icmp.type() <= NR_ICMP_TYPES, {{"type", icmp.type()}})) {
    fail(Drop::UNHANDLED_PROTO);
    return;
  }
  const bool to_all =
      k[skb].dst_valid != 0 && static_cast<RouteType>(k[skb].dst_valid - 1) != RouteType::local;
  const bool asks = icmp.type() == wire::ICMP_ECHO || icmp.type() == ICMP_TIMESTAMP;
  if (to_all && k.decide("broadcast_echo_ignored", asks || is_error(icmp.type()))) {
    fail(Drop::INVALID_PROTO);
    return;
  }
  if (handle(k, skb, icmp))
    consume_skb(k, skb);
  else
    kfree_skb_reason(k, skb, Drop::NOT_SPECIFIED);
}

void icmp_send(Kernel& k, SkbId skb, std::uint8_t type, std::uint8_t code) {
  if (k[skb].family == 6) {
    icmp6_send(k, skb, type, code);
    return;
  }
  auto f = k.enter(k.profile.icmp_send, skb);
  const auto ip = wire::Ipv4View::parse(skb_header(k, skb, k[skb].network_off));
  if (!ip || !k.decide("icmp_error_allowed", may_answer(k, skb, *ip))) return;
  if (!rate_limit_allows(k)) return;
  const IpAddr saddr = ip->saddr(), daddr = ip->daddr();
  const auto tos = static_cast<std::uint8_t>((ip->tos() & 0x1e) | 0xc0);  // precedence: internetwork control
  // As much of the offending packet as fits into 576 bytes.
  const wire::Bytes quoted = wire::slice(ip->bytes(), 0, std::min<std::size_t>(ip->tot_len(), 576 - 20 - 8));
  wire::Buffer out;
  wire::IcmpHeader{type, code, 0}.append_v4(out, std::vector<std::uint8_t>(quoted.begin(), quoted.end()));
  if (type == wire::ICMP_DEST_UNREACH) k.count(Counter::IcmpOutDestUnreachs);
  if (type == wire::ICMP_TIME_EXCEEDED) k.count(Counter::IcmpOutTimeExcds);
  const bool ours = route_type(k, daddr) == RouteType::local;
  reply(k, IpFlow{4, wire::IPPROTO_NR_ICMP, tos, -1, ours ? daddr : k.net().local[0], saddr}, out);
}

void icmp_reply(Kernel& k, const IpFlow& flow, const std::vector<std::uint8_t>& message) {
  reply(k, flow, message);
}
bool icmp_rate_limit_allows(Kernel& k) { return rate_limit_allows(k); }

}  // namespace ringside
