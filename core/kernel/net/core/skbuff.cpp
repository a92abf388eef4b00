#include "core/kernel/net/core/skbuff.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "core/kernel/net/core/sock.h"
#include "core/kernel/net/tcp.h"

namespace ringside {

namespace {
/// Linear areas are cut from 64-byte aligned slabs (SKB_DATA_ALIGN).
constexpr std::uint32_t data_align(std::uint32_t size) { return (size + 63) & ~63u; }

/// sock_edemux(): the reference that early demultiplexing took is given back.
void sock_edemux(Kernel& k, SkbId skb) {
  const SkBuff& s = k[skb];
  if (s.early_demuxed == 0) return;
  k.put(s.early_demuxed, std::uint8_t{0});
  if (s.demux.kind() == NodeRef::sock) sock_put(k, SockId{s.demux.index()});
}

void release_owner(Kernel& k, SkbId skb) {
  switch (k[skb].owner_charged) {
    case SkbOwner::none:
      sock_edemux(k, skb);
      break;
    case SkbOwner::sock_rfree:
      sock_rfree(k, skb);
      break;
    case SkbOwner::sock_wfree:
      sock_wfree(k, skb);
      break;
    case SkbOwner::tcp_wfree:
      tcp_wfree(k, skb);
      break;
  }
}

void free_skb(Kernel& k, SkbId skb) {
  const SkBuff& s = k[skb];
  release_owner(k, skb);
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

namespace {
SkbId build_skb(Kernel& k, const DataRef& data, std::uint32_t head_size) {
  const SkbId skb = k.alloc_skb();
  const SkBuff& s = k[skb];
  k.assign(s.frame, data);
  k.put(s.len, data.len);
  k.put(s.tail, data.len);
  k.put(s.headroom_size, head_size);
  k.put(s.truesize, skb_truesize(head_size));
  return skb;
}
constexpr std::uint32_t kPageSize = 4096;
}  // namespace

std::uint32_t skb_head_object(Kernel& k, std::uint32_t head_size) {
  const std::uint32_t wanted = data_align(head_size) + kSharedInfoSize;
  if (wanted <= k.profile.skb_small_head) return k.profile.skb_small_head;
  return std::bit_ceil(wanted);
}

SkbId alloc_skb(Kernel& k, const DataRef& data, std::uint32_t head_size) {
  return build_skb(k, data, skb_head_object(k, head_size) - kSharedInfoSize);
}

SkbId netdev_alloc_skb(Kernel& k, const DataRef& data, std::uint32_t head_size) {
  const bool slab = head_size > kPageSize - kSharedInfoSize ||
                    data_align(head_size) + kSharedInfoSize <= k.profile.skb_small_head;
  if (slab) return alloc_skb(k, data, head_size);
  const SkbId skb = build_skb(k, data, data_align(head_size));
  k.put(k[skb].head_frag, std::uint8_t{1});
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
  copy.owner_charged = SkbOwner::none;
  copy.early_demuxed = 0;
  copy.demux = NodeRef{};
  copy.fclone = copy.tsorted_next = copy.tsorted_prev = SkbId{};
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

void skb_unpull(Kernel& k, SkbId skb, std::uint32_t bytes) {
  const SkBuff& s = k[skb];
  k.put(s.data_off, s.data_off - bytes);
  k.set(s.len, s.len + bytes);
}

bool pskb_may_pull(Kernel& k, SkbId skb, std::uint32_t bytes) {
  const SkBuff& s = k[skb];
  if (bytes > s.len) return false;
  if (skb_data(k, skb).size() >= bytes) return true;
  if (bytes <= skb_headlen(s)) return false;  // linear, but not in the capture
  // __pskb_pull_tail(): everything up to there moves into the linear part.
  const std::uint32_t in_frags = bytes - skb_headlen(s);
  const auto front = skb_header(k, skb, 0).first(s.data_off);
  std::vector<std::uint8_t> linear(front.begin(), front.end());
  const auto pulled = skb_copy_bits(k, skb, 0, bytes);
  if (pulled.size() < bytes) return false;
  linear.insert(linear.end(), pulled.begin(), pulled.end());
  std::uint32_t skip = in_frags;
  FragId frag = s.frags;
  while (frag && skip != 0) {
    DataRef rest = k[frag].data;
    const std::uint32_t take = std::min(rest.len, skip);
    rest.offset += take;
    rest.len -= take;
    skip -= take;
    const FragId next = k[frag].next;
    if (rest.len != 0) {
      k.assign(k[frag].data, rest);
      break;
    }
    k.release(frag);
    k.put(s.nr_frags, static_cast<std::uint16_t>(s.nr_frags == 0 ? 0 : s.nr_frags - 1));
    frag = next;
  }
  k.put(s.frags, frag);
  if (!frag) k.put(s.last_frag, FragId{});
  k.put(s.data_len, s.data_len - in_frags);
  k.put(s.tail, s.tail + in_frags);
  k.assign(s.frame, k.store(std::move(linear)));
  return true;
}

std::vector<std::uint8_t> skb_copy_bits(Kernel& k, SkbId skb, std::uint32_t offset, std::uint32_t len) {
  std::vector<std::uint8_t> out;
  bool whole = true;
  skb_for_each_piece(k.host(), skb, offset, len, [&](const DataRef& piece) {
    if (!whole) return;
    if (piece.source == 0) {  // written by an application whose bytes do not matter: zeros
      out.resize(out.size() + piece.len);
      return;
    }
    const auto bytes = k.bytes(piece);
    out.insert(out.end(), bytes.begin(), bytes.end());
    whole = bytes.size() == piece.len;
  });
  return out;
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

std::span<const std::uint8_t> skb_pushed(Kernel& k, SkbId skb) {
  const SkBuff& s = k[skb];
  if (!s.header) return {};
  const WireHeader& h = k[s.header];
  return {&h.bytes[h.start], static_cast<std::size_t>(WireHeader::kSize - h.start)};
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
