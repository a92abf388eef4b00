// What only a look at every step can tell, for charts: how sequence numbers and counters grew, how long
// packets were on each floor, who was woken. One pass over all pages; memory stays bounded.
#pragma once
#include <array>
#include <atomic>
#include <map>
#include <vector>

#include "core/query/layer.h"
#include "core/trace/trace.h"

namespace ringside::query {

struct ScanPoint {
  StepIndex step = 0;
  std::int64_t t_ns = 0;
  std::int64_t value = 0;
};

/// Points over the run; when there are too many, every second one is left out, and so on.
class Course {
 public:
  static constexpr std::size_t kMost = 20000;
  void add(const ScanPoint& point);
  const std::vector<ScanPoint>& points() const { return points_; }

 private:
  std::vector<ScanPoint> points_;
  std::uint32_t every_ = 1, skipped_ = 0;
};

/// How many packets took how long; ten bins a decade from 1 ns on.
struct Histogram {
  static constexpr int kBins = 130;
  std::array<std::uint32_t, kBins> count{};
  std::array<std::uint32_t, kBins> packet{};  ///< the slowest one of each bin
  std::array<std::int64_t, kBins> slowest{};
  std::uint64_t total = 0;
  std::int64_t sum_ns = 0, longest_ns = 0;

  static int bin_of(std::int64_t ns);
  /// Where a bin begins.
  static double begin_of(int bin);
  void add(std::int64_t ns, std::uint32_t packet);
};

/// The receiving side of one connection.
struct SequenceCourse {
  Course rcv_nxt, copied_seq;
};

struct RunScan {
  std::map<std::uint32_t, SequenceCourse> flows;  ///< by connection number
  std::map<Counter, Course> counters;
  std::array<Histogram, static_cast<std::size_t>(Layer::count_)> floors;  ///< of packets that were read
  Histogram to_read;                                                      ///< wire to read()
  Course wakes;                                                           ///< value: pid
  bool complete = false;
};

/// `progress` gets the step it looks at, now and then. To be called outside of the window's thread.
RunScan scan_run(const Trace& trace, const std::atomic<bool>* cancel = nullptr,
                 std::atomic<StepIndex>* progress = nullptr);

}  // namespace ringside::query
