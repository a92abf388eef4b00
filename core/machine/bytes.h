// Bytes that the model refers to but does not hold: frames from the wire and what applications write.
#pragma once
#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "core/model/skb.h"

namespace ringside {

/// Gives the bytes of frame `number` (from 1) on demand, any number of times, always the same.
class FrameBytes {
 public:
  virtual ~FrameBytes() = default;
  /// Valid until the next call. Empty if the frame's bytes cannot be had any more (the file was changed).
  virtual std::span<const std::uint8_t> frame(std::uint32_t number) = 0;
};

/// What applications of the run wrote. Append-only and idempotent: a re-execution writes the same buffers
/// again.
class ByteStore {
 public:
  static constexpr std::uint32_t kStored = 0x80000000u;  ///< DataRef::source of a stored buffer has this bit
  void put(std::uint32_t number, std::vector<std::uint8_t> bytes) {
    std::vector<std::uint8_t>& buffer = buffers_[number];
    total_ += bytes.size();
    total_ -= buffer.size();
    buffer = std::move(bytes);
  }
  /// For hosts that live on and on: the oldest buffers behind `kept` go until at most `limit` bytes are left.
  void forget(std::uint32_t kept, std::size_t limit) {
    for (auto at = buffers_.upper_bound(kept); total_ > limit && at != buffers_.end();) {
      total_ -= at->second.size();
      at = buffers_.erase(at);
    }
  }
  std::size_t total() const { return total_; }
  std::span<const std::uint8_t> get(std::uint32_t number) const {
    const auto found = buffers_.find(number);
    if (found == buffers_.end()) return {};
    return found->second;
  }

 private:
  std::map<std::uint32_t, std::vector<std::uint8_t>> buffers_;
  std::size_t total_ = 0;
};

}  // namespace ringside
