// Finds elements by a hash: 11 to 21 bytes for each, wherever the elements themselves lie.
#pragma once
#include <cstdint>
#include <vector>

namespace ringside {

/// Elements have numbers from 1, and are never taken out. The same hashes in the same order give the same
/// answers on every machine.
class HashIndex {
 public:
  /// An element that has this hash and is the `same(number)` one; 0: there is none.
  template <class Same>
  std::uint32_t find(std::uint64_t hash, Same&& same) const {
    if (slots_.empty()) return 0;
    const std::uint32_t tag = tag_of(hash);
    for (std::size_t at = tag >> shift_; slots_[at].number != 0; at = (at + 1) & (slots_.size() - 1))
      if (slots_[at].tag == tag && same(slots_[at].number)) return slots_[at].number;
    return 0;
  }
  /// Of an element that is not in it; `number` is not 0.
  void add(std::uint64_t hash, std::uint32_t number) {
    if (++count_ * 4 > slots_.size() * 3) grow();
    put({tag_of(hash), number});
  }
  std::size_t bytes() const { return slots_.size() * sizeof(Slot); }

 private:
  struct Slot {
    std::uint32_t tag = 0;
    std::uint32_t number = 0;  ///< 0: free
  };
  static std::uint32_t tag_of(std::uint64_t hash) {
    return static_cast<std::uint32_t>(hash * 0x9e3779b97f4a7c15ull >> 32);
  }
  void put(Slot slot) {
    std::size_t at = slot.tag >> shift_;
    while (slots_[at].number != 0) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = slot;
  }
  void grow() {
    std::vector<Slot> before(slots_.empty() ? kLeast : 2 * slots_.size());
    before.swap(slots_);
    --shift_;
    for (const Slot& slot : before)
      if (slot.number != 0) put(slot);
  }
  static constexpr std::size_t kLeast = 256;

  std::vector<Slot> slots_;
  std::size_t count_ = 0;
  std::uint32_t shift_ = 25;  ///< a slot's number is that many bits shorter than a tag
};

}  // namespace ringside
