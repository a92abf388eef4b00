#include "core/engine/frame_window.h"

#include <algorithm>
#include <utility>

namespace ringside {

const FrameWindow::Entry* FrameWindow::fetch(std::uint64_t index) {
  const std::uint64_t number = index / FrameBatch::kFrames;
  const auto entry = [&]() -> const Entry* {
    const FrameBatch& batch = *slot(number);
    const std::uint64_t at = index % FrameBatch::kFrames;
    return at < batch.entries.size() ? &batch.entries[at] : nullptr;
  };
  if (feed_ != nullptr && number == feed_next_) {
    auto batch = feed_->next();
    if (batch == nullptr) return nullptr;
    ++feed_next_;
    hold(std::move(batch));
    return entry();
  }
  // Let go by now, or its source has grown: further frames may be there.
  std::shared_ptr<FrameBatch> batch;
  if (auto& held = slot(number); held != nullptr && held->number == number) {
    bytes_ -= held->bytes.size();
    batch = held.use_count() == 1 ? std::move(held) : std::make_shared<FrameBatch>(*held);
    held.reset();
  } else {
    batch = std::make_shared<FrameBatch>();
    batch->number = number;
  }
  reader_->fill(*batch);
  hold(std::move(batch));
  return entry();
}

void FrameWindow::hold(std::shared_ptr<FrameBatch> batch) {
  const std::uint64_t number = batch->number;
  let_go(slot(number));
  bytes_ += batch->bytes.size();
  slot(number) = std::move(batch);
  while (bytes_ > kMostBytes) {
    std::shared_ptr<FrameBatch>* oldest = nullptr;
    for (auto& held : slots_)
      if (held != nullptr && held->number != number &&
          (oldest == nullptr || held->number < (*oldest)->number))
        oldest = &held;
    if (oldest == nullptr) return;
    let_go(*oldest);
  }
}

void FrameWindow::let_go(std::shared_ptr<FrameBatch>& batch) {
  if (batch == nullptr) return;
  bytes_ -= batch->bytes.size();
  if (feed_ != nullptr && batch.use_count() == 1) feed_->recycle(std::move(batch));
  batch.reset();
}

}  // namespace ringside
