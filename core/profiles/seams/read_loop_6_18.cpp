#include "core/kernel/net/core/sock.h"
#include "core/kernel/net/ipv4/tcp_input.h"
#include "core/kernel/net/ipv4/tcp_recvmsg.h"
#include "core/profiles/seams/seams.h"

namespace ringside::seams {

namespace {

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
  if (call.copied >= call.target) {
    sk_flush_backlog(k, sk);
    tcp_peek_again(k, sk, self);
    return call.len == 0;
  }
  tcp_cleanup_rbuf(k, sk, call.copied);
  set_read_phase(k, self, ReadPhase::sleeping);
  return false;
}

}  // namespace

bool read_loop_6_18(Kernel& k, SockId sk, ProcessId self) {
  const Syscall& call = k[self].call;
  const bool resumed = read_phase(call) != ReadPhase::held;
  auto f = k.enter(Fn::tcp_recvmsg_locked, {}, sk, resumed);
  if (!resumed) set_read_phase(k, self, ReadPhase::reading);
  for (bool ends = false; !ends;) {
    if (read_phase(call) != ReadPhase::sleeping) {
      ends = read_turn(k, sk, self);
      continue;
    }
    if (!sk_wait_data(k, sk, self)) {
      f.suspend();
      return false;
    }
    set_read_phase(k, self, ReadPhase::reading);
    tcp_peek_again(k, sk, self);
    ends = call.len == 0;
  }
  tcp_cleanup_rbuf(k, sk, call.copied);
  return true;
}

}  // namespace ringside::seams
