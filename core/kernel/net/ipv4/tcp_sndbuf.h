// The send buffer's rules.
#pragma once
#include "core/kernel/net/ipv4/tcp_send.h"

namespace ringside {

/// sk_stream_memory_free(): another skb may be queued.
bool sk_stream_memory_free(Kernel& k, const Sock& s);

}  // namespace ringside
