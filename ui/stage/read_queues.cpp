#include "ui/stage/read_parts.h"

namespace ringside::ui {

namespace {

/// A queue's links may be in the middle of a change when a step stands between two of them.
constexpr std::uint32_t kMostWalked = 100000;

SkbId leftmost(const Host& host, SkbId id) {
  std::uint32_t guard = 0;
  while (id && host[id].tree.left && ++guard < 64) id = host[id].tree.left;
  return id;
}

SkbId next_in_tree(const Host& host, SkbId id) {
  if (host[id].tree.right) return leftmost(host, host[id].tree.right);
  std::uint32_t guard = 0;
  SkbId up = host[id].tree.parent;
  while (up && host[up].tree.right == id && ++guard < 64) {
    id = up;
    up = host[up].tree.parent;
  }
  return up;
}

void add(QueuePicture& out, const Host& host, SkbId id, Place place, std::size_t most) {
  ChipPicture chip = chip_of(host, id);
  chip.place = place;
  out.bytes += chip.len;
  if (out.chips.size() < most) out.chips.push_back(chip);
}

}  // namespace

ChipPicture chip_of(const Host& host, SkbId id) {
  const SkBuff& skb = host[id];
  ChipPicture chip;
  chip.packet = skb.packet;
  chip.skb = id.index;
  chip.seq = skb.cb.seq;
  chip.end_seq = skb.cb.end_seq;
  chip.flags = skb.cb.tcp_flags;
  chip.protocol = skb.l4_proto;
  chip.place = skb.place;
  chip.len = skb.cb.end_seq - skb.cb.seq - ((skb.cb.tcp_flags & 1) != 0) - ((skb.cb.tcp_flags & 2) != 0);
  if (chip.protocol != 6 || chip.len > 1u << 24) chip.len = skb.len;
  return chip;
}

QueuePicture read_queue(const Host& host, const SkbQueue& queue, Place place, std::size_t most) {
  QueuePicture out;
  out.count = queue.qlen;
  std::uint32_t walked = 0;
  for (SkbId id = queue.head; host.skbs.is_live(id.index) && walked < kMostWalked;
       id = host[id].next, ++walked) {
    if (walked >= queue.qlen) break;
    add(out, host, id, place, most);
  }
  return out;
}

QueuePicture read_tree(const Host& host, const SkbTree& tree, Place place, std::size_t most) {
  QueuePicture out;
  out.count = tree.count;
  std::uint32_t walked = 0;
  if (!host.skbs.is_live(tree.root.index)) return out;
  for (SkbId id = leftmost(host, tree.root); host.skbs.is_live(id.index) && walked < tree.count;
       id = next_in_tree(host, id), ++walked)
    add(out, host, id, place, most);
  return out;
}

}  // namespace ringside::ui
