// Series over the whole run in bounded memory: smallest, largest and last value in each of at most some ten
// thousand stretches of the run. A stretch is a number of the machine's turns, doubled whenever there are too
// many, and in a short run it ends where a depth changes: there every step has its own depth, and a long run
// is finest where most happens.
#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <mutex>
#include <vector>

#include "core/model/cpu.h"
#include "core/trace/page.h"

namespace ringside {

/// What is recorded over time. Depths count skbs of the whole host; cpu* are the share of a CPU's time spent
/// in a context, in 1/1000.
enum class SeriesId : std::uint8_t {
  rx_ring,
  softnet_backlog,
  ip_frag_queue,
  sk_backlog,
  prequeue,
  sk_receive_queue,
  out_of_order_queue,
  udp_receive_queue,
  sk_write_queue,
  tcp_rtx_queue,
  tx_ring,
  syn_queue,
  accept_queue,
  locks_owned,  ///< sockets locked by a process
  cpu0_nic,
  cpu0_hardirq,
  cpu0_softirq,
  cpu0_ksoftirqd,
  cpu0_process,
  cpu0_timer,
  cpu1_nic,
  cpu1_hardirq,
  cpu1_softirq,
  cpu1_ksoftirqd,
  cpu1_process,
  cpu1_timer,
  count_,
};
const char* name_of(SeriesId id);
/// SeriesId::count_ if the depth of that place is not recorded.
SeriesId series_of(Place place);
SeriesId series_of(std::uint8_t cpu, Context context);
inline constexpr std::size_t kSeries = static_cast<std::size_t>(SeriesId::count_);
inline constexpr std::size_t kContexts = static_cast<std::size_t>(Context::count_);

/// A stretch of the run and what a series did in it. For shares of time `last` is the mean.
struct Bucket {
  std::int64_t begin_ns = 0, end_ns = 0;
  StepIndex first_step = 0;  ///< the step at begin_ns
  std::int32_t min = 0, max = 0, last = 0;
};

/// ns that each CPU has worked in each context so far.
using BusyTable = std::array<std::array<std::int64_t, kContexts>, kMaxCpus>;

/// One writer, any number of readers.
class SeriesStore {
 public:
  /// What is known of [begin_ns, end_ns) in at most `buckets` buckets, in order of time.
  std::vector<Bucket> query(SeriesId id, std::int64_t begin_ns, std::int64_t end_ns,
                            std::size_t buckets) const;
  /// The largest value so far.
  std::int32_t highest(SeriesId id) const;
  std::int64_t end_ns() const;
  /// The first step of the stretch that holds `t_ns`.
  StepIndex step_near(std::int64_t t_ns) const;
  std::size_t bytes() const;

  // --- for the writer
  void begin(std::int64_t t_ns) { open_begin_ns_ = t_ns; }
  /// Before a depth changes at `step`; true: close() the stretch.
  bool splits_at(StepIndex step) const { return turns_a_bucket_ == 1 && step != open_first_step_; }
  void add(SeriesId id, std::int32_t amount, StepIndex step) {
    Open& open = open_[static_cast<std::size_t>(id)];
    open.now += amount;
    const bool from_its_begin = step == open_first_step_;
    open.min = from_its_begin ? open.now : std::min(open.min, open.now);
    open.max = from_its_begin ? open.now : std::max(open.max, open.now);
  }
  /// After each turn; true: close() the stretch.
  bool end_turn() { return ++turns_ >= turns_a_bucket_; }
  /// What comes now begins at `t_ns` with `step`.
  void close(std::int64_t t_ns, StepIndex step, const BusyTable& busy);

 private:
  static constexpr std::size_t kMaxBuckets = 1u << 14;
  struct Open {
    std::int32_t now = 0, min = 0, max = 0;
  };
  struct Cell {
    std::int32_t min = 0, max = 0, last = 0;
  };
  struct Axis {
    std::int64_t begin_ns = 0, end_ns = 0;
    StepIndex first_step = 0;
  };
  static bool is_share(SeriesId id) { return id >= SeriesId::cpu0_nic; }
  static void merge(SeriesId id, Bucket& into, const Bucket& next);
  Bucket bucket(SeriesId id, std::size_t at) const;
  void halve();

  std::array<Open, kSeries> open_{};
  BusyTable busy_{};
  std::uint32_t turns_ = 0, turns_a_bucket_ = 1;
  std::int64_t open_begin_ns_ = 0;
  StepIndex open_first_step_ = 0;
  mutable std::mutex mutex_;  // guards what follows
  std::vector<Axis> axis_;
  std::array<std::vector<Cell>, kSeries> cells_;
  std::array<std::int32_t, kSeries> highest_{};
};

}  // namespace ringside
