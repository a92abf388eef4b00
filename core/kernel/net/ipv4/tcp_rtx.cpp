#include "core/kernel/net/ipv4/tcp_rtx.h"

#include "core/kernel/lib/skb_tree.h"
#include "core/kernel/net/core/skbuff.h"
#include "core/kernel/net/ipv4/tcp_send.h"

namespace ringside {

namespace {
bool has_tree(Kernel& k) { return k.profile.has_rtx_queue; }
bool in_tsorted(Kernel& k, SockId sk, SkbId skb) {
  const SkBuff& s = k[skb];
  return s.tsorted_prev || s.tsorted_next || k[sk].tp.tsorted_sent_queue.head == skb;
}
}  // namespace

SkbId tcp_send_head(Kernel& k, SockId sk) { return has_tree(k) ? k[sk].write_queue.head : k[sk].send_head; }

void tcp_add_write_queue_tail(Kernel& k, SockId sk, SkbId skb) {
  const Sock& s = k[sk];
  const bool nothing_unsent = !tcp_send_head(k, sk);
  skb_queue_tail(k, s.write_queue, skb);
  k.move(skb, Place::sk_write_queue);
  if (!nothing_unsent) return;
  tcp_chrono_start(k, sk, TCP_CHRONO_BUSY);
  if (has_tree(k)) return;
  k.put(s.send_head, skb);
  if (!s.tp.highest_sack) k.put(s.tp.highest_sack, skb);
}

void tcp_unlink_write_queue(Kernel& k, SockId sk, SkbId skb) {
  const Sock& s = k[sk];
  if (!has_tree(k) && s.send_head == skb) k.put(s.send_head, k[skb].next);
  skb_unlink(k, s.write_queue, skb);
}

void tcp_queue_sent(Kernel& k, SockId sk, SkbId skb) {
  const Sock& s = k[sk];
  if (!has_tree(k)) {
    k.put(s.send_head, k[skb].next);
    return;
  }
  skb_unlink(k, s.write_queue, skb);
  skb_tree_insert(k, s.rtx_queue, skb);
  k.move(skb, Place::tcp_rtx_queue);
  if (!s.tp.highest_sack) k.put(s.tp.highest_sack, skb);
}

void tcp_queue_as_sent(Kernel& k, SockId sk, SkbId skb) {
  const Sock& s = k[sk];
  if (has_tree(k)) {
    skb_tree_insert(k, s.rtx_queue, skb);
    k.move(skb, Place::tcp_rtx_queue);
  } else {
    skb_queue_tail(k, s.write_queue, skb);
    k.move(skb, Place::sk_write_queue);
  }
}

bool tcp_skb_was_sent(Kernel& k, SockId sk, SkbId skb) {
  if (has_tree(k)) return k[skb].place == Place::tcp_rtx_queue;
  for (SkbId at = k[sk].send_head; at; at = k[at].next)
    if (at == skb) return false;
  return true;
}

void tcp_insert_behind(Kernel& k, SockId sk, SkbId skb, SkbId fresh) {
  const Sock& s = k[sk];
  if (has_tree(k) && k[skb].place == Place::tcp_rtx_queue) {
    skb_tree_insert(k, s.rtx_queue, fresh);
    k.move(fresh, Place::tcp_rtx_queue);
    tcp_tsorted_add_after(k, sk, skb, fresh);
    return;
  }
  skb_append(k, s.write_queue, skb, fresh);
  k.move(fresh, Place::sk_write_queue);
}

SkbId tcp_rtx_queue_head(Kernel& k, SockId sk) {
  const Sock& s = k[sk];
  if (has_tree(k)) return skb_tree_first(k.host(), s.rtx_queue);
  return s.write_queue.head == s.send_head ? SkbId{} : s.write_queue.head;
}

SkbId tcp_rtx_queue_tail(Kernel& k, SockId sk) {
  const Sock& s = k[sk];
  if (has_tree(k)) return skb_tree_last(k.host(), s.rtx_queue);
  return s.send_head ? k[s.send_head].prev : s.write_queue.tail;
}

SkbId tcp_rtx_next(Kernel& k, SockId sk, SkbId skb) {
  if (has_tree(k)) return skb_tree_next(k.host(), skb);
  const SkbId next = k[skb].next;
  return next == k[sk].send_head ? SkbId{} : next;
}

void tcp_rtx_queue_unlink_and_free(Kernel& k, SockId sk, SkbId skb) {
  const Sock& s = k[sk];
  tcp_tsorted_del(k, sk, skb);
  if (has_tree(k))
    skb_tree_erase(k, s.rtx_queue, skb);
  else
    tcp_unlink_write_queue(k, sk, skb);
  sk_wmem_free_skb(k, sk, skb);
}

void tcp_write_queue_unlink_and_free(Kernel& k, SockId sk, SkbId skb) {
  tcp_unlink_write_queue(k, sk, skb);
  sk_wmem_free_skb(k, sk, skb);
}

void tcp_tsorted_del(Kernel& k, SockId sk, SkbId skb) {
  if (!has_tree(k) || !in_tsorted(k, sk, skb)) return;
  const SkBuff& s = k[skb];
  const SkbQueue& list = k[sk].tp.tsorted_sent_queue;
  if (s.tsorted_prev)
    k.put(k[s.tsorted_prev].tsorted_next, s.tsorted_next);
  else
    k.put(list.head, s.tsorted_next);
  if (s.tsorted_next)
    k.put(k[s.tsorted_next].tsorted_prev, s.tsorted_prev);
  else
    k.put(list.tail, s.tsorted_prev);
  k.put(s.tsorted_next, SkbId{});
  k.put(s.tsorted_prev, SkbId{});
  k.put(list.qlen, list.qlen - 1);
}

void tcp_tsorted_add_after(Kernel& k, SockId sk, SkbId skb, SkbId fresh) {
  if (!has_tree(k)) return;
  const SkbQueue& list = k[sk].tp.tsorted_sent_queue;
  const bool linked = skb && in_tsorted(k, sk, skb);
  const SkbId prev = linked ? skb : list.tail;
  const SkbId next = prev ? k[prev].tsorted_next : SkbId{};
  k.put(k[fresh].tsorted_prev, prev);
  k.put(k[fresh].tsorted_next, next);
  if (prev)
    k.put(k[prev].tsorted_next, fresh);
  else
    k.put(list.head, fresh);
  if (next)
    k.put(k[next].tsorted_prev, fresh);
  else
    k.put(list.tail, fresh);
  k.put(list.qlen, list.qlen + 1);
}

void tcp_tsorted_move_tail(Kernel& k, SockId sk, SkbId skb) {
  if (!has_tree(k)) return;
  tcp_tsorted_del(k, sk, skb);
  tcp_tsorted_add_after(k, sk, SkbId{}, skb);
}

}  // namespace ringside
