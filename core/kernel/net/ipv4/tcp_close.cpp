// The ways a socket is closed from above: tcp_close(), tcp_shutdown(), and what happens to an orphan.
#include <algorithm>

#include "core/kernel/net/core/skbuff.h"
#include "core/kernel/net/core/sock.h"
#include "core/kernel/net/inet_connection_sock.h"
#include "core/kernel/net/tcp_flags.h"

namespace ringside {

namespace {

/// Where a close() that sleeps goes on (Process::call.phase; lower values are the caller's).
enum : std::uint8_t { kLocking = 10, kWaiting = 11 };

bool sk_stream_closing(const Sock& sk) {
  return (1u << static_cast<unsigned>(sk.state) &
          tcpf(TcpState::fin_wait1, TcpState::closing, TcpState::last_ack)) != 0;
}

/// sk_stream_wait_close(): SO_LINGER's wait until everything is acknowledged. False while it sleeps.
bool sk_stream_wait_close(Kernel& k, SockId sk, ProcessId self, bool resumed) {
  auto f = k.enter(Fn::sk_stream_wait_close, {}, sk, resumed);
  const Syscall& call = k[self].call;
  if (!resumed) {
    if (call.timeo_ns == 0) return true;
    add_wait_queue(k, sk, self);
  }
  for (;;) {
    const auto closed = [](const Host& host, SockId sock, ProcessId) {
      return !sk_stream_closing(host[sock]);
    };
    if (!sk_wait_event(k, sk, self, closed)) {
      f.suspend();
      return false;
    }
    if (!sk_stream_closing(k[sk]) || k[self].signal_pending != 0 || call.timeo_ns == 0) break;
  }
  remove_wait_queue(k, sk, self);
  return true;
}

/// Throws away what nobody will read. True: there was such data, so the peer gets a RST (RFC 2525 2.17).
bool flush_receive_queue(Kernel& k, SockId sk) {
  const Sock& s = k[sk];
  bool data_was_unread = false;
  while (const SkbId skb = skb_dequeue(k, s.receive_queue)) {
    const SkBuff& b = k[skb];
    const Seq fin = has_tcp_flag(b, kFlagFin) ? 1 : 0;
    if (after(b.cb.end_seq - fin, k.profile.connection.close_keeps_the_lock ? s.tp.copied_seq : b.cb.seq))
      data_was_unread = true;
    consume_skb(k, skb);
  }
  if (k.profile.connection.close_reclaims_memory) sk_mem_reclaim(k, sk);
  return k.decide("data_was_unread", data_was_unread);
}

/// First half of tcp_close(): tells the peer. False: nothing to wait for, the socket is dead already.
bool say_goodbye(Kernel& k, SockId sk) {
  const Sock& s = k[sk];
  k.set(s.sk_shutdown, SHUTDOWN_MASK);
  if (s.state == TcpState::listen) {
    tcp_set_state(k, sk, TcpState::close);
    inet_csk_listen_stop(k, sk);
    return false;
  }
  const bool data_was_unread = flush_receive_queue(k, sk);
  if (s.state == TcpState::close) return false;
  if (data_was_unread) {
    k.count(Counter::TCPAbortOnClose);
    tcp_set_state(k, sk, TcpState::close);
    tcp_send_active_reset(k, sk);
  } else if (k.decide("linger_zero", s.sock_linger != 0 && s.sk_lingertime_ns == 0)) {
    tcp_disconnect(k, sk);
    k.count(Counter::TCPAbortOnData);
  } else if (tcp_close_state(k, sk)) {
    tcp_send_fin(k, sk);
  }
  return true;
}

void abort_orphan(Kernel& k, SockId sk, Counter why) {
  tcp_set_state(k, sk, TcpState::close);
  tcp_send_active_reset(k, sk);
  k.count(why);
}

/// Second half, without an application: how long may the orphan live?
void adjudge(Kernel& k, SockId sk, TcpState state_before) {
  const Sock& s = k[sk];
  if (state_before != TcpState::close && s.state == TcpState::close) return;  // the backlog killed it
  if (s.state == TcpState::fin_wait2) {
    if (s.tp.linger2 < 0) {
      abort_orphan(k, sk, Counter::TCPAbortOnLinger);
    } else {
      const std::int64_t tmo = tcp_fin_time(k, s);
      const std::int64_t timewait_len = TCP_TIMEWAIT_LEN_S * k.hz();
      if (tmo <= timewait_len) return tcp_time_wait(k, sk, TcpState::fin_wait2, tmo);
      inet_csk_reset_keepalive_timer(k, sk, tmo - timewait_len);
    }
  }
  if (s.state != TcpState::close) {
    if (k.profile.connection.close_reclaims_memory) sk_mem_reclaim(k, sk);
    if (tcp_check_oom(k, sk, 0)) abort_orphan(k, sk, Counter::TCPAbortOnMemory);
  }
  if (s.state == TcpState::close) inet_csk_destroy_sock(k, sk);
}

/// From the FIN to the end of SO_LINGER's wait. False while it sleeps.
bool close_locked(Kernel& k, SockId sk, ProcessId self, bool resumed) {
  if (!resumed && !say_goodbye(k, sk)) return true;
  k.put(k[self].call.phase, std::uint8_t{kWaiting});
  return sk_stream_wait_close(k, sk, self, resumed);
}

void judge_orphan(Kernel& k, SockId sk, TcpState state_before) {
  k.local_bh_disable();
  bh_lock_sock(k, sk);
  k.put(k.net().orphan_count, k.net().orphan_count + 1);
  adjudge(k, sk, state_before);
  bh_unlock_sock(k, sk);
  k.local_bh_enable();
}

/// 4.13: the lock is given up (which drains the backlog) before the orphan is judged.
bool close_4_13(Kernel& k, SockId sk, ProcessId self, bool resumed) {
  if (!close_locked(k, sk, self, resumed)) return false;
  const TcpState state = k[sk].state;
  k.set(k[sk].dead, std::uint8_t{1});
  release_sock(k, sk);
  judge_orphan(k, sk, state);
  return true;
}

/// 6.18: the backlog is drained under the lock, and the lock is given up last.
bool close_6_18(Kernel& k, SockId sk, ProcessId self, bool resumed) {
  auto f = k.enter(Fn::__tcp_close, {}, sk, resumed);
  if (!close_locked(k, sk, self, resumed)) {
    f.suspend();
    return false;
  }
  const TcpState state = k[sk].state;
  k.set(k[sk].dead, std::uint8_t{1});
  sk_flush_backlog(k, sk);
  judge_orphan(k, sk, state);
  return true;
}

}  // namespace

bool tcp_close_state(Kernel& k, SockId sk) {
  auto f = k.enter(Fn::tcp_close_state, {}, sk);
  const TcpState old = k[sk].state;
  TcpState next = old;
  bool fin = false;
  switch (old) {
    case TcpState::established:
    case TcpState::syn_recv:
      next = TcpState::fin_wait1;
      fin = true;
      break;
    case TcpState::close_wait:
      next = TcpState::last_ack;
      fin = true;
      break;
    case TcpState::fin_wait1:
    case TcpState::fin_wait2:
    case TcpState::last_ack:
    case TcpState::closing:
      break;
    default:
      next = TcpState::close;
  }
  tcp_set_state(k, sk, next);
  return fin;
}

void tcp_shutdown(Kernel& k, SockId sk, std::uint8_t how) {
  auto f = k.enter(Fn::tcp_shutdown, {}, sk);
  if ((how & SEND_SHUTDOWN) == 0) return;
  const TcpState state = k[sk].state;
  const bool now = state == TcpState::established || state == TcpState::syn_sent ||
                   state == TcpState::close_wait ||
                   (state == TcpState::syn_recv && !k.profile.connection.defers_shutdown_in_syn_recv);
  if (k.decide("fin_due", now) && tcp_close_state(k, sk)) tcp_send_fin(k, sk);
}

void tcp_orphan(Kernel& k, SockId sk) {
  k.set(k[sk].dead, std::uint8_t{1});
  k.put(k.net().orphan_count, k.net().orphan_count + 1);
}

bool tcp_check_oom(Kernel& k, SockId sk, int shift) {
  const std::int64_t orphans = std::int64_t{k.net().orphan_count} << shift;
  const bool too_many = orphans > k.sysctl().tcp_max_orphans;
  // tcp_out_of_memory(): only a socket with a real send queue (SOCK_MIN_SNDBUF) is worth the killing.
  const bool no_memory = k[sk].sk_wmem_queued > 4608 && k.net().tcp_memory_allocated > k.sysctl().tcp_mem[2];
  return k.decide("too_many_orphans", too_many || no_memory, {{"orphan_count", orphans}});
}

std::int64_t tcp_fin_time(const Kernel& k, const Sock& sk) {
  const std::int64_t wanted = sk.tp.linger2 != 0 ? sk.tp.linger2 : k.sysctl().tcp_fin_timeout_s * k.hz();
  const std::int64_t rto = sk.icsk.rto;
  return std::max(wanted, (rto << 2) - (rto >> 1));
}

void tcp_receive_queue_purge(Kernel& k, SockId sk) {
  while (const SkbId skb = skb_dequeue(k, k[sk].receive_queue)) consume_skb(k, skb);
}

bool tcp_close(Kernel& k, SockId sk, ProcessId self) {
  const Syscall& call = k[self].call;
  const bool resumed = call.phase >= kLocking;
  auto f = k.enter(Fn::tcp_close, {}, sk, resumed);
  if (!resumed) {
    k.put(call.phase, std::uint8_t{kLocking});
    sock_hold(k, sk);  // the descriptor's reference: the socket's memory stays until we are through
  }
  if (call.phase == kLocking && !lock_sock(k, sk)) {
    f.suspend();
    return false;
  }
  const bool waiting = call.phase == kWaiting;
  const bool keeps_lock = k.profile.connection.close_keeps_the_lock;
  if (!(keeps_lock ? close_6_18(k, sk, self, waiting) : close_4_13(k, sk, self, waiting))) {
    f.suspend();
    return false;
  }
  if (keeps_lock) release_sock(k, sk);
  sock_put(k, sk);
  return true;
}

}  // namespace ringside
