#include "core/kernel/net/ipv4/tcp_ecn.h"

#include "core/kernel/net/ipv4/tcp_send.h"

namespace ringside {

namespace {
void put_flags(Kernel& k, SkbId skb, unsigned flags) {
  k.put(k[skb].cb.tcp_flags, static_cast<std::uint16_t>(flags));
}
}  // namespace

void inet_ecn_xmit(Kernel& k, SockId sk, bool capable) {
  const Sock& s = k[sk];
  k.put(s.ip_tos, static_cast<std::uint8_t>((s.ip_tos & ~INET_ECN_MASK) | (capable ? INET_ECN_ECT_0 : 0)));
}

void tcp_ecn_send_syn(Kernel& k, SockId sk, SkbId skb) {
  const TcpSock& tp = k[sk].tp;
  const std::int32_t tcp_ecn = k.sysctl().tcp_ecn;
  const bool use_ecn = tcp_ecn == 1 || tcp_ecn == k.profile.sender.ecn_in_accecn_out_ecn;
  k.put(tp.ecn_flags, std::uint8_t{0});
  if (!k.decide("ecn_offered", use_ecn, {{"tcp_ecn", tcp_ecn}})) return;
  put_flags(k, skb, k[skb].cb.tcp_flags | TCPHDR_ECE | TCPHDR_CWR);
  k.set(tp.ecn_flags, TCP_ECN_OK);
}

void tcp_ecn_send_synack(Kernel& k, SockId sk, SkbId skb) {
  unsigned flags = k[skb].cb.tcp_flags & ~unsigned{TCPHDR_CWR};
  if ((k[sk].tp.ecn_flags & TCP_ECN_OK) == 0) flags &= ~unsigned{TCPHDR_ECE};
  put_flags(k, skb, flags);
}

void tcp_ecn_clear_syn(Kernel& k, SkbId skb) {
  if (k.sysctl().tcp_ecn_fallback != 0)
    put_flags(k, skb, k[skb].cb.tcp_flags & ~unsigned{TCPHDR_ECE | TCPHDR_CWR});
}

std::uint16_t tcp_ecn_send(Kernel& k, SockId sk, SkbId skb) {
  const TcpSock& tp = k[sk].tp;
  const SkBuff& b = k[skb];
  if ((tp.ecn_flags & TCP_ECN_OK) == 0) return 0;
  std::uint16_t bits = 0;
  // Only data sent for the first time may be marked by routers, and only it can tell of a reduced window.
  if (k.decide("ecn_new_data", b.len != 0 && !before(b.cb.seq, tp.snd_nxt),
               {{"seq", b.cb.seq}, {"snd_nxt", tp.snd_nxt}})) {
    inet_ecn_xmit(k, sk, true);
    if ((tp.ecn_flags & TCP_ECN_QUEUE_CWR) != 0) {
      k.set(tp.ecn_flags, static_cast<std::uint8_t>(tp.ecn_flags & ~TCP_ECN_QUEUE_CWR));
      bits |= TCPHDR_CWR;
    }
  } else {
    inet_ecn_xmit(k, sk, false);
  }
  if ((tp.ecn_flags & TCP_ECN_DEMAND_CWR) != 0) bits |= TCPHDR_ECE;
  return bits;
}

}  // namespace ringside
