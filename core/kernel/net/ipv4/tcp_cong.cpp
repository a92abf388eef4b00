// net/ipv4/tcp_cong.c: Reno, what all congestion controls share, and which one a socket uses.
#include "core/kernel/net/ipv4/tcp_cubic.h"
#include "core/kernel/net/ipv4/tcp_ecn.h"
#include "core/kernel/net/ipv4/tcp_send.h"
#include "core/kernel/net/ipv4/tcp_sockopt.h"

namespace ringside {

namespace {
bool uses_cubic(Kernel& k, SockId sk) {
  return k[sk].icsk.ca_ops == static_cast<std::uint8_t>(CongestionOps::cubic);
}
}  // namespace

void tcp_init_congestion_control(Kernel& k, SockId sk) {
  const Sock& s = k[sk];
  k.put(s.tp.prior_ssthresh, 0u);
  if (uses_cubic(k, sk)) cubic_init(k, sk);
  inet_ecn_xmit(k, sk, false);
  k.put(s.icsk.ca_initialized, std::uint8_t{1});
}

void tcp_ca_event(Kernel& k, SockId sk, CaEvent event) {
  if (uses_cubic(k, sk) && event == CaEvent::tx_start) cubic_tx_start(k, sk);
}

std::uint32_t tcp_ca_ssthresh(Kernel& k, SockId sk) {
  return uses_cubic(k, sk) ? cubic_recalc_ssthresh(k, sk) : std::max(k[sk].tp.snd_cwnd >> 1, 2u);
}

std::uint32_t tcp_ca_undo_cwnd(Kernel& k, SockId sk) {
  const TcpSock& tp = k[sk].tp;
  if (!k.profile.sender.undo_by_prior_cwnd)
    return uses_cubic(k, sk) ? cubic_undo_cwnd(k, sk) : std::max(tp.snd_cwnd, tp.snd_ssthresh << 1);
  return std::max(tp.snd_cwnd, tp.prior_cwnd);
}

void tcp_ca_cong_avoid(Kernel& k, SockId sk, Seq ack, std::uint32_t acked) {
  if (uses_cubic(k, sk))
    cubic_cong_avoid(k, sk, ack, acked);
  else
    tcp_reno_cong_avoid(k, sk, ack, acked);
}

void tcp_ca_set_state(Kernel& k, SockId sk, std::uint8_t new_state) {
  if (uses_cubic(k, sk) && new_state == TCP_CA_Loss) cubic_reset(k, sk);
}

void tcp_ca_pkts_acked(Kernel& k, SockId sk, const AckSample& sample) {
  if (uses_cubic(k, sk)) cubic_acked(k, sk, sample);
}

std::uint32_t tcp_slow_start(Kernel& k, SockId sk, std::uint32_t acked) {
  const TcpSock& tp = k[sk].tp;
  const std::uint32_t cwnd = std::min(tp.snd_cwnd + acked, tp.snd_ssthresh);
  acked -= cwnd - tp.snd_cwnd;
  k.set(tp.snd_cwnd, std::min(cwnd, tp.snd_cwnd_clamp));
  return acked;
}

void tcp_cong_avoid_ai(Kernel& k, SockId sk, std::uint32_t w, std::uint32_t acked) {
  const TcpSock& tp = k[sk].tp;
  std::uint32_t cwnd = tp.snd_cwnd, cnt = tp.snd_cwnd_cnt;
  if (cnt >= w) {  // credit from a time when w was larger
    cnt = 0;
    ++cwnd;
  }
  cnt += acked;
  if (cnt >= w) {
    cwnd += cnt / w;
    cnt %= w;
  }
  k.put(tp.snd_cwnd_cnt, cnt);
  k.set(tp.snd_cwnd, std::min(cwnd, tp.snd_cwnd_clamp));
}

void tcp_reno_cong_avoid(Kernel& k, SockId sk, Seq, std::uint32_t acked) {
  auto f = k.enter(Fn::tcp_reno_cong_avoid, {}, sk);
  const TcpSock& tp = k[sk].tp;
  if (!k.decide("cwnd_limited", tcp_is_cwnd_limited(tp),
                {{"snd_cwnd", tp.snd_cwnd}, {"max_packets_out", tp.max_packets_out}}))
    return;
  if (k.decide("slow_start", tcp_in_slow_start(tp),
               {{"snd_cwnd", tp.snd_cwnd}, {"snd_ssthresh", tp.snd_ssthresh}})) {
    acked = tcp_slow_start(k, sk, acked);
    if (acked == 0) return;
  }
  tcp_cong_avoid_ai(k, sk, tp.snd_cwnd, acked);
}

}  // namespace ringside
