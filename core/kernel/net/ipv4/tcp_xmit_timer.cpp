// include/net/inet_connection_sock.h: the connection's timers are set and cleared; the retransmission
// timeout's bounds. One timer serves RTO, TLP, RACK reordering and zero-window probes: icsk_pending says
// which.
#include "core/kernel/net/ipv4/tcp_rtx.h"
#include "core/kernel/net/ipv4/tcp_send.h"

namespace ringside {

namespace {
TimerRef ref_of(SockId sk, TimerKind kind) { return {ObjectKind::sock, kind, sk.index}; }
}  // namespace

std::int64_t tcp_rto_min(Kernel& k, SockId sk) {
  const Icsk& icsk = k[sk].icsk;
  return icsk.rto_min != 0 ? icsk.rto_min : k.usecs_to_jiffies(k.sysctl().tcp_rto_min_us);
}

std::int64_t tcp_rto_max(Kernel& k, SockId sk) {
  const std::uint32_t own = k[sk].icsk.rto_max;
  return own != 0 ? own : k.msecs_to_jiffies(k.sysctl().tcp_rto_max_ms);
}

std::int64_t tcp_timeout_init(Kernel& k) { return k.hz(); }

void inet_csk_reset_xmit_timer(Kernel& k, SockId sk, std::uint8_t what, std::int64_t when_ticks,
                               std::int64_t max_when_ticks) {
  const Icsk& icsk = k[sk].icsk;
  const std::int64_t due = k.jiffies() + std::min(when_ticks, max_when_ticks);
  if (what == ICSK_TIME_DACK) {
    k.set(icsk.ack.pending, static_cast<std::uint8_t>(icsk.ack.pending | ICSK_ACK_TIMER));
    k.put(icsk.ack.timeout, due);
    k.mod_timer(icsk.delack_timer, ref_of(sk, TimerKind::sk_delack), due);
    return;
  }
  k.set(icsk.pending, what);
  k.set(icsk.timeout, due);
  k.mod_timer(icsk.retransmit_timer, ref_of(sk, TimerKind::sk_write), due);
}

void tcp_reset_xmit_timer(Kernel& k, SockId sk, std::uint8_t what, std::int64_t when_ticks, bool pace_delay) {
  const TcpSock& tp = k[sk].tp;
  // A paced segment leaves later than now: its timer starts then.
  if (pace_delay && k.profile.sender.departure_time && tp.tcp_wstamp_ns > tp.tcp_clock_cache)
    when_ticks += k.usecs_to_jiffies((tp.tcp_wstamp_ns - tp.tcp_clock_cache) / 1000);
  inet_csk_reset_xmit_timer(k, sk, what, when_ticks, tcp_rto_max(k, sk));
}

void inet_csk_clear_xmit_timer(Kernel& k, SockId sk, std::uint8_t what) {
  const Icsk& icsk = k[sk].icsk;
  // The timer itself keeps running and finds nothing to do: cheaper than to stop it.
  if (what == ICSK_TIME_DACK) {
    k.set(icsk.ack.pending, std::uint8_t{0});
    k.put(icsk.ack.blocked, std::uint8_t{0});
    k.put(icsk.ack.retry, std::uint8_t{0});
  } else {
    k.set(icsk.pending, std::uint8_t{0});
  }
}

void inet_csk_clear_xmit_timers(Kernel& k, SockId sk) {
  const Sock& s = k[sk];
  k.set(s.icsk.pending, std::uint8_t{0});
  k.set(s.icsk.ack.pending, std::uint8_t{0});
  k.put(s.icsk.ack.blocked, std::uint8_t{0});
  k.del_timer(s.icsk.retransmit_timer);
  k.del_timer(s.icsk.delack_timer);
  k.del_timer(s.sk_timer);
}

void inet_csk_reset_keepalive_timer(Kernel& k, SockId sk, std::int64_t len_ticks) {
  k.mod_timer(k[sk].sk_timer, ref_of(sk, TimerKind::sk_keepalive), k.jiffies() + len_ticks);
}

void inet_csk_delete_keepalive_timer(Kernel& k, SockId sk) { k.del_timer(k[sk].sk_timer); }

void tcp_init_xmit_timers(Kernel& k, SockId sk) {
  k.put(k[sk].icsk.pending, std::uint8_t{0});
  k.put(k[sk].icsk.ack.pending, std::uint8_t{0});
}

std::int64_t tcp_rto_delta_us(Kernel& k, SockId sk) {
  const Sock& s = k[sk];
  const std::int64_t rto_us = k.jiffies_to_usecs(s.icsk.rto);
  const SkbId head = tcp_rtx_queue_head(k, sk);
  return head ? k[head].skb_mstamp_us + rto_us - s.tp.tcp_mstamp : rto_us;
}

}  // namespace ringside
