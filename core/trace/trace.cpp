#include "core/trace/trace.h"

#include <algorithm>

#include "core/trace/columns.h"

namespace ringside {

Trace::Trace(std::string kernel) : kernel_(std::move(kernel)), columns_(std::make_unique<Columns>()) {}
Trace::~Trace() = default;

StepIndex Trace::step_count() const { return columns_->steps.load(std::memory_order_acquire); }
std::int64_t Trace::end_ns() const { return columns_->end_ns.load(std::memory_order_relaxed); }

// --- pages and steps

std::uint32_t Trace::page_count() const {
  const StepIndex steps = step_count();
  return steps == 0 ? 1 : page_number_of(steps - 1) + 1;
}

std::uint32_t Trace::page_number_of(StepIndex step) const {
  std::uint64_t low = 0, high = columns_->pages.size();  // pages[low].first_step <= step < pages[high]
  while (high - low > 1) {
    const std::uint64_t middle = (low + high) / 2;
    (columns_->pages.get(middle).first_step <= step ? low : high) = middle;
  }
  return static_cast<std::uint32_t>(low);
}

StepIndex Trace::page_first_step(std::uint32_t number) const {
  return number < columns_->pages.size() ? columns_->pages.get(number).first_step : step_count();
}

std::shared_ptr<const Page> Trace::page(std::uint32_t number) const {
  std::shared_ptr<PageSource> source;
  {
    const std::lock_guard lock(columns_->mutex);
    auto& cache = columns_->cache;
    for (auto it = cache.begin(); it != cache.end(); ++it) {
      if ((*it)->number != number) continue;
      cache.splice(cache.begin(), cache, it);
      return cache.front();
    }
    source = columns_->source;
  }
  if (source == nullptr || number >= page_count()) return nullptr;
  std::shared_ptr<const Page> made = source->page(number);
  if (made == nullptr) return nullptr;
  if (made->journal.events.empty()) return made;  // the run has hardly begun: soon there is more of this page
  const std::lock_guard lock(columns_->mutex);
  auto& cache = columns_->cache;
  cache.push_front(made);
  std::size_t sum = 0;
  for (auto it = cache.begin(); it != cache.end();) {
    sum += (*it)->bytes();
    if (it != cache.begin() && sum > Columns::kCacheBytes)
      it = cache.erase(it);
    else
      ++it;
  }
  return made;
}

StepView Trace::step(StepIndex index) const {
  if (index >= step_count()) return {};
  auto found = page(page_number_of(index));
  if (found == nullptr || !found->contains(index)) return {};
  return {std::move(found), index};
}

std::optional<StepIndex> Trace::find_forward(StepIndex from, const Predicate& matches,
                                             const std::atomic<bool>* cancel) const {
  while (from < step_count()) {
    if (cancel != nullptr && cancel->load(std::memory_order_relaxed)) return std::nullopt;
    const auto in = page(page_number_of(from));
    if (in == nullptr || !in->contains(from)) return std::nullopt;
    for (; from < in->end_step(); ++from)
      if (matches(*in, in->event(from))) return from;
  }
  return std::nullopt;
}

std::optional<StepIndex> Trace::find_backward(StepIndex from, const Predicate& matches,
                                              const std::atomic<bool>* cancel) const {
  if (step_count() == 0) return std::nullopt;
  from = std::min(from, step_count() - 1);
  while (true) {
    if (cancel != nullptr && cancel->load(std::memory_order_relaxed)) return std::nullopt;
    const auto in = page(page_number_of(from));
    if (in == nullptr || !in->contains(from)) return std::nullopt;
    for (;; --from) {
      if (matches(*in, in->event(from))) return from;
      if (from == in->first_step) break;
    }
    if (from == 0) return std::nullopt;
    --from;
  }
}

StepIndex Trace::step_at(std::int64_t t_ns) const {
  if (step_count() == 0) return 0;
  std::uint64_t low = 0, high = page_count();  // pages[low] begins before t_ns
  while (high - low > 1) {
    const std::uint64_t middle = (low + high) / 2;
    (columns_->pages.get(middle).t_ns < t_ns ? low : high) = middle;
  }
  for (; low < page_count(); ++low) {
    const auto in = page(static_cast<std::uint32_t>(low));
    if (in == nullptr) return page_first_step(static_cast<std::uint32_t>(low));
    for (StepIndex step = in->first_step; step < in->end_step(); ++step)
      if (in->event(step).t_ns >= t_ns) return step;
  }
  return step_count();
}

// --- columns

std::uint32_t Trace::packet_count() const { return static_cast<std::uint32_t>(columns_->packets.size()); }

PacketRow Trace::packet(std::uint32_t row) const {
  const PacketCell cell = columns_->packets.get(row);
  PacketRow r;
  r.t_ns = cell.t_ns;
  r.number = columns_->numbered ? static_cast<std::uint32_t>(columns_->numbers.get(row).number) : row + 1;
  r.wire_len = cell.wire_len;
  r.first_step = cell.first_step;
  r.last_step = cell.first_step + cell.last_after;
  r.delivered_ns = cell.delivered_ns;
  r.delivered_len = cell.delivered_len;
  r.flow = cell.flow;
  r.fate = cell.fate;
  r.reason = cell.reason;
  r.place = cell.place;
  r.places = cell.places;
  return r;
}

std::uint32_t Trace::packets_of(Fate fate) const {
  return columns_->packets_of[static_cast<std::size_t>(fate)].load(std::memory_order_relaxed);
}

std::vector<std::pair<Drop, std::uint32_t>> Trace::packets_dropped() const {
  std::vector<std::pair<Drop, std::uint32_t>> all;
  for (std::size_t i = 0; i < columns_->packets_dropped_for.size(); ++i)
    if (const auto n = columns_->packets_dropped_for[i].load(std::memory_order_relaxed); n != 0)
      all.emplace_back(static_cast<Drop>(i), n);
  return all;
}

std::optional<std::uint32_t> Trace::row_of(std::uint32_t number) const {
  const std::uint32_t count = packet_count();
  if (number == 0) return std::nullopt;
  if (!columns_->numbered) return number <= count ? std::optional(number - 1) : std::nullopt;
  std::uint32_t low = 0, high = count;
  while (low < high) {
    const std::uint32_t middle = low + (high - low) / 2;
    if (columns_->numbers.get(middle).number < number)
      low = middle + 1;
    else
      high = middle;
  }
  if (low < count && columns_->numbers.get(low).number == number) return low;
  return std::nullopt;
}

std::uint32_t Trace::sent_count() const { return static_cast<std::uint32_t>(columns_->sent.size()); }

SentRow Trace::sent(std::uint32_t row) const {
  const SentCell cell = columns_->sent.get(row);
  SentRow r;
  r.t_ns = cell.t_ns;
  r.step = cell.step;
  r.flow = cell.flow;
  r.seq = cell.seq;
  r.ack = cell.ack;
  r.win = cell.win;
  r.len = cell.len;
  r.flags = cell.flags;
  r.protocol = cell.protocol;
  r.sack_count = cell.sack_count;
  r.before = cell.before;
  for (std::size_t i = 0; i < cell.sack_count; ++i) {
    const SackCell block = columns_->sacks.get(cell.sack_at + i);
    r.sack[i] = {block.start, block.end};
  }
  return r;
}

std::uint32_t Trace::marker_count() const { return static_cast<std::uint32_t>(columns_->markers.size()); }
Marker Trace::marker(std::uint32_t row) const { return columns_->markers.get(row); }

std::uint32_t Trace::flow_count() const { return static_cast<std::uint32_t>(columns_->flows.size()); }

FlowRow Trace::flow(std::uint32_t number) const {
  if (number == 0 || number > columns_->flows.size()) return {};
  return columns_->flows.get(number - 1);
}

void Trace::each_flow(const std::function<void(const FlowRow&)>& take) const {
  constexpr std::uint32_t kMany = 4096;
  const std::uint32_t count = flow_count();
  for (std::uint32_t number = 1; number <= count; ++number) {
    if (const FlowRow row = flow(number); row.flow != 0) take(row);
    if (number % kMany == 0) columns_->flows.leave_to_file();
  }
}

std::vector<std::pair<Counter, std::uint64_t>> Trace::counters() const {
  const std::lock_guard lock(columns_->mutex);
  return columns_->counters;
}

std::vector<std::pair<Drop, std::uint64_t>> Trace::drops() const {
  const std::lock_guard lock(columns_->mutex);
  return columns_->drops;
}

std::size_t Trace::bytes() const {
  const Columns& c = *columns_;
  const std::lock_guard lock(c.mutex);
  return c.packets.bytes() + c.numbers.bytes() + c.sent.bytes() + c.sacks.bytes() + c.markers.bytes() +
         c.flows.bytes() + c.pages.bytes() + series_.bytes();
}

void Trace::leave_to_files() const {
  columns_->packets.leave_to_file();
  columns_->numbers.leave_to_file();
  columns_->sent.leave_to_file();
  columns_->sacks.leave_to_file();
  columns_->markers.leave_to_file();
  columns_->flows.leave_to_file();
}

std::size_t Trace::bytes_in_file() const {
  const Columns& c = *columns_;
  return c.packets.bytes_in_file() + c.numbers.bytes_in_file() + c.sent.bytes_in_file() +
         c.sacks.bytes_in_file() + c.markers.bytes_in_file() + c.flows.bytes_in_file() +
         c.pages.bytes_in_file();
}

}  // namespace ringside
