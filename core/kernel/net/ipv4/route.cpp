// net/ipv4/route.c, ip_forward.c: for us, for somebody else, or for nobody. One device, and a routing table
// that knows our own addresses and a default route.
#include "core/kernel/net/core/skbuff.h"
#include "core/kernel/net/ip.h"
#include "core/kernel/net/ipv4/ip_fragment.h"
#include "core/wire/icmp.h"
#include "core/wire/ipv4.h"

namespace ringside {

namespace {

bool zeronet(const IpAddr& addr) { return addr.is_v4() && addr.v4_number() >> 24 == 0; }

bool martian(Kernel& k, SkbId skb, const char* why, Drop reason) {
  k.remark(why);
  kfree_skb_reason(k, skb, reason);
  return false;
}

/// fib_validate_source(): a packet from outside cannot come from one of our own addresses.
bool source_is_valid(Kernel& k, const IpAddr& saddr) {
  const bool ours = is_local_address(k, saddr) && !saddr.is_loopback();
  return k.decide("source_address_valid", !ours);
}

}  // namespace

bool is_local_address(Kernel& k, const IpAddr& addr) {
  const Net& net = k.net();
  for (std::uint32_t i = 0; i < net.local_count; ++i)
    if (net.local[i] == addr) return true;
  return false;
}

RouteType route_type(Kernel& k, const IpAddr& daddr) {
  if (is_local_address(k, daddr)) return RouteType::local;
  if (daddr.is_limited_broadcast()) return RouteType::broadcast;
  if (daddr.is_multicast()) return RouteType::multicast;
  return RouteType::unicast;
}

bool ip_route_input_noref(Kernel& k, SkbId skb) {
  auto f = k.enter(Fn::ip_route_input_noref, skb);
  const SkBuff& s = k[skb];
  const auto [saddr, daddr] = ip_addresses(k, skb);
  if (saddr.is_multicast() || saddr.is_limited_broadcast())
    return martian(k, skb, "martian_source", Drop::IP_INVALID_SOURCE);
  if (zeronet(saddr) && !daddr.is_limited_broadcast() && !zeronet(daddr))
    return martian(k, skb, "martian_source", Drop::IP_INVALID_SOURCE);
  if (zeronet(daddr) && !zeronet(saddr)) return martian(k, skb, "martian_destination", Drop::IP_INVALID_DEST);
  const bool on_loopback = is_local_address(k, daddr) && daddr.is_loopback();
  if ((daddr.is_loopback() || saddr.is_loopback()) && !on_loopback)
    return martian(k, skb, "loopback_address_from_outside", Drop::IP_LOCALNET);
  RouteType type = route_type(k, daddr);
  // Without the subnet's mask: an address that came as a link broadcast and ends in 255 is a subnet's
  // broadcast.
  if (type == RouteType::unicast && s.pkt_type == PacketType::broadcast && (daddr.v4_number() & 0xff) == 0xff)
    type = RouteType::broadcast;
  if (type == RouteType::local && !on_loopback && !source_is_valid(k, saddr))
    return martian(k, skb, "own_address_from_outside", Drop::IP_LOCAL_SOURCE);
  if (type == RouteType::unicast && k.sysctl().ip_forward == 0) type = RouteType::unreachable;
  k.choose("route_type", static_cast<std::int64_t>(type), {{"daddr", daddr.v4_number()}});
  k.put(s.dst_valid, static_cast<std::uint8_t>(1 + static_cast<std::uint8_t>(type)));
  return true;
}

void ip_forward(Kernel& k, SkbId skb) {
  auto f = k.enter(Fn::ip_forward, skb);
  if (!k.decide("frame_was_for_us", k[skb].pkt_type == PacketType::host)) {
    kfree_skb_reason(k, skb, Drop::NOT_SPECIFIED);
    return;
  }
  const auto ip = wire::Ipv4View::parse(skb_header(k, skb, k[skb].network_off));
  if (!k.decide("ttl_left", ip && ip->ttl() > 1, {{"ttl", ip ? ip->ttl() : 0}})) {
    k.count(Counter::IpInHdrErrors);
    icmp_send(k, skb, wire::ICMP_TIME_EXCEEDED, 0);
    kfree_skb_reason(k, skb, Drop::IP_INHDR);
    return;
  }
  // There is no second device in the model: what is forwarded leaves the picture here.
  k.count(Counter::IpForwDatagrams);
  k.move(skb, Place::forwarded);
  consume_skb(k, skb);
}

}  // namespace ringside
