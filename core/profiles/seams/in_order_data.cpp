#include <algorithm>

#include "core/kernel/net/core/skbuff.h"
#include "core/kernel/net/core/sock.h"
#include "core/kernel/net/ipv4/tcp_input.h"
#include "core/profiles/seams/seams.h"

namespace ringside::seams {

namespace {

/// 4.13: does this code run as the reader whose buffer waits for exactly the next byte?
bool reader_is_current(const Kernel& k, const Sock& sk) {
  const Ucopy& ucopy = sk.tp.ucopy;
  return ucopy.task && ucopy.task == k.current() && sk.tp.copied_seq == sk.tp.rcv_nxt &&
         sock_owned_by_user(sk);
}

/// The bytes are with the reader now.
void given_to_reader(Kernel& k, SockId sk, std::uint32_t bytes) {
  const TcpSock& tp = k[sk].tp;
  k.set(tp.ucopy.len, tp.ucopy.len - static_cast<std::int32_t>(bytes));
  k.set(tp.copied_seq, tp.copied_seq + bytes);
  tcp_rcv_space_adjust(k, sk);
}

/// The copy would fault: the data is queued, and the reader learns of it when it looks there.
bool reader_buffer_bad(Kernel& k, SockId sk) { return k[k[sk].tp.ucopy.task].call.bad_buffer != 0; }

/// tcp_copy_to_iovec(): copy and checksum in one pass. False: the checksum was wrong, or nothing was copied.
bool copy_to_iovec(Kernel& k, SockId sk, SkbId skb, std::uint32_t header_len) {
  auto f = k.enter(Fn::tcp_copy_to_iovec, skb, sk);
  if (reader_buffer_bad(k, sk)) return false;
  const std::uint32_t chunk = k[skb].len - header_len;
  const bool verified = k[skb].csum_valid != 0 || k[skb].ip_summed == IpSummed::unnecessary;
  if (k.decide("skb_csum_unnecessary", verified)) {
    auto copy = k.enter(Fn::skb_copy_datagram_iter, skb, sk);
    tcp_copy_to_user(k, sk, skb, header_len, chunk, false);
  } else {
    if (tcp_checksum_complete(k, skb)) return false;
    tcp_copy_to_user(k, sk, skb, header_len, chunk, false);
  }
  given_to_reader(k, sk, chunk);
  return true;
}

/// A segment in the window by definition may renew ts_recent if no ACK is outstanding.
void store_ts_recent(Kernel& k, SockId sk) {
  const TcpSock& tp = k[sk].tp;
  if (tp.tcp_header_len == kHeaderWithTimestamps && tp.rcv_nxt == tp.rcv_wup) tcp_store_ts_recent(k, sk);
}

}  // namespace

FastData fast_path_data_4_13(Kernel& k, SockId sk, SkbId skb) {
  const Sock& s = k[sk];
  const std::uint32_t header_len = s.tp.tcp_header_len;
  const auto payload = static_cast<std::int32_t>(k[skb].len - header_len);
  const bool direct = reader_is_current(k, s) && payload <= s.tp.ucopy.len;
  if (k.decide("copy_straight_to_reader", direct, {{"payload", payload}, {"ucopy_len", s.tp.ucopy.len}}) &&
      copy_to_iovec(k, sk, skb, header_len)) {
    store_ts_recent(k, sk);
    tcp_rcv_rtt_measure_ts(k, sk, skb);
    skb_pull(k, skb, header_len);
    tcp_rcv_nxt_update(k, sk, k[skb].cb.end_seq);
    k.count(Counter::TCPHPHitsToUser);
    k.move(skb, Place::user_buffer);
    return FastData::eaten;
  }
  if (tcp_checksum_complete(k, skb)) return FastData::bad_checksum;
  if (k.decide("exceeds_forward_alloc", static_cast<std::int32_t>(k[skb].truesize) > s.sk_forward_alloc,
               {{"truesize", k[skb].truesize}, {"forward_alloc", s.sk_forward_alloc}}))
    return FastData::step5;
  store_ts_recent(k, sk);
  tcp_rcv_rtt_measure_ts(k, sk, skb);
  k.count(Counter::TCPHPHits);
  skb_pull(k, skb, header_len);
  return tcp_queue_rcv(k, sk, skb) ? FastData::eaten : FastData::queued;
}

FastData fast_path_data_6_18(Kernel& k, SockId sk, SkbId skb) {
  const Sock& s = k[sk];
  const Seq right_edge = s.tp.rcv_nxt + tcp_receive_window(s.tp);
  if (tcp_checksum_complete(k, skb)) return FastData::bad_checksum;
  if (k.decide("beyond_right_edge", after(k[skb].cb.end_seq, right_edge), {{"end_seq", k[skb].cb.end_seq}}))
    return FastData::validate;
  if (k.decide("exceeds_forward_alloc", static_cast<std::int32_t>(k[skb].truesize) > s.sk_forward_alloc,
               {{"truesize", k[skb].truesize}, {"forward_alloc", s.sk_forward_alloc}}))
    return FastData::step5;
  store_ts_recent(k, sk);
  tcp_rcv_rtt_measure_ts(k, sk, skb);
  k.count(Counter::TCPHPHits);
  skb_pull(k, skb, s.tp.tcp_header_len);
  return tcp_queue_rcv(k, sk, skb) ? FastData::eaten : FastData::queued;
}

/// Slow path: as much as the reader has room for; the header is pulled.
ReaderCopy copy_to_waiting_reader_4_13(Kernel& k, SockId sk, SkbId skb) {
  const Sock& s = k[sk];
  const std::uint32_t len = k[skb].len;
  const bool direct =
      reader_is_current(k, s) && s.tp.ucopy.len != 0 && s.tp.urg_data == 0 && !reader_buffer_bad(k, sk);
  if (!k.decide("copy_straight_to_reader", direct, {{"payload", len}, {"ucopy_len", s.tp.ucopy.len}}))
    return ReaderCopy::none;
  const std::uint32_t chunk = std::min(len, static_cast<std::uint32_t>(s.tp.ucopy.len));
  {
    auto f = k.enter(Fn::skb_copy_datagram_iter, skb, sk);
    tcp_copy_to_user(k, sk, skb, 0, chunk, false);
  }
  given_to_reader(k, sk, chunk);
  return chunk == len ? ReaderCopy::all : ReaderCopy::part;
}

ReaderCopy copy_to_waiting_reader_6_18(Kernel&, SockId, SkbId) { return ReaderCopy::none; }

/// 4.13 takes in-order data into an empty queue whatever it costs.
bool make_room_in_order_4_13(Kernel& k, SockId sk, SkbId skb) {
  if (k.decide("receive_queue_is_empty", k[sk].receive_queue.qlen == 0)) {
    sk_forced_mem_schedule(k, sk, k[skb].truesize);
    return true;
  }
  return tcp_try_rmem_schedule(k, sk, skb, k[skb].truesize);
}

/// 6.18 first tries the limit, and tells the peer with a zero window that memory ran out.
bool make_room_in_order_6_18(Kernel& k, SockId sk, SkbId skb) {
  if (tcp_try_rmem_schedule(k, sk, skb, k[skb].truesize)) return true;
  add_pending(k, sk, ICSK_ACK_NOMEM | ICSK_ACK_NOW);
  inet_csk_schedule_ack(k, sk);
  sock_def_readable(k, sk);
  if (k.decide("receive_queue_is_empty", k[sk].receive_queue.qlen == 0) || k[skb].len == 0) {
    sk_forced_mem_schedule(k, sk, k[skb].truesize);
    return true;
  }
  k.count(Counter::TCPRcvQDrop);
  return false;
}

}  // namespace ringside::seams
