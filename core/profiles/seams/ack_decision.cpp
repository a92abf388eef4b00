#include <algorithm>

#include "core/kernel/net/core/sock.h"
#include "core/kernel/net/ipv4/tcp_input.h"
#include "core/profiles/seams/seams.h"

namespace ringside::seams {

namespace {

/// More than one full segment waits for an ACK.
bool more_than_one_segment(Kernel& k, const Sock& s) {
  const std::uint32_t unacked = s.tp.rcv_nxt - s.tp.rcv_wup;
  return k.decide("more_than_one_segment_unacked", unacked > s.icsk.ack.rcv_mss,
                  {{"unacked", unacked}, {"rcv_mss", s.icsk.ack.rcv_mss}});
}

/// The right edge of the window moves on with what came in; else the reader's ACK will have to do it.
bool window_keeps_up(Kernel& k, SockId sk) {
  const std::uint32_t window = __tcp_select_window(k, sk);
  return k.decide("window_keeps_up", window >= k[sk].tp.rcv_wnd,
                  {{"window", window}, {"rcv_wnd", k[sk].tp.rcv_wnd}});
}

bool in_quickack_mode(Kernel& k, const Sock& s) {
  return k.decide("in_quickack_mode", tcp_in_quickack_mode(k, s),
                  {{"quick", s.icsk.ack.quick}, {"pingpong", s.icsk.ack.pingpong}});
}

}  // namespace

void ack_decision_4_13(Kernel& k, SockId sk, bool ofo_possible) {
  const Sock& s = k[sk];
  const bool now =
      (more_than_one_segment(k, s) && window_keeps_up(k, sk)) || in_quickack_mode(k, s) ||
      (ofo_possible && k.decide("ofo_data_waits", static_cast<bool>(s.tp.out_of_order_queue.root)));
  if (now)
    tcp_send_ack(k, sk);
  else
    tcp_send_delayed_ack(k, sk);
}

namespace {

/// 5 % of a round trip, at most tcp_comp_sack_delay_ns, later. The timer may come as much as
/// tcp_comp_sack_slack_ns after that, and does: the hardware is set for the latest moment allowed.
void arm_compression_timer(Kernel& k, SockId sk) {
  const TcpSock& tp = k[sk].tp;
  std::int64_t rtt = tp.rcv_rtt_est.rtt_us;  // in eighths of a microsecond
  if (tp.srtt_us != 0 && tp.srtt_us < rtt) rtt = tp.srtt_us;
  const std::int64_t share = rtt * (1000 >> 3) * k.profile.tcp_rcv.comp_sack_rtt_percent / 100;
  const std::int64_t delay = std::min<std::int64_t>(k.sysctl().tcp_comp_sack_delay_ns, share);
  k.hrtimer_start(tp.compressed_ack_timer, {ObjectKind::sock, TimerKind::sk_compressed_ack, sk.index},
                  k.now_ns() + delay + k.sysctl().tcp_comp_sack_slack_ns);
}

}  // namespace

void ack_decision_6_18(Kernel& k, SockId sk, bool ofo_possible) {
  const Sock& s = k[sk];
  const TcpSock& tp = s.tp;
  const auto reader_wants_more = [&] {
    const std::uint32_t unread = tp.rcv_nxt - tp.copied_seq;
    return k.decide("below_rcvlowat", unread < static_cast<std::uint32_t>(s.sk_rcvlowat),
                    {{"unread", unread}, {"rcvlowat", s.sk_rcvlowat}});
  };
  if ((more_than_one_segment(k, s) && (reader_wants_more() || window_keeps_up(k, sk))) ||
      in_quickack_mode(k, s) || k.decide("ack_now_pending", (s.icsk.ack.pending & ICSK_ACK_NOW) != 0)) {
    const bool in_backlog = sock_owned_by_user(s) && k.sysctl().tcp_backlog_ack_defer != 0;
    if (k.decide("ack_deferred_to_release", in_backlog))
      k.put(tp.tsq_flags, tp.tsq_flags | TCPF_ACK_DEFERRED);
    else
      tcp_send_ack(k, sk);
    return;
  }
  if (!ofo_possible || !k.decide("ofo_data_waits", static_cast<bool>(tp.out_of_order_queue.root))) {
    tcp_send_delayed_ack(k, sk);
    return;
  }
  const auto most = static_cast<std::uint32_t>(k.sysctl().tcp_comp_sack_nr);
  if (!tcp_is_sack(tp) || tp.compressed_ack >= most) {
    tcp_send_ack(k, sk);
    return;
  }
  if (tp.compressed_ack_rcv_nxt != tp.rcv_nxt) {
    k.put(tp.compressed_ack_rcv_nxt, tp.rcv_nxt);
    k.set(tp.dup_ack_counter, 0u);
  }
  // The sender needs three duplicates to start its recovery: those are never held back.
  if (k.decide("first_duplicate_acks", tp.dup_ack_counter < TCP_FASTRETRANS_THRESH,
               {{"dup_ack_counter", tp.dup_ack_counter}})) {
    k.set(tp.dup_ack_counter, tp.dup_ack_counter + 1);
    tcp_send_ack(k, sk);
    return;
  }
  k.set(tp.compressed_ack, tp.compressed_ack + 1);
  if (tp.compressed_ack_timer.pending == 0) arm_compression_timer(k, sk);
}

}  // namespace ringside::seams
