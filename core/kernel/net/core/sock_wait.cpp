// net/core/sock.c, kernel/sched/wait.c: sleeping on a socket and being woken.
#include <sys/epoll.h>

#include "core/kernel/fs/eventpoll.h"
#include "core/kernel/net/core/skbuff.h"
#include "core/kernel/net/core/sock.h"
#include "core/kernel/net/ipv4/tcp_sndbuf.h"

namespace ringside {

namespace {

/// One entry of the wait queue is called. True if a process was woken by it.
bool wake_sleeper(Kernel& k, ProcessId process) {
  const Process& p = k[process];
  const Fn how = p.exclusive_wait != 0 ? Fn::autoremove_wake_function : Fn::woken_wake_function;
  auto f = k.enter(how);
  k.put(p.call.woken, std::uint8_t{1});
  if (p.state != ProcState::sleeping) return false;  // still awake: wait_woken() will see the flag
  k.wake(process);
  return true;
}

}  // namespace

void wake_up_socket(Kernel& k, SockId sk, std::uint32_t key) {
  const Sock& s = k[sk];
  for (ProcessId process = s.wait_head; process;) {
    const ProcessId next = k[process].wait_next;
    const bool exclusive = k[process].exclusive_wait != 0;
    if (wake_sleeper(k, process) && exclusive && key != 0) break;
    process = next;
  }
  if (s.epoll_head) ep_wake_socket(k, sk, key);
}

void sock_def_readable(Kernel& k, SockId sk) {
  auto f = k.enter(Fn::sock_def_readable, {}, sk);
  const Sock& s = k[sk];
  if (k.decide("skwq_has_sleeper", s.wait_head || s.epoll_head))
    wake_up_socket(k, sk, EPOLLIN | EPOLLPRI | EPOLLRDNORM | EPOLLRDBAND);
}

void sock_def_wakeup(Kernel& k, SockId sk) {
  auto f = k.enter(Fn::sock_def_wakeup, {}, sk);
  wake_up_socket(k, sk, 0);
}

void sock_def_error_report(Kernel& k, SockId sk) {
  auto f = k.enter(Fn::sock_def_error_report, {}, sk);
  wake_up_socket(k, sk, EPOLLERR);
}

void sk_stream_write_space(Kernel& k, SockId sk) {
  auto f = k.enter(Fn::sk_stream_write_space, {}, sk);
  const Sock& s = k[sk];
  if (!k.decide("sk_stream_is_writeable", sk_stream_is_writeable(k, s),
                {{"wmem_queued", s.sk_wmem_queued}, {"sndbuf", s.sk_sndbuf}}))
    return;
  k.put(s.sk_nospace, std::uint8_t{0});
  wake_up_socket(k, sk, EPOLLOUT | EPOLLWRNORM | EPOLLWRBAND);
}

void add_wait_queue(Kernel& k, SockId sk, ProcessId process, bool exclusive) {
  const Sock& s = k[sk];
  const Process& p = k[process];
  if (p.on_wait_queue != 0) return;
  k.put(p.on_wait_queue, std::uint8_t{1});
  k.put(p.exclusive_wait, static_cast<std::uint8_t>(exclusive ? 1 : 0));
  k.put(p.waiting_on, sk);
  k.put(p.call.woken, std::uint8_t{0});
  if (!exclusive || !s.wait_head) {
    k.put(p.wait_next, s.wait_head);
    k.put(s.wait_head, process);
    return;
  }
  ProcessId last = s.wait_head;
  while (k[last].wait_next) last = k[last].wait_next;
  k.put(k[last].wait_next, process);
  k.put(p.wait_next, ProcessId{});
}

void remove_wait_queue(Kernel& k, SockId sk, ProcessId process) {
  const Process& p = k[process];
  if (p.on_wait_queue == 0) return;
  const Sock& s = k[sk];
  if (s.wait_head == process) {
    k.put(s.wait_head, p.wait_next);
  } else {
    for (ProcessId at = s.wait_head; at; at = k[at].wait_next)
      if (k[at].wait_next == process) k.put(k[at].wait_next, p.wait_next);
  }
  k.put(p.wait_next, ProcessId{});
  k.put(p.on_wait_queue, std::uint8_t{0});
  k.put(p.waiting_on, SockId{});
}

bool wait_woken(Kernel& k, ProcessId self, bool resumed) {
  auto f = k.enter(Fn::wait_woken, {}, {}, resumed);
  const Process& p = k[self];
  if (!resumed) {
    const bool woken = k.decide("wq_flag_woken", p.call.woken != 0);
    if (!woken && p.call.timeo_ns != 0) {
      k.block(p.call.timeo_ns);
      f.suspend();
      return false;
    }
  } else if (p.call.timeo_ns >= 0) {
    const std::int64_t left = p.call.timeo_ns - (k.now_ns() - p.call.sleep_since_ns);
    k.put(p.call.timeo_ns, p.woken_by_timeout != 0 || left < 0 ? 0 : left);
  }
  k.put(p.call.woken, std::uint8_t{0});
  return true;
}

bool sk_wait_event(Kernel& k, SockId sk, ProcessId self, bool (*ready)(const Host&, SockId, ProcessId)) {
  enum : std::uint8_t { start, asleep, locking };
  const Syscall& call = k[self].call;
  if (call.inner_phase == start) {
    release_sock(k, sk);
    k.put(call.inner_phase, std::uint8_t{locking});
    if (!k.decide("sk_wait_event_ready", ready(k.host(), sk, self)) && !wait_woken(k, self, false)) {
      k.put(call.inner_phase, std::uint8_t{asleep});
      return false;
    }
  } else if (call.inner_phase == asleep) {
    k.put(call.inner_phase, std::uint8_t{locking});
    if (!wait_woken(k, self, true)) return false;
  }
  if (!lock_sock(k, sk)) return false;
  k.put(call.inner_phase, std::uint8_t{start});
  return true;
}

bool sk_wait_data(Kernel& k, SockId sk, ProcessId self) {
  const bool resumed = k[self].call.inner_phase != 0;
  auto f = k.enter(Fn::sk_wait_data, {}, sk, resumed);
  if (!resumed) add_wait_queue(k, sk, self);
  const auto tail_changed = [](const Host& host, SockId sock, ProcessId process) {
    return host[sock].receive_queue.tail != host[process].call.last;
  };
  if (!sk_wait_event(k, sk, self, tail_changed)) {
    f.suspend();
    return false;
  }
  remove_wait_queue(k, sk, self);
  return true;
}

}  // namespace ringside
