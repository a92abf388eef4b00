#include "core/model/counters.h"

#include <array>
#include <cstddef>

namespace ringside {

const char* name_of(Counter counter) {
  static constexpr std::array<const char*, static_cast<std::size_t>(Counter::count_)> names{
#define X(id, name) name,
#include "core/model/counters.def"
#undef X
  };
  const auto at = static_cast<std::size_t>(counter);
  return at < names.size() ? names[at] : "?";
}

const char* name_of(Drop reason) {
  static constexpr std::array<const char*, static_cast<std::size_t>(Drop::count_)> names{
      "none",
#define X(id) #id,
#include "core/model/drops.def"
#undef X
  };
  const auto at = static_cast<std::size_t>(reason);
  return at < names.size() ? names[at] : "?";
}

}  // namespace ringside
