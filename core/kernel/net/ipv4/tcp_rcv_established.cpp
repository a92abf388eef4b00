// net/ipv4/tcp_input.c: tcp_rcv_established(), the way of nearly every segment.
#include "core/kernel/net/core/skbuff.h"
#include "core/kernel/net/core/sock.h"
#include "core/kernel/net/ipv4/tcp_input.h"

namespace ringside {

namespace {

/// The header's fourth word, as tcp_flag_word() reads it, without PSH and the reserved bits (TCP_HP_BITS).
std::uint32_t predicted_word(const Kernel& k, const TcpCb& cb) {
  const std::uint32_t ignored = k.profile.tcp_rcv.has_drop_reasons ? TCPHDR_PSH : TCPHDR_PSH | kFlagAe;
  return std::uint32_t{cb.doff} << 28 | (cb.tcp_flags & ~ignored & 0x1ffu) << 16 | cb.window;
}

enum class Next : std::uint8_t { done, slow_path, validate, step5 };

/// With timestamps on, the option must be where it always is and not be older than the last one.
bool timestamp_as_predicted(Kernel& k, SockId sk, SkbId skb) {
  const TcpSock& tp = k[sk].tp;
  if (tp.tcp_header_len != kHeaderWithTimestamps) return true;
  return k.decide("timestamp_as_predicted",
                  tcp_parse_aligned_timestamp(k, sk, skb) &&
                      static_cast<std::int32_t>(tp.rx_opt.rcv_tsval - tp.rx_opt.ts_recent) >= 0);
}

/// We send, the peer ACKs.
void predicted_ack(Kernel& k, SockId sk, SkbId skb) {
  const TcpSock& tp = k[sk].tp;
  std::uint32_t flag = 0;
  if (tp.tcp_header_len == kHeaderWithTimestamps && tp.rcv_nxt == tp.rcv_wup) {
    const bool progress = tp.rx_opt.rcv_tsval != tp.rx_opt.ts_recent;
    tcp_store_ts_recent(k, sk);
    if (progress && k.profile.has_rtx_queue) flag = FLAG_TS_PROGRESS;
  }
  tcp_ack(k, sk, skb, flag);
  consume_skb(k, skb);
  tcp_data_snd_check(k, sk);
  k.put(tp.rcv_rtt_last_tsecr, tp.rx_opt.rcv_tsecr);
}

/// The peer sends, we receive: the data is in the queue or with the reader.
void predicted_data(Kernel& k, SockId sk, SkbId skb, bool eaten) {
  const Sock& s = k[sk];
  const TcpCb& cb = k[skb].cb;
  tcp_event_data_recv(k, sk, skb);
  bool ack_wanted = true;
  if (cb.ack_seq != s.tp.snd_una) {
    tcp_ack(k, sk, skb, FLAG_DATA);
    tcp_data_snd_check(k, sk);
    ack_wanted = inet_csk_ack_scheduled(s);  // else a data segment has carried it
  } else if (k.profile.has_rtx_queue) {
    k.put(s.tp.snd_wl1, cb.seq);
  }
  if (ack_wanted) __tcp_ack_snd_check(k, sk, false);
  if (eaten) consume_skb(k, skb);
  tcp_data_ready(k, sk);
}

void drop_bad_checksum(Kernel& k, SockId sk, SkbId skb) {
  k.count(Counter::TcpInCsumErrors);
  k.count(Counter::TcpInErrs);
  tcp_drop(k, sk, skb, Drop::TCP_CSUM);
}

Next fast_path(Kernel& k, SockId sk, SkbId skb) {
  const std::uint32_t header_len = k[sk].tp.tcp_header_len;
  const std::uint32_t len = k[skb].len;
  if (!timestamp_as_predicted(k, sk, skb)) return Next::slow_path;
  if (len < header_len) {
    k.count(Counter::TcpInErrs);
    tcp_drop(k, sk, skb, Drop::PKT_TOO_SMALL);
    return Next::done;
  }
  if (k.decide("pure_ack", len == header_len)) {
    predicted_ack(k, sk, skb);
    return Next::done;
  }
  switch (k.profile.tcp_rcv.fast_path_data(k, sk, skb)) {
    case seams::FastData::queued:
      predicted_data(k, sk, skb, false);
      break;
    case seams::FastData::eaten:
      predicted_data(k, sk, skb, true);
      break;
    case seams::FastData::bad_checksum:
      drop_bad_checksum(k, sk, skb);
      break;
    case seams::FastData::step5:
      return Next::step5;
    case seams::FastData::validate:
      return Next::validate;
  }
  return Next::done;
}

/// From step 5 of RFC 9293's list on: ACK, urgent pointer, text, and what is to be sent in answer.
void process_segment(Kernel& k, SockId sk, SkbId skb) {
  const int result = tcp_ack(k, sk, skb, FLAG_SLOWPATH | FLAG_UPDATE_TS_RECENT);
  if (result < 0) {
    tcp_drop(k, sk, skb, static_cast<Drop>(-result));
    return;
  }
  tcp_rcv_rtt_measure_ts(k, sk, skb);
  tcp_urg(k, sk, skb);
  tcp_data_queue(k, sk, skb);
  tcp_data_snd_check(k, sk);
  tcp_ack_snd_check(k, sk);
}

void slow_path(Kernel& k, SockId sk, SkbId skb, Next from) {
  if (from == Next::slow_path) {
    if (k[skb].len < k[skb].cb.doff * 4u || tcp_checksum_complete(k, skb)) {
      drop_bad_checksum(k, sk, skb);
      return;
    }
    if (!has_flag(k[skb], TCPHDR_ACK | TCPHDR_RST | TCPHDR_SYN)) {
      tcp_drop(k, sk, skb, Drop::TCP_FLAGS);
      return;
    }
  }
  if (from != Next::step5 && !tcp_validate_incoming(k, sk, skb, true)) return;
  process_segment(k, sk, skb);
}

}  // namespace

void tcp_rcv_established(Kernel& k, SockId sk, SkbId skb) {
  auto f = k.enter(Fn::tcp_rcv_established, skb, sk);
  const TcpSock& tp = k[sk].tp;
  const TcpCb& cb = k[skb].cb;
  tcp_mstamp_refresh(k, sk);
  k.put(k[sk].sk_rx_dst, std::uint8_t{1});
  k.put(tp.rx_opt.saw_tstamp, std::uint8_t{0});
  k.put(tp.rx_opt.sack_count, std::uint8_t{0});
  const std::uint32_t word = predicted_word(k, cb);
  const bool predicted = word == tp.pred_flags && cb.seq == tp.rcv_nxt && !after(cb.ack_seq, tp.snd_nxt);
  Next next = Next::slow_path;
  if (k.decide(
          "header_prediction", predicted,
          {{"flag_word", word}, {"pred_flags", tp.pred_flags}, {"seq", cb.seq}, {"rcv_nxt", tp.rcv_nxt}}))
    next = fast_path(k, sk, skb);
  if (next != Next::done) slow_path(k, sk, skb, next);
}

}  // namespace ringside
