#include "core/nic/frame_source.h"

#include <algorithm>

namespace ringside::nic {

std::optional<std::uint64_t> index_of(FrameSource& source, std::uint32_t number) {
  if (number == 0) return std::nullopt;
  // Numbers grow with the index, and a filter only ever makes the index smaller.
  const auto direct = source.at(number - 1);
  if (direct && direct->number == number) return number - 1;
  std::uint64_t high = std::min<std::uint64_t>(number, source.state().frames);
  std::uint64_t low = 0;
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    const auto frame = source.at(middle);
    if (!frame) return std::nullopt;
    if (frame->number == number) return middle;
    if (frame->number < number) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return std::nullopt;
}

}  // namespace ringside::nic
