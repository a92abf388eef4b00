// Which frames of the input reach the model, in which order and when: found out once by the first run, and
// read by every re-execution.
#pragma once
#include <memory>

#include "core/base/chunked.h"
#include "core/engine/captured_isn.h"
#include "core/engine/edited_wire.h"
#include "core/engine/frame_window.h"
#include "core/engine/input.h"
#include "core/engine/mid_stream.h"
#include "core/machine/machine.h"
#include "core/trace/trace_builder.h"

namespace ringside {

enum class ArrivalKind : std::uint32_t {
  coming,
  own,         ///< the captured host's: its applications act on it
  own_ack,     ///< the same without anything to do: laid beside what the model has acknowledged by then
  takes_over,  ///< in front of a frame whose connection was there before
};

/// One arrival: a row of the trace's packets (which is the frame's index in the source).
struct alignas(8) ArrivalCell {
  std::uint32_t row = 0;
  ArrivalKind kind = ArrivalKind::coming;
};

/// Shared by the first run, which appends, and by replays.
class ArrivalTable {
 public:
  std::uint64_t size() const { return cells_.size(); }
  void add(ArrivalCell cell) { cells_.push_back(cell); }
  ArrivalCell get(std::uint64_t index) const { return cells_.get(index); }
  /// Of an edited wire, which has its own times; it is filled before anybody reads it.
  void add(ArrivalCell cell, std::int64_t t_ns) {
    times_.push_back(t_ns);
    cells_.push_back(cell);
  }
  std::optional<std::int64_t> edited_time(std::uint64_t index) const {
    return times_.empty() ? std::nullopt : std::optional(times_[index]);
  }
  std::size_t bytes() const { return cells_.bytes(); }

 private:
  Chunked<ArrivalCell> cells_;
  std::vector<std::int64_t> times_;
};

/// The frame whose bytes were asked for last: each layer of the model asks anew.
struct ShownFrame {
  std::uint32_t number = 0;  ///< 0: none yet
  std::span<const std::uint8_t> bytes;
  std::shared_ptr<const FrameBatch> holder;
};

/// The first run's: reads the source from its beginning, sorts the frames and writes a row for each.
class FirstArrivals : public Arrivals, public FrameBytes {
 public:
  /// `record`, which may be null, gets all that the captured host did; it is filled by another thread, until
  /// the end of the input has been met.
  FirstArrivals(const Input& input, FrameForm form, TraceBuilder& builder, ArrivalTable& table,
                CapturedIsn& isn, TakeOvers& take_overs, nic::HostRecord* record);
  bool at(std::uint64_t index, Arrival& out) override;
  std::span<const std::uint8_t> frame(std::uint32_t number) override;
  /// Holds the bytes that frame() gave last for as long as it is kept.
  const std::shared_ptr<const FrameBatch>& holder() const { return shown_.holder; }
  std::uint64_t frames_read() const { return next_frame_; }
  /// Of the file, as far as frames tell.
  std::uint64_t bytes_read() const { return bytes_read_; }
  /// Time of the latest frame read.
  std::int64_t latest_ns() const { return latest_ns_; }
  /// All frames there are have been read.
  bool read_all() const { return source_ended_; }
  /// All frames have been handed out.
  bool at_end() const { return at_end_; }

 private:
  bool read_next();
  void add_arrival(std::uint32_t row, std::uint32_t number, Fate fate);
  void read_edited_wire();
  std::uint32_t known_from(std::uint64_t index) const;
  void look_at(std::uint64_t index, const FrameBatch::Entry& frame);
  /// Frames are read ahead of those handed out, so that what the captured host answered is known when the
  /// model has to answer.
  static constexpr std::uint64_t kReadAhead = 1024;

  const Input& input_;
  FrameForm form_;
  FrameWindow window_;
  TraceBuilder& builder_;
  ArrivalTable& table_;
  CapturedIsn& isn_;
  MidStream mid_stream_;
  // of the frame that was just classified:
  bool takes_over_ = false;  ///< its connection begins in the middle
  bool bare_ack_ = false;    ///< our host's, neither data nor SYN, FIN or RST
  std::uint64_t next_frame_ = 0;
  ShownFrame shown_;
  std::uint64_t bytes_read_ = 0;
  std::int64_t latest_ns_ = 0;
  std::vector<WireSlot> slots_;                           ///< of an edited wire, while it is read
  std::vector<std::pair<ArrivalKind, bool>> slot_kinds_;  ///< by row; and if a connection is taken over there
  bool source_ended_ = false, at_end_ = false;
  std::uint64_t peeked_index_ = UINT64_MAX;
  Arrival peeked_;
};

/// A re-execution's.
class ReplayArrivals : public Arrivals, public FrameBytes {
 public:
  ReplayArrivals(const Input& input, FrameForm form, const Trace& trace, const ArrivalTable& table);
  bool at(std::uint64_t index, Arrival& out) override;
  std::span<const std::uint8_t> frame(std::uint32_t number) override;
  /// A frame could not be read again.
  bool lost() const { return lost_; }

 private:
  FrameWindow window_;
  const Trace& trace_;
  const ArrivalTable& table_;
  bool lost_ = false;
  ShownFrame shown_;
  std::uint64_t peeked_index_ = UINT64_MAX;
  Arrival peeked_;
};

}  // namespace ringside
