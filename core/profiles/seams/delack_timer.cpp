#include <algorithm>

#include "core/kernel/net/core/skbuff.h"
#include "core/kernel/net/core/sock.h"
#include "core/kernel/net/ipv4/tcp_input.h"
#include "core/profiles/seams/seams.h"

namespace ringside::seams {

namespace {

/// The timer fired while a process owns the socket: release_sock() does the work.
void defer_to_owner(Kernel& k, SockId sk) {
  const TcpSock& tp = k[sk].tp;
  k.count(Counter::DelayedACKLocked);
  k.put(tp.tsq_flags, tp.tsq_flags | TCPF_DELACK_TIMER_DEFERRED);
}

bool in_state_without_acks(const Sock& s) {
  return s.state == TcpState::close || s.state == TcpState::listen;
}

/// False: no ACK is due now (perhaps later: then the timer runs again).
bool is_due(Kernel& k, SockId sk) {
  const IcskAck& ack = k[sk].icsk.ack;
  if (!k.decide("delack_timer_armed", (ack.pending & ICSK_ACK_TIMER) != 0)) return false;
  if (!k.decide("delack_due", ack.timeout <= k.jiffies(), {{"timeout", ack.timeout}})) {
    k.mod_timer(k[sk].icsk.delack_timer, {ObjectKind::sock, TimerKind::sk_delack, sk.index}, ack.timeout);
    return false;
  }
  k.set(ack.pending, static_cast<std::uint8_t>(ack.pending & ~ICSK_ACK_TIMER));
  return true;
}

/// The delayed ACK was not overtaken by anything: it is sent, and the next one may wait longer.
void send_overdue(Kernel& k, SockId sk, bool refresh_clock) {
  const Icsk& icsk = k[sk].icsk;
  if (!k.decide("ack_scheduled", inet_csk_ack_scheduled(k[sk]))) return;
  if (!tcp_in_pingpong_mode(k, k[sk])) {
    k.set(icsk.ack.ato, std::min(icsk.ack.ato << 1, icsk.rto));
  } else {
    tcp_exit_pingpong_mode(k, sk);
    k.set(icsk.ack.ato, tcp_ato_min(k));
  }
  if (refresh_clock) tcp_mstamp_refresh(k, sk);
  tcp_send_ack(k, sk);
  k.count(Counter::DelayedACKs);
}

}  // namespace

void delack_timer_4_13(Kernel& k, SockId sk) {
  bh_lock_sock(k, sk);
  if (!k.decide("sock_owned_by_user", sock_owned_by_user(k[sk]))) {
    tcp_delack_timer_handler(k, sk);
  } else {
    k.set(k[sk].icsk.ack.blocked, std::uint8_t{1});
    defer_to_owner(k, sk);
  }
  bh_unlock_sock(k, sk);
}

void delack_timer_6_18(Kernel& k, SockId sk) {
  const Sock& s = k[sk];
  const bool useless = (s.icsk.ack.pending & ICSK_ACK_TIMER) == 0 && s.tp.compressed_ack == 0;
  if (k.decide("no_ack_to_send", useless)) return;
  bh_lock_sock(k, sk);
  if (!k.decide("sock_owned_by_user", sock_owned_by_user(s)))
    tcp_delack_timer_handler(k, sk);
  else
    defer_to_owner(k, sk);
  bh_unlock_sock(k, sk);
}

/// 4.13 also processes what the reader has left in the prequeue.
void delack_timer_handler_4_13(Kernel& k, SockId sk) {
  const Sock& s = k[sk];
  sk_mem_reclaim_partial(k, sk);
  if (!in_state_without_acks(s) && is_due(k, sk)) {
    const Ucopy& ucopy = s.tp.ucopy;
    if (k.decide("prequeue_waits", ucopy.prequeue.qlen != 0, {{"qlen", ucopy.prequeue.qlen}})) {
      k.count(Counter::TCPSchedulerFailed);
      while (const SkbId skb = skb_dequeue(k, ucopy.prequeue)) {
        k.move(skb, Place::in_flight);
        sk_backlog_rcv(k, sk, skb);
      }
      k.set(ucopy.memory, 0u);
    }
    send_overdue(k, sk, false);
  }
  if (tcp_under_memory_pressure(k)) sk_mem_reclaim(k, sk);
}

void delack_timer_handler_6_18(Kernel& k, SockId sk) {
  const Sock& s = k[sk];
  if (in_state_without_acks(s)) return;
  if (k.decide("acks_are_compressed", s.tp.compressed_ack != 0)) {
    tcp_mstamp_refresh(k, sk);
    tcp_sack_compress_send_ack(k, sk);
    return;
  }
  if (is_due(k, sk)) send_overdue(k, sk, true);
}

}  // namespace ringside::seams
