// net/ipv4/tcp_output.c: tcp_write_xmit() and the rules it asks: congestion window, the peer's window, Nagle,
// TSO sizes and deferral.
#include "core/kernel/net/ipv4/tcp_rtx.h"
#include "core/kernel/net/ipv4/tcp_send.h"

namespace ringside {

namespace {

/// tcp_cwnd_test(): how many segments the congestion window allows now, at most half of it at once.
std::uint32_t tcp_cwnd_test(Kernel& k, SockId sk, SkbId skb) {
  const TcpSock& tp = k[sk].tp;
  if (k.profile.sender.fin_ignores_cwnd && (k[skb].cb.tcp_flags & TCPHDR_FIN) != 0 &&
      tcp_skb_pcount(k[skb]) == 1)
    return 1;
  const std::uint32_t in_flight = tcp_packets_in_flight(tp);
  if (!k.decide("cwnd_allows", in_flight < tp.snd_cwnd,
                {{"in_flight", in_flight}, {"snd_cwnd", tp.snd_cwnd}}))
    return 0;
  return std::min(std::max(tp.snd_cwnd >> 1, 1u), tp.snd_cwnd - in_flight);
}

/// Minshall's form of Nagle's rule: a small segment waits only for an earlier small one.
bool tcp_nagle_check(bool partial, const TcpSock& tp, int nonagle) {
  const bool small_in_flight = after(tp.snd_sml, tp.snd_una) && !after(tp.snd_sml, tp.snd_nxt);
  return partial &&
         ((nonagle & TCP_NAGLE_CORK) != 0 || (nonagle == 0 && tp.packets_out != 0 && small_in_flight));
}

bool tcp_nagle_test(const TcpSock& tp, const SkBuff& skb, std::uint32_t cur_mss, int nonagle) {
  if ((nonagle & TCP_NAGLE_PUSH) != 0) return true;
  if (tcp_urg_mode(tp) || (skb.cb.tcp_flags & TCPHDR_FIN) != 0) return true;
  return !tcp_nagle_check(skb.len < cur_mss, tp, nonagle);
}

/// tcp_mss_split_point(): how much of the skb goes in this turn.
std::uint32_t tcp_mss_split_point(Kernel& k, SockId sk, SkbId skb, std::uint32_t mss_now,
                                  std::uint32_t max_segs, int nonagle) {
  const TcpSock& tp = k[sk].tp;
  const std::uint32_t window = tcp_wnd_end(tp) - k[skb].cb.seq;
  const std::uint32_t max_len = mss_now * max_segs;
  if (max_len <= window && skb != tcp_write_queue_tail(k, sk)) return max_len;
  const std::uint32_t needed = std::min(k[skb].len, window);
  if (max_len <= needed) return max_len;
  const std::uint32_t partial = needed % mss_now;
  return tcp_nagle_check(partial != 0, tp, nonagle) ? needed - partial : needed;
}

struct Limits {
  bool cwnd = false, rwnd = false;
};

/// True if the last transmission is so long ago that waiting for more would only make a burst.
bool last_send_is_old(Kernel& k, const TcpSock& tp) {
  if (k.profile.sender.departure_time) return tp.tcp_clock_cache - tp.tcp_wstamp_ns - 1000000 > 0;
  return k.jiffies() - tp.lsndtime > 0;
}

/// True if the next ACK, which would open the window further, is not to be expected soon.
bool next_ack_is_far(Kernel& k, SockId sk) {
  const TcpSock& tp = k[sk].tp;
  const SkbId head = tcp_rtx_queue_head(k, sk);
  if (!k.profile.sender.departure_time) {
    const SkbId oldest = k[sk].write_queue.head;
    const std::int64_t age = tp.tcp_mstamp - k[oldest].skb_mstamp_us;
    return age < (tp.srtt_us >> 4);
  }
  if (!head) return true;
  const std::int64_t srtt_ns = std::int64_t{tp.srtt_us} * 125;
  const std::int64_t expected = k[head].skb_mstamp_us * 1000 + srtt_ns;
  const std::int64_t threshold = std::min<std::int64_t>(srtt_ns >> 1, 1000000);
  return expected - tp.tcp_clock_cache - threshold > 0;
}

/// tcp_tso_should_defer(): a large skb may wait a little for an ACK, so that fewer, larger ones leave.
bool tcp_tso_should_defer(Kernel& k, SockId sk, SkbId skb, std::uint32_t max_segs, Limits& limits) {
  const Sock& s = k[sk];
  const TcpSock& tp = s.tp;
  const SkBuff& b = k[skb];
  const bool fin = (b.cb.tcp_flags & TCPHDR_FIN) != 0;
  const bool late_fin_test = k.profile.sender.departure_time;
  if (fin && !late_fin_test) return false;
  if (s.icsk.ca_state >= TCP_CA_Recovery || last_send_is_old(k, tp)) return false;
  const std::uint32_t send_win = tcp_wnd_end(tp) - b.cb.seq;
  const std::uint32_t cong_win = (tp.snd_cwnd - tcp_packets_in_flight(tp)) * tp.mss_cache;
  const std::uint32_t limit = std::min(send_win, cong_win);
  if (limit >= max_segs * tp.mss_cache) return false;
  if (skb != tcp_write_queue_tail(k, sk) && limit >= b.len) return false;
  const std::int32_t divisor = k.sysctl().tcp_tso_win_divisor;
  if (divisor != 0) {
    const std::uint32_t chunk =
        std::min(tp.snd_wnd, tp.snd_cwnd * tp.mss_cache) / static_cast<std::uint32_t>(divisor);
    if (limit >= chunk) return false;
  } else if (limit > 3 * tp.mss_cache) {
    return false;
  }
  if (next_ack_is_far(k, sk)) return false;
  if (!late_fin_test) {
    limits.cwnd = limits.cwnd || (cong_win < send_win && cong_win <= b.len);
    return true;
  }
  if (cong_win < send_win && cong_win <= b.len) {
    limits.cwnd = true;
    return true;
  }
  if (cong_win >= send_win && send_win <= b.len) {
    limits.rwnd = true;
    return true;
  }
  return !fin && b.cb.eor == 0;
}

/// tcp_grow_skb(): fills a send head that is smaller than what may leave from the skb behind it.
void tcp_grow_skb(Kernel& k, SockId sk, SkbId skb, std::uint32_t amount) {
  const SkbId next = k[skb].next;
  if (!next || k[skb].cb.eor != 0) return;
  const std::uint32_t bytes = std::min(amount, k[next].len);
  if (bytes == 0) return;
  tcp_skb_shift(k, sk, skb, next, bytes);
  const TcpCb& cb = k[skb].cb;
  const TcpCb& from = k[next].cb;
  k.put(cb.end_seq, cb.end_seq + bytes);
  k.put(from.seq, from.seq + bytes);
  if (k[next].len != 0) return;
  k.put(cb.end_seq, from.end_seq);  // a FIN may sit on it
  k.put(cb.tcp_flags, static_cast<std::uint16_t>(cb.tcp_flags | from.tcp_flags));
  k.put(cb.eor, from.eor);
  tcp_write_queue_unlink_and_free(k, sk, next);
}

/// The congestion quota, and with it the send head's final size. 0: stop.
std::uint32_t settle_quota(Kernel& k, SockId sk, SkbId skb, std::uint32_t mss_now, std::uint32_t max_segs,
                           int push_one) {
  const bool size_first = !k.profile.sender.grows_skb;
  if (size_first) tcp_init_tso_segs(k, skb, mss_now);
  std::uint32_t quota = tcp_cwnd_test(k, sk, skb);
  if (quota == 0 && push_one == 2) quota = 1;  // a loss probe leaves whatever the window says
  if (quota == 0 || size_first) return quota;
  quota = std::min(quota, max_segs);
  if (quota * mss_now > k[skb].len) tcp_grow_skb(k, sk, skb, quota * mss_now - k[skb].len);
  tcp_set_skb_tso_segs(k, skb, mss_now);
  return quota;
}

/// One skb of the loop. False: stop.
bool send_one(Kernel& k, SockId sk, SkbId skb, std::uint32_t mss_now, std::uint32_t max_segs, int nonagle,
              int push_one, Limits& limits) {
  const TcpSock& tp = k[sk].tp;
  k.about(skb, sk);
  const std::uint32_t quota = settle_quota(k, sk, skb, mss_now, max_segs, push_one);
  if (quota == 0) return false;
  const std::uint32_t tso_segs = tcp_skb_pcount(k[skb]);
  if (!k.decide("snd_wnd_allows", tcp_snd_wnd_test(tp, k[skb], mss_now),
                {{"end_seq", k[skb].cb.end_seq}, {"wnd_end", tcp_wnd_end(tp)}})) {
    limits.rwnd = true;
    return false;
  }
  if (tso_segs == 1) {
    const int effective = tcp_skb_is_last(k, sk, skb) ? nonagle : TCP_NAGLE_PUSH;
    if (!k.decide("nagle_allows", tcp_nagle_test(tp, k[skb], mss_now, effective),
                  {{"len", k[skb].len}, {"mss", mss_now}, {"nonagle", effective}}))
      return false;
  } else if (push_one == 0 && k.decide("tso_defer", tcp_tso_should_defer(k, sk, skb, max_segs, limits))) {
    return false;
  }
  std::uint32_t limit = mss_now;
  if (tso_segs > 1 && !tcp_urg_mode(tp))
    limit = tcp_mss_split_point(k, sk, skb, mss_now, std::min(quota, max_segs), nonagle);
  if (k[skb].len > limit && !tso_fragment(k, sk, skb, limit, mss_now)) return false;
  if (tcp_small_queue_check(k, sk, skb, 0)) return false;
  // A writer sleeps on an skb that has no bytes yet.
  if (k.profile.sender.grows_skb && k[skb].cb.end_seq == k[skb].cb.seq) return false;
  return tcp_transmit_skb(k, sk, skb, true) == 0;
}

void tcp_minshall_update(Kernel& k, SockId sk, SkbId skb, std::uint32_t mss_now) {
  if (k[skb].len < tcp_skb_pcount(k[skb]) * mss_now) k.put(k[sk].tp.snd_sml, k[skb].cb.end_seq);
}

}  // namespace

bool tcp_snd_wnd_test(const TcpSock& tp, const SkBuff& skb, std::uint32_t cur_mss) {
  const Seq end = skb.len > cur_mss ? skb.cb.seq + cur_mss : skb.cb.end_seq;
  return !after(end, tcp_wnd_end(tp));
}

std::uint32_t tcp_tso_segs(Kernel& k, SockId sk, std::uint32_t mss_now) {
  const Sock& s = k[sk];
  const std::uint64_t gso_max = tcp_gso_max_size(s);
  std::uint64_t bytes = s.sk_pacing_rate >> 10;
  if (k.profile.sender.tso_by_rtt) {
    const std::uint32_t shift = tcp_min_rtt(s.tp) >> k.sysctl().tcp_tso_rtt_log;
    if (shift < 32) bytes += gso_max >> shift;
  }
  bytes = std::min(bytes, gso_max);
  const std::uint32_t segs = std::max(static_cast<std::uint32_t>(bytes / mss_now),
                                      static_cast<std::uint32_t>(k.sysctl().tcp_min_tso_segs));
  return std::min(segs, s.sk_gso_max_segs);
}

void tcp_event_new_data_sent(Kernel& k, SockId sk, SkbId skb) {
  const Sock& s = k[sk];
  const std::uint32_t prior_packets = s.tp.packets_out;
  const std::uint32_t pcount = tcp_skb_pcount(k[skb]);
  k.set(s.tp.snd_nxt, k[skb].cb.end_seq);
  tcp_queue_sent(k, sk, skb);
  k.set(s.tp.packets_out, prior_packets + pcount);
  if (prior_packets == 0 || s.icsk.pending == ICSK_TIME_LOSS_PROBE) tcp_rearm_rto(k, sk);
  k.count(Counter::TCPOrigDataSent, pcount);
  if (k.profile.sender.checks_space_on_send) tcp_check_space(k, sk);
}

bool tcp_write_xmit(Kernel& k, SockId sk, std::uint32_t mss_now, int nonagle, int push_one) {
  auto f = k.enter(Fn::tcp_write_xmit, {}, sk);
  const TcpSock& tp = k[sk].tp;
  Limits limits;
  std::uint32_t sent = 0;
  tcp_mstamp_refresh(k, sk);
  const std::uint32_t max_segs = tcp_tso_segs(k, sk, mss_now);
  while (const SkbId skb = tcp_send_head(k, sk)) {
    if (tcp_pacing_check(k, sk)) break;
    if (!send_one(k, sk, skb, mss_now, max_segs, nonagle, push_one, limits)) break;
    tcp_event_new_data_sent(k, sk, skb);
    tcp_minshall_update(k, sk, skb, mss_now);
    sent += tcp_skb_pcount(k[skb]);
    if (push_one != 0) break;
  }
  if (limits.rwnd)
    tcp_chrono_start(k, sk, TCP_CHRONO_RWND_LIMITED);
  else
    tcp_chrono_stop(k, sk, TCP_CHRONO_RWND_LIMITED);

  limits.cwnd = limits.cwnd || tcp_packets_in_flight(tp) >= tp.snd_cwnd;
  const bool validate_first = k.profile.sender.validates_cwnd_unsent;
  if (validate_first && (sent != 0 || limits.cwnd)) tcp_cwnd_validate(k, sk, limits.cwnd);
  if (sent == 0) return tp.packets_out == 0 && tcp_send_head(k, sk);
  if (tcp_in_cwnd_reduction(k[sk])) k.put(tp.prr_out, tp.prr_out + sent);
  if (push_one != 2) tcp_schedule_loss_probe(k, sk, false);
  if (!validate_first) tcp_cwnd_validate(k, sk, limits.cwnd);
  return false;
}

void __tcp_push_pending_frames(Kernel& k, SockId sk, std::uint32_t cur_mss, int nonagle) {
  auto f = k.enter(Fn::__tcp_push_pending_frames, {}, sk);
  if (k[sk].state == TcpState::close) return;  // the bytes stay until the socket is destroyed
  if (tcp_write_xmit(k, sk, cur_mss, nonagle, 0)) tcp_check_probe_timer(k, sk);
}

void tcp_push_pending_frames(Kernel& k, SockId sk) {
  if (tcp_send_head(k, sk)) __tcp_push_pending_frames(k, sk, tcp_current_mss(k, sk), k[sk].tp.nonagle);
}

void tcp_push_one(Kernel& k, SockId sk, std::uint32_t mss_now) {
  tcp_write_xmit(k, sk, mss_now, TCP_NAGLE_PUSH, 1);
}

}  // namespace ringside
