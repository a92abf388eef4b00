// net/ipv4/tcp_timer.c: ACKs that wait. What differs between the kernels is
// core/profiles/seams/delack_timer.cpp.
#include <algorithm>

#include "core/kernel/net/core/sock.h"
#include "core/kernel/net/ipv4/tcp_input.h"

namespace ringside {

namespace {

TimerRef delack_ref(SockId sk) { return {ObjectKind::sock, TimerKind::sk_delack, sk.index}; }

/// The longest an ACK may wait (ticks) when the peer's segments come slowly.
std::uint32_t max_delay(const Kernel& k, const Sock& s) {
  const bool interactive = tcp_in_pingpong_mode(k, s) || (s.icsk.ack.pending & ICSK_ACK_PUSHED) != 0;
  std::uint32_t longest = interactive ? tcp_delack_max_ticks(k) : static_cast<std::uint32_t>(k.hz() / 2);
  if (s.tp.srtt_us != 0) {
    const auto rtt = static_cast<std::uint32_t>(k.usecs_to_jiffies(s.tp.srtt_us >> 3));
    longest = std::min(longest, std::max(rtt, tcp_ato_min(k)));
  }
  return longest;
}

}  // namespace

void tcp_reset_delack_timer(Kernel& k, SockId sk, std::int64_t when) {
  const Icsk& icsk = k[sk].icsk;
  add_pending(k, sk, ICSK_ACK_TIMER);
  k.set(icsk.ack.timeout, k.jiffies() + when);
  k.mod_timer(icsk.delack_timer, delack_ref(sk), icsk.ack.timeout);
}

void tcp_clear_delack_timer(Kernel& k, SockId sk) {
  const IcskAck& ack = k[sk].icsk.ack;
  k.set(ack.pending, std::uint8_t{0});
  k.set(ack.blocked, std::uint8_t{0});
  k.put(ack.retry, std::uint8_t{0});
}

void tcp_send_delayed_ack(Kernel& k, SockId sk) {
  auto f = k.enter(Fn::tcp_send_delayed_ack, {}, sk);
  const Sock& s = k[sk];
  const IcskAck& ack = s.icsk.ack;
  std::uint32_t ato = ack.ato;
  if (ato > tcp_ato_min(k)) ato = std::min(ato, max_delay(k, s));
  if (k.profile.tcp_rcv.delack_max_limits) {  // tcp_delack_max(): below the peer's least timeout
    const auto below_rto = static_cast<std::uint32_t>(std::max<std::int64_t>(tcp_rto_min_ticks(k, s), 2) - 1);
    const std::uint32_t own = s.icsk.delack_max != 0 ? s.icsk.delack_max : tcp_delack_max_ticks(k);
    ato = std::min({ato, own, below_rto});
  }
  const std::int64_t now = k.jiffies();
  std::int64_t timeout = now + ato;
  if (k.decide("delack_timer_armed", (ack.pending & ICSK_ACK_TIMER) != 0, {{"ato", ato}})) {
    // It was blocked by a reader, or is about to fire: no use in waiting.
    if (k.decide("delack_about_to_fire", ack.blocked != 0 || ack.timeout <= now + (ato >> 2),
                 {{"timeout", ack.timeout}, {"now", now}})) {
      tcp_send_ack(k, sk);
      return;
    }
    timeout = std::min(timeout, ack.timeout);
  }
  add_pending(k, sk, ICSK_ACK_SCHED | ICSK_ACK_TIMER);
  k.set(ack.timeout, timeout);
  k.mod_timer(s.icsk.delack_timer, delack_ref(sk), timeout);
}

void tcp_delack_timer(Kernel& k, SockId sk) {
  auto f = k.enter(Fn::tcp_delack_timer, {}, sk);
  k.profile.tcp_rcv.delack_timer(k, sk);
}

void tcp_delack_timer_handler(Kernel& k, SockId sk) {
  auto f = k.enter(Fn::tcp_delack_timer_handler, {}, sk);
  k.profile.tcp_rcv.delack_timer_handler(k, sk);
}

void tcp_compressed_ack_kick(Kernel& k, SockId sk) {
  auto f = k.enter(Fn::tcp_compressed_ack_kick, {}, sk);
  const TcpSock& tp = k[sk].tp;
  bh_lock_sock(k, sk);
  if (k.decide("sock_owned_by_user", sock_owned_by_user(k[sk]))) {
    k.put(tp.tsq_flags, tp.tsq_flags | TCPF_DELACK_TIMER_DEFERRED);
  } else if (tp.compressed_ack != 0) {
    k.set(tp.compressed_ack, tp.compressed_ack - 1);  // this one is sent: it does not count as suppressed
    tcp_mstamp_refresh(k, sk);
    tcp_send_ack(k, sk);
  }
  bh_unlock_sock(k, sk);
}

}  // namespace ringside
