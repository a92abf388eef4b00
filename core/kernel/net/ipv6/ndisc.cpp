// net/ipv6/ndisc.c: neighbour solicitations for our addresses are answered, advertisements are learnt.
#include "core/kernel/net/core/skbuff.h"
#include "core/kernel/net/ip_output.h"
#include "core/kernel/net/ipv6/icmp6.h"
#include "core/kernel/net/ipv6/ipv6.h"
#include "core/wire/icmp.h"
#include "core/wire/ipv4.h"
#include "core/wire/ipv6.h"

namespace ringside {

namespace {

constexpr std::uint8_t ND_OPT_SOURCE_LL_ADDR = 1, ND_OPT_TARGET_LL_ADDR = 2;
constexpr std::uint32_t kSolicited = 0x40000000u, kOverride = 0x20000000u;

/// The link address in an option of that type; empty if there is none.
wire::Bytes link_address(wire::Bytes options, std::uint8_t type) {
  while (options.size() >= 8) {
    const std::size_t len = options[1] * 8u;
    if (len == 0 || len > options.size()) break;
    if (options[0] == type) return options.subspan(2, 6);
    options = options.subspan(len);
  }
  return {};
}

std::vector<std::uint8_t> with_own_link_address(Kernel& k, const IpAddr& target, std::uint8_t option) {
  std::vector<std::uint8_t> body(target.bytes().begin(), target.bytes().end());
  body.push_back(option);
  body.push_back(1);
  const auto& mac = k.host().nic->mac;
  body.insert(body.end(), mac, mac + 6);
  return body;
}

void send(Kernel& k, std::uint8_t type, std::uint32_t flags, const IpAddr& saddr, const IpAddr& daddr,
          const std::vector<std::uint8_t>& body) {
  wire::Buffer out;
  wire::IcmpHeader{type, 0, flags}.append_v6(out, saddr, daddr, body);
  icmp_reply(k, IpFlow{6, wire::IPPROTO_NR_ICMPV6, 0, 255, saddr, daddr}, out);
}

void ndisc_send_na(Kernel& k, const IpAddr& target, const IpAddr& to) {
  auto f = k.enter(Fn::ndisc_send_na);
  k.count(Counter::Icmp6OutNeighborAdvertisements);
  send(k, wire::NDISC_NEIGHBOUR_ADVERTISEMENT, kSolicited | kOverride, target, to,
       with_own_link_address(k, target, ND_OPT_TARGET_LL_ADDR));
}

void ndisc_recv_ns(Kernel& k, SkbId skb, const wire::IcmpView& icmp) {
  auto f = k.enter(Fn::ndisc_recv_ns, skb);
  k.count(Counter::Icmp6InNeighborSolicits);
  const IpAddr target = icmp.ndisc_target(), saddr = ip_addresses(k, skb).saddr;
  if (!k.decide("nd_target_is_ours", is_local_address(k, target))) return;
  if (saddr.is_unspecified()) return;  // somebody tries our address out (DAD); the model does not defend it
  const auto mac = link_address(wire::slice(icmp.payload(), 16), ND_OPT_SOURCE_LL_ADDR);
  if (!mac.empty()) neigh_update(k, saddr, mac.data(), true);
  ndisc_send_na(k, target, saddr);
}

void ndisc_recv_na(Kernel& k, SkbId skb, const wire::IcmpView& icmp) {
  auto f = k.enter(Fn::ndisc_recv_na, skb);
  k.count(Counter::Icmp6InNeighborAdvertisements);
  const auto mac = link_address(wire::slice(icmp.payload(), 16), ND_OPT_TARGET_LL_ADDR);
  if (!mac.empty()) neigh_update(k, icmp.ndisc_target(), mac.data(), false);
}

}  // namespace

void ndisc_rcv(Kernel& k, SkbId skb) {
  auto f = k.enter(Fn::ndisc_rcv, skb);
  const auto ip = wire::Ipv6View::parse(skb_header(k, skb, k[skb].network_off));
  const std::uint8_t hop_limit = ip ? ip->hop_limit() : std::uint8_t{0};
  if (!k.decide("nd_hop_limit_255", hop_limit == 255, {{"hop_limit", hop_limit}})) {
    kfree_skb_reason(k, skb, Drop::IPV6_NDISC_HOP_LIMIT);
    return;
  }
  const auto message = skb_copy_bits(k, skb, 0, k[skb].len);
  const auto icmp = *wire::IcmpView::parse(message);
  if (!k.decide("nd_code_zero", icmp.code() == 0, {{"code", icmp.code()}})) {
    kfree_skb_reason(k, skb, Drop::IPV6_NDISC_BAD_CODE);
    return;
  }
  if (icmp.type() == wire::NDISC_NEIGHBOUR_SOLICITATION)
    ndisc_recv_ns(k, skb, icmp);
  else if (icmp.type() == wire::NDISC_NEIGHBOUR_ADVERTISEMENT)
    ndisc_recv_na(k, skb, icmp);
  else
    k.remark("router_discovery_ignored", {{"type", icmp.type()}});  // addresses and routes are configured
  consume_skb(k, skb);
}

void ndisc_solicit(Kernel& k, const IpAddr& target) {
  auto f = k.enter(Fn::ndisc_solicit);
  std::uint8_t group[16] = {0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, 0, 0, 0};
  for (std::size_t i = 13; i < 16; ++i) group[i] = target.bytes()[i];
  IpAddr own;
  for (std::uint32_t i = 0; i < k.net().local_count && !own.is_v6(); ++i) own = k.net().local[i];
  k.count(Counter::Icmp6OutNeighborSolicits);
  send(k, wire::NDISC_NEIGHBOUR_SOLICITATION, 0, own, IpAddr::v6(group),
       with_own_link_address(k, target, ND_OPT_SOURCE_LL_ADDR));
}

}  // namespace ringside
