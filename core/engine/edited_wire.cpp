#include "core/engine/edited_wire.h"

#include <algorithm>

namespace ringside {

namespace {

using Slots = std::vector<WireSlot>;

std::int64_t shifted(std::int64_t t_ns, std::int64_t by_ns) {
  return std::clamp(t_ns + std::clamp(by_ns, -kFarthestNs, kFarthestNs), -kFarthestNs, kFarthestNs);
}

void move_behind(Slots& slots, Slots::iterator moved, std::uint32_t behind) {
  WireSlot slot = *moved;
  slots.erase(moved);
  auto place = slots.begin();
  if (behind != 0) {
    place = std::ranges::find(slots, behind, &WireSlot::number);
    if (place != slots.end()) slot.t_ns = place->t_ns;
    if (place != slots.end()) ++place;
  } else if (place != slots.end()) {
    slot.t_ns = place->t_ns;
  }
  slots.insert(place, slot);
}

void apply(const WireEdit& edit, Slots& slots) {
  const auto at = std::ranges::find(slots, edit.packet, &WireSlot::number);
  if (at == slots.end()) return;
  switch (edit.kind) {
    case WireEdit::Kind::drop:
      std::erase_if(slots, [&](const WireSlot& slot) { return slot.number == edit.packet; });
      break;
    case WireEdit::Kind::duplicate: {
      WireSlot copy = *at;
      copy.t_ns = shifted(copy.t_ns, edit.delay_ns);
      slots.insert(at + 1, copy);
      break;
    }
    case WireEdit::Kind::delay:
      at->t_ns = shifted(at->t_ns, edit.delay_ns);
      break;
    case WireEdit::Kind::reorder:
      move_behind(slots, at, edit.behind);
      break;
    case WireEdit::Kind::corrupt:
      break;
  }
  std::ranges::stable_sort(slots, {}, &WireSlot::t_ns);
}

}  // namespace

void apply_edits(const std::vector<WireEdit>& edits, std::vector<WireSlot>& slots) {
  for (const WireEdit& edit : edits) apply(edit, slots);
}

void corrupt(const std::vector<WireEdit>& edits, std::uint32_t number, std::int64_t shift,
             std::span<std::uint8_t> frame) {
  for (const WireEdit& edit : edits) {
    if (edit.kind != WireEdit::Kind::corrupt || edit.packet != number) continue;
    const std::int64_t at = std::int64_t{edit.offset} + shift;
    if (at >= 0 && at < static_cast<std::int64_t>(frame.size()))
      frame[static_cast<std::size_t>(at)] ^= edit.xor_mask;
  }
}

}  // namespace ringside
