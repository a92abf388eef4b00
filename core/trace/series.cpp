#include "core/trace/series.h"

#include <algorithm>

#include "core/trace/rows.h"

namespace ringside {

const char* name_of(SeriesId id) {
  static constexpr std::array<const char*, kSeries> names{
      "rx_ring",          "softnet_backlog",    "ip_frag_queue",     "sk_backlog",     "prequeue",
      "sk_receive_queue", "out_of_order_queue", "udp_receive_queue", "sk_write_queue", "tcp_rtx_queue",
      "tx_ring",          "syn_queue",          "accept_queue",      "locks_owned",    "cpu0_nic",
      "cpu0_hardirq",     "cpu0_softirq",       "cpu0_ksoftirqd",    "cpu0_process",   "cpu0_timer",
      "cpu1_nic",         "cpu1_hardirq",       "cpu1_softirq",      "cpu1_ksoftirqd", "cpu1_process",
      "cpu1_timer"};
  const auto at = static_cast<std::size_t>(id);
  return at < names.size() ? names[at] : "?";
}

namespace {

constexpr auto kDepths = [] {
  std::array<SeriesId, kPlaces> all{};
  all.fill(SeriesId::count_);
  const auto at = [&all](Place place) -> SeriesId& { return all[static_cast<std::size_t>(place)]; };
  at(Place::rx_ring) = SeriesId::rx_ring;
  at(Place::softnet_backlog) = SeriesId::softnet_backlog;
  at(Place::ip_frag_queue) = SeriesId::ip_frag_queue;
  at(Place::sk_backlog) = SeriesId::sk_backlog;
  at(Place::prequeue) = SeriesId::prequeue;
  at(Place::sk_receive_queue) = SeriesId::sk_receive_queue;
  at(Place::out_of_order_queue) = SeriesId::out_of_order_queue;
  at(Place::udp_receive_queue) = SeriesId::udp_receive_queue;
  at(Place::sk_write_queue) = SeriesId::sk_write_queue;
  at(Place::tcp_rtx_queue) = SeriesId::tcp_rtx_queue;
  at(Place::tx_ring) = SeriesId::tx_ring;
  at(Place::syn_queue) = SeriesId::syn_queue;
  at(Place::accept_queue) = SeriesId::accept_queue;
  return all;
}();

}  // namespace

SeriesId series_of(Place place) { return kDepths[static_cast<std::size_t>(place)]; }

SeriesId series_of(std::uint8_t cpu, Context context) {
  const auto first = static_cast<std::size_t>(cpu == 0 ? SeriesId::cpu0_nic : SeriesId::cpu1_nic);
  return static_cast<SeriesId>(first + static_cast<std::size_t>(context));
}

void SeriesStore::close(std::int64_t t_ns, StepIndex step, const BusyTable& busy) {
  t_ns = std::max(t_ns, open_begin_ns_);
  const std::int64_t width = std::max<std::int64_t>(t_ns - open_begin_ns_, 1);
  for (std::uint8_t cpu = 0; cpu < kMaxCpus; ++cpu)
    for (std::size_t c = 0; c < kContexts; ++c) {
      const std::int64_t spent = busy[cpu][c] - busy_[cpu][c];
      const auto share = static_cast<std::int32_t>(std::clamp<std::int64_t>(spent * 1000 / width, 0, 1000));
      open_[static_cast<std::size_t>(series_of(cpu, static_cast<Context>(c)))] = {share, share, share};
    }
  busy_ = busy;
  const std::lock_guard lock(mutex_);
  axis_.push_back({open_begin_ns_, t_ns, open_first_step_});
  for (std::size_t i = 0; i < kSeries; ++i) {
    cells_[i].push_back({open_[i].min, open_[i].max, open_[i].now});
    highest_[i] = std::max(highest_[i], open_[i].max);
    open_[i].min = open_[i].max = open_[i].now;
  }
  open_begin_ns_ = t_ns;
  open_first_step_ = step;
  turns_ = 0;
  if (axis_.size() >= kMaxBuckets) halve();
}

void SeriesStore::merge(SeriesId id, Bucket& into, const Bucket& next) {
  into.min = std::min(into.min, next.min);
  into.max = std::max(into.max, next.max);
  if (is_share(id)) {
    const std::int64_t a = into.end_ns - into.begin_ns, b = next.end_ns - next.begin_ns;
    if (a + b > 0) into.last = static_cast<std::int32_t>((into.last * a + next.last * b) / (a + b));
  } else {
    into.last = next.last;
  }
  into.end_ns = next.end_ns;
}

Bucket SeriesStore::bucket(SeriesId id, std::size_t at) const {
  const Cell& cell = cells_[static_cast<std::size_t>(id)][at];
  return {axis_[at].begin_ns, axis_[at].end_ns, axis_[at].first_step, cell.min, cell.max, cell.last};
}

void SeriesStore::halve() {
  const std::size_t half = axis_.size() / 2;
  for (std::size_t s = 0; s < kSeries; ++s) {
    for (std::size_t i = 0; i < half; ++i) {
      Bucket merged = bucket(static_cast<SeriesId>(s), 2 * i);
      merge(static_cast<SeriesId>(s), merged, bucket(static_cast<SeriesId>(s), 2 * i + 1));
      cells_[s][i] = {merged.min, merged.max, merged.last};
    }
    cells_[s].resize(half);
  }
  for (std::size_t i = 0; i < half; ++i)
    axis_[i] = {axis_[2 * i].begin_ns, axis_[2 * i + 1].end_ns, axis_[2 * i].first_step};
  axis_.resize(half);
  turns_a_bucket_ *= 2;
}

std::vector<Bucket> SeriesStore::query(SeriesId id, std::int64_t begin_ns, std::int64_t end_ns,
                                       std::size_t buckets) const {
  const std::lock_guard lock(mutex_);
  const auto first =
      std::partition_point(axis_.begin(), axis_.end(), [&](const Axis& a) { return a.end_ns < begin_ns; });
  const auto last =
      std::partition_point(first, axis_.end(), [&](const Axis& a) { return a.begin_ns < end_ns; });
  const auto from = static_cast<std::size_t>(first - axis_.begin());
  const auto count = static_cast<std::size_t>(last - first);
  const std::size_t group =
      (count + std::max<std::size_t>(buckets, 1) - 1) / std::max<std::size_t>(buckets, 1);
  std::vector<Bucket> result;
  for (std::size_t i = 0; i < count; ++i) {
    const Bucket next = bucket(id, from + i);
    if (i % std::max<std::size_t>(group, 1) == 0)
      result.push_back(next);
    else
      merge(id, result.back(), next);
  }
  return result;
}

std::int32_t SeriesStore::highest(SeriesId id) const {
  const std::lock_guard lock(mutex_);
  return highest_[static_cast<std::size_t>(id)];
}

std::int64_t SeriesStore::end_ns() const {
  const std::lock_guard lock(mutex_);
  return axis_.empty() ? 0 : axis_.back().end_ns;
}

StepIndex SeriesStore::step_near(std::int64_t t_ns) const {
  const std::lock_guard lock(mutex_);
  const auto at =
      std::partition_point(axis_.begin(), axis_.end(), [&](const Axis& a) { return a.end_ns <= t_ns; });
  if (at == axis_.end()) return axis_.empty() ? 0 : axis_.back().first_step;
  return at->first_step;
}

std::size_t SeriesStore::bytes() const {
  const std::lock_guard lock(mutex_);
  return axis_.capacity() * sizeof(Axis) + kSeries * cells_[0].capacity() * sizeof(Cell);
}

}  // namespace ringside
