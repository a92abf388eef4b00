// What moved between two positions of the player, as ways along the stage: the border between the trace and
// its animation. Playing it forward shows what happened, backward undoes it before the eyes.
#pragma once
#include <functional>
#include <vector>

#include "core/playback/player.h"
#include "ui/stage/nodes.h"
#include "ui/stage/picture.h"

namespace ringside::ui {

/// A place or a function chip that a packet came by.
struct Stop {
  Place place = Place::none;
  Node node = Node::count_;
  bool sent = false;  ///< it left the host here
  friend bool operator==(const Stop&, const Stop&) = default;
};

struct Motion {
  ChipPicture chip;
  std::vector<Stop> stops;  ///< in the order in which they are to be seen
  int count = 1;            ///< so many packets that did the same, when there were too many for one each
  bool dropped = false;
  bool copied = false;  ///< bytes went on; the packet itself stayed
};

/// Motions of the steps between `from` and `to` (either order). Empty if they are too far apart to be shown.
std::vector<Motion> motions_between(const Player& player, StepIndex from, StepIndex to,
                                    const std::function<ChipPicture(std::uint32_t)>& summary);

}  // namespace ringside::ui
