// net/ipv4/tcp.c: reading. What both kernels share; the loops themselves are the seam read_loop.
#include "core/kernel/net/ipv4/tcp_recvmsg.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "core/kernel/net/core/skbuff.h"
#include "core/kernel/net/core/sock.h"
#include "core/kernel/net/ipv4/tcp_input.h"

namespace ringside {

namespace {

constexpr std::size_t kUrgHole = 0;  ///< Syscall::local: urgent bytes skipped

bool peeks(const Syscall& call) { return (call.flags & MSG_PEEK) != 0; }

/// *seq of the kernel: the reader's own position if it only peeks.
Seq position(const Kernel& k, SockId sk, const Syscall& call) {
  return peeks(call) ? call.peek_seq : k[sk].tp.copied_seq;
}
void advance(Kernel& k, SockId sk, const Syscall& call, std::uint32_t bytes) {
  if (peeks(call))
    k.put(call.peek_seq, call.peek_seq + bytes);
  else
    k.set(k[sk].tp.copied_seq, k[sk].tp.copied_seq + bytes);
}

/// The skb the reader is at, and how far into it; none if there is none. Notes the queue's tail as seen.
SkbId find_skb(Kernel& k, SockId sk, const Syscall& call, std::uint32_t& offset) {
  const Sock& s = k[sk];
  k.put(call.last, s.receive_queue.tail);
  const Seq seq = position(k, sk, call);
  for (SkbId skb = s.receive_queue.head; skb; skb = k[skb].next) {
    k.put(call.last, skb);
    offset = seq - k[skb].cb.seq;
    if (offset < k[skb].len || has_flag(k[skb], TCPHDR_FIN)) return skb;
  }
  return {};
}

void eat(Kernel& k, SockId sk, SkbId skb, const Syscall& call) {
  if (!peeks(call)) k.profile.tcp_rcv.eat_skb(k, sk, skb);
}

/// The urgent byte is not part of the stream: bytes before it are read first, itself is skipped. False: it
/// was all there was.
bool skirt_urgent_byte(Kernel& k, SockId sk, const Syscall& call, std::uint32_t& offset,
                       std::uint32_t& used) {
  const Sock& s = k[sk];
  const std::uint32_t urgent = s.tp.urg_seq - position(k, sk, call);
  if (urgent >= used) return true;
  if (urgent != 0) {
    used = urgent;
    return true;
  }
  if (s.sock_urginline != 0) return true;
  advance(k, sk, call, 1);
  k.put(call.local[kUrgHole], call.local[kUrgHole] + 1);
  ++offset;
  --used;
  return used != 0;
}

/// found_ok_skb: copies what is wanted of this skb.
ReadStep take(Kernel& k, SockId sk, SkbId skb, std::uint32_t offset, const Syscall& call) {
  const TcpSock& tp = k[sk].tp;
  std::uint32_t used = std::min(k[skb].len - offset, call.len);
  bool copies = true;
  if (tp.urg_data != 0) copies = skirt_urgent_byte(k, sk, call, offset, used);
  if (copies) {
    if ((call.flags & MSG_TRUNC) == 0) {
      auto f = k.enter(Fn::skb_copy_datagram_iter, skb, sk);
      if (call.bad_buffer != 0) {
        if (call.copied == 0) k.set(call.copied, -EFAULT);
        return ReadStep::stop;
      }
      tcp_copy_to_user(k, sk, skb, offset, used, peeks(call));
    }
    advance(k, sk, call, used);
    k.set(call.copied, call.copied + static_cast<std::int32_t>(used));
    k.put(call.len, call.len - used);
    tcp_rcv_space_adjust(k, sk);
  }
  if (tp.urg_data != 0 && after(tp.copied_seq, tp.urg_seq)) {
    k.set(tp.urg_data, std::uint16_t{0});
    tcp_fast_path_check(k, sk);
  }
  if (used + offset < k[skb].len) return ReadStep::took;
  if (has_flag(k[skb], TCPHDR_FIN)) {
    advance(k, sk, call, 1);
    eat(k, sk, skb, call);
    return ReadStep::stop;
  }
  eat(k, sk, skb, call);
  return ReadStep::took;
}

std::int32_t interrupted(const Syscall& call) { return call.timeo_ns == 0 ? -EAGAIN : -EINTR; }

/// tcp_recv_urg(): recv(MSG_OOB).
std::int64_t recv_urg(Kernel& k, SockId sk, const Syscall& call) {
  const Sock& s = k[sk];
  const TcpSock& tp = s.tp;
  if (s.sock_urginline != 0 || tp.urg_data == 0 || tp.urg_data == TCP_URG_READ) return -EINVAL;
  if (s.state == TcpState::close && s.sock_done == 0) return -ENOTCONN;
  if ((tp.urg_data & TCP_URG_VALID) != 0) {
    const auto byte = static_cast<std::uint8_t>(tp.urg_data & 0xff);
    if (!peeks(call)) k.set(tp.urg_data, TCP_URG_READ);
    if (call.len == 0) return 0;
    if ((call.flags & MSG_TRUNC) == 0) k.deliver(sk, k.store({byte}), peeks(call));
    return 1;
  }
  if (s.state == TcpState::close || (s.sk_shutdown & RCV_SHUTDOWN) != 0) return 0;
  return -EAGAIN;
}

/// tcp_inq_hint(): the bytes that are left to read, as TCP_CM_INQ gives them; 1 if only the end is left.
std::uint32_t tcp_inq_hint(const Sock& s) {
  const std::uint32_t inq = s.tp.rcv_nxt - s.tp.copied_seq;
  return inq == 0 && s.sock_done != 0 ? 1 : inq;
}

/// What the call waits for. True: it ends at once with call.result.
bool set_up(Kernel& k, SockId sk, ProcessId self) {
  const Sock& s = k[sk];
  const Syscall& call = k[self].call;
  k.set(call.copied, 0);
  k.put(call.local[kUrgHole], std::int64_t{0});
  if (s.state == TcpState::listen) {
    k.put(call.result, std::int64_t{-ENOTCONN});
    return true;
  }
  k.put(call.timeo_ns, (call.flags & MSG_DONTWAIT) != 0 ? 0 : s.sk_rcvtimeo_ns);
  if ((call.flags & MSG_OOB) != 0) {
    k.put(call.result, recv_urg(k, sk, call));
    return true;
  }
  k.put(call.peek_seq, s.tp.copied_seq);
  k.put(call.user_recv, std::uint8_t{0});
  const auto len = static_cast<std::int32_t>(std::min<std::uint32_t>(call.len, INT32_MAX));
  const std::int32_t wanted = (call.flags & MSG_WAITALL) != 0 ? len : std::min(s.sk_rcvlowat, len);
  k.put(call.target, std::max(wanted, 1));
  return false;
}

/// The cost knob lock_hold: the reader owns the socket for a while, with the CPU free for others.
void hold_lock(Kernel& k, ProcessId self) {
  set_read_phase(k, self, ReadPhase::holding);
  k.block(k.costs.lock_hold_ns);
  k.put(k[self].state, ProcState::uninterruptible);
}

}  // namespace

void tcp_copy_to_user(Kernel& k, SockId sk, SkbId skb, std::uint32_t offset, std::uint32_t len, bool peek) {
  skb_for_each_piece(k.host(), skb, offset, len, [&](const DataRef& piece) { k.deliver(sk, piece, peek); });
  if (!peek) k.put(k[sk].delivered_bytes, k[sk].delivered_bytes + len);
  k.copy(skb, k[skb].place, Place::user_buffer, len);
}

bool tcp_backlog_waits(const Sock& sk) { return static_cast<bool>(sk.backlog.tail); }

ReadStep tcp_read_step(Kernel& k, SockId sk, ProcessId self) {
  const Syscall& call = k[self].call;
  const TcpSock& tp = k[sk].tp;
  if (tp.urg_data != 0 && tp.urg_seq == position(k, sk, call)) {
    if (call.copied != 0) return ReadStep::stop;
    if (k[self].signal_pending != 0) {
      k.set(call.copied, interrupted(call));
      return ReadStep::stop;
    }
  }
  std::uint32_t offset = 0;
  const SkbId skb = find_skb(k, sk, call, offset);
  if (!k.decide("receive_queue_has_more", static_cast<bool>(skb),
                {{"copied", call.copied}, {"len", call.len}}))
    return ReadStep::nothing;
  if (offset < k[skb].len) return take(k, sk, skb, offset, call);
  advance(k, sk, call, 1);  // only the FIN is left
  eat(k, sk, skb, call);
  return ReadStep::stop;
}

bool tcp_read_must_stop(Kernel& k, SockId sk, ProcessId self) {
  const Sock& s = k[sk];
  const Syscall& call = k[self].call;
  const bool enough = call.copied >= call.target && !tcp_backlog_waits(s);
  if (k.decide("target_reached", enough, {{"copied", call.copied}, {"target", call.target}})) return true;
  const bool signalled = k[self].signal_pending != 0;
  if (call.copied != 0)
    return s.sk_err != 0 || s.state == TcpState::close || (s.sk_shutdown & RCV_SHUTDOWN) != 0 ||
           call.timeo_ns == 0 || signalled;
  if (s.sock_done != 0) return true;  // end of the stream: 0
  if (s.sk_err != 0) {
    k.set(call.copied, -s.sk_err);
    k.set(s.sk_err, 0);
    return true;
  }
  if ((s.sk_shutdown & RCV_SHUTDOWN) != 0) return true;
  if (s.state == TcpState::close) {
    k.set(call.copied, -ENOTCONN);
    return true;
  }
  if (call.timeo_ns == 0) {
    k.set(call.copied, -EAGAIN);
    return true;
  }
  if (signalled) k.set(call.copied, interrupted(call));
  return signalled;
}

void tcp_peek_again(Kernel& k, SockId sk, ProcessId self) {
  const Syscall& call = k[self].call;
  if (!peeks(call)) return;
  const auto taken = static_cast<Seq>(call.copied + call.local[kUrgHole]);
  if (call.peek_seq - taken != k[sk].tp.copied_seq) k.put(call.peek_seq, k[sk].tp.copied_seq);
}

bool tcp_recvmsg(Kernel& k, SockId sk, ProcessId self) {
  const Syscall& call = k[self].call;
  auto f = k.enter(Fn::tcp_recvmsg, {}, sk, read_phase(call) != ReadPhase::start);
  if ((call.flags & MSG_ERRQUEUE) != 0) {  // nothing is ever put there
    k.put(call.result, std::int64_t{-EAGAIN});
    return true;
  }
  if (read_phase(call) == ReadPhase::start || read_phase(call) == ReadPhase::locking) {
    set_read_phase(k, self, ReadPhase::locking);
    if (!lock_sock(k, sk)) {
      f.suspend();
      return false;
    }
    if (k.costs.lock_hold_ns != 0) {
      hold_lock(k, self);
      f.suspend();
      return false;
    }
    set_read_phase(k, self, ReadPhase::held);
  }
  if (read_phase(call) == ReadPhase::holding) set_read_phase(k, self, ReadPhase::held);
  if (read_phase(call) == ReadPhase::held && set_up(k, sk, self)) {
    release_sock(k, sk);
    return true;
  }
  if (!k.profile.tcp_rcv.read_loop(k, sk, self)) {
    f.suspend();
    return false;
  }
  release_sock(k, sk);
  if (k[sk].tp.recvmsg_inq != 0 && call.copied >= 0) k.put(call.out[0], tcp_inq_hint(k[sk]));
  k.put(call.result, std::int64_t{call.copied});
  return true;
}

void tcp_cleanup_rbuf(Kernel& k, SockId sk, std::int32_t copied) {
  auto f = k.enter(Fn::tcp_cleanup_rbuf, {}, sk);
  const Sock& s = k[sk];
  const IcskAck& ack = s.icsk.ack;
  bool time_to_ack = false;
  if (k.decide("ack_scheduled", inet_csk_ack_scheduled(s))) {
    const bool drained_small = copied > 0 && s.sk_rmem_alloc == 0 &&
                               ((ack.pending & ICSK_ACK_PUSHED2) != 0 ||
                                ((ack.pending & ICSK_ACK_PUSHED) != 0 && !tcp_in_pingpong_mode(k, s)));
    time_to_ack = ack.blocked != 0 || s.tp.rcv_nxt - s.tp.rcv_wup > ack.rcv_mss || drained_small;
  }
  if (copied > 0 && !time_to_ack && (s.sk_shutdown & RCV_SHUTDOWN) == 0) {
    const std::uint32_t window_now = tcp_receive_window(s.tp);
    if (2 * window_now <= s.tp.window_clamp) {
      const std::uint32_t new_window = __tcp_select_window(k, sk);
      time_to_ack = k.decide("window_doubled", new_window != 0 && new_window >= 2 * window_now,
                             {{"new_window", new_window}, {"window_now", window_now}});
    }
  }
  if (k.decide("time_to_ack", time_to_ack)) tcp_send_ack(k, sk);
}

}  // namespace ringside
