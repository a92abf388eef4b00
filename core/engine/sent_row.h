// A frame that the model sent, as a row of the trace.
#pragma once
#include "core/machine/outgoing.h"
#include "core/trace/rows.h"

namespace ringside {

/// Read from the frame's header bytes. The window is as in the header; step and flow are left alone.
SentRow sent_row(const Outgoing& frame);

}  // namespace ringside
