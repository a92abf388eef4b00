// The moving packet's way so far: the calls and decisions of the steps just before this one.
#include <algorithm>

#include "ui/stage/read_parts.h"

namespace ringside::ui {

namespace {

void take(StagePicture& p, const Page& page, const Event& e) {
  if (e.kind == EventKind::call && std::find(p.trail.begin(), p.trail.end(), e.function) == p.trail.end())
    p.trail.push_back(e.function);
  if (e.kind == EventKind::decide && p.decision(e.name) == nullptr) {
    const auto values = page.values(e);
    p.decisions.push_back({e.function, e.name, e.answer, {values.begin(), values.end()}});
  }
}

}  // namespace

void read_path(StagePicture& p, const Player& player) {
  const auto in_ring = [&](std::uint32_t packet) {
    const std::vector<ChipPicture>& ring = p.queue(Place::rx_ring).chips;
    return std::any_of(ring.begin(), ring.end(), [&](const ChipPicture& c) { return c.packet == packet; });
  };
  if (const StepView next = player.next())
    if ((next->kind == EventKind::move || next->kind == EventKind::copy || next->kind == EventKind::decide ||
         next->kind == EventKind::drop) &&
        next->context == Context::nic && !in_ring(next->packet))
      p.arriving = next->packet;
  const StepView last = player.last();
  if (!last || !p.event || p.event->packet == 0) return;
  constexpr StepIndex kLookBack = 600;
  const StepIndex begin = last.index - std::min({kLookBack, last.index, last.index - last.page->first_step});
  for (StepIndex i = last.index + 1; i-- > begin;) {
    const Event& e = last.page->event(i);
    if (e.packet != p.event->packet) continue;
    take(p, *last.page, e);
    if (e.kind == EventKind::move && e.from == Place::wire) break;
  }
  std::reverse(p.trail.begin(), p.trail.end());  // in the order of the way
}

}  // namespace ringside::ui
