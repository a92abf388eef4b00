// The nearest name in a list, for "did you mean".
#pragma once
#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace ringside {

/// Levenshtein distance.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The first of the nearest; "" if `names` is empty.
template <class Range, class Name>
std::string nearest(std::string_view wanted, const Range& names, Name&& name_of_item) {
  std::string best;
  std::size_t least = static_cast<std::size_t>(-1);
  for (const auto& item : names) {
    const std::string_view name = name_of_item(item);
    const std::size_t lengths = std::max(name.size(), wanted.size()) - std::min(name.size(), wanted.size());
    if (lengths >= least) continue;  // it is at least so far away
    const std::size_t distance = edit_distance(wanted, name);
    if (distance < least) {
      least = distance;
      best = name;
    }
  }
  return best;
}

}  // namespace ringside
