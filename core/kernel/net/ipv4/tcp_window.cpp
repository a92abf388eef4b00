// net/ipv4/tcp_output.c, the receiver's half: which window to offer, and the ACK that offers it.
#include <algorithm>
#include <bit>

#include "core/kernel/net/core/skbuff.h"
#include "core/kernel/net/core/sock.h"
#include "core/kernel/net/ipv4/tcp_input.h"
#include "core/kernel/net/ipv4/tcp_send.h"

namespace ringside {

namespace {

constexpr std::uint32_t kMaxWindowScale = 14;  // TCP_MAX_WSCALE
constexpr std::int32_t round_down(std::int32_t value, std::int32_t unit) { return value - value % unit; }
constexpr std::uint32_t align_up(std::uint32_t value, std::uint32_t unit) {
  return (value + unit - 1) / unit * unit;
}

/// Little free space: quick ACKs end, and under pressure the window shrinks.
void space_is_short(Kernel& k, SockId sk) {
  k.set(k[sk].icsk.ack.quick, std::uint8_t{0});
  if (tcp_under_memory_pressure(k)) tcp_adjust_rcv_ssthresh(k, sk);
}

/// Without window scaling: a multiple of the segment size, and no change for less than a segment.
std::uint32_t unscaled_window(const TcpSock& tp, std::int32_t free_space, std::int32_t mss,
                              std::int32_t full_space) {
  auto window = static_cast<std::int32_t>(tp.rcv_wnd);
  if (window <= free_space - mss || window > free_space)
    window = round_down(free_space, mss);
  else if (mss == full_space && free_space > window + (full_space >> 1))
    window = free_space;
  return static_cast<std::uint32_t>(window);
}

/// sysctl tcp_shrink_window: the window may move back to what memory really allows.
std::uint32_t shrinkable_window(Kernel& k, SockId sk, std::int32_t free_space, std::int32_t mss,
                                std::int32_t full_space, std::int32_t allowed) {
  const TcpSock& tp = k[sk].tp;
  const std::int32_t unit = 1 << tp.rx_opt.rcv_wscale;
  free_space = free_space >= 0 ? round_down(free_space, unit) : free_space & -unit;
  if (free_space < full_space >> 1) {
    space_is_short(k, sk);
    if (free_space < allowed >> 4 || free_space < mss || free_space < unit) return 0;
  }
  if (free_space > static_cast<std::int32_t>(tp.rcv_ssthresh))
    return align_up(tp.rcv_ssthresh, static_cast<std::uint32_t>(unit));
  return static_cast<std::uint32_t>(free_space);
}

}  // namespace

std::uint32_t tcp_receive_window(const TcpSock& tp) {
  const auto window = static_cast<std::int32_t>(tp.rcv_wup + tp.rcv_wnd - tp.rcv_nxt);
  return window < 0 ? 0 : static_cast<std::uint32_t>(window);
}

std::int32_t tcp_win_from_space(Kernel& k, SockId sk, std::int32_t space) {
  return k.profile.tcp_rcv.win_from_space(k, sk, space);
}
std::int32_t tcp_space(Kernel& k, SockId sk) { return k.profile.tcp_rcv.receive_space(k, sk); }
std::int32_t tcp_full_space(Kernel& k, SockId sk) { return tcp_win_from_space(k, sk, k[sk].sk_rcvbuf); }

std::uint32_t __tcp_select_window(Kernel& k, SockId sk) {
  auto f = k.enter(Fn::__tcp_select_window, {}, sk);
  const Sock& s = k[sk];
  const TcpSock& tp = s.tp;
  std::int32_t mss = s.icsk.ack.rcv_mss;
  std::int32_t free_space = tcp_space(k, sk);
  const std::int32_t allowed = tcp_full_space(k, sk);
  const std::int32_t full_space = std::min(static_cast<std::int32_t>(tp.window_clamp), allowed);
  if (mss > full_space) {
    mss = full_space;
    if (mss <= 0) return 0;
  }
  const std::int32_t unit = 1 << tp.rx_opt.rcv_wscale;
  if (k.sysctl().tcp_shrink_window != 0 && tp.rx_opt.rcv_wscale != 0)
    return shrinkable_window(k, sk, free_space, mss, full_space, allowed);
  if (k.decide("less_than_half_free", free_space < full_space >> 1,
               {{"free_space", free_space}, {"full_space", full_space}})) {
    space_is_short(k, sk);
    free_space &= -unit;
    if (k.decide("close_the_window", free_space < allowed >> 4 || free_space < mss,
                 {{"free_space", free_space}, {"allowed", allowed >> 4}, {"mss", mss}}))
      return 0;
  }
  free_space = std::min(free_space, static_cast<std::int32_t>(tp.rcv_ssthresh));
  if (tp.rx_opt.rcv_wscale != 0)
    return align_up(static_cast<std::uint32_t>(free_space), static_cast<std::uint32_t>(unit));
  return unscaled_window(tp, free_space, mss, full_space);
}

std::uint16_t tcp_select_window(Kernel& k, SockId sk) {
  const Sock& s = k[sk];
  const TcpSock& tp = s.tp;
  const std::uint32_t old_window = tp.rcv_wnd;
  const std::uint8_t wscale = tp.rx_opt.rcv_wscale;
  if (k.profile.tcp_rcv.nomem_closes_window && (s.icsk.ack.pending & ICSK_ACK_NOMEM) != 0) {
    k.set(tp.pred_flags, 0u);
    k.set(tp.rcv_wnd, 0u);
    k.set(tp.rcv_wup, tp.rcv_nxt);
    return 0;
  }
  const std::uint32_t current = tcp_receive_window(tp);
  std::uint32_t window = __tcp_select_window(k, sk);
  const bool may_shrink = k.sysctl().tcp_shrink_window != 0 && wscale != 0;
  if (k.decide("window_would_shrink", window < current, {{"window", window}, {"current", current}}) &&
      !may_shrink) {
    if (window == 0) k.count(Counter::TCPWantZeroWindowAdv);
    window = align_up(current, 1u << wscale);  // what was offered stays offered
  }
  k.set(tp.rcv_wnd, window);
  k.set(tp.rcv_wup, tp.rcv_nxt);
  const bool signed_windows = wscale == 0 && k.sysctl().tcp_workaround_signed_windows != 0;
  window = std::min(window, signed_windows ? MAX_TCP_WINDOW : 65535u << wscale) >> wscale;
  if (window == 0) {
    k.set(tp.pred_flags, 0u);
    if (old_window != 0) k.count(Counter::TCPToZeroWindowAdv);
  } else if (old_window == 0) {
    k.count(Counter::TCPFromZeroWindowAdv);
  }
  return static_cast<std::uint16_t>(window);
}

std::uint32_t tcp_default_init_rwnd(std::uint32_t mss) {
  const std::uint32_t segments = TCP_INIT_CWND * 2;
  return mss > 1460 ? std::max(1460 * segments / mss, 2u) : segments;
}

InitialWindow tcp_select_initial_window(Kernel& k, std::int32_t space, std::uint32_t mss,
                                        std::uint32_t window_clamp, bool wscale_ok,
                                        std::uint32_t init_rcv_wnd) {
  const Sysctls& sysctl = k.sysctl();
  InitialWindow out;
  if (window_clamp == 0) window_clamp = 65535u << kMaxWindowScale;
  std::uint32_t room = std::min(window_clamp, static_cast<std::uint32_t>(std::max(space, 0)));
  if (room > mss) room -= room % mss;
  out.rcv_wnd = sysctl.tcp_workaround_signed_windows != 0 ? std::min(room, MAX_TCP_WINDOW) : room;
  if (!k.profile.tcp_rcv.initial_window_capped && init_rcv_wnd != 0)
    out.rcv_wnd = std::min(out.rcv_wnd, init_rcv_wnd * mss);
  if (wscale_ok) {  // the scale must do for the largest buffer this socket may ever get
    room = std::max(
        {room, static_cast<std::uint32_t>(sysctl.tcp_rmem[2]), static_cast<std::uint32_t>(sysctl.rmem_max)});
    room = std::min(room, window_clamp);
    const int bits = room == 0 ? 0 : static_cast<int>(std::bit_width(room)) - 16;
    out.rcv_wscale = static_cast<std::uint8_t>(std::clamp(bits, 0, static_cast<int>(kMaxWindowScale)));
  }
  if (k.profile.tcp_rcv.initial_window_capped && mss > 1u << out.rcv_wscale) {
    if (init_rcv_wnd == 0) init_rcv_wnd = tcp_default_init_rwnd(mss);
    out.rcv_wnd = std::min(out.rcv_wnd, init_rcv_wnd * mss);
  }
  out.window_clamp = std::min(65535u << out.rcv_wscale, window_clamp);
  return out;
}

Seq tcp_acceptable_seq(const TcpSock& tp) {
  const Seq window_end = tp.snd_una + tp.snd_wnd;
  if (!before(window_end, tp.snd_nxt)) return tp.snd_nxt;
  const bool rounding = tp.rx_opt.wscale_ok != 0 && tp.snd_nxt - window_end < 1u << tp.rx_opt.rcv_wscale;
  return rounding ? tp.snd_nxt : window_end;
}

void tcp_event_ack_sent(Kernel& k, SockId sk, std::uint32_t segments, Seq rcv_nxt) {
  const Sock& s = k[sk];
  const TcpSock& tp = s.tp;
  if (tp.compressed_ack != 0) {
    k.count(Counter::TCPAckCompressed, tp.compressed_ack);
    k.set(tp.compressed_ack, 0u);
    k.del_timer(tp.compressed_ack_timer);
  }
  if (rcv_nxt != tp.rcv_nxt) return;
  const IcskAck& ack = s.icsk.ack;
  // 6.18: only an ACK that was due uses one up.
  const std::uint32_t used = k.profile.tcp_rcv.ack_sent_counts_segments ? segments
                             : inet_csk_ack_scheduled(s)                ? 1
                                                                        : 0;
  if (ack.quick != 0) {
    if (used >= ack.quick) {
      k.set(ack.quick, std::uint8_t{0});
      k.set(ack.ato, tcp_ato_min(k));
    } else {
      k.set(ack.quick, static_cast<std::uint8_t>(ack.quick - used));
    }
  }
  tcp_clear_delack_timer(k, sk);
}

void tcp_send_ack(Kernel& k, SockId sk) {
  auto f = k.enter(Fn::tcp_send_ack, {}, sk);
  if (k[sk].state == TcpState::close) return;  // a reset came meanwhile
  const SkbId skb = alloc_skb(k, DataRef{}, k.profile.tcp_rcv.max_tcp_header);
  const SkBuff& b = k[skb];
  k.put(b.family, k[sk].family);
  k.put(b.sk, sk);
  tcp_init_nondata_skb(k, skb, tcp_acceptable_seq(k[sk].tp), TCPHDR_ACK);
  tcp_transmit_skb(k, sk, skb, false);
}

}  // namespace ringside
