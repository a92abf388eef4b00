// Which parts of a host's memory have been written since somebody last looked: a bit too many, never too few.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

namespace ringside {

class WrittenParts {
 public:
  /// Memory is told apart by so many bytes, at addresses that are multiples of them.
  static constexpr std::size_t kPart = 512;

  void mark(const void* at) { marks_[part_of(at)] = 1; }
  void mark(const void* begin, std::size_t size) {
    for (std::size_t offset = 0; offset < size; offset += kPart)
      mark(static_cast<const char*>(begin) + offset);
    mark(static_cast<const char*>(begin) + size - 1);
  }
  /// Of a stretch of at most kPart bytes: some of it may have been written.
  bool any(const void* begin, std::size_t size) const {
    return (marks_[part_of(begin)] | marks_[part_of(static_cast<const char*>(begin) + size - 1)]) != 0;
  }
  void mark_all() { marks_.fill(1); }
  void clear() { marks_.fill(0); }

 private:
  static constexpr std::size_t kMarks = 1u << 16;
  /// Parts 32 MiB apart share a mark.
  static std::size_t part_of(const void* at) { return reinterpret_cast<std::uintptr_t>(at) / kPart % kMarks; }
  std::array<std::uint8_t, kMarks> marks_{};
};

}  // namespace ringside
