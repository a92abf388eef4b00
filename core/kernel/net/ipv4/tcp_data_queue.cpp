// net/ipv4/tcp_input.c: where a segment's data goes.
#include <algorithm>

#include "core/kernel/net/core/skb_coalesce.h"
#include "core/kernel/net/core/skbuff.h"
#include "core/kernel/net/core/sock.h"
#include "core/kernel/net/ipv4/tcp_input.h"

namespace ringside {

namespace {

/// The segment brings nothing that fits: dropped, and the peer is told soon.
void out_of_window(Kernel& k, SockId sk, SkbId skb, Drop reason) {
  tcp_enter_quickack_mode(k, sk, TCP_MAX_QUICKACKS);
  inet_csk_schedule_ack(k, sk);
  tcp_drop(k, sk, skb, reason);
}

void zero_window_drop(Kernel& k, SockId sk, SkbId skb) {
  if (k.profile.tcp_rcv.has_drop_reasons) k.count(Counter::TCPZeroWindowDrop);
  out_of_window(k, sk, skb, Drop::TCP_ZEROWINDOW);
}

/// What follows once in-order data is in the receive queue or already with the reader. `eaten`: skb is spent.
void data_accepted(Kernel& k, SockId sk, SkbId skb, bool eaten) {
  const Sock& s = k[sk];
  const TcpSock& tp = s.tp;
  if (k[skb].len != 0) tcp_event_data_recv(k, sk, skb);
  if (has_flag(k[skb], TCPHDR_FIN)) tcp_fin(k, sk);
  if (tp.out_of_order_queue.root) {
    tcp_ofo_queue(k, sk);
    // RFC 5681 4.2: a filled gap deserves an immediate ACK.
    if (k.decide("gap_filled", !tp.out_of_order_queue.root)) {
      if (k.profile.tcp_rcv.ack_now_when_gap_filled)
        add_pending(k, sk, ICSK_ACK_NOW);
      else
        tcp_exit_pingpong_mode(k, sk);
    }
  }
  if (tp.rx_opt.num_sacks != 0) tcp_sack_remove(k, sk);
  tcp_fast_path_check(k, sk);
  if (eaten) consume_skb(k, skb);
  if (s.dead == 0) tcp_data_ready(k, sk);
}

/// In-order data that overlaps nothing we miss; the header is pulled.
void queue_in_order(Kernel& k, SockId sk, SkbId skb, bool try_reader) {
  using seams::ReaderCopy;
  const ReaderCopy copied =
      try_reader ? k.profile.tcp_rcv.copy_to_waiting_reader(k, sk, skb) : ReaderCopy::none;
  if (copied != ReaderCopy::all) {
    if (copied == ReaderCopy::none && !k.profile.tcp_rcv.make_room_in_order(k, sk, skb)) {
      tcp_drop(k, sk, skb, Drop::PROTO_MEM);
      return;
    }
    const bool eaten = tcp_queue_rcv(k, sk, skb);
    data_accepted(k, sk, skb, eaten);
    return;
  }
  tcp_rcv_nxt_update(k, sk, k[skb].cb.end_seq);
  k.move(skb, Place::user_buffer);
  data_accepted(k, sk, skb, true);
}

void accept_cwr(Kernel& k, SockId sk, SkbId skb) {
  const TcpSock& tp = k[sk].tp;
  if (has_flag(k[skb], TCPHDR_CWR))
    k.set(tp.ecn_flags, static_cast<std::uint8_t>(tp.ecn_flags & ~TCP_ECN_DEMAND_CWR));
}

}  // namespace

void tcp_rcv_nxt_update(Kernel& k, SockId sk, Seq seq) {
  const TcpSock& tp = k[sk].tp;
  k.set(tp.bytes_received, tp.bytes_received + (seq - tp.rcv_nxt));
  k.set(tp.rcv_nxt, seq);
}

bool tcp_try_coalesce(Kernel& k, SockId sk, SkbId to, SkbId from) {
  auto f = k.enter(Fn::tcp_try_coalesce, from, sk);
  const TcpCb& head = k[to].cb;
  const TcpCb& next = k[from].cb;
  if (!k.decide("continues_the_tail", next.seq == head.end_seq,
                {{"seq", next.seq}, {"tail_end", head.end_seq}}))
    return false;
  std::int32_t delta = 0;
  if (!skb_try_coalesce(k, to, from, delta)) return false;
  k.set(k[sk].sk_rmem_alloc, k[sk].sk_rmem_alloc + delta);
  sk_mem_charge(k, sk, delta);
  k.count(Counter::TCPRcvCoalesce);
  k.set(head.end_seq, next.end_seq);
  k.put(head.ack_seq, next.ack_seq);
  k.put(head.tcp_flags, static_cast<std::uint16_t>(head.tcp_flags | next.tcp_flags));
  return true;
}

bool tcp_queue_rcv(Kernel& k, SockId sk, SkbId skb) {
  auto f = k.enter(Fn::tcp_queue_rcv, skb, sk);
  const Sock& s = k[sk];
  const SkbId tail = s.receive_queue.tail;
  const bool eaten = tail && tcp_try_coalesce(k, sk, tail, skb);
  tcp_rcv_nxt_update(k, sk, k[skb].cb.end_seq);
  k.move(skb, Place::sk_receive_queue);
  if (!eaten) {
    skb_queue_tail(k, s.receive_queue, skb);
    skb_set_owner_r(k, skb, sk);
  }
  return eaten;
}

void tcp_data_queue(Kernel& k, SockId sk, SkbId skb) {
  auto f = k.enter(Fn::tcp_data_queue, skb, sk);
  const TcpSock& tp = k[sk].tp;
  const TcpCb& cb = k[skb].cb;
  if (!k.decide("segment_has_data", cb.seq != cb.end_seq)) {
    consume_skb(k, skb);
    return;
  }
  skb_pull(k, skb, cb.doff * 4u);
  if (k.profile.tcp_rcv.cwr_accepted_with_data) accept_cwr(k, sk, skb);
  k.set(tp.rx_opt.dsack, std::uint8_t{0});
  const std::uint32_t window = tcp_receive_window(tp);
  if (k.decide("in_sequence", cb.seq == tp.rcv_nxt, {{"seq", cb.seq}, {"rcv_nxt", tp.rcv_nxt}})) {
    const bool bare_fin =
        k.profile.tcp_rcv.accepts_fin_at_zero_window && k[skb].len == 0 && has_flag(k[skb], TCPHDR_FIN);
    if (k.decide("receive_window_is_zero", window == 0) && !bare_fin) {
      zero_window_drop(k, sk, skb);
      return;
    }
    queue_in_order(k, sk, skb, true);
    return;
  }
  if (k.decide("all_received_before", !after(cb.end_seq, tp.rcv_nxt), {{"end_seq", cb.end_seq}})) {
    k.count(Counter::DelayedACKLost);
    tcp_dsack_set(k, sk, cb.seq, cb.end_seq);
    out_of_window(k, sk, skb, Drop::TCP_OLD_DATA);
    return;
  }
  if (k.decide("beyond_window", !before(cb.seq, tp.rcv_nxt + window),
               {{"seq", cb.seq}, {"window", window}})) {
    out_of_window(k, sk, skb, Drop::TCP_OVERWINDOW);
    return;
  }
  if (k.profile.tcp_rcv.quickack_on_disorder) tcp_enter_quickack_mode(k, sk, TCP_MAX_QUICKACKS);
  if (k.decide("overlaps_received", before(cb.seq, tp.rcv_nxt))) {
    tcp_dsack_set(k, sk, cb.seq, tp.rcv_nxt);
    if (tcp_receive_window(tp) == 0)
      zero_window_drop(k, sk, skb);
    else
      queue_in_order(k, sk, skb, false);
    return;
  }
  tcp_data_queue_ofo(k, sk, skb);
}

void tcp_fin(Kernel& k, SockId sk) {
  auto f = k.enter(Fn::tcp_fin, {}, sk);
  const Sock& s = k[sk];
  inet_csk_schedule_ack(k, sk);
  k.set(s.sk_shutdown, static_cast<std::uint8_t>(s.sk_shutdown | RCV_SHUTDOWN));
  k.set(s.sock_done, std::uint8_t{1});
  switch (s.state) {
    case TcpState::syn_recv:
    case TcpState::established:
      tcp_set_state(k, sk, TcpState::close_wait);
      k.set(s.icsk.ack.pingpong, static_cast<std::uint8_t>(k.sysctl().tcp_pingpong_thresh));
      break;
    case TcpState::fin_wait1:  // both sides close at the same time
      tcp_send_ack(k, sk);
      tcp_set_state(k, sk, TcpState::closing);
      break;
    case TcpState::fin_wait2:
      tcp_send_ack(k, sk);
      tcp_time_wait(k, sk, TcpState::time_wait, 0);
      break;
    default:
      break;  // a FIN again
  }
  tcp_purge_ofo(k, sk);
  if (tcp_is_sack(s.tp)) tcp_sack_reset(k, sk);
  if (!k.profile.tcp_rcv.uncharge_reclaims_pages) sk_mem_reclaim(k, sk);
  if (s.dead == 0) sock_def_wakeup(k, sk);
}

void tcp_fast_path_on(Kernel& k, SockId sk) {
  const TcpSock& tp = k[sk].tp;
  const std::uint32_t window = tp.snd_wnd >> tp.rx_opt.snd_wscale;
  k.set(tp.pred_flags, std::uint32_t{tp.tcp_header_len} << 26 | std::uint32_t{TCPHDR_ACK} << 16 | window);
}

void tcp_fast_path_check(Kernel& k, SockId sk) {
  const Sock& s = k[sk];
  if (!s.tp.out_of_order_queue.root && s.tp.rcv_wnd != 0 && s.sk_rmem_alloc < s.sk_rcvbuf &&
      s.tp.urg_data == 0)
    tcp_fast_path_on(k, sk);
}

void tcp_data_ready(Kernel& k, SockId sk) { k.profile.tcp_rcv.data_ready(k, sk); }

}  // namespace ringside
