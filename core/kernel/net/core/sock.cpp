// net/core/sock.c: who owns the socket, and what arrived meanwhile.
#include "core/kernel/net/core/sock.h"

#include "core/kernel/net/core/skbuff.h"
#include "core/kernel/net/tcp.h"

namespace ringside {

namespace {

/// __lock_sock(): the process queues up for the lock and sleeps.
void wait_for_lock(Kernel& k, SockId sk, ProcessId self) {
  const Sock& s = k[sk];
  if (k[self].waits_for_lock == 0) {
    k.put(k[self].waits_for_lock, std::uint8_t{1});
    k.put(k[self].lock_wait_next, ProcessId{});
    if (!s.lock.wait_head) {
      k.put(s.lock.wait_head, self);
    } else {
      ProcessId last = s.lock.wait_head;
      while (k[last].lock_wait_next) last = k[last].lock_wait_next;
      k.put(k[last].lock_wait_next, self);
    }
  }
  k.block(-1);
  k.put(k[self].state, ProcState::uninterruptible);
}

void stop_waiting_for_lock(Kernel& k, SockId sk, ProcessId self) {
  const Sock& s = k[sk];
  k.put(k[self].waits_for_lock, std::uint8_t{0});
  if (s.lock.wait_head == self) {
    k.put(s.lock.wait_head, k[self].lock_wait_next);
    return;
  }
  for (ProcessId p = s.lock.wait_head; p; p = k[p].lock_wait_next)
    if (k[p].lock_wait_next == self) k.put(k[p].lock_wait_next, k[self].lock_wait_next);
}

/// __release_sock(): called and left with bottom halves off; each packet is processed with them on.
void release_backlog(Kernel& k, SockId sk) {
  auto f = k.enter(Fn::__release_sock, {}, sk);
  const Sock& s = k[sk];
  while (s.backlog.head) {
    SkbId skb = s.backlog.head;
    k.put(s.backlog.head, SkbId{});
    k.put(s.backlog.tail, SkbId{});
    k.put(s.lock.slock, std::uint8_t{0});
    k.local_bh_enable();
    while (skb) {
      const SkbId next = k[skb].next;
      k.put(k[skb].next, SkbId{});
      k.set(s.backlog.qlen, s.backlog.qlen - 1);
      k.move(skb, Place::in_flight);
      sk_backlog_rcv(k, sk, skb);
      skb = next;
    }
    k.local_bh_disable();
    k.put(s.lock.slock, static_cast<std::uint8_t>(1 + k.cpu_id()));
  }
  // Only now: a flood that never lets the loop end must run into the limit.
  k.set(s.backlog.len, 0u);
}

}  // namespace

bool lock_sock(Kernel& k, SockId sk) {
  const ProcessId self = k.current();
  const Sock& s = k[sk];
  const bool resumed = self && k[self].waits_for_lock != 0;
  auto f = k.enter(Fn::lock_sock_nested, {}, sk, resumed);
  const std::int64_t owner = s.lock.owner ? k[s.lock.owner].pid : 0;
  if (k.decide("sock_owned_by_user", sock_owned_by_user(s), {{"owner", owner}})) {
    wait_for_lock(k, sk, self);
    f.suspend();
    return false;
  }
  if (resumed) stop_waiting_for_lock(k, sk, self);
  k.set(s.lock.owned, std::uint8_t{1});
  k.put(s.lock.owner, self);
  return true;
}

void release_sock(Kernel& k, SockId sk) {
  auto f = k.enter(Fn::release_sock, {}, sk);
  const Sock& s = k[sk];
  k.local_bh_disable();
  k.put(s.lock.slock, static_cast<std::uint8_t>(1 + k.cpu_id()));
  if (k.decide("backlog_has_packets", static_cast<bool>(s.backlog.tail), {{"len", s.backlog.len}}))
    release_backlog(k, sk);
  tcp_release_cb(k, sk);
  k.set(s.lock.owned, std::uint8_t{0});
  k.put(s.lock.owner, ProcessId{});
  if (s.lock.wait_head) k.wake(s.lock.wait_head);
  k.put(s.lock.slock, std::uint8_t{0});
  k.local_bh_enable();
}

void sk_flush_backlog(Kernel& k, SockId sk) {
  k.local_bh_disable();
  k.put(k[sk].lock.slock, static_cast<std::uint8_t>(1 + k.cpu_id()));
  release_backlog(k, sk);
  k.put(k[sk].lock.slock, std::uint8_t{0});
  k.local_bh_enable();
}

void bh_lock_sock(Kernel& k, SockId sk) {
  k.put(k[sk].lock.slock, static_cast<std::uint8_t>(1 + k.cpu_id()));
}
void bh_unlock_sock(Kernel& k, SockId sk) { k.put(k[sk].lock.slock, std::uint8_t{0}); }

void sk_backlog_rcv(Kernel& k, SockId sk, SkbId skb) { tcp_v4_do_rcv(k, sk, skb); }

bool sk_add_backlog(Kernel& k, SockId sk, SkbId skb, std::uint64_t limit) {
  const Sock& s = k[sk];
  const auto used = std::uint64_t{s.backlog.len} + static_cast<std::uint64_t>(s.sk_rmem_alloc);
  if (k.decide("sk_rcvqueues_full", used > limit,
               {{"backlog", s.backlog.len},
                {"rmem_alloc", s.sk_rmem_alloc},
                {"limit", static_cast<std::int64_t>(limit)}}))
    return false;
  sk_add_backlog_nolimit(k, sk, skb);
  return true;
}

void sk_add_backlog_nolimit(Kernel& k, SockId sk, SkbId skb) {
  const Sock& s = k[sk];
  k.put(k[skb].next, SkbId{});
  if (s.backlog.tail)
    k.put(k[s.backlog.tail].next, skb);
  else
    k.put(s.backlog.head, skb);
  k.put(s.backlog.tail, skb);
  k.set(s.backlog.qlen, s.backlog.qlen + 1);
  k.set(s.backlog.len, s.backlog.len + k[skb].truesize);
  k.move(skb, Place::sk_backlog);
}

}  // namespace ringside
