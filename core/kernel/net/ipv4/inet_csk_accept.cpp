// accept(): inet_accept(), inet_csk_accept().
#include "core/kernel/net/core/sock.h"
#include "core/kernel/net/inet.h"
#include "core/kernel/net/inet_connection_sock.h"
#include "core/kernel/net/socket.h"

namespace ringside {

namespace {

/// Where an accept() that sleeps goes on (Process::call.phase).
enum : std::uint8_t { kLocking = 10, kWaiting = 11, kRelocking = 12, kLockingChild = 13 };

/// reqsk_queue_remove(): the head of the accept queue.
SockId take_child(Kernel& k, SockId listener) {
  const Sock& sk = k[listener];
  const RequestSockQueue& queue = sk.accept_queue;
  const RequestId req = queue.accept_head;
  k.put(queue.accept_head, k[req].accept_next);
  if (!queue.accept_head) k.put(queue.accept_tail, RequestId{});
  k.set(sk.sk_ack_backlog, sk.sk_ack_backlog - 1);
  k.move_request(req, Place::accept_queue, Place::none);
  const SockId child = k[req].sk;
  reqsk_free(k, req);
  return child;
}

bool finish(Kernel& k, SockId listener, ProcessId self, std::int32_t error) {
  const Syscall& call = k[self].call;
  k.put(call.sk, error == 0 ? take_child(k, listener) : SockId{});
  k.put(call.result, std::int64_t{-error});
  release_sock(k, listener);
  return true;
}

/// inet_csk_wait_for_connect(), one turn: an exclusive sleeper, so that one connection wakes one process.
/// False while it sleeps.
bool sleep_for_connect(Kernel& k, SockId listener, ProcessId self) {
  const Syscall& call = k[self].call;
  add_wait_queue(k, listener, self, true);
  release_sock(k, listener);
  if (reqsk_queue_empty(k[listener]) && call.timeo_ns != 0) {
    k.put(call.phase, std::uint8_t{kWaiting});
    k.block(call.timeo_ns);
    return false;
  }
  k.put(call.phase, std::uint8_t{kRelocking});
  return true;
}

void woken_up(Kernel& k, ProcessId self) {
  const Process& p = k[self];
  if (p.call.timeo_ns >= 0) {
    const std::int64_t left = p.call.timeo_ns - (k.now_ns() - p.call.sleep_since_ns);
    k.put(p.call.timeo_ns, p.woken_by_timeout != 0 || left < 0 ? 0 : left);
  }
  k.put(p.call.phase, std::uint8_t{kRelocking});
}

/// The loop of inet_csk_wait_for_connect(). False while it sleeps; else `error` is 0, EINVAL, EINTR or
/// EAGAIN.
bool inet_csk_wait_for_connect(Kernel& k, SockId listener, ProcessId self, std::int32_t& error) {
  const Syscall& call = k[self].call;
  const Sock& sk = k[listener];
  for (;;) {
    if (call.phase == kLocking && !sleep_for_connect(k, listener, self)) return false;
    if (call.phase == kWaiting) woken_up(k, self);
    if (!lock_sock(k, listener)) return false;
    k.put(call.phase, std::uint8_t{kLocking});
    error = 0;
    if (!reqsk_queue_empty(sk)) break;
    error = EINVAL;
    if (sk.state != TcpState::listen) break;
    error = EINTR;
    if (k[self].signal_pending != 0) break;
    error = EAGAIN;
    if (call.timeo_ns == 0) break;
  }
  remove_wait_queue(k, listener, self);
  return true;
}

}  // namespace

bool inet_csk_accept(Kernel& k, SockId listener, ProcessId self) {
  const Syscall& call = k[self].call;
  const Sock& sk = k[listener];
  const bool resumed = call.phase >= kLocking;
  auto f = k.enter(Fn::inet_csk_accept, {}, listener, resumed);
  if (!resumed) k.put(call.phase, std::uint8_t{kLocking});
  std::int32_t error = 0;
  if (call.phase == kLocking) {
    if (!lock_sock(k, listener)) {
      f.suspend();
      return false;
    }
    if (!k.decide("is_listening", sk.state == TcpState::listen)) return finish(k, listener, self, EINVAL);
    if (!k.decide("accept_queue_empty", reqsk_queue_empty(sk), {{"sk_ack_backlog", sk.sk_ack_backlog}}))
      return finish(k, listener, self, 0);
    const bool nonblocking = file_is_nonblocking(k.host(), self, call.fd);
    k.put(call.timeo_ns, nonblocking ? 0 : sk.sk_rcvtimeo_ns);
    if (k.decide("nonblocking", call.timeo_ns == 0)) return finish(k, listener, self, EAGAIN);
  }
  if (!inet_csk_wait_for_connect(k, listener, self, error)) {
    f.suspend();
    return false;
  }
  return finish(k, listener, self, error);
}

bool inet_accept(Kernel& k, SockId listener, ProcessId self) {
  const Syscall& call = k[self].call;
  auto f = k.enter(Fn::inet_accept, {}, listener, call.phase >= kLocking);
  if (call.phase != kLockingChild) {
    if (!inet_csk_accept(k, listener, self)) {
      f.suspend();
      return false;
    }
    if (call.result != 0) return true;
    k.put(call.phase, std::uint8_t{kLockingChild});
  }
  const SockId child = call.sk;
  if (!lock_sock(k, child)) {
    f.suspend();
    return false;
  }
  k.put(k[child].socket_state, SS_CONNECTED);  // sock_graft()
  release_sock(k, child);
  return true;
}

}  // namespace ringside
