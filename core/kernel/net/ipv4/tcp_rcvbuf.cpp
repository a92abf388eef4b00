// net/ipv4/tcp_input.c: tuning of the receive buffer. What both kernels share; the rest is the seam
// core/profiles/seams/buffer_and_window.cpp.
#include <algorithm>

#include "core/kernel/net/core/skbuff.h"
#include "core/kernel/net/core/sock.h"
#include "core/kernel/net/ipv4/tcp_input.h"
#include "core/profiles/seams/buffer_and_window.h"

namespace ringside {

namespace {

/// __tcp_grow_window(): the skb is wasteful; may the window grow all the same, while it is small?
std::uint32_t grow_slowly(Kernel& k, SockId sk, SkbId skb, std::uint32_t skb_truesize_now) {
  auto f = k.enter(Fn::__tcp_grow_window, skb, sk);
  const Sock& s = k[sk];
  std::int32_t truesize = tcp_win_from_space(k, sk, static_cast<std::int32_t>(skb_truesize_now)) >> 1;
  std::int32_t window = tcp_win_from_space(k, sk, k.sysctl().tcp_rmem[2]) >> 1;
  while (static_cast<std::int32_t>(s.tp.rcv_ssthresh) <= window) {
    if (truesize <= static_cast<std::int32_t>(k[skb].len)) return 2u * s.icsk.ack.rcv_mss;
    truesize >>= 1;
    window >>= 1;
  }
  return 0;
}

/// 6.18: an skb whose head holds no payload is judged without its head.
std::uint32_t truesize_to_judge(const Kernel& k, const SkBuff& skb, bool adjust) {
  if (!k.profile.tcp_rcv.grow_window_ignores_empty_head || !adjust || skb_headlen(skb) != 0)
    return skb.truesize;
  const std::uint32_t adjusted = skb.truesize - skb_truesize(skb.headroom_size);
  return static_cast<std::int32_t>(adjusted) < static_cast<std::int32_t>(skb.len) ? skb.truesize : adjusted;
}

}  // namespace

void tcp_grow_window(Kernel& k, SockId sk, SkbId skb, bool adjust) {
  auto f = k.enter(Fn::tcp_grow_window, skb, sk);
  const Sock& s = k[sk];
  const std::int32_t limit = std::min(static_cast<std::int32_t>(s.tp.window_clamp), tcp_space(k, sk));
  const std::int32_t room = limit - static_cast<std::int32_t>(s.tp.rcv_ssthresh);
  if (!k.decide("window_may_grow", room > 0, {{"room", room}, {"rcv_ssthresh", s.tp.rcv_ssthresh}})) return;
  if (tcp_under_memory_pressure(k)) {
    if (k.profile.tcp_rcv.pressure_shrinks_ssthresh) tcp_adjust_rcv_ssthresh(k, sk);
    return;
  }
  const std::uint32_t truesize = truesize_to_judge(k, k[skb], adjust);
  const std::int32_t worth = tcp_win_from_space(k, sk, static_cast<std::int32_t>(truesize));
  const auto len = static_cast<std::int32_t>(k[skb].len);
  std::uint32_t incr = 0;
  if (k.decide("skb_is_good_value", worth <= len, {{"truesize", truesize}, {"len", len}}))
    incr = 2 * s.tp.advmss;
  else
    incr = grow_slowly(k, sk, skb, truesize);
  if (incr == 0) return;
  incr = std::max(incr, 2 * k[skb].len);
  // 4.13 stops at the clamp only; 6.18 also at the free space.
  const auto most = k.profile.tcp_rcv.grow_window_within_space ? static_cast<std::uint32_t>(room)
                                                               : s.tp.window_clamp - s.tp.rcv_ssthresh;
  k.set(s.tp.rcv_ssthresh, s.tp.rcv_ssthresh + std::min(incr, most));
  k.set(s.icsk.ack.quick, static_cast<std::uint8_t>(s.icsk.ack.quick | 1));
}

void tcp_adjust_rcv_ssthresh(Kernel& k, SockId sk) {
  const TcpSock& tp = k[sk].tp;
  k.set(tp.rcv_ssthresh, std::min(tp.rcv_ssthresh, 4 * tp.advmss));
}

void tcp_init_buffer_space(Kernel& k, SockId sk) { k.profile.tcp_rcv.init_buffer_space(k, sk); }

void tcp_clamp_window(Kernel& k, SockId sk) {
  const Sock& s = k[sk];
  const Sysctls& sysctl = k.sysctl();
  k.set(s.icsk.ack.quick, std::uint8_t{0});
  const bool may_grow = s.sk_rcvbuf < sysctl.tcp_rmem[2] && (s.sk_userlocks & SOCK_RCVBUF_LOCK) == 0 &&
                        !tcp_under_memory_pressure(k) && k.net().tcp_memory_allocated < sysctl.tcp_mem[0];
  if (k.decide("rcvbuf_may_grow", may_grow, {{"rcvbuf", s.sk_rcvbuf}, {"tcp_rmem_max", sysctl.tcp_rmem[2]}}))
    k.set(s.sk_rcvbuf, std::min(s.sk_rmem_alloc, sysctl.tcp_rmem[2]));
  if (s.sk_rmem_alloc > s.sk_rcvbuf) k.set(s.tp.rcv_ssthresh, std::min(s.tp.window_clamp, 2 * s.tp.advmss));
}

void tcp_initialize_rcv_mss(Kernel& k, SockId sk) {
  const TcpSock& tp = k[sk].tp;
  std::uint32_t hint = std::min({tp.advmss, tp.mss_cache, tp.rcv_wnd / 2, TCP_MSS_DEFAULT});
  hint = std::max(hint, TCP_MIN_MSS);
  k.set(k[sk].icsk.ack.rcv_mss, static_cast<std::uint16_t>(hint));
}

void tcp_rcv_rtt_measure(Kernel& k, SockId sk) {
  const TcpSock& tp = k[sk].tp;
  if (tp.rcv_rtt_est.time != 0) {
    if (before(tp.rcv_nxt, tp.rcv_rtt_est.seq)) return;
    // A whole window came in: the sender needed about one round trip for it.
    const auto delta =
        static_cast<std::uint32_t>(std::max<std::int64_t>(tp.tcp_mstamp - tp.rcv_rtt_est.time, 0));
    k.profile.tcp_rcv.rcv_rtt_update(k, sk, std::max(delta, 1u), true);
  }
  k.put(tp.rcv_rtt_est.seq, tp.rcv_nxt + tp.rcv_wnd);
  k.put(tp.rcv_rtt_est.time, tp.tcp_mstamp);
}

void tcp_rcv_rtt_measure_ts(Kernel& k, SockId sk, SkbId skb) {
  k.profile.tcp_rcv.rcv_rtt_measure_ts(k, sk, skb);
}

void tcp_rcv_space_adjust(Kernel& k, SockId sk) {
  auto f = k.enter(Fn::tcp_rcv_space_adjust, {}, sk);
  k.profile.tcp_rcv.rcv_space_adjust(k, sk);
}

void tcp_rcvbuf_grow(Kernel& k, SockId sk, std::uint32_t newval) { seams::rcvbuf_grow_6_18(k, sk, newval); }

}  // namespace ringside
