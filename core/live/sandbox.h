// A user and network namespace of one's own: a place to have a TAP device and an address in, without being
// root.
#pragma once
#include <optional>

#include "core/base/result.h"

namespace ringside::live {

/// From here on this process (which must have one thread yet) and its children live in new user and network
/// namespaces; their loopback is up. Errors: sandbox.denied, tap.configure (args detail).
std::optional<Error> enter_sandbox();
/// Tried in a process of its own: nothing, or why not.
std::optional<Error> try_sandbox();

}  // namespace ringside::live
