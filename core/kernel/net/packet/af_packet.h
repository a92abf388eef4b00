// net/packet: what tcpdump sees.
#pragma once
#include "core/machine/kernel.h"

namespace ringside {

/// A packet socket gets its own reference to the packet; the packet itself goes on.
void packet_rcv(Kernel& k, SkbId skb);

}  // namespace ringside
