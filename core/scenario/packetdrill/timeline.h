// The events of a script on one clock.
#pragma once
#include <cstdint>
#include <vector>

#include "core/scenario/packetdrill/ast.h"

namespace ringside::packetdrill {

/// When an event is due if everything before it happened exactly when it was due. A runner that finds the
/// event before late counts relative stamps from what really happened, as packetdrill does.
struct Moment {
  int event = 0;           ///< index in Script::events
  std::int64_t start = 0;  ///< ns since the first event
  std::int64_t end = 0;    ///< for ranges and blocking calls; else equal to start
  bool any_time = false;   ///< `*`: start is only a lower bound
  friend bool operator==(const Moment&, const Moment&) = default;
};

/// One moment per event, in the order of the file.
std::vector<Moment> timeline(const Script& script);

/// The same in the order of time; events of one time stay in the order of the file.
std::vector<Moment> sorted_timeline(const Script& script);

}  // namespace ringside::packetdrill
