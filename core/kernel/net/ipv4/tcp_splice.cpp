// net/ipv4/tcp.c: splice() from a socket into a pipe. No byte is copied: the pipe holds references to the
// pages.
#include <cerrno>

#include "core/kernel/net/core/skbuff.h"
#include "core/kernel/net/core/sock.h"
#include "core/kernel/net/ipv4/tcp_input.h"
#include "core/kernel/net/ipv4/tcp_recvmsg.h"

namespace ringside {

namespace {

/// tcp_recv_skb(): the skb that holds copied_seq, and how far into it; what lies before is eaten.
SkbId tcp_recv_skb(Kernel& k, SockId sk, std::uint32_t& offset) {
  const Sock& s = k[sk];
  while (const SkbId skb = s.receive_queue.head) {
    offset = s.tp.copied_seq - k[skb].cb.seq;
    if (offset < k[skb].len || has_flag(k[skb], TCPHDR_FIN)) return skb;
    k.profile.tcp_rcv.eat_skb(k, sk, skb);
  }
  return {};
}

/// tcp_read_sock() with tcp_splice_data_recv(): up to `want` bytes, not beyond an urgent one.
std::int32_t tcp_read_sock(Kernel& k, SockId sk, std::uint32_t want) {
  auto f = k.enter(Fn::tcp_read_sock, {}, sk);
  const Sock& s = k[sk];
  const TcpSock& tp = s.tp;
  std::uint32_t offset = 0, copied = 0;
  while (const SkbId skb = tcp_recv_skb(k, sk, offset)) {
    if (offset < k[skb].len) {
      std::uint32_t len = k[skb].len - offset;
      if (tp.urg_data != 0) len = std::min(len, tp.urg_seq - tp.copied_seq);
      const std::uint32_t used = std::min(len, want - copied);
      if (used == 0) break;
      skb_for_each_piece(k.host(), skb, offset, used,
                         [&](const DataRef& piece) { k.deliver(sk, piece, false); });
      k.put(s.delivered_bytes, s.delivered_bytes + used);
      k.set(tp.copied_seq, tp.copied_seq + used);
      copied += used;
      if (offset + used != k[skb].len) continue;
    }
    const bool fin = has_flag(k[skb], TCPHDR_FIN);
    if (fin) k.set(tp.copied_seq, tp.copied_seq + 1);
    k.profile.tcp_rcv.eat_skb(k, sk, skb);
    if (fin || copied == want) break;
  }
  tcp_rcv_space_adjust(k, sk);
  if (copied != 0) {
    tcp_recv_skb(k, sk, offset);
    tcp_cleanup_rbuf(k, sk, static_cast<std::int32_t>(copied));
  }
  return static_cast<std::int32_t>(copied);
}

/// Nothing could be taken. True: the call ends, with call.copied as it is now.
bool must_stop(Kernel& k, SockId sk, ProcessId self) {
  const Sock& s = k[sk];
  const Syscall& call = k[self].call;
  if (call.copied != 0 || s.sock_done != 0) return true;
  if (s.sk_err != 0) {
    k.set(call.copied, -s.sk_err);
    k.set(s.sk_err, 0);
    return true;
  }
  if ((s.sk_shutdown & RCV_SHUTDOWN) != 0) return true;
  const bool waits = s.receive_queue.qlen == 0;  // else an urgent byte is in the way: waiting would not help
  if (s.state == TcpState::close)
    k.set(call.copied, -ENOTCONN);
  else if (call.timeo_ns == 0)
    k.set(call.copied, -EAGAIN);
  else if (waits && k[self].signal_pending != 0)
    k.set(call.copied, -EINTR);
  return call.copied != 0 || !waits;
}

/// One turn with the socket owned. True: the call ends.
bool splice_turn(Kernel& k, SockId sk, ProcessId self) {
  const Syscall& call = k[self].call;
  const std::int32_t took = tcp_read_sock(k, sk, call.len);
  if (took == 0) {
    if (must_stop(k, sk, self)) return true;
    k.put(call.last, SkbId{});
    set_read_phase(k, self, ReadPhase::sleeping);
    return false;
  }
  k.set(call.copied, call.copied + took);
  k.put(call.len, call.len - static_cast<std::uint32_t>(took));
  if (call.len == 0 || call.timeo_ns == 0) return true;
  release_sock(k, sk);
  set_read_phase(k, self, ReadPhase::relocking);
  return false;
}

/// False: asleep.
bool splice_loop(Kernel& k, SockId sk, ProcessId self) {
  const Syscall& call = k[self].call;
  while (true) {
    switch (read_phase(call)) {
      case ReadPhase::relocking: {
        if (!lock_sock(k, sk)) return false;
        const Sock& s = k[sk];
        set_read_phase(k, self, ReadPhase::reading);
        if (s.sk_err != 0 || s.state == TcpState::close || (s.sk_shutdown & RCV_SHUTDOWN) != 0 ||
            k[self].signal_pending != 0)
          return true;
        break;
      }
      case ReadPhase::sleeping:
        if (!sk_wait_data(k, sk, self)) return false;
        set_read_phase(k, self, ReadPhase::reading);
        break;
      default:
        if (splice_turn(k, sk, self)) return true;
    }
  }
}

}  // namespace

bool tcp_splice_read(Kernel& k, SockId sk, ProcessId self) {
  const Syscall& call = k[self].call;
  auto f = k.enter(Fn::tcp_splice_read, {}, sk, read_phase(call) != ReadPhase::start);
  if (read_phase(call) == ReadPhase::start || read_phase(call) == ReadPhase::locking) {
    set_read_phase(k, self, ReadPhase::locking);
    if (!lock_sock(k, sk)) {
      f.suspend();
      return false;
    }
    set_read_phase(k, self, ReadPhase::reading);
    k.set(call.copied, 0);
    k.put(call.timeo_ns, call.flags != 0 ? std::int64_t{0} : k[sk].sk_rcvtimeo_ns);
  }
  if (!splice_loop(k, sk, self)) {
    f.suspend();
    return false;
  }
  release_sock(k, sk);
  k.put(call.result, std::int64_t{call.copied});
  return true;
}

}  // namespace ringside
