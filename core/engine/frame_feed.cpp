#include "core/engine/frame_feed.h"

#include <utility>

namespace ringside {

FrameFeed::FrameFeed(std::unique_ptr<FrameReader> reader) : reader_(std::move(reader)) {
  thread_ = std::thread([this] { run(); });
}

FrameFeed::~FrameFeed() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

std::shared_ptr<FrameBatch> FrameFeed::read() {
  std::shared_ptr<FrameBatch> batch;
  {
    const std::lock_guard lock(mutex_);
    if (!spare_.empty()) {
      batch = std::move(spare_.back());
      spare_.pop_back();
    }
  }
  if (batch == nullptr) batch = std::make_shared<FrameBatch>();
  batch->entries.clear();
  batch->bytes.clear();
  batch->number = next_number_++;
  return reader_->fill(*batch) ? batch : nullptr;
}

void FrameFeed::run() {
  try {
    for (;;) {
      auto batch = read();
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return stop_ || !full(); });
      ended_ = stop_ || batch == nullptr || batch->entries.size() < FrameBatch::kFrames;
      if (batch != nullptr) {
        ready_bytes_ += batch->bytes.size();
        ready_.push_back(std::move(batch));
      }
      changed_.notify_all();
      if (ended_) return;
    }
  } catch (...) {
    const std::lock_guard lock(mutex_);
    failure_ = std::current_exception();
    ended_ = true;
    changed_.notify_all();
  }
}

std::shared_ptr<FrameBatch> FrameFeed::next() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return ended_ || !ready_.empty(); });
  if (ready_.empty()) {
    if (failure_) std::rethrow_exception(failure_);
    return nullptr;
  }
  const bool was_full = full();
  auto batch = std::move(ready_.front());
  ready_.pop_front();
  ready_bytes_ -= batch->bytes.size();
  if (was_full) changed_.notify_all();
  return batch;
}

void FrameFeed::recycle(std::shared_ptr<FrameBatch> batch) {
  const std::lock_guard lock(mutex_);
  if (spare_.size() < kMostBatches) spare_.push_back(std::move(batch));
}

}  // namespace ringside
