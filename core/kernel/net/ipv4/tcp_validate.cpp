// net/ipv4/tcp_input.c: is this segment acceptable? PAWS, sequence numbers, RST, SYN, and the ACKs that say
// no.
#include <algorithm>
#include <cerrno>

#include "core/kernel/net/core/skbuff.h"
#include "core/kernel/net/core/sock.h"
#include "core/kernel/net/ipv4/tcp_input.h"

namespace ringside {

namespace {

constexpr std::int32_t kPawsWindow = 1;  // TCP_PAWS_WINDOW

bool oow_rate_limited(Kernel& k, Counter skipped, const std::int64_t& last) {
  const std::int64_t now = k.jiffies();
  const std::int64_t limit = k.msecs_to_jiffies(k.sysctl().tcp_invalid_ratelimit_ms);
  const bool limited = last != 0 && now - last >= 0 && now - last < limit;
  if (k.decide("oow_rate_limited", limited, {{"elapsed", last != 0 ? now - last : -1}, {"limit", limit}})) {
    k.count(skipped);
    return true;
  }
  k.put(last, now);
  return false;
}

bool updates_window(const TcpSock& tp, Seq ack, Seq ack_seq, std::uint32_t window) {
  return after(ack, tp.snd_una) || after(ack_seq, tp.snd_wl1) ||
         (ack_seq == tp.snd_wl1 && window > tp.snd_wnd);
}

/// A segment with an old timestamp. none: an ACK out of order, harmless (tcp_disordered_ack).
Drop disordered_ack_check(Kernel& k, SockId sk, SkbId skb) {
  const TcpSock& tp = k[sk].tp;
  const TcpCb& cb = k[skb].cb;
  if (!has_flag(k[skb], TCPHDR_ACK) || cb.seq != cb.end_seq) return Drop::TCP_RFC7323_PAWS;
  if (cb.seq != tp.rcv_nxt)
    return before(cb.seq, tp.rcv_nxt) ? Drop::TCP_RFC7323_PAWS_ACK : Drop::TCP_RFC7323_PAWS;
  if (cb.ack_seq != tp.snd_una) return Drop::TCP_RFC7323_PAWS;
  if (updates_window(tp, cb.ack_seq, cb.seq, std::uint32_t{cb.window} << tp.rx_opt.snd_wscale))
    return Drop::TCP_RFC7323_PAWS;
  const auto age = static_cast<std::int32_t>(tp.rx_opt.ts_recent - tp.rx_opt.rcv_tsval);
  const auto replay = static_cast<std::int64_t>(k[sk].icsk.rto) * k.profile.tcp_rcv.paws_replay_hz / k.hz();
  return age > replay ? Drop::TCP_RFC7323_PAWS : Drop::none;
}

/// tcp_sequence(): none if the segment touches the window. The left edge is rcv_wup: an ACK that was not sent
/// yet cannot make the peer's segment old.
Drop sequence_check(Kernel& k, SockId sk, SkbId skb) {
  const TcpSock& tp = k[sk].tp;
  const TcpCb& cb = k[skb].cb;
  const Seq right = tp.rcv_nxt + tcp_receive_window(tp);
  Drop reason = Drop::none;
  if (before(cb.end_seq, tp.rcv_wup))
    reason = Drop::TCP_OLD_SEQUENCE;
  else if (after(cb.seq, right))
    reason = Drop::TCP_INVALID_SEQUENCE;
  else if (k.profile.tcp_rcv.checks_end_seq && after(cb.end_seq, right) && k[sk].receive_queue.qlen != 0)
    reason = Drop::TCP_INVALID_END_SEQUENCE;
  k.decide("tcp_sequence_ok", reason == Drop::none,
           {{"seq", cb.seq}, {"end_seq", cb.end_seq}, {"rcv_wup", tp.rcv_wup}, {"right_edge", right}});
  return reason;
}

/// RST for rcv_nxt - 1 after a FIN is accepted: some stacks number it so (tcp_reset_check).
bool reset_check(const Sock& sk, const SkBuff& skb) {
  const bool closing =
      (tcpf(sk.state) & tcpf(TcpState::close_wait, TcpState::last_ack, TcpState::closing)) != 0;
  return closing && skb.cb.seq == sk.tp.rcv_nxt - 1;
}

/// RFC 5961 3.2: does the RST name the next byte we expect, or the end of what we have?
bool reset_matches(Kernel& k, SockId sk, SkbId skb) {
  const TcpSock& tp = k[sk].tp;
  const Seq seq = k[skb].cb.seq;
  if (seq == tp.rcv_nxt || reset_check(k[sk], k[skb])) return true;
  if (!tcp_is_sack(tp) || tp.rx_opt.num_sacks == 0) return false;
  Seq highest = tp.selective_acks[0].end;
  for (std::uint8_t i = 1; i < tp.rx_opt.num_sacks; ++i)
    if (after(tp.selective_acks[i].end, highest)) highest = tp.selective_acks[i].end;
  return seq == highest;
}

/// tcp_send_dupack(): tells the peer where we are, and with D-SACK what came twice.
void send_dupack(Kernel& k, SockId sk, SkbId skb) {
  auto f = k.enter(Fn::tcp_send_dupack, skb, sk);
  const TcpSock& tp = k[sk].tp;
  const TcpCb& cb = k[skb].cb;
  if (cb.end_seq != cb.seq && before(cb.seq, tp.rcv_nxt)) {
    k.count(Counter::DelayedACKLost);
    tcp_enter_quickack_mode(k, sk, TCP_MAX_QUICKACKS);
    if (tcp_is_sack(tp) && k.sysctl().tcp_dsack != 0)
      tcp_dsack_set(k, sk, cb.seq, after(cb.end_seq, tp.rcv_nxt) ? tp.rcv_nxt : cb.end_seq);
  }
  tcp_send_ack(k, sk);
}

/// The segment is not acceptable; the peer is told unless it was told a moment ago.
void discard_with_dupack(Kernel& k, SockId sk, SkbId skb, Counter skipped, Drop reason) {
  if (!tcp_oow_rate_limited(k, skb, skipped, k[sk].tp.last_oow_ack_time)) send_dupack(k, sk, skb);
  tcp_drop(k, sk, skb, reason);
}

void syn_challenge(Kernel& k, SockId sk, SkbId skb, bool syn_inerr) {
  if (syn_inerr) k.count(Counter::TcpInErrs);
  k.count(Counter::TCPSYNChallenge);
  tcp_send_challenge_ack(k, sk);
  tcp_drop(k, sk, skb, Drop::TCP_INVALID_SYN);
}

void accept_reset(Kernel& k, SockId sk, SkbId skb) {
  tcp_reset(k, sk, skb);
  if (k.profile.tcp_rcv.has_drop_reasons)
    consume_skb(k, skb);
  else
    tcp_drop(k, sk, skb, Drop::TCP_RESET);
}

/// False: the segment failed PAWS and is gone.
bool check_paws(Kernel& k, SockId sk, SkbId skb, bool syn_inerr) {
  const RxOpt& opt = k[sk].tp.rx_opt;
  if (!tcp_fast_parse_options(k, sk, skb) || opt.saw_tstamp == 0) return true;
  if (k.decide("paws_ok", tcp_paws_check(k, opt, kPawsWindow),
               {{"ts_recent", opt.ts_recent}, {"rcv_tsval", opt.rcv_tsval}}))
    return true;
  const Drop reason = disordered_ack_check(k, sk, skb);
  if (reason == Drop::none || has_flag(k[skb], TCPHDR_RST)) return true;
  if (k.profile.tcp_rcv.paws_spares_syn_and_old_ack) {
    if (has_flag(k[skb], TCPHDR_SYN)) {
      syn_challenge(k, sk, skb, syn_inerr);
      return false;
    }
    if (reason == Drop::TCP_RFC7323_PAWS_ACK) {
      k.count(Counter::PAWSOldAck);
      tcp_drop(k, sk, skb, reason);
      return false;
    }
  }
  k.count(Counter::PAWSEstab);
  discard_with_dupack(k, sk, skb, Counter::TCPACKSkippedPAWS, Drop::TCP_RFC7323_PAWS);
  return false;
}

/// False: the segment lies outside the window and is gone.
bool check_sequence(Kernel& k, SockId sk, SkbId skb, bool syn_inerr) {
  const Drop reason = sequence_check(k, sk, skb);
  if (reason == Drop::none) return true;
  if (has_flag(k[skb], TCPHDR_RST)) {
    if (reset_check(k[sk], k[skb]))
      accept_reset(k, sk, skb);
    else
      tcp_drop(k, sk, skb, reason);
  } else if (has_flag(k[skb], TCPHDR_SYN)) {
    syn_challenge(k, sk, skb, syn_inerr);
  } else {
    if (k.profile.tcp_rcv.checks_end_seq && reason != Drop::TCP_OLD_SEQUENCE) k.count(Counter::BeyondWindow);
    discard_with_dupack(k, sk, skb, Counter::TCPACKSkippedSeq, reason);
  }
  return false;
}

/// A SYN-ACK that crossed ours while we were in SYN_RECV (simultaneous open).
bool crossed_syn_ack(const Sock& sk, const SkBuff& skb) {
  return sk.state == TcpState::syn_recv && sk.file && has_flag(skb, TCPHDR_ACK) &&
         skb.cb.seq + 1 == skb.cb.end_seq && skb.cb.seq + 1 == sk.tp.rcv_nxt &&
         skb.cb.ack_seq == sk.tp.snd_nxt;
}

}  // namespace

bool tcp_oow_rate_limited(Kernel& k, SkbId skb, Counter skipped, const std::int64_t& last_oow_ack_time) {
  const TcpCb& cb = k[skb].cb;
  if (cb.seq != cb.end_seq && !has_flag(k[skb], TCPHDR_SYN)) return false;  // data is not part of an ACK loop
  return oow_rate_limited(k, skipped, last_oow_ack_time);
}

void tcp_send_challenge_ack(Kernel& k, SockId sk) {
  auto f = k.enter(Fn::tcp_send_challenge_ack, {}, sk);
  if (oow_rate_limited(k, Counter::TCPACKSkippedChallenge, k[sk].tp.last_oow_ack_time)) return;
  const auto limit = static_cast<std::uint32_t>(k.sysctl().tcp_challenge_ack_limit);
  if (limit != 0x7fffffffu) {  // RFC 5961 7: for the whole host
    const Net& net = k.net();
    const std::int64_t now = k.jiffies() / k.hz();
    if (now != net.challenge_timestamp) {
      k.put(net.challenge_timestamp, now);
      const std::uint32_t half = (limit + 1) >> 1;
      k.put(net.challenge_count, half + (limit != 0 ? static_cast<std::uint32_t>(k.random() % limit) : 0));
    }
    if (!k.decide("challenge_acks_left", net.challenge_count != 0, {{"left", net.challenge_count}})) return;
    k.put(net.challenge_count, net.challenge_count - 1);
  }
  k.count(Counter::TCPChallengeACK);
  tcp_send_ack(k, sk);
}

void tcp_reset(Kernel& k, SockId sk, SkbId skb) {
  auto f = k.enter(Fn::tcp_reset, skb, sk);
  const Sock& s = k[sk];
  if (s.state == TcpState::close) return;
  const std::int32_t error = s.state == TcpState::syn_sent     ? ECONNREFUSED
                             : s.state == TcpState::close_wait ? EPIPE
                                                               : ECONNRESET;
  k.set(s.sk_err, error);
  if (k.profile.tcp_rcv.reset_purges_write_queue) tcp_write_queue_purge(k, sk);
  const bool dead = s.dead != 0;
  tcp_done(k, sk);
  if (!dead) sock_def_error_report(k, sk);
}

bool tcp_validate_incoming(Kernel& k, SockId sk, SkbId skb, bool syn_inerr) {
  auto f = k.enter(Fn::tcp_validate_incoming, skb, sk);
  if (!check_paws(k, sk, skb, syn_inerr)) return false;
  if (!check_sequence(k, sk, skb, syn_inerr)) return false;
  if (has_flag(k[skb], TCPHDR_RST)) {
    if (k.decide("rst_seq_match", reset_matches(k, sk, skb),
                 {{"seq", k[skb].cb.seq}, {"rcv_nxt", k[sk].tp.rcv_nxt}})) {
      accept_reset(k, sk, skb);
    } else {
      tcp_send_challenge_ack(k, sk);
      tcp_drop(k, sk, skb, Drop::TCP_RESET);
    }
    return false;
  }
  if (has_flag(k[skb], TCPHDR_SYN)) {
    if (k.profile.tcp_rcv.checks_end_seq && crossed_syn_ack(k[sk], k[skb])) return true;
    syn_challenge(k, sk, skb, syn_inerr);
    return false;
  }
  return true;
}

}  // namespace ringside
