// The send buffer's rules.
#pragma once
#include "core/machine/kernel.h"

namespace ringside {

/// sk_stream_memory_free(): another skb may be queued. `wake` 1: unsent bytes count twice, so that a sleeper
/// is woken only when it can write a good deal.
bool sk_stream_memory_free(const Host& host, const Sock& s, int wake = 0);
/// sk_stream_is_writeable(): what poll and a sleeping writer are told.
bool sk_stream_is_writeable(Kernel& k, const Sock& s);

}  // namespace ringside
