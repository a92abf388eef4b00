// What happened in a run, as data: how many steps, what became of every packet, series for charts, and any
// step in full through its page. It grows at its end while the engine runs; what was there never changes,
// except that the row of a packet still inside gets its fate. All members may be called by any thread.
#pragma once
#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/trace/page.h"
#include "core/trace/rows.h"
#include "core/trace/series.h"

namespace ringside {

class TraceBuilder;

/// A step with its page, which keeps it alive.
struct StepView {
  std::shared_ptr<const Page> page;
  StepIndex index = 0;
  explicit operator bool() const { return page != nullptr; }
  const Event& event() const { return page->event(index); }
  const Event* operator->() const { return &event(); }
  std::span<const NamedValue> values() const { return page->values(event()); }
};

/// How closely one looks. Each level holds the one above it.
enum class Level : std::uint8_t {
  packet,    ///< moves, drops, sends, copies, interrupts, sleeping and waking
  function,  ///< and every call and return
  decision,  ///< and every decision, change of a field, counter and note: all steps
};
/// "packet", "function", "decision".
const char* name_of(Level level);
std::optional<Level> level_named(std::string_view name);
Level level_of(EventKind kind);

class Trace {
 public:
  explicit Trace(std::string kernel);
  ~Trace();
  Trace(const Trace&) = delete;
  Trace& operator=(const Trace&) = delete;

  const std::string& kernel() const { return kernel_; }  ///< "4.13" or "6.18"
  bool complete() const { return complete_.load(std::memory_order_acquire); }
  /// Steps that can be reached now.
  StepIndex step_count() const;
  /// The latest time of the run, ns since its start.
  std::int64_t end_ns() const;

  // --- steps. Reading one outside the cached pages runs a part of the run again (some ms).
  /// Empty if there is no such step, or its input cannot be read any more.
  StepView step(StepIndex index) const;
  std::shared_ptr<const Page> page(std::uint32_t number) const;
  std::uint32_t page_count() const;
  std::uint32_t page_number_of(StepIndex step) const;
  StepIndex page_first_step(std::uint32_t number) const;

  using Predicate = std::function<bool(const Page&, const Event&)>;
  /// The nearest step at or after (at or before) `from` that `matches`; nullopt: there is none, or `cancel`.
  std::optional<StepIndex> find_forward(StepIndex from, const Predicate& matches,
                                        const std::atomic<bool>* cancel = nullptr) const;
  std::optional<StepIndex> find_backward(StepIndex from, const Predicate& matches,
                                         const std::atomic<bool>* cancel = nullptr) const;
  /// The first step at or after `t_ns` (steps of two CPUs are in the order they were run in).
  StepIndex step_at(std::int64_t t_ns) const;

  // --- columns: no page is needed for them
  std::uint32_t packet_count() const;
  PacketRow packet(std::uint32_t row) const;
  /// How many of them have that fate, and why those were dropped whose fate it is.
  std::uint32_t packets_of(Fate fate) const;
  std::vector<std::pair<Drop, std::uint32_t>> packets_dropped() const;
  /// Row of the frame with that number in the file.
  std::optional<std::uint32_t> row_of(std::uint32_t number) const;
  std::uint32_t sent_count() const;
  SentRow sent(std::uint32_t row) const;
  std::uint32_t marker_count() const;
  Marker marker(std::uint32_t row) const;
  /// Connections are numbered from 1.
  std::uint32_t flow_count() const;
  FlowRow flow(std::uint32_t number) const;
  /// All of them that are there, in order. What has been read leaves the memory now and then.
  void each_flow(const std::function<void(const FlowRow&)>& take) const;
  const SeriesStore& series() const { return series_; }

  /// Counters and drops at the end of the run (or so far), nstat names and reasons with values that are not
  /// 0.
  std::vector<std::pair<Counter, std::uint64_t>> counters() const;
  std::vector<std::pair<Drop, std::uint64_t>> drops() const;
  /// Bytes that the index takes, without pages and keyframes.
  std::size_t bytes() const;
  /// Of these, what lies in files without names, and in memory only while it is new or read.
  std::size_t bytes_in_file() const;
  /// These leave the memory: of a finished run, for who reads long columns from end to end. Changes nothing.
  void leave_to_files() const;

 private:
  friend class TraceBuilder;
  struct Columns;
  std::string kernel_;
  std::unique_ptr<Columns> columns_;
  SeriesStore series_;
  std::atomic<bool> complete_{false};
};

}  // namespace ringside
