// Which ports our host had open, as far as its capture tells.
#pragma once
#include <cstdint>

#include "core/apps/capture_apps.h"
#include "core/engine/input.h"

namespace ringside {

/// Looks at the first `max_frames` frames. A TCP port is open if a SYN to it was answered with a SYN-ACK, or
/// was not answered at all; connections that were there already need no listener (see take_over.h). A UDP
/// port is read unless a datagram to it was answered with "port unreachable".
OpenPorts plan_ports(const Input& input, std::uint64_t max_frames = 50'000);

}  // namespace ringside
