// Counters under their nstat names, and drop reasons under 6.18's.
#pragma once
#include <cstdint>

namespace ringside {

enum class Counter : std::uint16_t {
#define X(id, name) id,
#include "core/model/counters.def"
#undef X
  count_,
};

enum class Drop : std::uint8_t {
  none,
#define X(id) id,
#include "core/model/drops.def"
#undef X
  count_,
};

/// As `nstat`, `ethtool -S` or /proc/net/softnet_stat print it.
const char* name_of(Counter counter);
/// Without the SKB_DROP_REASON_ prefix.
const char* name_of(Drop reason);

}  // namespace ringside
