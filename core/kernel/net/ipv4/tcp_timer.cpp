// net/ipv4/tcp_timer.c: the retransmission timer, and when a connection is given up.
#include "core/kernel/net/core/sock.h"
#include "core/kernel/net/ipv4/tcp_rtx.h"
#include "core/kernel/net/ipv4/tcp_send.h"

namespace ringside {

namespace {

constexpr int kEtimedout = 110;
constexpr std::uint32_t kSynStates = tcpf(TcpState::syn_sent, TcpState::syn_recv);

/// TCP_RESOURCE_PROBE_INTERVAL: how soon to try again when this host could not send.
std::int64_t resource_probe_interval(Kernel& k) { return k.hz() / 2; }

/// tcp_orphan_retries(): how often to try for a connection that no process holds any more.
std::int32_t tcp_orphan_retries(Kernel& k, SockId sk, bool alive) {
  std::int32_t retries = k.sysctl().tcp_orphan_retries;
  if (k[sk].sk_err_soft != 0 && !alive) retries = 0;
  return retries == 0 && alive ? 8 : retries;
}

/// tcp_out_of_resources(): too many orphans or too much memory. True: the connection is gone.
bool tcp_out_of_resources(Kernel& k, SockId sk, bool do_reset) {
  const Sock& s = k[sk];
  int shift = 0;
  if (k.jiffies() - s.tp.lsndtime > 2 * tcp_rto_max(k, sk) || !do_reset) ++shift;
  if (s.sk_err_soft != 0) ++shift;
  if (!tcp_check_oom(k, sk, shift)) return false;
  if (k.jiffies() - s.tp.lsndtime <= 60 * k.hz() || (s.tp.snd_wnd == 0 && s.tp.packets_out == 0))
    do_reset = true;
  if (do_reset) tcp_send_active_reset(k, sk);
  tcp_done(k, sk);
  k.count(Counter::TCPAbortOnMemory);
  return true;
}

/// tcp_model_timeout(): milliseconds that `boundary` retransmissions take with ideal doubling.
std::int64_t tcp_model_timeout(Kernel& k, SockId sk, std::int32_t boundary, std::int64_t rto_base) {
  const std::int64_t rto_max = tcp_rto_max(k, sk);
  std::int32_t doublings = 0;
  while (rto_base << (doublings + 1) <= rto_max) ++doublings;
  const std::int64_t ticks = boundary <= doublings
                                 ? ((2ll << boundary) - 1) * rto_base
                                 : ((2ll << doublings) - 1) * rto_base + (boundary - doublings) * rto_max;
  return k.jiffies_to_msecs(ticks);
}

/// retransmits_timed_out(): `timeout_ms` 0: as long as `boundary` retransmissions would take.
bool retransmits_timed_out(Kernel& k, SockId sk, std::int32_t boundary, std::int64_t timeout_ms) {
  const Sock& s = k[sk];
  if (s.icsk.retransmits == 0) return false;
  std::uint32_t start = s.tp.retrans_stamp;
  if (start == 0 && k.profile.sender.falls_back_to_head_stamp) {
    const SkbId head = s.write_queue.head;
    if (head) start = tcp_skb_timestamp_ts(s.tp, k[head]);
  }
  if (timeout_ms == 0) {
    std::int64_t base = k.hz() / 5;
    if (k.profile.sender.syn_timeout_base && tcp_state_in(s, kSynStates)) base = tcp_timeout_init(k);
    timeout_ms = tcp_model_timeout(k, sk, boundary, base);
  }
  const std::uint32_t unit = s.tp.tcp_usec_ts != 0 ? 1000 : 1;
  const std::uint32_t elapsed = tcp_time_stamp_ts(k, s.tp) - start;
  return k.decide("retransmits_timed_out",
                  static_cast<std::int32_t>(elapsed - static_cast<std::uint32_t>(timeout_ms) * unit) >= 0,
                  {{"elapsed", elapsed}, {"timeout_ms", timeout_ms}});
}

bool syn_retries_used_up(Kernel& k, SockId sk) {
  const Sock& s = k[sk];
  std::int32_t limit = s.icsk.syn_retries != 0 ? s.icsk.syn_retries : k.sysctl().tcp_syn_retries;
  if (k.profile.sender.syn_linear_timeouts && s.state == TcpState::syn_sent)
    limit += k.sysctl().tcp_syn_linear_timeouts;
  return k.decide("syn_retries_used_up", s.icsk.retransmits >= limit,
                  {{"icsk_retransmits", s.icsk.retransmits}, {"limit", limit}});
}

/// tcp_write_timeout(): true if the connection has been given up.
bool tcp_write_timeout(Kernel& k, SockId sk) {
  auto f = k.enter(Fn::tcp_write_timeout, {}, sk);
  const Sock& s = k[sk];
  bool expired = false;
  std::int32_t retry_until = k.sysctl().tcp_retries2;
  if (tcp_state_in(s, kSynStates)) {
    expired = syn_retries_used_up(k, sk);
    retry_until = s.icsk.syn_retries != 0 ? s.icsk.syn_retries : k.sysctl().tcp_syn_retries;
  } else if (s.dead != 0) {
    const bool alive = s.icsk.rto < static_cast<std::uint64_t>(tcp_rto_max(k, sk));
    retry_until = tcp_orphan_retries(k, sk, alive);
    const bool do_reset = alive || !retransmits_timed_out(k, sk, retry_until, 0);
    if (tcp_out_of_resources(k, sk, do_reset)) return true;
  }
  // 6.18 lets TCP_USER_TIMEOUT end an attempt to connect, too.
  if (!expired && (!tcp_state_in(s, kSynStates) || k.profile.sender.syn_timeout_base))
    expired = retransmits_timed_out(k, sk, retry_until, s.icsk.user_timeout);
  if (expired) {
    tcp_write_err(k, sk);
    return true;
  }
  if (k.profile.sender.counts_timeout_rehash) k.count(Counter::TcpTimeoutRehash);
  return false;
}

void count_first_timeout(Kernel& k, SockId sk) {
  const Sock& s = k[sk];
  const bool sack = tcp_is_sack(s.tp);
  if (s.icsk.ca_state == TCP_CA_Recovery)
    k.count(sack ? Counter::TCPSackRecoveryFail : Counter::TCPRenoRecoveryFail);
  else if (s.icsk.ca_state == TCP_CA_Loss)
    k.count(Counter::TCPLossFailures);
  else if (s.icsk.ca_state == TCP_CA_Disorder || s.tp.sacked_out != 0)
    k.count(sack ? Counter::TCPSackFailures : Counter::TCPRenoFailures);
  else if (!k.profile.sender.counts_every_timeout)
    k.count(Counter::TCPTimeouts);
}

/// tcp_rtx_probe0_timed_out(), and 4.13's plain test: a peer that shrank its window to nothing and is silent.
bool shrunk_window_timed_out(Kernel& k, SockId sk) {
  const Sock& s = k[sk];
  const std::int64_t rto_max = tcp_rto_max(k, sk);
  if (!k.profile.sender.probe0_deadline) return k.jiffies() - s.tp.rcv_tstamp > rto_max;
  const SkbId head = tcp_rtx_queue_head(k, sk);
  const std::uint32_t start =
      s.tp.retrans_stamp != 0 ? s.tp.retrans_stamp : tcp_skb_timestamp_ts(s.tp, k[head]);
  std::uint32_t rtx_delta = tcp_time_stamp_ts(k, s.tp) - start;
  if (s.tp.tcp_usec_ts != 0) rtx_delta /= 1000;
  std::int64_t timeout = 2 * rto_max;
  if (s.icsk.user_timeout != 0) {
    if (rtx_delta > s.icsk.user_timeout) return true;
    timeout = std::min(timeout, k.msecs_to_jiffies(s.icsk.user_timeout));
  }
  if (s.icsk.timeout - s.tp.rcv_tstamp <= timeout) return false;
  return k.msecs_to_jiffies(rtx_delta) > timeout;
}

void tcp_update_rto_stats(Kernel& k, SockId sk) {
  const Sock& s = k[sk];
  if (s.icsk.retransmits == 0) {
    k.put(s.tp.total_rto_recoveries, s.tp.total_rto_recoveries + 1);
    k.put(s.tp.rto_stamp, static_cast<std::uint32_t>(s.tp.tcp_mstamp / 1000));
  }
  k.set(s.icsk.retransmits, static_cast<std::uint8_t>(s.icsk.retransmits + 1));
  k.put(s.tp.total_rto, s.tp.total_rto + 1);
}

std::int64_t rto_clamped_to_user_timeout(Kernel& k, SockId sk) {
  const Sock& s = k[sk];
  if (!k.profile.sender.clamps_to_user_timeout || s.icsk.user_timeout == 0) return s.icsk.rto;
  std::uint32_t elapsed = tcp_time_stamp_ts(k, s.tp) - s.tp.retrans_stamp;
  if (s.tp.tcp_usec_ts != 0) elapsed /= 1000;
  const auto remaining = static_cast<std::int32_t>(s.icsk.user_timeout - elapsed);
  return remaining <= 0 ? 1 : std::min<std::int64_t>(s.icsk.rto, k.msecs_to_jiffies(remaining));
}

/// Doubles the timeout (linear for thin streams and 6.18's first SYNs) and starts the timer again.
void back_off(Kernel& k, SockId sk) {
  const Sock& s = k[sk];
  const bool thin = s.state == TcpState::established &&
                    (s.tp.thin_lto != 0 || k.sysctl().tcp_thin_linear_timeouts != 0) &&
                    s.tp.packets_out < 4 && !(s.tp.snd_ssthresh >= TCP_INFINITE_SSTHRESH) &&
                    s.icsk.retransmits <= TCP_THIN_LINEAR_RETRIES;
  if (k.decide("thin_linear_timeout", thin)) {
    k.set(s.icsk.backoff, std::uint8_t{0});
    std::int64_t rto = __tcp_set_rto(k, s.tp);
    if (k.profile.sender.clamps_thin_rto) rto = std::max(rto, tcp_rto_min(k, sk));
    k.set(s.icsk.rto, static_cast<std::uint32_t>(std::min(rto, tcp_rto_max(k, sk))));
  } else if (!k.profile.sender.syn_linear_timeouts || s.state != TcpState::syn_sent ||
             s.tp.total_rto > static_cast<std::uint32_t>(k.sysctl().tcp_syn_linear_timeouts)) {
    if (k.profile.sender.rto_stats_before_sending)
      k.set(s.icsk.backoff, static_cast<std::uint8_t>(s.icsk.backoff + 1));
    k.set(s.icsk.rto, static_cast<std::uint32_t>(
                          std::min<std::int64_t>(std::int64_t{s.icsk.rto} << 1, tcp_rto_max(k, sk))));
  }
  tcp_reset_xmit_timer(k, sk, ICSK_TIME_RETRANS, rto_clamped_to_user_timeout(k, sk), false);
}

void tcp_retransmit_timer(Kernel& k, SockId sk) {
  auto f = k.enter(Fn::tcp_retransmit_timer, {}, sk);
  const Sock& s = k[sk];
  if (s.tp.packets_out == 0) return;
  if (k.profile.sender.rto_ends_tlp) k.put(s.tp.tlp_high_seq, Seq{0});
  if (k.decide("window_shrunk_to_zero", s.tp.snd_wnd == 0 && s.dead == 0 && !tcp_state_in(s, kSynStates))) {
    if (shrunk_window_timed_out(k, sk)) {
      tcp_write_err(k, sk);
      return;
    }
    tcp_enter_loss(k, sk);
    tcp_retransmit_skb(k, sk, tcp_rtx_queue_head(k, sk), 1);
    back_off(k, sk);
    return;
  }
  if (k.profile.sender.counts_every_timeout) k.count(Counter::TCPTimeouts);
  if (tcp_write_timeout(k, sk)) return;
  if (s.icsk.retransmits == 0) count_first_timeout(k, sk);
  tcp_enter_loss(k, sk);
  const bool stats_first = k.profile.sender.rto_stats_before_sending;
  if (stats_first) tcp_update_rto_stats(k, sk);
  if (tcp_retransmit_skb(k, sk, tcp_rtx_queue_head(k, sk), 1) > 0) {
    // This host had no room: try soon again, without backing off.
    if (!stats_first && s.icsk.retransmits == 0) k.set(s.icsk.retransmits, std::uint8_t{1});
    std::int64_t when = resource_probe_interval(k);
    if (!stats_first) when = std::min<std::int64_t>(when, s.icsk.rto);
    tcp_reset_xmit_timer(k, sk, ICSK_TIME_RETRANS, when, false);
    return;
  }
  if (!stats_first) {
    k.set(s.icsk.backoff, static_cast<std::uint8_t>(s.icsk.backoff + 1));
    k.set(s.icsk.retransmits, static_cast<std::uint8_t>(s.icsk.retransmits + 1));
  }
  back_off(k, sk);
}

/// tcp_probe_timer(): the peer's window is closed and nothing is in flight.
void tcp_probe_timer(Kernel& k, SockId sk) {
  auto f = k.enter(Fn::tcp_probe_timer, {}, sk);
  const Sock& s = k[sk];
  const SkbId head = tcp_send_head(k, sk);
  if (s.tp.packets_out != 0 || !head) {
    k.set(s.icsk.probes_out, std::uint8_t{0});
    k.put(s.icsk.probes_tstamp, std::int64_t{0});
    return;
  }
  bool abort = false;
  if (!k.profile.sender.probe0_deadline) {
    const std::uint32_t start = tcp_skb_timestamp_ts(s.tp, k[head]);
    if (start == 0)
      k.put(k[head].skb_mstamp_us, s.tp.tcp_mstamp);
    else
      abort = s.icsk.user_timeout != 0 &&
              static_cast<std::int32_t>(tcp_time_stamp_ts(k, s.tp) - start - s.icsk.user_timeout) > 0;
  } else if (s.icsk.probes_tstamp == 0) {
    k.put(s.icsk.probes_tstamp, k.jiffies());
  } else {
    abort = s.icsk.user_timeout != 0 &&
            k.jiffies() - s.icsk.probes_tstamp >= k.msecs_to_jiffies(s.icsk.user_timeout);
  }
  std::int32_t max_probes = k.sysctl().tcp_retries2;
  if (!abort && s.dead != 0) {
    const std::int64_t rto_max = tcp_rto_max(k, sk);
    const bool alive = std::min<std::int64_t>(std::int64_t{s.icsk.rto} << s.icsk.backoff, rto_max) < rto_max;
    max_probes = tcp_orphan_retries(k, sk, alive);
    abort = !alive && s.icsk.backoff >= max_probes;
    if (!abort && tcp_out_of_resources(k, sk, true)) return;
  }
  const std::int32_t limit = k.profile.sender.probe0_deadline ? max_probes : max_probes + 1;
  if (k.decide("probes_used_up", abort || s.icsk.probes_out >= limit,
               {{"icsk_probes_out", s.icsk.probes_out}, {"limit", limit}}))
    tcp_write_err(k, sk);
  else
    tcp_send_probe0(k, sk);
}

}  // namespace

void tcp_write_err(Kernel& k, SockId sk) {
  auto f = k.enter(Fn::tcp_write_err, {}, sk);
  const Sock& s = k[sk];
  const std::int32_t err = s.sk_err_soft != 0 ? s.sk_err_soft : kEtimedout;
  tcp_done_with_error(k, sk, err);
  k.count(Counter::TCPAbortOnTimeout);
}

void tcp_write_timer_handler(Kernel& k, SockId sk) {
  auto f = k.enter(Fn::tcp_write_timer_handler, {}, sk);
  const Sock& s = k[sk];
  if (tcp_state_in(s, tcpf(TcpState::close, TcpState::listen)) || s.icsk.pending == 0) return;
  if (k.decide("timer_moved_on", s.icsk.timeout > k.jiffies(), {{"icsk_timeout", s.icsk.timeout}})) {
    k.mod_timer(s.icsk.retransmit_timer, {ObjectKind::sock, TimerKind::sk_write, sk.index}, s.icsk.timeout);
    return;
  }
  tcp_mstamp_refresh(k, sk);
  switch (k.choose("icsk_pending", s.icsk.pending)) {
    case ICSK_TIME_REO_TIMEOUT:
      tcp_rack_reo_timeout(k, sk);
      break;
    case ICSK_TIME_LOSS_PROBE:
      tcp_send_loss_probe(k, sk);
      break;
    case ICSK_TIME_RETRANS:
      k.set(s.icsk.pending, std::uint8_t{0});
      tcp_retransmit_timer(k, sk);
      break;
    case ICSK_TIME_PROBE0:
      k.set(s.icsk.pending, std::uint8_t{0});
      tcp_probe_timer(k, sk);
      break;
    default:
      break;
  }
}

void tcp_write_timer(Kernel& k, SockId sk) {
  auto f = k.enter(Fn::tcp_write_timer, {}, sk);
  const Sock& s = k[sk];
  if (k.profile.sender.checks_pending_first && s.icsk.pending == 0) return;
  bh_lock_sock(k, sk);
  if (!k.decide("sock_owned_by_user", sock_owned_by_user(s)))
    tcp_write_timer_handler(k, sk);
  else
    k.put(s.tp.tsq_flags, s.tp.tsq_flags | TCPF_WRITE_TIMER_DEFERRED);
  bh_unlock_sock(k, sk);
}

}  // namespace ringside
