// A column that grows at its end while others read it: one writer, any number of readers, no lock. Once it is
// long it lies in files without names, and memory holds what was added or read last.
#pragma once
#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>
#include <type_traits>

#include "core/base/spill.h"

namespace ringside {

/// Elements stay where they are: chunk n holds 2^n times as many as the first one. An element may be changed
/// by the writer while others read it; they see each 8-byte word old or new.
template <class T>
class Chunked {
 public:
  static_assert(std::is_trivially_copyable_v<T> && sizeof(T) % 8 == 0 && alignof(T) == 8);
  Chunked() = default;
  Chunked(const Chunked&) = delete;
  Chunked& operator=(const Chunked&) = delete;
  ~Chunked() {
    for (std::uint32_t n = 0; n < kInMemory; ++n) std::free(chunks_[n].load(std::memory_order_relaxed));
  }

  std::uint64_t size() const { return size_.load(std::memory_order_acquire); }
  /// Of the elements, wherever they lie.
  std::size_t bytes() const { return size() * sizeof(T); }
  /// Of these, what lies in files.
  std::size_t bytes_in_file() const {
    const std::uint64_t size = this->size();
    std::size_t sum = 0;
    for (std::uint32_t n = kInMemory; n < kChunks && begin_of(n) < size; ++n)
      if ((in_file_.load(std::memory_order_relaxed) >> n & 1) != 0)
        sum += static_cast<std::size_t>(std::min(size, begin_of(n + 1)) - begin_of(n)) * sizeof(T);
    return sum;
  }
  /// `index` < size().
  T get(std::uint64_t index) const {
    const std::uint64_t* from = reinterpret_cast<const std::uint64_t*>(at(index));
    std::array<std::uint64_t, sizeof(T) / 8> words;
    for (std::size_t i = 0; i < words.size(); ++i) words[i] = __atomic_load_n(&from[i], __ATOMIC_RELAXED);
    return std::bit_cast<T>(words);
  }

  /// What lies in files leaves the memory, for who has read all of it: it is fetched again. Once the column
  /// grows no more, or by its writer.
  void leave_to_file() const {
    for (std::uint32_t n = kInMemory; n < kChunks; ++n) spilled_[n].leave_to_file(0, spilled_[n].size());
  }

  // For the writer only.
  void push_back(const T& value) {
    const std::uint64_t index = size_.load(std::memory_order_relaxed);
    const std::uint32_t n = chunk_of(index);
    if (chunks_[n].load(std::memory_order_relaxed) == nullptr) add_chunk(n);
    if (n >= kInMemory && index % kSweep == 0) sweep(index);
    std::memcpy(static_cast<void*>(at(index)), &value, sizeof(T));
    size_.store(index + 1, std::memory_order_release);
  }
  const T& last_written(std::uint64_t index) const { return *at(index); }
  /// An element to be changed, member by member.
  class Cell {
   public:
    Cell() = default;  ///< none
    const T* operator->() const { return element_; }
    template <class M>
    void write(M T::*member, std::type_identity_t<M> value) const {
      __atomic_store(&(element_->*member), &value, __ATOMIC_RELAXED);
    }
    template <class E, std::size_t N>
    void write(std::array<E, N> T::*members, std::size_t at, std::type_identity_t<E> value) const {
      __atomic_store(&(element_->*members)[at], &value, __ATOMIC_RELAXED);
    }
    void write(const T& element) const {
      const auto words = std::bit_cast<std::array<std::uint64_t, sizeof(T) / 8>>(element);
      auto* to = reinterpret_cast<std::uint64_t*>(element_);
      for (std::size_t i = 0; i < words.size(); ++i) __atomic_store_n(&to[i], words[i], __ATOMIC_RELAXED);
    }

   private:
    friend class Chunked;
    explicit Cell(T* element) : element_(element) {}
    T* element_ = nullptr;
  };
  Cell cell(std::uint64_t index) { return Cell(at(index)); }

 private:
  static constexpr std::uint64_t kFirst = 256;
  static constexpr std::uint32_t kChunks = 32;
  static constexpr std::uint32_t kInMemory =
      std::bit_width((1u << 20) / (kFirst * sizeof(T)));           ///< the first
  static constexpr std::uint64_t kSweep = (1u << 20) / sizeof(T);  ///< elements
  static std::uint64_t begin_of(std::uint32_t n) { return kFirst * ((std::uint64_t{1} << n) - 1); }
  static std::uint32_t chunk_of(std::uint64_t index) {
    return static_cast<std::uint32_t>(std::bit_width(index / kFirst + 1)) - 1;
  }
  T* at(std::uint64_t index) const {
    const std::uint32_t n = chunk_of(index);
    return chunks_[n].load(std::memory_order_acquire) + (index - begin_of(n));
  }
  void add_chunk(std::uint32_t n) {
    void* memory = nullptr;
    if (n < kInMemory) {
      memory = std::calloc(kFirst << n, sizeof(T));
      if (memory == nullptr) throw std::bad_alloc();
    } else {
      spilled_[n] = SpilledMemory::allocate((kFirst << n) * sizeof(T));
      memory = spilled_[n].data();
      if (spilled_[n].in_file()) in_file_.fetch_or(1u << n, std::memory_order_relaxed);
    }
    chunks_[n].store(static_cast<T*>(memory), std::memory_order_release);
  }
  /// Everything that is older than the latest stretch leaves the memory, also what was read since.
  void sweep(std::uint64_t index) {
    const std::uint64_t kept = index - std::min(index, kSweep);
    for (std::uint32_t n = kInMemory; n < kChunks && begin_of(n) < kept; ++n)
      spilled_[n].leave_to_file(
          0, static_cast<std::size_t>(std::min(kept, begin_of(n + 1)) - begin_of(n)) * sizeof(T));
  }

  std::array<std::atomic<T*>, kChunks> chunks_{};
  std::atomic<std::uint64_t> size_{0};
  std::array<SpilledMemory, kChunks> spilled_;  ///< the writer's
  std::atomic<std::uint32_t> in_file_{0};       ///< bit n: chunk n lies in a file
};

}  // namespace ringside
