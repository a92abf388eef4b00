// What the user did to the wire, turned into what arrives when. Edited runs read their whole input first.
#pragma once
#include <span>
#include <vector>

#include "core/scenario/scenario.h"
#include "core/wire/bytes.h"

namespace ringside {

/// A frame on the wire: a row of the trace's packets, and when.
struct WireSlot {
  std::int64_t t_ns = 0;
  std::uint32_t row = 0;
  std::uint32_t number = 0;  ///< of the frame in the file
};

/// 73 years: frames stamped (or delayed) further from the first one have a damaged stamp; the run's clock
/// must be able to go on behind them.
inline constexpr std::int64_t kFarthestNs = std::int64_t{1} << 61;

/// `slots` in order of time become those of the edited wire, in order of time; edits of frames that are not
/// there do nothing.
void apply_edits(const std::vector<WireEdit>& edits, std::vector<WireSlot>& slots);

/// Turns bits over in a frame; `frame` begins `shift` bytes before the captured one (a link header put in
/// front, or taken off if negative).
void corrupt(const std::vector<WireEdit>& edits, std::uint32_t number, std::int64_t shift,
             std::span<std::uint8_t> frame);

}  // namespace ringside
