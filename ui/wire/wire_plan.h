// Which frames are on an edited wire, in which order and when: what the run will get, as a list of its own,
// since the trace keeps the captured times.
#pragma once
#include <memory>
#include <vector>

#include "core/engine/edited_wire.h"
#include "core/playback/player.h"

namespace ringside::ui {

class WirePlan {
 public:
  struct Slot {
    std::int64_t t_ns = 0;
    std::uint32_t row = 0;
    std::uint32_t number = 0;
    bool edited = false;
    bool copy = false;  ///< the same frame is there before
  };
  /// Of a run whose input is known to its end.
  WirePlan(const Trace& trace, const std::vector<WireEdit>& edits);

  const std::vector<Slot>& order() const { return slots_; }  ///< in order of time
  bool edited(std::uint32_t number) const;
  /// It never comes: it was taken off the wire.
  bool dropped(std::uint32_t number) const;

 private:
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> edited_;   ///< frame numbers, sorted
  std::vector<std::uint32_t> dropped_;  ///< likewise
};

/// What is still to come at the player's position, the next one first. `plan`: of an edited wire, else null;
/// `arriving`: the frame that the very next step takes off the wire, 0: none.
std::vector<WirePlan::Slot> coming_on_wire(const Player& player, const WirePlan* plan, std::uint32_t arriving,
                                           std::size_t most);

}  // namespace ringside::ui
