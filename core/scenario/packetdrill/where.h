// Where something stands in a script. Positions are for messages only: two pieces of script that differ
// in nothing but their place are equal, so that a printed and re-read script equals the first.
#pragma once

namespace ringside::packetdrill {

/// Line and column from 1 (the column counts bytes); 0 if unknown, as in values built by a program.
struct Where {
  int line = 0;
  int column = 0;
  friend constexpr bool operator==(const Where&, const Where&) { return true; }
};

}  // namespace ringside::packetdrill
