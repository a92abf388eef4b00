// net/ipv4/tcp_output.c: retransmission.
#include "core/kernel/net/core/sock.h"
#include "core/kernel/net/ipv4/tcp_ecn.h"
#include "core/kernel/net/ipv4/tcp_rtx.h"
#include "core/kernel/net/ipv4/tcp_send.h"

namespace ringside {

namespace {

constexpr int kEagain = -11, kEnomem = -12, kEbusy = -16, kEinval = -22;

void put_sacked(Kernel& k, SkbId skb, unsigned bits) {
  k.put(k[skb].cb.sacked, static_cast<std::uint8_t>(bits));
}

/// skb_still_in_host_queue(): what was sent before has not even left this host.
bool skb_still_in_host_queue(Kernel& k, SockId sk, SkbId skb) {
  if (!k.decide("still_in_host_queue", skb_fclone_busy(k, skb))) return false;
  const TcpSock& tp = k[sk].tp;
  if (k.profile.sender.departure_time) k.put(tp.tsq_flags, tp.tsq_flags | TSQF_THROTTLED);
  k.count(Counter::TCPSpuriousRtxHostQueues);
  return true;
}

bool tcp_can_collapse(Kernel& k, SkbId skb) {
  const SkBuff& b = k[skb];
  return tcp_skb_pcount(b) <= 1 && !skb_fclone_busy(k, skb) && (b.cb.sacked & TCPCB_SACKED_ACKED) == 0;
}

/// tcp_collapse_retrans(): the next skb's payload joins this one's.
void tcp_collapse_retrans(Kernel& k, SockId sk, SkbId skb, SkbId next) {
  const TcpSock& tp = k[sk].tp;
  const TcpCb& cb = k[skb].cb;
  const TcpCb& from = k[next].cb;
  if (k[next].len != 0) tcp_skb_shift(k, sk, skb, next, k[next].len);
  if (tp.highest_sack == next && (!k.profile.sender.forward_acks || tp.sacked_out != 0))
    k.put(tp.highest_sack, skb);
  k.put(cb.end_seq, from.end_seq);
  k.put(cb.tcp_flags, static_cast<std::uint16_t>(cb.tcp_flags | from.tcp_flags));
  put_sacked(k, skb, cb.sacked | (from.sacked & TCPCB_EVER_RETRANS));
  k.put(cb.eor, from.eor);
  if (k.profile.sender.forward_acks) k.put(tp.lost_skb_hint, SkbId{});
  if (tp.retransmit_skb_hint == next) k.put(tp.retransmit_skb_hint, skb);
  tcp_adjust_pcount(k, sk, next, static_cast<std::int32_t>(tcp_skb_pcount(k[next])));
  tcp_rtx_queue_unlink_and_free(k, sk, next);
}

/// tcp_retrans_try_collapse(): small neighbours travel together the second time.
void tcp_retrans_try_collapse(Kernel& k, SockId sk, SkbId to, std::uint32_t space) {
  if (k.sysctl().tcp_retrans_collapse == 0 || (k[to].cb.tcp_flags & TCPHDR_SYN) != 0) return;
  if (!tcp_can_collapse(k, to) || k[to].cb.eor != 0) return;
  auto left = static_cast<std::int64_t>(space) - k[to].len;
  while (const SkbId next = tcp_rtx_next(k, sk, to)) {
    if (!tcp_can_collapse(k, next) || k[to].cb.eor != 0) return;
    left -= k[next].len;
    if (left < 0 || after(k[next].cb.end_seq, tcp_wnd_end(k[sk].tp))) return;
    tcp_collapse_retrans(k, sk, to, next);
  }
}

/// Cuts off what has been acknowledged since. False: nothing of it is outstanding.
bool trim_acked(Kernel& k, SockId sk, SkbId skb) {
  const TcpSock& tp = k[sk].tp;
  const TcpCb& cb = k[skb].cb;
  if (!before(cb.seq, tp.snd_una)) return true;
  if ((cb.tcp_flags & TCPHDR_SYN) != 0) {
    k.put(cb.tcp_flags, static_cast<std::uint16_t>(cb.tcp_flags & ~TCPHDR_SYN));
    k.put(cb.seq, cb.seq + 1);
    if (!before(cb.seq, tp.snd_una)) return true;
  }
  if (before(cb.end_seq, tp.snd_una)) return false;
  tcp_trim_head(k, sk, skb, tp.snd_una - cb.seq);
  return true;
}

/// How many bytes this retransmission may carry; 0: it must not be sent now.
std::uint32_t retransmit_room(Kernel& k, SockId sk, SkbId skb, std::uint32_t cur_mss, std::uint32_t segs,
                              std::uint32_t& collapse_room) {
  const TcpSock& tp = k[sk].tp;
  auto avail = seq_diff(tcp_wnd_end(tp), k[skb].cb.seq);
  collapse_room = cur_mss;
  if (k.decide("beyond_window", avail <= 0, {{"seq", k[skb].cb.seq}, {"wnd_end", tcp_wnd_end(tp)}})) {
    if (k[skb].cb.seq != tp.snd_una) return 0;
    avail = static_cast<std::int32_t>(cur_mss);  // the first segment doubles as a window probe
  }
  const std::uint32_t len = cur_mss * segs;
  if (!k.profile.sender.retransmits_within_window) return len;
  const auto window = static_cast<std::uint32_t>(avail);
  collapse_room = std::min(window, cur_mss);
  if (len <= window) return len;
  const std::uint32_t whole = window - window % cur_mss;
  return whole != 0 ? whole : window;
}

void settle_segments(Kernel& k, SockId sk, SkbId skb, std::uint32_t cur_mss) {
  const std::uint32_t old = tcp_skb_pcount(k[skb]);
  tcp_set_skb_tso_segs(k, skb, cur_mss);
  const auto diff = static_cast<std::int32_t>(old - tcp_skb_pcount(k[skb]));
  if (diff != 0) tcp_adjust_pcount(k, sk, skb, diff);
}

}  // namespace

int tcp_retransmit_skb_once(Kernel& k, SockId sk, SkbId skb, std::uint32_t segs) {
  auto f = k.enter(Fn::__tcp_retransmit_skb, skb, sk);
  const Sock& s = k[sk];
  const TcpSock& tp = s.tp;
  if (!k.profile.sender.retransmits_within_window) {
    // 4.13: not more than was queued may sit below, with a quarter on top for overhead.
    const std::int32_t limit = std::min(s.sk_wmem_queued + (s.sk_wmem_queued >> 2), s.sk_sndbuf);
    if (s.sk_wmem_alloc > limit) return kEagain;
  }
  if (skb_still_in_host_queue(k, sk, skb)) return kEbusy;
  if (!trim_acked(k, sk, skb)) return kEinval;
  const std::uint32_t cur_mss = tcp_current_mss(k, sk);
  std::uint32_t collapse_room = 0;
  const std::uint32_t len = retransmit_room(k, sk, skb, cur_mss, segs, collapse_room);
  if (len == 0) return kEagain;
  if (k[skb].len > len) {
    if (!tcp_fragment(k, sk, skb, len, cur_mss)) return kEnomem;
  } else {
    settle_segments(k, sk, skb, cur_mss);
    if (k[skb].len < collapse_room) tcp_retrans_try_collapse(k, sk, skb, collapse_room);
  }
  if ((k[skb].cb.tcp_flags & TCPHDR_SYN_ECN) == TCPHDR_SYN_ECN) tcp_ecn_clear_syn(k, skb);
  const std::uint32_t sent = tcp_skb_pcount(k[skb]);
  k.count(Counter::TcpRetransSegs, sent);
  if ((k[skb].cb.tcp_flags & TCPHDR_SYN) != 0) k.count(Counter::TCPSynRetrans);
  k.set(tp.total_retrans, tp.total_retrans + sent);
  k.put(tp.bytes_retrans, tp.bytes_retrans + k[skb].len);
  const int err = tcp_transmit_skb(k, sk, skb, true);
  if (err != 0 && err != kEbusy)
    k.count(Counter::TCPRetransFail, k.profile.sender.retransmits_within_window ? sent : 1);
  // 6.18 marks it even if it never left: no RTT may be measured from it.
  if (err == 0 || k.profile.sender.retransmits_within_window)
    put_sacked(k, skb, k[skb].cb.sacked | TCPCB_EVER_RETRANS);
  return err;
}

int tcp_retransmit_skb(Kernel& k, SockId sk, SkbId skb, std::uint32_t segs) {
  auto f = k.enter(Fn::tcp_retransmit_skb, skb, sk);
  const TcpSock& tp = k[sk].tp;
  const int err = tcp_retransmit_skb_once(k, sk, skb, segs);
  const std::uint32_t pcount = tcp_skb_pcount(k[skb]);
  if (err == 0) {
    put_sacked(k, skb, k[skb].cb.sacked | TCPCB_RETRANS);
    k.set(tp.retrans_out, tp.retrans_out + pcount);
  }
  if (tp.retrans_stamp == 0 && (err == 0 || k.profile.sender.retransmits_within_window))
    k.put(tp.retrans_stamp, tcp_skb_timestamp_ts(tp, k[skb]));
  k.put(tp.undo_retrans, std::max(tp.undo_retrans, 0) + static_cast<std::int32_t>(pcount));
  return err;
}

void tcp_xmit_retransmit_queue(Kernel& k, SockId sk) {
  auto f = k.enter(Fn::tcp_xmit_retransmit_queue, {}, sk);
  const Sock& s = k[sk];
  const TcpSock& tp = s.tp;
  if (tp.packets_out == 0) return;
  const SkbId head = tcp_rtx_queue_head(k, sk);
  const std::uint32_t max_segs = tcp_tso_segs(k, sk, tcp_current_mss(k, sk));
  const bool rearms_late = k.profile.sender.retransmits_within_window;
  bool rearm = false;
  SkbId hole;
  for (SkbId skb = tp.retransmit_skb_hint ? tp.retransmit_skb_hint : head; skb;
       skb = tcp_rtx_next(k, sk, skb)) {
    if (tcp_pacing_check(k, sk)) break;
    if (!hole) k.put(tp.retransmit_skb_hint, skb);
    const auto room = static_cast<std::int32_t>(tp.snd_cwnd - tcp_packets_in_flight(tp));
    if (!k.decide("cwnd_allows_retransmit", room > 0, {{"room", room}})) break;
    if (tp.retrans_out >= tp.lost_out) break;
    const std::uint8_t sacked = k[skb].cb.sacked;
    if ((sacked & TCPCB_LOST) == 0) {
      if (!hole && (sacked & (TCPCB_SACKED_RETRANS | TCPCB_SACKED_ACKED)) == 0) hole = skb;
      continue;
    }
    if ((sacked & (TCPCB_SACKED_ACKED | TCPCB_SACKED_RETRANS)) != 0) continue;
    if (tcp_small_queue_check(k, sk, skb, 1)) break;
    if (tcp_retransmit_skb(k, sk, skb, std::min(static_cast<std::uint32_t>(room), max_segs)) != 0) break;
    const std::uint32_t pcount = tcp_skb_pcount(k[skb]);
    k.count(s.icsk.ca_state != TCP_CA_Loss ? Counter::TCPFastRetrans : Counter::TCPSlowStartRetrans, pcount);
    if (tcp_in_cwnd_reduction(s)) k.put(tp.prr_out, tp.prr_out + pcount);
    if (skb == tcp_rtx_queue_head(k, sk) && s.icsk.pending != ICSK_TIME_REO_TIMEOUT) {
      rearm = true;
      if (!rearms_late) tcp_reset_xmit_timer(k, sk, ICSK_TIME_RETRANS, s.icsk.rto, false);
    }
  }
  if (rearm && rearms_late) tcp_reset_xmit_timer(k, sk, ICSK_TIME_RETRANS, s.icsk.rto, true);
}

}  // namespace ringside
