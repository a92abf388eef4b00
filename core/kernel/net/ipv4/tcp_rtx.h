// The sender's queues, one way for both kernels. 4.13 keeps sent skbs in sk_write_queue up to sk_send_head;
// 6.18 moves them to the tree sk->tcp_rtx_queue and leaves only unsent ones behind. Everything else asks
// here.
#pragma once
#include "core/machine/kernel.h"

namespace ringside {

/// First unsent skb; none if all is sent.
SkbId tcp_send_head(Kernel& k, SockId sk);
/// Last skb of sk_write_queue (4.13: it may be a sent one).
inline SkbId tcp_write_queue_tail(Kernel& k, SockId sk) { return k[sk].write_queue.tail; }
/// True if no later skb waits behind `skb` in the write queue: new data may still be added to it.
inline bool tcp_skb_is_last(Kernel& k, SockId sk, SkbId skb) { return k[sk].write_queue.tail == skb; }
/// An unsent skb enters at the tail.
void tcp_add_write_queue_tail(Kernel& k, SockId sk, SkbId skb);
/// Takes an unsent skb out (4.13: any skb of the write queue).
void tcp_unlink_write_queue(Kernel& k, SockId sk, SkbId skb);
/// The send head has been sent: tcp_advance_send_head() or unlink and tcp_rbtree_insert().
void tcp_queue_sent(Kernel& k, SockId sk, SkbId skb);
/// Links `skb` straight into the sent ones (6.18's SYN); 4.13: into the write queue's tail.
void tcp_queue_as_sent(Kernel& k, SockId sk, SkbId skb);
/// Links the second half of a split skb behind the first, in the same queue.
void tcp_insert_behind(Kernel& k, SockId sk, SkbId skb, SkbId fresh);
/// True if `skb` has been sent and is not acknowledged yet.
bool tcp_skb_was_sent(Kernel& k, SockId sk, SkbId skb);

/// The sent ones in order of sequence numbers; none at the ends.
SkbId tcp_rtx_queue_head(Kernel& k, SockId sk);
SkbId tcp_rtx_queue_tail(Kernel& k, SockId sk);
SkbId tcp_rtx_next(Kernel& k, SockId sk, SkbId skb);
inline bool tcp_rtx_queue_empty(Kernel& k, SockId sk) { return !tcp_rtx_queue_head(k, sk); }
/// A sent skb leaves its queue (it is acknowledged or merged away) and is freed.
void tcp_rtx_queue_unlink_and_free(Kernel& k, SockId sk, SkbId skb);
/// An unsent skb leaves and is freed (sk_wmem_free_skb).
void tcp_write_queue_unlink_and_free(Kernel& k, SockId sk, SkbId skb);

// 6.18's tsorted_sent_queue: the sent ones in order of their last transmission. Nothing happens on 4.13.
void tcp_tsorted_move_tail(Kernel& k, SockId sk, SkbId skb);
void tcp_tsorted_add_after(Kernel& k, SockId sk, SkbId skb, SkbId fresh);
void tcp_tsorted_del(Kernel& k, SockId sk, SkbId skb);

}  // namespace ringside
