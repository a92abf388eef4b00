// net/ipv4/tcp_input.c: the receive buffer is full: squeeze the air out of the queues, then throw away what
// came too early.
#include <algorithm>

#include "core/kernel/lib/skb_tree.h"
#include "core/kernel/net/core/skbuff.h"
#include "core/kernel/net/core/sock.h"
#include "core/kernel/net/ipv4/tcp_input.h"

namespace ringside {

namespace {

constexpr std::uint32_t kMaxCollapsed = 4096 - kSharedInfoSize;  // SKB_MAX_ORDER(0, 0)
constexpr std::uint16_t kSynFin = TCPHDR_SYN | TCPHDR_FIN;

/// Where the skbs being collapsed hang: the receive queue, or the tree of early ones.
struct Row {
  Kernel& k;
  SockId sk;
  bool ofo;

  SkbId next(SkbId skb) const { return ofo ? skb_tree_next(k.host(), skb) : k[skb].next; }
  void unlink(SkbId skb) const {
    if (ofo)
      skb_tree_erase(k, k[sk].tp.out_of_order_queue, skb);
    else
      skb_unlink(k, k[sk].receive_queue, skb);
  }
  /// tcp_collapse_one(): the skb's bytes are elsewhere now; the one behind it.
  SkbId drop(SkbId skb) const {
    const SkbId behind = next(skb);
    unlink(skb);
    consume_skb(k, skb);
    k.count(Counter::TCPRcvCollapsed);
    return behind;
  }
};

/// Skips skbs at the front that gain nothing. none: nothing to collapse. `start` moves along.
SkbId find_collapsible(const Row& row, SkbId head, SkbId tail, Seq& start) {
  Kernel& k = row.k;
  for (SkbId skb = head; skb && skb != tail;) {
    const SkBuff& s = k[skb];
    if (!before(start, s.cb.end_seq)) {
      skb = row.drop(skb);
      continue;
    }
    const SkbId next = row.next(skb);
    const bool bloated = tcp_win_from_space(k, row.sk, static_cast<std::int32_t>(s.truesize)) >
                         static_cast<std::int32_t>(s.len);
    if (!has_flag(s, kSynFin) && (bloated || before(s.cb.seq, start))) return skb;
    if (next && next != tail && s.cb.end_seq != k[next].cb.seq) return has_flag(s, kSynFin) ? SkbId{} : skb;
    start = s.cb.end_seq;
    skb = next;
  }
  return {};
}

/// One new skb with up to a page of the bytes from `start` on, taken from `skb` and its followers, which go.
/// False: stop collapsing.
bool fill_from(const Row& row, SkbId fresh, SkbId& skb, SkbId tail, Seq& start, std::uint32_t room) {
  Kernel& k = row.k;
  while (room > 0) {
    const TcpCb& cb = k[skb].cb;
    if (before(start, cb.end_seq)) {
      const std::uint32_t offset = start - cb.seq;
      const std::uint32_t size = std::min(room, cb.end_seq - start);
      skb_for_each_piece(k.host(), skb, offset, size,
                         [&](const DataRef& piece) { skb_add_frag(k, fresh, piece, false); });
      k.put(k[fresh].tail, k[fresh].tail + size);
      k.copy(fresh, k[skb].place, k[skb].place, size);
      k.set(k[fresh].cb.end_seq, k[fresh].cb.end_seq + size);
      room -= size;
      start += size;
    }
    if (before(start, cb.end_seq)) continue;
    skb = row.drop(skb);
    if (!skb || skb == tail || has_flag(k[skb], kSynFin)) return false;
  }
  return true;
}

/// tcp_collapse(): rewrites [start, end) of a row into tightly filled skbs.
void collapse(const Row& row, SkbId head, SkbId tail, Seq start, Seq end) {
  Kernel& k = row.k;
  SkbId skb = find_collapsible(row, head, tail, start);
  if (!skb) return;
  k.remark("tcp_collapse", {{"start", start}, {"end", end}});
  SkbQueue made;  // the tree takes them only when the old ones are gone
  bool going = true;
  while (going && before(start, end)) {
    const std::uint32_t room = std::min(kMaxCollapsed, end - start);
    const SkbId fresh = alloc_skb(k, DataRef{}, room);
    TcpCb cb = k[skb].cb;
    cb.seq = cb.end_seq = start;
    k.assign(k[fresh].cb, cb);
    k.put(k[fresh].packet, k[skb].packet);
    k.put(k[fresh].family, k[skb].family);
    k.put(k[fresh].csum_valid, std::uint8_t{1});
    k.put(k[fresh].place, k[skb].place);
    if (row.ofo) {
      if (made.tail)
        k.put(k[made.tail].next, fresh);
      else
        made.head = fresh;
      made.tail = fresh;
    } else if (const SkbId before_it = k[skb].prev) {
      skb_append(k, k[row.sk].receive_queue, before_it, fresh);
    } else {
      skb_queue_head(k, k[row.sk].receive_queue, fresh);
    }
    skb_set_owner_r(k, fresh, row.sk);
    going = fill_from(row, fresh, skb, tail, start, room);
  }
  for (SkbId fresh = made.head; fresh;) {
    const SkbId next = k[fresh].next;
    k.put(k[fresh].next, SkbId{});
    skb_tree_insert(k, k[row.sk].tp.out_of_order_queue, fresh);
    fresh = next;
  }
}

/// tcp_collapse_ofo_queue(): each run of touching segments by itself.
void collapse_ofo_queue(Kernel& k, SockId sk) {
  const TcpSock& tp = k[sk].tp;
  const Row row{k, sk, true};
  std::uint32_t sum_tiny = 0;
  SkbId head = skb_tree_first(k.host(), tp.out_of_order_queue);
  while (head) {
    Seq start = k[head].cb.seq, end = k[head].cb.end_seq;
    std::uint32_t truesize = k[head].truesize;
    SkbId skb = row.next(head);
    for (; skb && !after(k[skb].cb.seq, end) && !before(k[skb].cb.end_seq, start); skb = row.next(skb)) {
      truesize += k[skb].truesize;
      if (before(k[skb].cb.seq, start)) start = k[skb].cb.seq;
      if (after(k[skb].cb.end_seq, end)) end = k[skb].cb.end_seq;
    }
    const bool worth_it = truesize != k[head].truesize || end - start >= kMaxCollapsed;
    if (!k.profile.tcp_rcv.collapse_skips_tiny || worth_it) {
      collapse(row, head, skb, start, end);
    } else if ((sum_tiny += truesize) > static_cast<std::uint32_t>(k[sk].sk_rcvbuf >> 3)) {
      return;
    }
    head = skb;
  }
  k.put(tp.ooo_last_skb, skb_tree_last(k.host(), tp.out_of_order_queue));
}

/// Is the socket within sk_rcvbuf? (tcp_can_ingest: what comes in may take it over the limit. 6.18.0 counted
/// the incoming bytes, too; the 6.18 that was recorded, .44, had taken that back.)
bool within_rcvbuf(const Kernel& k, SockId sk) { return k[sk].sk_rmem_alloc <= k[sk].sk_rcvbuf; }

/// tcp_prune_ofo_queue(): drops from the highest sequence number down. True: something was dropped.
bool prune_ofo_queue(Kernel& k, SockId sk, SkbId incoming) {
  const TcpSock& tp = k[sk].tp;
  if (!tp.out_of_order_queue.root) return false;
  const bool in_rounds = k.profile.tcp_rcv.prunes_ofo_in_rounds;
  std::int32_t goal = k[sk].sk_rcvbuf >> 3;
  bool pruned = false;
  for (SkbId skb = tp.ooo_last_skb; skb;) {
    if (in_rounds && after(k[incoming].cb.seq, k[skb].cb.seq))
      break;  // the incoming one would be dropped next
    pruned = true;
    const SkbId prev = skb_tree_prev(k.host(), skb);
    goal -= static_cast<std::int32_t>(k[skb].truesize);
    skb_tree_erase(k, tp.out_of_order_queue, skb);
    tcp_drop(k, sk, skb, Drop::TCP_OFO_QUEUE_PRUNE);
    k.put(tp.ooo_last_skb, prev);
    if (!in_rounds) sk_mem_reclaim(k, sk);
    if (!in_rounds || !prev || goal <= 0) {
      if (within_rcvbuf(k, sk) && !tcp_under_memory_pressure(k)) break;
      goal = k[sk].sk_rcvbuf >> 3;
    }
    skb = prev;
  }
  if (!pruned) return false;
  k.count(Counter::OfoPruned);
  if (tp.rx_opt.sack_ok != 0) tcp_sack_reset(k, sk);
  return true;
}

/// tcp_prune_queue(): false if the socket is still over its limit.
bool prune_queue(Kernel& k, SockId sk, SkbId incoming) {
  auto f = k.enter(Fn::tcp_prune_queue, incoming, sk);
  const Sock& s = k[sk];
  if (k.profile.tcp_rcv.prune_needs_memory && s.sk_rmem_alloc == 0) return false;
  k.count(Counter::PruneCalled);
  const bool full = k.profile.tcp_rcv.prune_clamps_at_limit && s.sk_rmem_alloc == s.sk_rcvbuf;
  if (full || !within_rcvbuf(k, sk))
    tcp_clamp_window(k, sk);
  else if (tcp_under_memory_pressure(k))
    tcp_adjust_rcv_ssthresh(k, sk);
  if (k.profile.tcp_rcv.prune_stops_early && within_rcvbuf(k, sk)) return true;
  collapse_ofo_queue(k, sk);
  if (s.receive_queue.qlen != 0)
    collapse({k, sk, false}, s.receive_queue.head, {}, s.tp.copied_seq, s.tp.rcv_nxt);
  if (!k.profile.tcp_rcv.uncharge_reclaims_pages) sk_mem_reclaim(k, sk);
  if (within_rcvbuf(k, sk)) return true;
  prune_ofo_queue(k, sk, incoming);
  if (within_rcvbuf(k, sk)) return true;
  k.count(Counter::RcvPruned);
  k.set(s.tp.pred_flags, 0u);
  return false;
}

}  // namespace

bool tcp_try_rmem_schedule(Kernel& k, SockId sk, SkbId skb, std::uint32_t size) {
  auto f = k.enter(Fn::tcp_try_rmem_schedule, skb, sk);
  const Sock& s = k[sk];
  const bool within =
      k.decide("within_rcvbuf", within_rcvbuf(k, sk),
               {{"rmem_alloc", s.sk_rmem_alloc}, {"rcvbuf", s.sk_rcvbuf}, {"len", k[skb].len}});
  if (within && sk_rmem_schedule(k, sk, size)) return true;
  if (!prune_queue(k, sk, skb)) return false;
  while (!sk_rmem_schedule(k, sk, size))
    if (!prune_ofo_queue(k, sk, skb)) return false;
  return true;
}

}  // namespace ringside
