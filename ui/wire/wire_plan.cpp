#include "ui/wire/wire_plan.h"

#include <algorithm>
#include <unordered_set>

namespace ringside::ui {

namespace {

bool comes_at_all(const PacketRow& packet) {
  return packet.fate != Fate::own && packet.fate != Fate::other_host && packet.fate != Fate::unreadable;
}

bool came(const PacketRow& packet, const Player& player) {
  return packet.fate != Fate::coming && packet.first_step < player.position();
}

std::vector<WirePlan::Slot> planned(const Player& player, const WirePlan& plan, std::uint32_t arriving,
                                    std::size_t most) {
  const std::vector<WirePlan::Slot>& all = plan.order();
  auto at = std::lower_bound(all.begin(), all.end(), player.t_ns(),
                             [](const WirePlan::Slot& slot, std::int64_t t_ns) { return slot.t_ns < t_ns; });
  std::vector<WirePlan::Slot> coming;
  for (; at != all.end() && coming.size() < most; ++at) {
    const bool now = at->t_ns == player.t_ns() && !at->copy;  // a copy has no first step of its own
    if (now && at->number != arriving && came(player.trace().packet(at->row), player)) continue;
    coming.push_back(*at);
  }
  return coming;
}

}  // namespace

WirePlan::WirePlan(const Trace& trace, const std::vector<WireEdit>& edits) {
  std::vector<WireSlot> all;
  for (std::uint32_t row = 0; row < trace.packet_count(); ++row) {
    const PacketRow packet = trace.packet(row);
    if (!comes_at_all(packet)) continue;
    all.push_back({packet.t_ns, row, packet.number});
  }
  apply_edits(edits, all);
  for (const WireEdit& edit : edits) {
    edited_.push_back(edit.packet);
    if (edit.kind == WireEdit::Kind::drop) dropped_.push_back(edit.packet);
  }
  std::sort(edited_.begin(), edited_.end());
  std::sort(dropped_.begin(), dropped_.end());
  std::unordered_set<std::uint32_t> seen;
  slots_.reserve(all.size());
  for (const WireSlot& slot : all)
    slots_.push_back(
        {slot.t_ns, slot.row, slot.number, edited(slot.number), !seen.insert(slot.number).second});
}

bool WirePlan::edited(std::uint32_t number) const {
  return std::binary_search(edited_.begin(), edited_.end(), number);
}

bool WirePlan::dropped(std::uint32_t number) const {
  return std::binary_search(dropped_.begin(), dropped_.end(), number);
}

std::vector<WirePlan::Slot> coming_on_wire(const Player& player, const WirePlan* plan, std::uint32_t arriving,
                                           std::size_t most) {
  if (plan != nullptr) return planned(player, *plan, arriving, most);
  const Trace& trace = player.trace();
  const std::uint32_t rows = trace.packet_count();
  const std::uint32_t look = 400 + static_cast<std::uint32_t>(most);
  std::uint32_t low = 0, high = rows;
  while (low < high) {  // rows are in order of time
    const std::uint32_t middle = low + (high - low) / 2;
    if (trace.packet(middle).t_ns < player.t_ns())
      low = middle + 1;
    else
      high = middle;
  }
  low = low > 8 ? low - 8 : 0;
  std::vector<WirePlan::Slot> coming;
  for (std::uint32_t row = low; row < rows && row < low + look && coming.size() < most; ++row) {
    const PacketRow packet = trace.packet(row);
    if (!comes_at_all(packet) || (came(packet, player) && packet.number != arriving)) continue;
    coming.push_back({packet.t_ns, row, packet.number, false, false});
  }
  return coming;
}

}  // namespace ringside::ui
