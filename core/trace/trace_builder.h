// The writer's side of a trace: the engine's recorder fills it while the run goes on. One thread.
#pragma once
#include <memory>

#include "core/base/chunked.h"
#include "core/trace/trace.h"

namespace ringside {

class TraceBuilder {
 public:
  /// `numbered`: frame numbers may differ from 1, 2, 3, ... (a filter leaves frames out).
  TraceBuilder(std::shared_ptr<Trace> trace, bool numbered);

  /// A frame of the input, in the order of the input; its row.
  std::uint32_t add_packet(std::int64_t t_ns, std::uint32_t number, std::uint32_t wire_len, Fate fate);
  std::uint32_t packet_count() const { return packets_; }
  /// Row of a frame number; UINT32_MAX if there is none.
  std::uint32_t row_of(std::uint32_t number) const {
    if (numbered_) return find_row(number);
    return number - 1 < packets_ ? number - 1 : UINT32_MAX;
  }
  std::int64_t packet_time(std::uint32_t row) const;
  std::uint32_t number_of(std::uint32_t row) const;

  bool has_arrived(std::uint32_t row) const;
  void packet_arrived(std::uint32_t row, StepIndex step);
  /// It arrives by that, if it has not arrived yet.
  void packet_moved(std::uint32_t row, StepIndex step, Place to, std::uint32_t flow);
  void packet_dropped(std::uint32_t row, StepIndex step, Drop reason);
  void packet_freed(std::uint32_t row, StepIndex step);
  void packet_delivered(std::uint32_t row, StepIndex step, std::int64_t t_ns, std::uint32_t bytes,
                        std::uint32_t flow);
  /// Its row, counted from 1.
  std::uint32_t add_sent(const SentRow& row);
  void add_marker(const Marker& marker);
  /// The row of connection `number` (from 1), made if it is not there: FlowRow{}.
  Chunked<FlowRow>::Cell flow(std::uint32_t number) {
    if (number != latest_flow_) find_flow(number);
    return latest_flow_cell_;
  }
  std::uint32_t flow_count() const { return trace_->flow_count(); }
  SeriesStore& series() { return trace_->series_; }

  /// Steps from `step` on belong to a new page; those before are published.
  void begin_page(StepIndex step, std::int64_t t_ns);
  /// As of now; called now and then and at the end.
  void publish_counters(const Net& net);
  void set_source(std::shared_ptr<PageSource> source);
  /// `steps` have happened and no more will.
  void finish(StepIndex steps, std::int64_t t_ns);

 private:
  std::uint32_t find_row(std::uint32_t number) const;
  void find_flow(std::uint32_t number);
  void set_fate(std::uint32_t row, Fate fate, Drop reason);

  std::shared_ptr<Trace> trace_;
  Trace::Columns& columns_;
  std::uint32_t latest_flow_ = 0;  ///< that was asked for
  Chunked<FlowRow>::Cell latest_flow_cell_;
  const bool numbered_;
  std::uint32_t packets_ = 0;
};

}  // namespace ringside
