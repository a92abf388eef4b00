// Series over the whole run in bounded memory: smallest, largest and last value in each of at most some ten
// thousand stretches of the run; a pyramid above them answers any width in about as many buckets as pixels.
#pragma once
#include <array>
#include <cstdint>
#include <mutex>
#include <vector>

#include "core/model/cpu.h"
#include "core/trace/page.h"

namespace ringside {

/// What is recorded over time. Depths count skbs of the whole host; `busy_*` is the share of a CPU's time
/// spent in a context in units of 1/1000.
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
  locks_owned,  ///< sockets locked by a process
  cpu0_hardirq,
  cpu0_softirq,
  cpu0_ksoftirqd,
  cpu0_process,
  cpu0_timer,
  cpu1_hardirq,
  cpu1_softirq,
  cpu1_ksoftirqd,
  cpu1_process,
  cpu1_timer,
  count_,
};
const char* name_of(SeriesId id);
inline constexpr std::size_t kSeries = static_cast<std::size_t>(SeriesId::count_);

/// A stretch of the run and what a series did in it.
struct Bucket {
  std::int64_t begin_ns = 0, end_ns = 0;
  StepIndex first_step = 0;  ///< the step at begin_ns
  std::int32_t min = 0, max = 0, last = 0;
};

/// One writer, any number of readers.
class SeriesStore {
 public:
  /// At least about `buckets` buckets (as long as the run has them) that cover [begin_ns, end_ns); at most
  /// about twice as many. Empty if nothing is known of that time yet.
  std::vector<Bucket> query(SeriesId id, std::int64_t begin_ns, std::int64_t end_ns,
                            std::size_t buckets) const;
  /// The largest value so far.
  std::int32_t highest(SeriesId id) const;
  std::int64_t end_ns() const;
  std::size_t bytes() const;

  /// For the writer: a value as it is now, and the end of one turn.
  void set(SeriesId id, std::int32_t value) {
    Open& open = open_[static_cast<std::size_t>(id)];
    open.now = value;
    if (value < open.min) open.min = value;
    if (value > open.max) open.max = value;
  }
  void add(SeriesId id, std::int32_t amount) { set(id, open_[static_cast<std::size_t>(id)].now + amount); }
  void add_busy(std::uint8_t cpu, Context context, std::int64_t ns) {
    busy_[cpu][static_cast<std::size_t>(context)] += ns;
  }
  void end_turn(std::int64_t t_ns, StepIndex step) {
    if (++turns_ >= turns_a_bucket_) close_bucket(t_ns, step);
  }
  /// The run is over: what is open becomes a bucket.
  void finish(std::int64_t t_ns, StepIndex step);

 private:
  static constexpr std::size_t kMaxBuckets = 1u << 15;
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
  struct Level {
    std::vector<Axis> axis;
    std::array<std::vector<Cell>, kSeries> cells;
  };
  void close_bucket(std::int64_t t_ns, StepIndex step);
  void halve();
  static void append_merged(Level& level, const Level& below, std::size_t at);
  void rebuild_above() const;

  std::array<Open, kSeries> open_{};
  std::array<std::array<std::int64_t, static_cast<std::size_t>(Context::count_)>, kMaxCpus> busy_{};
  std::uint32_t turns_ = 0, turns_a_bucket_ = 1;
  std::int64_t open_begin_ns_ = 0;
  StepIndex open_first_step_ = 0;
  mutable std::mutex mutex_;  // guards levels_
  mutable std::vector<Level> levels_;
};

}  // namespace ringside
