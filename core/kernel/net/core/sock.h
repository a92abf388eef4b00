// net/core/sock.c, include/net/sock.h: the socket lock, memory accounting, sleeping and waking.
#pragma once
#include "core/machine/kernel.h"

namespace ringside {

/// sock_rfree(): gives an skb's truesize back to its owner. Called when the skb is freed.
void sock_rfree(Kernel& k, SkbId skb);
/// sock_wfree(), __sock_wfree(): gives a sent skb's truesize back to sk_wmem_alloc.
void sock_wfree(Kernel& k, SkbId skb);
/// skb_set_owner_r(): charges truesize to sk_rmem_alloc and takes it from sk_forward_alloc.
void skb_set_owner_r(Kernel& k, SkbId skb, SockId sk);

/// lock_sock(): false if another process owns the socket; then the current process is asleep (block() was
/// called) and the caller must unwind and come back.
[[nodiscard]] bool lock_sock(Kernel& k, SockId sk);
/// Drains the backlog, runs deferred work (tcp_release_cb), gives the lock up, wakes a waiter.
void release_sock(Kernel& k, SockId sk);
/// __sk_flush_backlog(): drains the backlog; the caller keeps the lock.
void sk_flush_backlog(Kernel& k, SockId sk);
inline bool sock_owned_by_user(const Sock& sk) { return sk.lock.owned != 0; }
/// bh_lock_sock()/bh_unlock_sock(): the spinlock, from softirq.
void bh_lock_sock(Kernel& k, SockId sk);
void bh_unlock_sock(Kernel& k, SockId sk);
/// sk_backlog_rcv: what the protocol does with a packet from a backlog (tcp_v4_do_rcv).
void sk_backlog_rcv(Kernel& k, SockId sk, SkbId skb);
/// sk_add_backlog(): false if the socket's backlog and receive memory together exceed `limit` (bytes).
bool sk_add_backlog(Kernel& k, SockId sk, SkbId skb, std::uint64_t limit);
/// __sk_add_backlog(): no limit.
void sk_add_backlog_nolimit(Kernel& k, SockId sk, SkbId skb);

/// sk_data_ready etc.: wake whoever sleeps on the socket (and epoll) if it waits for one of these EPOLL*
/// events.
void sock_def_readable(Kernel& k, SockId sk);
void sock_def_wakeup(Kernel& k, SockId sk);  ///< sk_state_change
void sock_def_error_report(Kernel& k, SockId sk);
void sk_stream_write_space(Kernel& k, SockId sk);  ///< sk_write_space
/// wake_up_interruptible_sync_poll(sk_sleep(sk), key); key 0 wakes all (wake_up_interruptible_all).
void wake_up_socket(Kernel& k, SockId sk, std::uint32_t key);

/// Puts the current process on the socket's wait queue, or takes it off. `exclusive`: at the tail; one
/// wake-up wakes one of them (accept).
void add_wait_queue(Kernel& k, SockId sk, ProcessId process, bool exclusive = false);
void remove_wait_queue(Kernel& k, SockId sk, ProcessId process);
/// wait_woken(): sleeps unless woken since add_wait_queue(). Returns false when the process sleeps: unwind,
/// and call it again with `resumed` when it runs again. Takes the time slept off call.timeo_ns (0: run out).
[[nodiscard]] bool wait_woken(Kernel& k, ProcessId self, bool resumed);
/// sk_wait_event() with wait_woken(), between lock_sock() and release_sock(): lets the socket go, sleeps
/// unless `ready` holds, takes it again. False when the process sleeps. Its place is in
/// Process::call.inner_phase, which is 0 before and after.
[[nodiscard]] bool sk_wait_event(Kernel& k, SockId sk, ProcessId self,
                                 bool (*ready)(const Host& host, SockId sk, ProcessId self));
/// sk_wait_data(): sleeps until the receive queue's tail is another skb than call.last, or timeo is over.
[[nodiscard]] bool sk_wait_data(Kernel& k, SockId sk, ProcessId self);

/// Memory accounting in pages against tcp_mem (__sk_mem_schedule, sk_rmem_schedule, sk_mem_reclaim).
bool sk_rmem_schedule(Kernel& k, SockId sk, std::uint32_t size);
bool sk_wmem_schedule(Kernel& k, SockId sk, std::uint32_t size);
void sk_forced_mem_schedule(Kernel& k, SockId sk, std::uint32_t size);
void sk_mem_reclaim(Kernel& k, SockId sk);
/// sk_mem_reclaim_partial(): keeps one page's worth (4.13).
void sk_mem_reclaim_partial(Kernel& k, SockId sk);
void sk_mem_charge(Kernel& k, SockId sk, std::int32_t size);
void sk_mem_uncharge(Kernel& k, SockId sk, std::int32_t size);
/// tcp_under_memory_pressure()
inline bool tcp_under_memory_pressure(const Kernel& k) { return k.net().tcp_memory_pressure != 0; }

}  // namespace ringside
