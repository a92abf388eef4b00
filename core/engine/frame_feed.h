// Reads a capture ahead of the model, in a thread of its own.
#pragma once
#include <condition_variable>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "core/engine/frame_batch.h"

namespace ringside {

class FrameFeed {
 public:
  /// For a source that does not grow.
  explicit FrameFeed(std::unique_ptr<FrameReader> reader);
  ~FrameFeed();
  FrameFeed(const FrameFeed&) = delete;
  FrameFeed& operator=(const FrameFeed&) = delete;

  /// The next batch, in order; null behind the last. Throws what reading threw (std::bad_alloc).
  std::shared_ptr<FrameBatch> next();
  /// Gives a batch back whose memory may be used again.
  void recycle(std::shared_ptr<FrameBatch> batch);

 private:
  static constexpr std::size_t kMostBatches = 16;
  static constexpr std::size_t kMostBytes = 2u << 20;

  void run();
  std::shared_ptr<FrameBatch> read();
  bool full() const { return ready_.size() >= kMostBatches || ready_bytes_ >= kMostBytes; }

  std::unique_ptr<FrameReader> reader_;
  std::uint64_t next_number_ = 0;
  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::deque<std::shared_ptr<FrameBatch>> ready_;
  std::size_t ready_bytes_ = 0;
  std::vector<std::shared_ptr<FrameBatch>> spare_;
  std::exception_ptr failure_;
  bool ended_ = false, stop_ = false;
  std::thread thread_;
};

}  // namespace ringside
