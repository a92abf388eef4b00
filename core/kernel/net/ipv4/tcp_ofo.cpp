// net/ipv4/tcp_input.c: segments that came too early wait in a tree ordered by sequence number.
#include <algorithm>

#include "core/kernel/lib/skb_tree.h"
#include "core/kernel/net/core/skb_coalesce.h"
#include "core/kernel/net/core/skbuff.h"
#include "core/kernel/net/core/sock.h"
#include "core/kernel/net/ipv4/tcp_input.h"

namespace ringside {

namespace {

/// tcp_try_coalesce() within the tree; 6.18 also keeps count of the segments (tcp_ooo_try_coalesce).
bool coalesce(Kernel& k, SockId sk, SkbId to, SkbId from) {
  if (!tcp_try_coalesce(k, sk, to, from)) return false;
  if (k.profile.tcp_rcv.counts_ofo_segments) {
    const int segments = std::max<int>(1, k[to].gso_segs) + std::max<int>(1, k[from].gso_segs);
    k.set(k[to].gso_segs, static_cast<std::uint16_t>(std::min(segments, 0xffff)));
  }
  return true;
}

void grow_window(Kernel& k, SockId sk, SkbId skb, bool adjust) {
  // Without SACK a growing window would hide from the sender that these are duplicate ACKs.
  if (k.profile.tcp_rcv.ofo_grows_window_always || tcp_is_sack(k[sk].tp)) tcp_grow_window(k, sk, skb, adjust);
}

void drop_merged(Kernel& k, SockId sk, SkbId skb, bool account) {
  if (account)
    tcp_drop(k, sk, skb, Drop::TCP_OFOMERGE);
  else
    kfree_skb_reason(k, skb, Drop::TCP_OFOMERGE);
}

/// Later segments that the new one covers are not needed any more.
void merge_right(Kernel& k, SockId sk, SkbId skb) {
  const TcpSock& tp = k[sk].tp;
  const Seq end_seq = k[skb].cb.end_seq;
  SkbId next;
  while ((next = skb_tree_next(k.host(), skb))) {
    const TcpCb& other = k[next].cb;
    if (!after(end_seq, other.seq)) break;
    if (before(end_seq, other.end_seq)) {
      tcp_dsack_extend(k, sk, other.seq, end_seq);
      break;
    }
    skb_tree_erase(k, tp.out_of_order_queue, next);
    tcp_dsack_extend(k, sk, other.seq, other.end_seq);
    k.count(Counter::TCPOFOMerge);
    tcp_drop(k, sk, next, Drop::TCP_OFOMERGE);
  }
  if (!next) k.put(tp.ooo_last_skb, skb);
}

enum class Insert : std::uint8_t { linked, merged, dropped };

/// The new segment went into `to` by coalescing: it is not needed any more.
Insert merged_into(Kernel& k, SockId sk, SkbId skb) {
  grow_window(k, sk, skb, true);
  k.move(skb, Place::out_of_order_queue);
  consume_skb(k, skb);
  return Insert::merged;
}

void link(Kernel& k, SockId sk, SkbId skb, SkbId parent, bool left) {
  k.move(skb, Place::out_of_order_queue);
  skb_tree_link(k, k[sk].tp.out_of_order_queue, skb, parent, left);
}

/// Finds the place of a segment that does not follow the last one; overlaps are dealt with on the way down.
Insert insert_inside(Kernel& k, SockId sk, SkbId skb) {
  const TcpSock& tp = k[sk].tp;
  const Seq seq = k[skb].cb.seq, end_seq = k[skb].cb.end_seq;
  SkbId parent;
  bool left = false;
  for (SkbId at = tp.out_of_order_queue.root; at; at = left ? k[at].tree.left : k[at].tree.right) {
    parent = at;
    const TcpCb& other = k[at].cb;
    left = before(seq, other.seq);
    if (left) continue;
    if (!before(seq, other.end_seq)) {
      if (coalesce(k, sk, at, skb)) return merged_into(k, sk, skb);
      continue;
    }
    if (k.decide("ofo_all_bits_present", !after(end_seq, other.end_seq))) {
      k.count(Counter::TCPOFOMerge);
      drop_merged(k, sk, skb, k.profile.tcp_rcv.has_drop_reasons);
      tcp_dsack_set(k, sk, seq, end_seq);
      return Insert::dropped;
    }
    if (after(seq, other.seq)) {  // it overlaps this one's end
      tcp_dsack_set(k, sk, seq, other.end_seq);
      continue;
    }
    // It starts where this one starts and is longer: it takes its place.
    k.move(skb, Place::out_of_order_queue);
    skb_tree_replace(k, tp.out_of_order_queue, at, skb);
    tcp_dsack_extend(k, sk, other.seq, other.end_seq);
    k.count(Counter::TCPOFOMerge);
    drop_merged(k, sk, at, k.profile.tcp_rcv.has_drop_reasons);
    merge_right(k, sk, skb);
    return Insert::linked;
  }
  link(k, sk, skb, parent, left);
  merge_right(k, sk, skb);
  return Insert::linked;
}

Insert insert(Kernel& k, SockId sk, SkbId skb) {
  const TcpSock& tp = k[sk].tp;
  // Most often it follows the last one.
  if (coalesce(k, sk, tp.ooo_last_skb, skb)) return merged_into(k, sk, skb);
  if (before(k[skb].cb.seq, k[tp.ooo_last_skb].cb.end_seq)) return insert_inside(k, sk, skb);
  link(k, sk, skb, tp.ooo_last_skb, false);
  merge_right(k, sk, skb);
  return Insert::linked;
}

void finish_insert(Kernel& k, SockId sk, SkbId skb) {
  grow_window(k, sk, skb, false);
  skb_condense(k, skb);
  skb_set_owner_r(k, skb, sk);
}

}  // namespace

void tcp_data_queue_ofo(Kernel& k, SockId sk, SkbId skb) {
  auto f = k.enter(Fn::tcp_data_queue_ofo, skb, sk);
  const TcpSock& tp = k[sk].tp;
  tcp_ecn_check_ce(k, sk, skb);
  if (!tcp_try_rmem_schedule(k, sk, skb, k[skb].truesize)) {
    k.count(Counter::TCPOFODrop);
    if (k.profile.tcp_rcv.has_drop_reasons) sock_def_readable(k, sk);
    tcp_drop(k, sk, skb, Drop::PROTO_MEM);
    return;
  }
  if (k.profile.tcp_rcv.ofo_measures_rcv_mss) tcp_measure_rcv_mss(k, sk, skb);
  k.set(tp.pred_flags, 0u);
  inet_csk_schedule_ack(k, sk);
  k.put(tp.rcv_ooopack, tp.rcv_ooopack + std::max<std::uint32_t>(1, k[skb].gso_segs));
  k.count(Counter::TCPOFOQueue);
  const Seq seq = k[skb].cb.seq, end_seq = k[skb].cb.end_seq;
  if (k.decide("ofo_queue_is_empty", !tp.out_of_order_queue.root)) {
    if (tcp_is_sack(tp)) {
      k.set(tp.rx_opt.num_sacks, std::uint8_t{1});
      k.assign(tp.selective_acks[0], SackBlock{seq, end_seq});
    }
    link(k, sk, skb, {}, false);
    k.put(tp.ooo_last_skb, skb);
    finish_insert(k, sk, skb);
  } else {
    const Insert how = insert(k, sk, skb);
    if (tcp_is_sack(tp)) tcp_sack_new_ofo_skb(k, sk, seq, end_seq);
    if (how == Insert::linked) finish_insert(k, sk, skb);
  }
  if (k.profile.tcp_rcv.ofo_grows_rcvbuf && k[sk].file) tcp_rcvbuf_grow(k, sk, tp.rcvq_space.space);
}

void tcp_ofo_queue(Kernel& k, SockId sk) {
  auto f = k.enter(Fn::tcp_ofo_queue, {}, sk);
  const Sock& s = k[sk];
  const TcpSock& tp = s.tp;
  Seq dsack_high = tp.rcv_nxt;
  for (SkbId skb = skb_tree_first(k.host(), tp.out_of_order_queue); skb;) {
    const TcpCb& cb = k[skb].cb;
    if (after(cb.seq, tp.rcv_nxt)) break;
    if (before(cb.seq, dsack_high)) {
      Seq dsack = dsack_high;
      if (before(cb.end_seq, dsack_high))
        (k.profile.tcp_rcv.ofo_dsack_exact ? dsack : dsack_high) = cb.end_seq;
      tcp_dsack_extend(k, sk, cb.seq, dsack);
    }
    const SkbId next = skb_tree_next(k.host(), skb);
    skb_tree_erase(k, tp.out_of_order_queue, skb);
    if (k.decide("ofo_packet_already_received", !after(cb.end_seq, tp.rcv_nxt))) {
      tcp_drop(k, sk, skb, Drop::TCP_OFO_DROP);
      skb = next;
      continue;
    }
    const SkbId tail = s.receive_queue.tail;
    const bool eaten = tail && tcp_try_coalesce(k, sk, tail, skb);
    tcp_rcv_nxt_update(k, sk, cb.end_seq);
    const bool fin = has_flag(k[skb], TCPHDR_FIN);
    k.move(skb, Place::sk_receive_queue);
    if (eaten)
      consume_skb(k, skb);
    else
      skb_queue_tail(k, s.receive_queue, skb);
    if (fin) {  // it also empties the tree
      tcp_fin(k, sk);
      return;
    }
    skb = next;
  }
}

void tcp_purge_ofo(Kernel& k, SockId sk) {
  const SkbTree& tree = k[sk].tp.out_of_order_queue;
  while (tree.root) {
    const SkbId skb = skb_tree_first(k.host(), tree);
    skb_tree_erase(k, tree, skb);
    kfree_skb_reason(k, skb, Drop::QUEUE_PURGE);
  }
}

}  // namespace ringside
