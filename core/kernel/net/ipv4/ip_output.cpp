// net/ipv4/ip_output.c: the IP header, LOCAL_OUT, routing, POST_ROUTING, fragments. The IPv6 half is in
// ipv6/ip6_output.cpp.
#include "core/kernel/net/ip_output.h"

#include <algorithm>
#include <array>
#include <cerrno>

#include "core/kernel/net/core/dev.h"
#include "core/kernel/net/core/skbuff.h"
#include "core/kernel/net/ip.h"
#include "core/wire/ethernet.h"
#include "core/wire/ipv4.h"
#include "core/wire/tcp.h"

namespace ringside {

namespace {

/// ip_select_ident_segs(): an atomic datagram needs no id; a connected socket counts its own all the same.
std::uint16_t select_ident(Kernel& k, SkbId skb, bool dont_fragment, bool connected) {
  if (dont_fragment && !connected) return 0;
  const std::uint32_t segments = std::max<std::uint32_t>(1, k[skb].gso_segs);
  const std::uint32_t id = k.net().ip_id;
  k.put(k.net().ip_id, id + segments);
  return static_cast<std::uint16_t>(id);
}

void push_ipv4_header(Kernel& k, const IpFlow& flow, SkbId skb, bool connected) {
  const std::uint32_t payload = skb_whole_len(k, skb);
  wire::Ipv4Header ip;
  ip.saddr = flow.saddr;
  ip.daddr = flow.daddr;
  ip.tos = flow.tos;
  ip.ttl = static_cast<std::uint8_t>(flow.ttl >= 0 ? flow.ttl : k.sysctl().ip_default_ttl);
  ip.protocol = flow.protocol;
  const bool fits = payload + 20 <= k.host().nic->mtu;
  ip.dont_fragment = flow.protocol == wire::IPPROTO_NR_TCP ||
                     (flow.protocol == wire::IPPROTO_NR_UDP && fits && k.sysctl().ip_no_pmtu_disc == 0);
  ip.id = select_ident(k, skb, ip.dont_fragment, connected);
  std::array<std::uint8_t, wire::Ipv4View::kMinHeaderLen> out{};
  // A GSO packet may exceed what the length field can say; the device writes it anew in every segment.
  ip.write_to(out.data(), std::min<std::uint32_t>(payload, 65535 - 20));
  skb_push_header(k, skb, out);
}

int ip_finish_output(Kernel& k, SkbId skb) {
  auto f = k.enter(Fn::ip_finish_output, skb);
  const std::uint32_t len = skb_whole_len(k, skb);
  const std::uint32_t mtu = k.host().nic->mtu;
  const bool too_big = k[skb].gso_size == 0 && len > mtu;
  if (k.decide("exceeds_mtu", too_big, {{"len", len}, {"mtu", mtu}, {"gso_size", k[skb].gso_size}}))
    return ip_do_fragment(k, skb, mtu);
  if (k.profile.counts_transmits) count_ip_out(k, skb);
  return neigh_output(k, skb);
}

int ip_output(Kernel& k, SkbId skb) {
  auto f = k.enter(Fn::ip_output, skb);
  if (!k.profile.counts_transmits) count_ip_out(k, skb);
  return nf_hook(k, NF_INET_POST_ROUTING, skb) ? ip_finish_output(k, skb) : -EPERM;
}

int ip_local_out(Kernel& k, SkbId skb) {
  auto f = k.enter(Fn::ip_local_out, skb);
  if (k.profile.counts_transmits) k.count(Counter::IpOutRequests);
  return nf_hook(k, NF_INET_LOCAL_OUT, skb) ? ip_output(k, skb) : -EPERM;
}

int queue_xmit_v4(Kernel& k, SockId sk, SkbId skb) {
  const Sock& sock = k[sk];
  IpFlow flow{4, sock.protocol, sock.ip_tos, sock.ip_ttl, sock.saddr, sock.daddr};
  push_ipv4_header(k, flow, skb, true);
  k.put(k[skb].protocol, wire::ETH_P_IP);
  return ip_local_out(k, skb);
}

}  // namespace

std::uint32_t skb_whole_len(Kernel& k, SkbId skb) {
  return k[skb].len + static_cast<std::uint32_t>(skb_pushed(k, skb).size());
}

void count_ip_out(Kernel& k, SkbId skb) {
  const bool v6 = k[skb].protocol == wire::ETH_P_IPV6;
  if (k.profile.counts_transmits)
    k.count(v6 ? Counter::Ip6OutTransmits : Counter::IpOutTransmits);
  else
    k.count(v6 ? Counter::Ip6OutRequests : Counter::IpOutRequests);
  k.count(v6 ? Counter::Ip6OutOctets : Counter::IpOutOctets, skb_whole_len(k, skb));
}

int ip_queue_xmit(Kernel& k, SockId sk, SkbId skb) {
  if (k[sk].family == 6) return ip6_xmit_sock(k, sk, skb);
  auto f = k.enter(Fn::ip_queue_xmit, skb, sk);
  if (!k.profile.ip_rcv_split) return queue_xmit_v4(k, sk, skb);
  auto inner = k.enter(Fn::__ip_queue_xmit, skb, sk);
  return queue_xmit_v4(k, sk, skb);
}

void ip_send_skb(Kernel& k, const IpFlow& asked, SkbId skb, SockId sk) {
  IpFlow flow = asked;
  // ip_route_output: a socket bound to no address sends from the device's first one of the family.
  for (std::uint32_t i = 0; i < k.net().local_count && flow.saddr.is_unspecified(); ++i)
    if (k.net().local[i].family() == flow.daddr.family()) flow.saddr = k.net().local[i];
  if (flow.family == 6) {
    ip6_send_flow(k, flow, skb, sk);
    return;
  }
  const bool synack = flow.protocol == wire::IPPROTO_NR_TCP && (k[skb].cb.tcp_flags & wire::TCPHDR_SYN) != 0;
  auto f = k.enter(synack ? Fn::ip_build_and_send_pkt : Fn::ip_send_skb, skb, sk);
  push_ipv4_header(k, flow, skb, false);
  k.put(k[skb].protocol, wire::ETH_P_IP);
  ip_local_out(k, skb);
}

int ip_do_fragment(Kernel& k, SkbId skb, std::uint32_t mtu) {
  auto f = k.enter(Fn::ip_do_fragment, skb);
  const auto pushed = skb_pushed(k, skb);
  auto header = wire::Ipv4Header::from(pushed);
  if (!header || k.decide("dont_fragment", header->dont_fragment)) {
    k.count(Counter::IpFragFails);
    kfree_skb_reason(k, skb, Drop::PKT_TOO_BIG);
    return -EMSGSIZE;
  }
  std::vector<std::uint8_t> payload(pushed.begin() + static_cast<std::ptrdiff_t>(header->size()),
                                    pushed.end());
  const auto rest = skb_copy_bits(k, skb, 0, k[skb].len);
  payload.insert(payload.end(), rest.begin(), rest.end());
  const std::size_t step = (mtu - header->size()) & ~std::size_t{7};
  int err = 0;
  for (std::size_t at = 0; at < payload.size() && err == 0; at += step) {
    const std::size_t take = std::min(step, payload.size() - at);
    header->fragment_offset = static_cast<std::uint32_t>(at);
    header->more_fragments = at + take < payload.size();
    const std::vector<std::uint8_t> piece(payload.begin() + static_cast<std::ptrdiff_t>(at),
                                          payload.begin() + static_cast<std::ptrdiff_t>(at + take));
    const SkbId fragment = alloc_skb(k, k.store(piece), static_cast<std::uint32_t>(take + 64));
    wire::Buffer out;
    header->append_to(out, take);
    skb_push_header(k, fragment, out);
    k.put(k[fragment].protocol, wire::ETH_P_IP);
    k.count(Counter::IpFragCreates);
    if (k.profile.counts_transmits) count_ip_out(k, fragment);
    err = neigh_output(k, fragment);
  }
  k.count(err == 0 ? Counter::IpFragOKs : Counter::IpFragFails);
  consume_skb(k, skb);
  return err;
}

}  // namespace ringside
