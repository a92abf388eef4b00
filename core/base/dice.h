// A seeded sequence of random numbers (splitmix64): the same everywhere, for whoever is no part of a host.
#pragma once
#include <cstdint>

namespace ringside {

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}
  std::uint64_t roll() {
    state_ += 0x9e3779b97f4a7c15u;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }
  /// From 0 to below `n` (> 0).
  std::int64_t below(std::int64_t n) {
    return static_cast<std::int64_t>(roll() % static_cast<std::uint64_t>(n));
  }
  bool one_in_thousand(std::int64_t n) { return below(1000) < n; }

 private:
  std::uint64_t state_;
};

}  // namespace ringside
