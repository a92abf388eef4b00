// net/ipv4/udp.c and net/ipv6/udp.c, the receive path's half: to a socket's queue, or to nobody.
// The sockets' half is udp_sock.cpp.
#include "core/wire/udp.h"

#include "core/kernel/net/core/skbuff.h"
#include "core/kernel/net/core/sock.h"
#include "core/kernel/net/ip.h"
#include "core/wire/icmp.h"
#include "core/wire/ipv4.h"

namespace ringside {

namespace {

/// compute_score(): the more a socket says about its peer and address, the better it fits; below 0: not at
/// all.
int compute_score(const Sock& s, const IpPair& addr, std::uint16_t sport, std::uint16_t dport) {
  if (s.sport != dport) return -1;
  int score = s.family == 4 ? 2 : 1;
  if (s.family == 4 && addr.daddr.is_v6()) return -1;
  if (s.family == 6 && s.ipv6only != 0 && addr.daddr.is_v4()) return -1;
  if (s.saddr.size() != 0 && !s.saddr.is_unspecified()) {
    if (s.saddr != addr.daddr) return -1;
    score += 4;
  }
  if (s.udp_connected != 0) {
    if (s.daddr != addr.saddr || s.dport != sport) return -1;
    score += 8;
  }
  return score;
}

SockId udp_lookup(Kernel& k, const IpPair& addr, std::uint16_t sport, std::uint16_t dport) {
  SockId best{};
  int best_score = -1;
  for (SockId id = k.net().udp_socks; id; id = k[id].bind_next) {
    const int score = compute_score(k[id], addr, sport, dport);
    if (score > best_score) {
      best = id;
      best_score = score;
    }
  }
  return best;
}

void bad_datagram(Kernel& k, SkbId skb, Drop reason) {
  k.count(Counter::UdpInErrors);
  kfree_skb_reason(k, skb, reason);
}

/// __udp_enqueue_schedule_skb(): false if the socket's buffer is full.
bool enqueue(Kernel& k, SkbId skb, SockId sk) {
  auto f = k.enter(Fn::__udp_enqueue_schedule_skb, skb, sk);
  const Sock& s = k[sk];
  // One datagram always fits: the test is on what was there before it.
  const bool room = s.sk_rmem_alloc <= s.sk_rcvbuf;
  if (!k.decide("rcvbuf_has_room", room, {{"sk_rmem_alloc", s.sk_rmem_alloc}, {"sk_rcvbuf", s.sk_rcvbuf}})) {
    k.set(s.sk_drops, s.sk_drops + 1);
    return false;
  }
  if (!sk_rmem_schedule(k, sk, k[skb].truesize)) return false;
  skb_set_owner_r(k, skb, sk);
  skb_queue_tail(k, s.receive_queue, skb);
  k.move(skb, Place::udp_receive_queue);
  sock_def_readable(k, sk);
  return true;
}

void udp_queue_rcv_skb(Kernel& k, SkbId skb, SockId sk) {
  auto f = k.enter(Fn::udp_queue_rcv_skb, skb, sk);
  skb_pull(k, skb, wire::UdpHeader::size());
  if (enqueue(k, skb, sk)) return;
  k.count(Counter::UdpRcvbufErrors);
  k.count(Counter::UdpInErrors);
  kfree_skb_reason(k, skb, Drop::SOCKET_RCVBUFF);
}

void no_port(Kernel& k, SkbId skb) {
  k.count(Counter::UdpNoPorts);
  icmp_send(k, skb, wire::ICMP_DEST_UNREACH, wire::ICMP_PORT_UNREACH);
  kfree_skb_reason(k, skb, Drop::NO_SOCKET);
}

void udp_lib_rcv(Kernel& k, SkbId skb) {
  const SkBuff& s = k[skb];
  if (!k.decide("udp_header_there", pskb_may_pull(k, skb, 8), {{"len", s.len}})) {
    bad_datagram(k, skb, s.truncated != 0 ? Drop::HDR_TRUNC : Drop::PKT_TOO_SMALL);
    return;
  }
  const auto udp = *wire::UdpView::parse(skb_data(k, skb));
  const std::uint16_t source = udp.source(), dest = udp.dest(), ulen = udp.len();
  const bool has_sum = udp.check() != 0;
  if (!k.decide("udp_length_good", ulen >= 8 && ulen <= s.len, {{"ulen", ulen}, {"len", s.len}})) {
    bad_datagram(k, skb, Drop::PKT_TOO_SMALL);
    return;
  }
  skb_trim(k, skb, ulen);
  if (has_sum && !skb_transport_checksum_ok(k, skb)) {
    k.count(Counter::UdpInCsumErrors);
    bad_datagram(k, skb, Drop::UDP_CSUM);
    return;
  }
  const SockId sk = udp_lookup(k, ip_addresses(k, skb), source, dest);
  if (k.decide("udp_socket_found", static_cast<bool>(sk), {{"sport", source}, {"dport", dest}}))
    udp_queue_rcv_skb(k, skb, sk);
  else
    no_port(k, skb);
}

}  // namespace

void udp_rcv(Kernel& k, SkbId skb) {
  auto f = k.enter(Fn::udp_rcv, skb);
  udp_lib_rcv(k, skb);
}

void udpv6_rcv(Kernel& k, SkbId skb) {
  auto f = k.enter(Fn::udpv6_rcv, skb);
  udp_lib_rcv(k, skb);
}

}  // namespace ringside
