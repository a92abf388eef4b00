#include "core/engine/keyframe_list.h"

#include <algorithm>
#include <iterator>

namespace ringside {

void KeyframeList::add(std::uint32_t page, const Machine& machine) {
  const std::uint32_t image = archive_.add(machine.host());
  MachineState state = machine.state();
  state.steps = machine.steps();
  state.queue.shrink_to_fit();
  const std::lock_guard lock(mutex_);
  entries_.push_back({page, image, std::move(state)});
}

std::uint32_t KeyframeList::nearest(std::uint32_t page) const {
  const std::lock_guard lock(mutex_);
  const auto after = std::upper_bound(entries_.begin(), entries_.end(), page,
                                      [](std::uint32_t p, const Entry& entry) { return p < entry.page; });
  return std::prev(after)->page;
}

std::uint32_t KeyframeList::restore_before(std::uint32_t page, Machine& machine) const {
  Snapshot snapshot;
  std::uint32_t image = 0, found = 0;
  {
    const std::lock_guard lock(mutex_);
    const auto after = std::upper_bound(entries_.begin(), entries_.end(), page,
                                        [](std::uint32_t p, const Entry& entry) { return p < entry.page; });
    const Entry& entry = *std::prev(after);
    found = entry.page;
    image = entry.image;
    snapshot.state = entry.state;
  }
  archive_.restore(image, snapshot.host);
  machine.restore(snapshot);
  return found;
}

std::size_t KeyframeList::size() const {
  const std::lock_guard lock(mutex_);
  return entries_.size();
}

std::size_t KeyframeList::bytes() const {
  const std::lock_guard lock(mutex_);
  std::size_t sum = archive_.bytes();
  for (const Entry& entry : entries_)
    sum += sizeof entry + entry.state.queue.capacity() * sizeof(QueuedEvent) +
           entry.state.suspended_process.capacity() * sizeof(Suspended);
  return sum;
}

}  // namespace ringside
