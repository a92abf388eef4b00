// Objects at stable addresses in chunks of zero-initialised plain memory. A copy of a pool is a copy of its
// bytes.
#pragma once
#include <cstring>
#include <memory>
#include <type_traits>
#include <vector>

#include "core/model/ids.h"

namespace ringside {

/// Bookkeeping of one pool, part of the state like any field: a step back also gives an object back.
struct PoolHeader {
  std::uint32_t used = 1;  ///< objects ever handed out plus one; index 0 is nobody
  std::uint32_t live = 0;
  std::uint32_t free_head = 0;  ///< index of a free object, 0: none
};

template <class T>
class Pool {
 public:
  static_assert(std::is_trivially_copyable_v<T>, "a keyframe is a copy of bytes");
  static constexpr std::uint32_t kChunk = 64;
  struct Slot {
    T object;
    std::uint32_t next_free;  ///< while free: the next free index
    std::uint32_t live;
  };

  Pool() = default;
  Pool(const Pool& other) { *this = other; }
  Pool(Pool&&) noexcept = default;
  Pool& operator=(Pool&&) noexcept = default;
  ~Pool() = default;
  Pool& operator=(const Pool& other) {
    if (this == &other) return *this;
    header = other.header;
    ++generation_;
    chunks_.resize(other.chunks_.size());
    for (std::size_t i = 0; i < chunks_.size(); ++i) {
      if (!chunks_[i]) chunks_[i] = std::make_unique<Slot[]>(kChunk);
      std::memcpy(static_cast<void*>(chunks_[i].get()), other.chunks_[i].get(), sizeof(Slot) * kChunk);
    }
    return *this;
  }

  const T& operator[](std::uint32_t index) const { return slot(index).object; }
  const Slot& slot(std::uint32_t index) const { return chunks_[index / kChunk][index % kChunk]; }
  bool is_live(std::uint32_t index) const {
    return index != 0 && index < header.used && slot(index).live != 0;
  }
  std::uint32_t capacity() const { return static_cast<std::uint32_t>(chunks_.size()) * kChunk; }
  std::size_t bytes() const { return chunks_.size() * kChunk * sizeof(Slot); }

  /// Adds a chunk. Capacity is not state: growing is never undone.
  void grow() {
    chunks_.push_back(std::make_unique<Slot[]>(kChunk));
    ++generation_;
  }
  /// Changes whenever memory was added or taken away.
  std::uint64_t generation() const { return generation_; }
  const std::vector<std::unique_ptr<Slot[]>>& chunks() const { return chunks_; }

  PoolHeader header;

 private:
  std::vector<std::unique_ptr<Slot[]>> chunks_;
  std::uint64_t generation_ = 0;
};

}  // namespace ringside
