#include "core/kernel/net/core/skbuff.h"

#include <algorithm>
#include <cstring>

#include "core/kernel/net/core/sock.h"

namespace ringside {

namespace {
/// Linear areas are cut from 64-byte aligned slabs (SKB_DATA_ALIGN).
constexpr std::uint32_t data_align(std::uint32_t size) { return (size + 63) & ~63u; }

void free_skb(Kernel& k, SkbId skb) {
  const SkBuff& s = k[skb];
  if (s.owner_charged != 0) sock_rfree(k, skb);
  for (FragId frag = s.frags; frag;) {
    const FragId next = k[frag].next;
    k.release(frag);
    frag = next;
  }
  for (SkbId part = s.frag_list; part;) {
    const SkbId next = k[part].next;
    free_skb(k, part);
    part = next;
  }
  if (s.header) k.release(s.header);
  k.freed(skb);
  k.release(skb);
}
}  // namespace

SkbId alloc_skb(Kernel& k, const DataRef& data, std::uint32_t head_size) {
  const SkbId skb = k.alloc_skb();
  const SkBuff& s = k[skb];
  k.assign(s.frame, data);
  k.put(s.len, data.len);
  k.put(s.tail, data.len);
  k.put(s.headroom_size, data_align(head_size));
  k.put(s.truesize, skb_truesize(data_align(head_size)));
  return skb;
}

void kfree_skb_reason(Kernel& k, SkbId skb, Drop reason) {
  k.drop(skb, reason);
  free_skb(k, skb);
}

void consume_skb(Kernel& k, SkbId skb) {
  k.move(skb, Place::freed);
  free_skb(k, skb);
}

SkbId skb_clone(Kernel& k, SkbId skb) {
  const SkbId clone = k.alloc_skb();
  const SkBuff& from = k[skb];
  const SkBuff& to = k[clone];
  SkBuff copy = from;
  copy.next = copy.prev = SkbId{};
  copy.tree = SkbTreeNode{};
  copy.frags = copy.last_frag = FragId{};
  copy.frag_list = SkbId{};
  copy.header = HeaderId{};
  copy.owner_charged = 0;
  copy.place = Place::none;
  copy.cloned = 1;
  k.assign(to, copy);
  k.put(from.cloned, std::uint8_t{1});
  for (FragId frag = from.frags; frag; frag = k[frag].next) {
    const FragId piece = k.alloc_frag();
    k.assign(k[piece].data, k[frag].data);
    if (to.last_frag)
      k.put(k[to.last_frag].next, piece);
    else
      k.put(to.frags, piece);
    k.put(to.last_frag, piece);
  }
  return clone;
}

void skb_queue_tail(Kernel& k, const SkbQueue& list, SkbId skb) {
  const SkBuff& s = k[skb];
  k.put(s.prev, list.tail);
  k.put(s.next, SkbId{});
  if (list.tail)
    k.put(k[list.tail].next, skb);
  else
    k.put(list.head, skb);
  k.put(list.tail, skb);
  k.set(list.qlen, list.qlen + 1);
}

void skb_queue_head(Kernel& k, const SkbQueue& list, SkbId skb) {
  const SkBuff& s = k[skb];
  k.put(s.next, list.head);
  k.put(s.prev, SkbId{});
  if (list.head)
    k.put(k[list.head].prev, skb);
  else
    k.put(list.tail, skb);
  k.put(list.head, skb);
  k.set(list.qlen, list.qlen + 1);
}

void skb_append(Kernel& k, const SkbQueue& list, SkbId prev, SkbId skb) {
  const SkbId next = k[prev].next;
  if (!next) {
    skb_queue_tail(k, list, skb);
    return;
  }
  k.put(k[skb].prev, prev);
  k.put(k[skb].next, next);
  k.put(k[prev].next, skb);
  k.put(k[next].prev, skb);
  k.set(list.qlen, list.qlen + 1);
}

void skb_unlink(Kernel& k, const SkbQueue& list, SkbId skb) {
  const SkBuff& s = k[skb];
  if (s.prev)
    k.put(k[s.prev].next, s.next);
  else
    k.put(list.head, s.next);
  if (s.next)
    k.put(k[s.next].prev, s.prev);
  else
    k.put(list.tail, s.prev);
  k.put(s.next, SkbId{});
  k.put(s.prev, SkbId{});
  k.set(list.qlen, list.qlen - 1);
}

SkbId skb_dequeue(Kernel& k, const SkbQueue& list) {
  const SkbId first = list.head;
  if (first) skb_unlink(k, list, first);
  return first;
}

void skb_pull(Kernel& k, SkbId skb, std::uint32_t bytes) {
  const SkBuff& s = k[skb];
  k.put(s.data_off, s.data_off + bytes);
  k.set(s.len, s.len - bytes);
}

void skb_trim(Kernel& k, SkbId skb, std::uint32_t len) {
  const SkBuff& s = k[skb];
  if (len >= s.len) return;
  std::uint32_t keep = len;
  const std::uint32_t linear = std::min(skb_headlen(s), keep);
  keep -= linear;
  // Pieces beyond the new end go; the one that crosses it is cut.
  FragId last{};
  for (FragId frag = s.frags; frag;) {
    const FragId next = k[frag].next;
    if (keep == 0) {
      k.release(frag);
      k.put(s.nr_frags, static_cast<std::uint16_t>(s.nr_frags == 0 ? 0 : s.nr_frags - 1));
    } else {
      DataRef cut = k[frag].data;
      cut.len = std::min(cut.len, keep);
      keep -= cut.len;
      k.assign(k[frag].data, cut);
      last = frag;
    }
    frag = next;
  }
  if (last)
    k.put(k[last].next, FragId{});
  else
    k.put(s.frags, FragId{});
  k.put(s.last_frag, last);
  k.put(s.data_len, len - linear);
  k.put(s.tail, std::min(s.tail, s.data_off + linear));
  k.set(s.len, len);
}

std::span<const std::uint8_t> skb_header(Kernel& k, SkbId skb, std::uint32_t offset) {
  const SkBuff& s = k[skb];
  const auto all = k.bytes(s.frame);
  return offset >= all.size() ? std::span<const std::uint8_t>{} : all.subspan(offset);
}

std::span<const std::uint8_t> skb_data(Kernel& k, SkbId skb) {
  const auto rest = skb_header(k, skb, k[skb].data_off);
  return rest.first(std::min<std::size_t>(rest.size(), skb_headlen(k[skb])));
}

void skb_add_frag(Kernel& k, SkbId skb, const DataRef& data, bool counts_as_frag) {
  const SkBuff& s = k[skb];
  const FragId piece = k.alloc_frag();
  k.assign(k[piece].data, data);
  if (s.last_frag)
    k.put(k[s.last_frag].next, piece);
  else
    k.put(s.frags, piece);
  k.put(s.last_frag, piece);
  k.put(s.data_len, s.data_len + data.len);
  if (counts_as_frag) k.put(s.nr_frags, static_cast<std::uint16_t>(s.nr_frags + 1));
  k.set(s.len, s.len + data.len);
}

void skb_push_header(Kernel& k, SkbId skb, std::span<const std::uint8_t> bytes) {
  const SkBuff& s = k[skb];
  if (!s.header) k.put(s.header, k.alloc_header());
  WireHeader h = k[s.header];
  if (bytes.size() > h.start) return;
  h.start = static_cast<std::uint8_t>(h.start - bytes.size());
  std::memcpy(&h.bytes[h.start], bytes.data(), bytes.size());
  k.assign(k[s.header], h);
}

}  // namespace ringside
