#include "core/live/wall_clock.h"

#include <time.h>

namespace ringside::live {

namespace {
// Not by <chrono>: clang 14 cannot read that of Ubuntu 24.04's libstdc++ 13.
std::int64_t now_ns(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return now.tv_sec * std::int64_t{1'000'000'000} + now.tv_nsec;
}
}  // namespace

std::int64_t monotonic_ns() { return now_ns(CLOCK_MONOTONIC); }
std::int64_t epoch_ns() { return now_ns(CLOCK_REALTIME); }

}  // namespace ringside::live
