// The steps a note's anchor means: `when tcp_data_queue_ofo seq=2001 #2`.
#pragma once
#include <functional>
#include <vector>

#include "core/scenario/packetdrill/ast.h"
#include "core/trace/trace.h"
#include "ui/stage/picture.h"

namespace ringside::ui {

/// The steps at which it happens, in order: calls of a function, decisions, drops with a reason, or arrivals
/// at a place, whatever has that name. Conditions are about the values of the step, or of the packet it is
/// about: packet, seq (relative to the connection's first number), len. One step at most unless it is `#*`.
std::vector<StepIndex> anchor_steps(const packetdrill::DirectiveAnchor& anchor, const Trace& trace,
                                    const std::function<ChipPicture(std::uint32_t)>& summary);

}  // namespace ringside::ui
