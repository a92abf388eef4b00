// net/core/sock.c, include/net/sock.h: the socket lock, memory accounting, sleeping and waking.
#pragma once
#include "core/machine/kernel.h"

namespace ringside {

/// sock_rfree(): gives an skb's truesize back to its owner. Called when the skb is freed.
void sock_rfree(Kernel& k, SkbId skb);
/// skb_set_owner_r(): charges truesize to sk_rmem_alloc and takes it from sk_forward_alloc.
void skb_set_owner_r(Kernel& k, SkbId skb, SockId sk);

/// lock_sock(): false if another process owns the socket; then the current process is asleep (block() was
/// called) and the caller must unwind and come back.
[[nodiscard]] bool lock_sock(Kernel& k, SockId sk);
/// Drains the backlog, runs deferred work (tcp_release_cb), gives the lock up, wakes a waiter.
void release_sock(Kernel& k, SockId sk);
inline bool sock_owned_by_user(const Sock& sk) { return sk.lock.owned != 0; }
/// bh_lock_sock()/bh_unlock_sock(): the spinlock, from softirq.
void bh_lock_sock(Kernel& k, SockId sk);
void bh_unlock_sock(Kernel& k, SockId sk);
/// sk_backlog_rcv: what the protocol does with a packet from a backlog (tcp_v4_do_rcv).
void sk_backlog_rcv(Kernel& k, SockId sk, SkbId skb);
/// __sk_add_backlog(): no limit.
void sk_add_backlog_nolimit(Kernel& k, SockId sk, SkbId skb);

/// sk_data_ready etc.: wake whoever sleeps on the socket (and epoll) if it waits for one of these EPOLL*
/// events.
void sock_def_readable(Kernel& k, SockId sk);
void sock_def_wakeup(Kernel& k, SockId sk);  ///< sk_state_change
void sock_def_error_report(Kernel& k, SockId sk);
void sk_stream_write_space(Kernel& k, SockId sk);  ///< sk_write_space
/// Puts the current process on the socket's wait queue, or takes it off.
void add_wait_queue(Kernel& k, SockId sk, ProcessId process, bool exclusive = false);
void remove_wait_queue(Kernel& k, SockId sk, ProcessId process);

/// Memory accounting in pages against tcp_mem (__sk_mem_schedule, sk_rmem_schedule, sk_mem_reclaim).
bool sk_rmem_schedule(Kernel& k, SockId sk, std::uint32_t size);
bool sk_wmem_schedule(Kernel& k, SockId sk, std::uint32_t size);
void sk_forced_mem_schedule(Kernel& k, SockId sk, std::uint32_t size);
void sk_mem_reclaim(Kernel& k, SockId sk);
void sk_mem_charge(Kernel& k, SockId sk, std::int32_t size);
void sk_mem_uncharge(Kernel& k, SockId sk, std::int32_t size);

}  // namespace ringside
