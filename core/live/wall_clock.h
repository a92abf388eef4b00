// The only clock of the core: a live host's time passes by itself. Nothing of it reaches the model but the
// stamps of frames, which are saved with them.
#pragma once
#include <cstdint>

namespace ringside::live {

/// ns since some moment; runs on while the machine sleeps or its date is set.
std::int64_t monotonic_ns();
/// ns since 1970.
std::int64_t epoch_ns();

}  // namespace ringside::live
