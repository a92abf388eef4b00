#include "core/profiles/seams/buffer_and_window.h"

#include <algorithm>

#include "core/kernel/net/core/skbuff.h"
#include "core/kernel/net/ipv4/tcp_input.h"

namespace ringside::seams {

namespace {

constexpr int kRmemToWinScale = 8;  // TCP_RMEM_TO_WIN_SCALE

bool may_moderate(const Kernel& k, const Sock& sk) {
  return k.sysctl().tcp_moderate_rcvbuf != 0 && (sk.sk_userlocks & SOCK_RCVBUF_LOCK) == 0;
}

/// window_clamp and rcv_ssthresh of a fresh connection, less what tcp_app_win reserves.
void clamp_window(Kernel& k, SockId sk) {
  const TcpSock& tp = k[sk].tp;
  const std::int32_t app_win = k.sysctl().tcp_app_win;
  const auto maxwin = static_cast<std::uint32_t>(tcp_full_space(k, sk));
  if (tp.window_clamp >= maxwin) {
    k.set(tp.window_clamp, maxwin);
    if (app_win != 0 && maxwin > 4 * tp.advmss)
      k.set(tp.window_clamp, std::max(maxwin - (maxwin >> app_win), 4 * tp.advmss));
  }
  // One segment is always held back.
  if (app_win != 0 && tp.window_clamp > 2 * tp.advmss && tp.window_clamp + tp.advmss > maxwin)
    k.set(tp.window_clamp, std::max(2 * tp.advmss, maxwin - tp.advmss));
  k.set(tp.rcv_ssthresh, std::min(tp.rcv_ssthresh, tp.window_clamp));
  k.put(tp.snd_cwnd_stamp, k.jiffies());
}

void restart_measurement(Kernel& k, SockId sk) {
  const TcpSock& tp = k[sk].tp;
  k.put(tp.rcvq_space.seq, tp.copied_seq);
  k.put(tp.rcvq_space.time, tp.tcp_mstamp);
}

/// Less than one round trip since the last adjustment, or none known yet.
bool too_early(Kernel& k, const TcpSock& tp) {
  const std::int64_t since = tp.tcp_mstamp - tp.rcvq_space.time;
  const bool early = since < (tp.rcv_rtt_est.rtt_us >> 3) || tp.rcv_rtt_est.rtt_us == 0;
  return k.decide("drs_too_early", early, {{"since_us", since}, {"rtt_us", tp.rcv_rtt_est.rtt_us >> 3}});
}

}  // namespace

// --- 4.13 ----------------------------------------------------------------------------------------------

std::int32_t win_from_space_4_13(Kernel& k, SockId, std::int32_t space) {
  const std::int32_t scale = k.sysctl().tcp_adv_win_scale;
  return scale <= 0 ? space >> -scale : space - (space >> scale);
}

std::int32_t space_4_13(Kernel& k, SockId sk) {
  return win_from_space_4_13(k, sk, k[sk].sk_rcvbuf - k[sk].sk_rmem_alloc);
}

/// tcp_init_buffer_space() with tcp_fixup_rcvbuf()
void init_buffer_space_4_13(Kernel& k, SockId sk) {
  const Sock& s = k[sk];
  const TcpSock& tp = s.tp;
  const Sysctls& sysctl = k.sysctl();
  if ((s.sk_userlocks & SOCK_RCVBUF_LOCK) == 0) {
    auto memory = static_cast<std::int32_t>(2 * skb_truesize(tp.advmss + k.profile.tcp_rcv.max_tcp_header) *
                                            tcp_default_init_rwnd(tp.advmss));
    if (sysctl.tcp_moderate_rcvbuf != 0) memory <<= 2;
    if (s.sk_rcvbuf < memory) k.set(s.sk_rcvbuf, std::min(memory, sysctl.tcp_rmem[2]));
  }
  if ((s.sk_userlocks & SOCK_SNDBUF_LOCK) == 0) tcp_sndbuf_expand(k, sk);
  k.set(tp.rcvq_space.space, tp.rcv_wnd);
  tcp_mstamp_refresh(k, sk);
  restart_measurement(k, sk);
  clamp_window(k, sk);
}

void rcv_rtt_update_4_13(Kernel& k, SockId sk, std::uint32_t sample_us, bool window_based) {
  const TcpSock& tp = k[sk].tp;
  std::int64_t m = sample_us == 0 ? 1 : sample_us;
  std::uint32_t estimate = tp.rcv_rtt_est.rtt_us;
  if (estimate == 0)
    estimate = static_cast<std::uint32_t>(m << 3);
  else if (!window_based)
    estimate = static_cast<std::uint32_t>(estimate + (m - (estimate >> 3)));
  else
    estimate = static_cast<std::uint32_t>(std::min<std::int64_t>(m << 3, estimate));
  k.set(tp.rcv_rtt_est.rtt_us, estimate);
}

void rcv_rtt_measure_ts_4_13(Kernel& k, SockId sk, SkbId skb) {
  const TcpSock& tp = k[sk].tp;
  const TcpCb& cb = k[skb].cb;
  if (tp.rx_opt.rcv_tsecr == 0 || cb.end_seq - cb.seq < k[sk].icsk.ack.rcv_mss) return;
  const auto now_ms = static_cast<std::uint32_t>(tp.tcp_mstamp / 1000);
  rcv_rtt_update_4_13(k, sk, (now_ms - tp.rx_opt.rcv_tsecr) * 1000, false);
}

/// Dynamic right-sizing: twice what was read in the last round trip, more while that grows.
void rcv_space_adjust_4_13(Kernel& k, SockId sk) {
  const Sock& s = k[sk];
  const TcpSock& tp = s.tp;
  if (too_early(k, tp)) return;
  const auto copied = static_cast<std::int32_t>(tp.copied_seq - tp.rcvq_space.seq);
  const auto before_that = static_cast<std::int32_t>(tp.rcvq_space.space);
  if (!k.decide("drs_faster", copied > before_that, {{"copied", copied}, {"space", before_that}})) {
    restart_measurement(k, sk);
    return;
  }
  if (may_moderate(k, s)) {
    const auto advmss = static_cast<std::int32_t>(tp.advmss);
    std::int32_t window = (copied << 1) + 16 * advmss;
    if (copied >= before_that + (before_that >> 1))
      window <<= 1;
    else if (copied >= before_that + (before_that >> 2))
      window += window >> 1;
    auto memory = static_cast<std::int32_t>(skb_truesize(tp.advmss + k.profile.tcp_rcv.max_tcp_header));
    while (win_from_space_4_13(k, sk, memory) < advmss) memory += 128;
    const std::int32_t rcvbuf = std::min(window / advmss * memory, k.sysctl().tcp_rmem[2]);
    if (rcvbuf > s.sk_rcvbuf) {
      k.set(s.sk_rcvbuf, rcvbuf);
      k.set(tp.window_clamp, static_cast<std::uint32_t>(window));
    }
  }
  k.set(tp.rcvq_space.space, static_cast<std::uint32_t>(copied));
  restart_measurement(k, sk);
}

// --- 6.18 ----------------------------------------------------------------------------------------------

std::int32_t win_from_space_6_18(Kernel& k, SockId sk, std::int32_t space) {
  return static_cast<std::int32_t>(std::int64_t{space} * k[sk].tp.scaling_ratio >> kRmemToWinScale);
}

std::int32_t space_6_18(Kernel& k, SockId sk) {
  const Sock& s = k[sk];
  return win_from_space_6_18(k, sk, s.sk_rcvbuf - static_cast<std::int32_t>(s.backlog.len) - s.sk_rmem_alloc);
}

void init_buffer_space_6_18(Kernel& k, SockId sk) {
  const Sock& s = k[sk];
  if ((s.sk_userlocks & SOCK_SNDBUF_LOCK) == 0) tcp_sndbuf_expand(k, sk);
  tcp_mstamp_refresh(k, sk);
  restart_measurement(k, sk);
  clamp_window(k, sk);
  k.set(s.tp.rcvq_space.space, std::min({s.tp.rcv_ssthresh, s.tp.rcv_wnd, TCP_INIT_CWND * s.tp.advmss}));
}

void rcv_rtt_update_6_18(Kernel& k, SockId sk, std::uint32_t sample_us, bool window_based) {
  const TcpSock& tp = k[sk].tp;
  const std::uint32_t old = tp.rcv_rtt_est.rtt_us;
  const std::int64_t m = std::int64_t{sample_us} << 3;
  if (old == 0 || m < old) {
    k.set(tp.rcv_rtt_est.rtt_us, static_cast<std::uint32_t>(m));
    return;
  }
  // A larger sample may only say that the reader was slow.
  if (window_based || tp.rcv_nxt != tp.copied_seq) return;
  k.set(tp.rcv_rtt_est.rtt_us, old - (old >> 3) + sample_us);
}

void rcv_rtt_measure_ts_6_18(Kernel& k, SockId sk, SkbId skb) {
  const TcpSock& tp = k[sk].tp;
  const TcpCb& cb = k[skb].cb;
  if (tp.rx_opt.rcv_tsecr == tp.rcv_rtt_last_tsecr) return;
  k.put(tp.rcv_rtt_last_tsecr, tp.rx_opt.rcv_tsecr);
  if (cb.end_seq - cb.seq < k[sk].icsk.ack.rcv_mss) return;
  const auto delta = static_cast<std::uint32_t>(tp.tcp_mstamp / 1000) - tp.rx_opt.rcv_tsecr;
  if (delta != 0 && delta < 0x7fffffffu / 1000) rcv_rtt_update_6_18(k, sk, delta * 1000, false);
}

/// tcp_rcvbuf_grow()
void rcvbuf_grow_6_18(Kernel& k, SockId sk, std::uint32_t new_space) {
  const Sock& s = k[sk];
  const TcpSock& tp = s.tp;
  const std::uint32_t old_space = tp.rcvq_space.space;
  k.set(tp.rcvq_space.space, new_space);
  if (!may_moderate(k, s) || old_space == 0) return;
  std::uint32_t window = new_space << 1;  // this is always one round trip late
  const std::uint64_t grow = std::uint64_t{window} * (new_space - old_space) / old_space;
  window += static_cast<std::uint32_t>(grow << 1);
  if (tp.out_of_order_queue.root) window += k[tp.ooo_last_skb].cb.end_seq - tp.rcv_nxt;
  const auto space =
      static_cast<std::uint32_t>((std::uint64_t{window} << kRmemToWinScale) / tp.scaling_ratio);
  const std::uint32_t rcvbuf = std::min(space, static_cast<std::uint32_t>(k.sysctl().tcp_rmem[2]));
  if (static_cast<std::int32_t>(rcvbuf) <= s.sk_rcvbuf) return;
  k.set(s.sk_rcvbuf, static_cast<std::int32_t>(rcvbuf));
  k.set(tp.window_clamp, static_cast<std::uint32_t>(win_from_space_6_18(k, sk, s.sk_rcvbuf)));
}

void rcv_space_adjust_6_18(Kernel& k, SockId sk) {
  const TcpSock& tp = k[sk].tp;
  tcp_mstamp_refresh(k, sk);
  if (too_early(k, tp)) return;
  const auto queued = static_cast<std::int32_t>(tp.rcv_nxt - tp.copied_seq);
  const std::int32_t copied = static_cast<std::int32_t>(tp.copied_seq - tp.rcvq_space.seq) - queued;
  const auto space = static_cast<std::int32_t>(tp.rcvq_space.space);
  if (k.decide("drs_faster", copied > space, {{"copied", copied}, {"space", space}}))
    rcvbuf_grow_6_18(k, sk, static_cast<std::uint32_t>(copied));
  restart_measurement(k, sk);
}

}  // namespace ringside::seams
