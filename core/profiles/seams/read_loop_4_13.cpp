#include <sys/socket.h>

#include "core/kernel/net/core/skbuff.h"
#include "core/kernel/net/core/sock.h"
#include "core/kernel/net/ipv4/tcp_input.h"
#include "core/kernel/net/ipv4/tcp_recvmsg.h"
#include "core/profiles/seams/seams.h"

namespace ringside::seams {

namespace {

/// Bytes that went straight into the reader's buffer since it installed itself.
void account_direct_copy(Kernel& k, SockId sk, const Syscall& call, Counter counter) {
  const std::uint32_t chunk = call.len - static_cast<std::uint32_t>(k[sk].tp.ucopy.len);
  if (chunk == 0) return;
  k.count(counter, chunk);
  k.put(call.len, call.len - chunk);
  k.set(call.copied, call.copied + static_cast<std::int32_t>(chunk));
}

/// tcp_prequeue_process(): the reader does TCP's work on what was left for it.
void prequeue_process(Kernel& k, SockId sk) {
  auto f = k.enter(Fn::tcp_prequeue_process, {}, sk);
  const Ucopy& ucopy = k[sk].tp.ucopy;
  k.count(Counter::TCPPrequeued);
  while (const SkbId skb = skb_dequeue(k, ucopy.prequeue)) {
    k.move(skb, Place::in_flight);
    sk_backlog_rcv(k, sk, skb);
  }
  k.set(ucopy.memory, 0u);
}

/// The reader offers its buffer to arriving segments, unless another one has done so. True: the prequeue must
/// be processed first, because what is in the backlog came later.
bool install_reader(Kernel& k, SockId sk, ProcessId self) {
  const Ucopy& ucopy = k[sk].tp.ucopy;
  const Syscall& call = k[self].call;
  const ProcessId user_recv = call.user_recv != 0 ? self : ProcessId{};
  if (!k.decide("reader_may_install", k.sysctl().tcp_low_latency == 0 && ucopy.task == user_recv,
                {{"tcp_low_latency", k.sysctl().tcp_low_latency}, {"ucopy_task", ucopy.task.index}}))
    return false;
  if (call.user_recv == 0 && (call.flags & (MSG_TRUNC | MSG_PEEK)) == 0) {
    k.put(call.user_recv, std::uint8_t{1});
    k.set(ucopy.task, self);
  }
  k.set(ucopy.len, static_cast<std::int32_t>(call.len));
  return ucopy.prequeue.qlen != 0;
}

/// After the socket was let go and taken again.
void collect_direct_copies(Kernel& k, SockId sk, ProcessId self) {
  const TcpSock& tp = k[sk].tp;
  const Syscall& call = k[self].call;
  if (call.user_recv != 0) {
    account_direct_copy(k, sk, call, Counter::TCPDirectCopyFromBacklog);
    if (tp.rcv_nxt == tp.copied_seq && k.decide("prequeue_waits", tp.ucopy.prequeue.qlen != 0)) {
      prequeue_process(k, sk);
      account_direct_copy(k, sk, call, Counter::TCPDirectCopyFromPrequeue);
    }
  }
  tcp_peek_again(k, sk, self);
}

/// The reader takes its offer back, and does what was still left for it.
void uninstall_reader(Kernel& k, SockId sk, ProcessId self) {
  const Syscall& call = k[self].call;
  if (call.user_recv == 0) return;
  const Ucopy& ucopy = k[sk].tp.ucopy;
  if (ucopy.prequeue.qlen != 0) {
    k.set(ucopy.len, call.copied > 0 ? static_cast<std::int32_t>(call.len) : 0);
    prequeue_process(k, sk);
    if (call.copied > 0) account_direct_copy(k, sk, call, Counter::TCPDirectCopyFromPrequeue);
  }
  k.set(ucopy.task, ProcessId{});
  k.set(ucopy.len, 0);
  k.put(call.user_recv, std::uint8_t{0});
}

/// One turn with the socket owned. True: the call ends.
bool read_turn(Kernel& k, SockId sk, ProcessId self) {
  const Syscall& call = k[self].call;
  switch (tcp_read_step(k, sk, self)) {
    case ReadStep::stop:
      return true;
    case ReadStep::took:
      return call.len == 0;
    case ReadStep::nothing:
      break;
  }
  if (tcp_read_must_stop(k, sk, self)) return true;
  tcp_cleanup_rbuf(k, sk, call.copied);
  if (install_reader(k, sk, self)) {
    prequeue_process(k, sk);
    account_direct_copy(k, sk, call, Counter::TCPDirectCopyFromPrequeue);
    tcp_peek_again(k, sk, self);
    return call.len == 0;
  }
  if (call.copied >= call.target) {  // only the backlog is left to look at
    release_sock(k, sk);
    set_read_phase(k, self, ReadPhase::relocking);
  } else {
    set_read_phase(k, self, ReadPhase::sleeping);
  }
  return false;
}

}  // namespace

bool read_loop_4_13(Kernel& k, SockId sk, ProcessId self) {
  const Syscall& call = k[self].call;
  if (read_phase(call) == ReadPhase::held) set_read_phase(k, self, ReadPhase::reading);
  for (bool ends = false; !ends;) {
    switch (read_phase(call)) {
      case ReadPhase::relocking:
        if (!lock_sock(k, sk)) return false;
        break;
      case ReadPhase::sleeping:
        if (!sk_wait_data(k, sk, self)) return false;
        break;
      default:
        ends = read_turn(k, sk, self);
        continue;
    }
    set_read_phase(k, self, ReadPhase::reading);
    collect_direct_copies(k, sk, self);
    ends = call.len == 0;
  }
  uninstall_reader(k, sk, self);
  tcp_cleanup_rbuf(k, sk, call.copied);
  return true;
}

}  // namespace ringside::seams
