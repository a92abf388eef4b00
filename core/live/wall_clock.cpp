#include "core/live/wall_clock.h"

#include <chrono>

namespace ringside::live {

namespace {
template <class Clock>
std::int64_t since_epoch() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now().time_since_epoch()).count();
}
}  // namespace

std::int64_t monotonic_ns() { return since_epoch<std::chrono::steady_clock>(); }
std::int64_t epoch_ns() { return since_epoch<std::chrono::system_clock>(); }

}  // namespace ringside::live
