#include "core/engine/keyframe_list.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <type_traits>

namespace ringside {

namespace {

template <class T>
void put_bytes(std::vector<std::uint8_t>& bytes, const std::vector<T>& list) {
  static_assert(std::is_trivially_copyable_v<T>);
  const auto* begin = reinterpret_cast<const std::uint8_t*>(list.data());
  bytes.insert(bytes.end(), begin, begin + list.size() * sizeof(T));
}

template <class T>
const std::uint8_t* take_bytes(const std::uint8_t* from, std::vector<T>& list, std::size_t count) {
  list.resize(count);
  if (count != 0) std::memcpy(static_cast<void*>(list.data()), from, count * sizeof(T));
  return from + count * sizeof(T);
}

}  // namespace

void KeyframeList::add(std::uint32_t page, Machine& machine) {
  // The lists of a host with thousands of connections are long and change little from keyframe to keyframe.
  const MachineState& now = machine.state();
  std::vector<std::uint8_t> lists;
  put_bytes(lists, now.suspended_process);
  put_bytes(lists, now.queue);
  Entry entry;
  entry.page = page;
  entry.state.clock_ns = now.clock_ns;
  entry.state.next_order = now.next_order;
  entry.state.arrival_index = now.arrival_index;
  entry.state.steps = machine.steps();
  entry.state.next_buffer = now.next_buffer;
  entry.state.suspended_softirq = now.suspended_softirq;
  entry.queued = static_cast<std::uint32_t>(now.queue.size());
  entry.suspended = static_cast<std::uint32_t>(now.suspended_process.size());
  const std::lock_guard lock(mutex_);
  WrittenParts& written = machine.kernel().written();
  // Fewer only if the disk is full.
  entries_.resize(archive_.add(machine.host(), lists, entries_.empty() ? nullptr : &written));
  written.clear();
  entries_.push_back(std::move(entry));
  if (archive_.bytes() > kMostBytes) thin_out();
}

/// Of all that are in memory, which is where they are if there is no file for them.
void KeyframeList::thin_out() {
  archive_.thin_out();
  std::size_t to = 0;
  for (std::size_t i = 0; i < entries_.size(); i += 2) entries_[to++] = std::move(entries_[i]);
  entries_.resize(to);
  spacing_ *= 2;
}

std::uint32_t KeyframeList::nearest(std::uint32_t page) const {
  const std::lock_guard lock(mutex_);
  const auto after = std::upper_bound(entries_.begin(), entries_.end(), page,
                                      [](std::uint32_t p, const Entry& e) { return p < e.page; });
  return std::prev(after)->page;
}

std::optional<std::uint32_t> KeyframeList::restore_before(std::uint32_t page, Machine& machine) const {
  Entry entry;
  const bool restored = machine.restore_by([&](Host& host, MachineState& state) {
    std::vector<std::uint8_t> lists;
    {
      const std::lock_guard lock(mutex_);
      const auto after = std::upper_bound(entries_.begin(), entries_.end(), page,
                                          [](std::uint32_t p, const Entry& e) { return p < e.page; });
      const auto nearest = std::prev(after);
      entry = *nearest;
      const auto image = static_cast<std::uint32_t>(nearest - entries_.begin());
      if (!archive_.restore(image, host, &lists)) return false;
    }
    state = entry.state;
    const std::uint8_t* from = take_bytes(lists.data(), state.suspended_process, entry.suspended);
    take_bytes(from, state.queue, entry.queued);
    return true;
  });
  return restored ? std::optional(entry.page) : std::nullopt;
}

std::size_t KeyframeList::size() const {
  const std::lock_guard lock(mutex_);
  return entries_.size();
}

std::size_t KeyframeList::bytes() const {
  const std::lock_guard lock(mutex_);
  return archive_.bytes() + entries_.size() * sizeof(Entry);
}

}  // namespace ringside
