// net/ipv6/ip6_output.c: the IPv6 header, LOCAL_OUT, POST_ROUTING, fragments.
#include <algorithm>
#include <cerrno>

#include "core/kernel/net/core/dev.h"
#include "core/kernel/net/core/skbuff.h"
#include "core/kernel/net/ip_output.h"
#include "core/wire/ethernet.h"
#include "core/wire/ipv6.h"

namespace ringside {

namespace {

void push_ipv6_header(Kernel& k, const IpFlow& flow, SkbId skb) {
  wire::Ipv6Header ip;
  ip.saddr = flow.saddr;
  ip.daddr = flow.daddr;
  ip.traffic_class = flow.tos;
  ip.hop_limit = static_cast<std::uint8_t>(flow.ttl >= 0 ? flow.ttl : k.sysctl().ip_default_ttl);
  ip.protocol = flow.protocol;
  const std::uint32_t payload = skb_whole_len(k, skb);
  wire::Buffer out;
  ip.append_to(out, std::min<std::uint32_t>(payload, 65535));
  skb_push_header(k, skb, out);
  k.put(k[skb].protocol, wire::ETH_P_IPV6);
  k.put(k[skb].family, std::uint8_t{6});
}

int ip6_output(Kernel& k, SkbId skb) {
  auto f = k.enter(Fn::ip6_output, skb);
  if (!nf_hook(k, NF_INET_POST_ROUTING, skb)) return -EPERM;
  const std::uint32_t len = skb_whole_len(k, skb);
  const std::uint32_t mtu = k.host().nic->mtu;
  const bool too_big = k[skb].gso_size == 0 && len > mtu;
  if (k.decide("exceeds_mtu", too_big, {{"len", len}, {"mtu", mtu}, {"gso_size", k[skb].gso_size}}))
    return ip6_fragment(k, skb, mtu);
  if (k.profile.counts_transmits) count_ip_out(k, skb);
  return neigh_output(k, skb);
}

int ip6_xmit(Kernel& k, const IpFlow& flow, SkbId skb, SockId sk) {
  auto f = k.enter(Fn::ip6_xmit, skb, sk);
  push_ipv6_header(k, flow, skb);
  if (k.profile.counts_transmits)
    k.count(Counter::Ip6OutRequests);
  else
    count_ip_out(k, skb);
  return nf_hook(k, NF_INET_LOCAL_OUT, skb) ? ip6_output(k, skb) : -EPERM;
}

}  // namespace

int ip6_xmit_sock(Kernel& k, SockId sk, SkbId skb) {
  const Sock& s = k[sk];
  auto f = k.enter(Fn::inet6_csk_xmit, skb, sk);
  return ip6_xmit(k, IpFlow{6, s.protocol, s.ip_tos, s.ip_ttl, s.saddr, s.daddr}, skb, sk);
}

void ip6_send_flow(Kernel& k, const IpFlow& flow, SkbId skb, SockId sk) { ip6_xmit(k, flow, skb, sk); }

int ip6_fragment(Kernel& k, SkbId skb, std::uint32_t mtu) {
  auto f = k.enter(Fn::ip6_fragment, skb);
  const auto pushed = skb_pushed(k, skb);
  auto header = wire::Ipv6Header::from(pushed);
  if (!header) {
    k.count(Counter::Ip6FragFails);
    kfree_skb_reason(k, skb, Drop::NOT_SPECIFIED);
    return -EMSGSIZE;
  }
  std::vector<std::uint8_t> payload(pushed.begin() + static_cast<std::ptrdiff_t>(header->size()),
                                    pushed.end());
  const auto rest = skb_copy_bits(k, skb, 0, k[skb].len);
  payload.insert(payload.end(), rest.begin(), rest.end());
  const auto id = static_cast<std::uint32_t>(k.random());
  const std::size_t step = (mtu - header->size() - 8) & ~std::size_t{7};
  int err = 0;
  for (std::size_t at = 0; at < payload.size() && err == 0; at += step) {
    const std::size_t take = std::min(step, payload.size() - at);
    wire::Ipv6Header own = *header;
    own.extensions.push_back(
        wire::Ipv6Extension::fragment(id, static_cast<std::uint32_t>(at), at + take < payload.size()));
    const std::vector<std::uint8_t> piece(payload.begin() + static_cast<std::ptrdiff_t>(at),
                                          payload.begin() + static_cast<std::ptrdiff_t>(at + take));
    const SkbId fragment = alloc_skb(k, k.store(piece), static_cast<std::uint32_t>(take + 64));
    wire::Buffer out;
    own.append_to(out, take);
    skb_push_header(k, fragment, out);
    k.put(k[fragment].protocol, wire::ETH_P_IPV6);
    k.count(Counter::Ip6FragCreates);
    if (k.profile.counts_transmits) count_ip_out(k, fragment);
    err = neigh_output(k, fragment);
  }
  k.count(err == 0 ? Counter::Ip6FragOKs : Counter::Ip6FragFails);
  consume_skb(k, skb);
  return err;
}

}  // namespace ringside
