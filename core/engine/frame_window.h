// The latest frames of the input, as the modelled NIC gets them. The model looks at a frame several times
// soon after it arrived, a file would have to be read again each time.
#pragma once
#include <array>
#include <memory>
#include <span>

#include "core/engine/frame_feed.h"

namespace ringside {

class FrameWindow {
 public:
  using Entry = FrameBatch::Entry;
  /// `feed`, which may be null, reads what is asked for first and in order; `reader` all else.
  FrameWindow(std::unique_ptr<FrameReader> reader, std::unique_ptr<FrameFeed> feed)
      : reader_(std::move(reader)), feed_(std::move(feed)) {}

  /// The `index`-th frame of the source; null behind the last one. Valid until the next call.
  const Entry* load(std::uint64_t index) {
    const FrameBatch* batch = slot(index / FrameBatch::kFrames).get();
    const std::uint64_t at = index % FrameBatch::kFrames;
    if (batch == nullptr || batch->number != index / FrameBatch::kFrames || at >= batch->entries.size())
        [[unlikely]]
      return fetch(index);
    return &batch->entries[at];
  }
  /// Of the frame that load() gave last.
  const std::shared_ptr<FrameBatch>& batch_of(std::uint64_t index) const {
    return slots_[index / FrameBatch::kFrames % kSlots];
  }
  const nic::FrameSource& source() const { return reader_->source(); }

 private:
  static constexpr std::size_t kSlots = 64;
  static constexpr std::size_t kMostBytes = 6u << 20;

  std::shared_ptr<FrameBatch>& slot(std::uint64_t number) { return slots_[number % kSlots]; }
  const Entry* fetch(std::uint64_t index);
  void hold(std::shared_ptr<FrameBatch> batch);
  void let_go(std::shared_ptr<FrameBatch>& batch);

  std::unique_ptr<FrameReader> reader_;
  std::unique_ptr<FrameFeed> feed_;
  std::uint64_t feed_next_ = 0;  ///< number of the batch it gives next
  std::array<std::shared_ptr<FrameBatch>, kSlots> slots_;
  std::size_t bytes_ = 0;  ///< of all batches held
};

}  // namespace ringside
