// net/packet: what tcpdump sees.
#pragma once
#include "core/machine/kernel.h"

namespace ringside {

/// A packet socket gets its own reference to the packet; the packet itself goes on.
void packet_rcv(Kernel& k, SkbId skb);
/// Nic::tap_holds: the capturer reads all it has not read yet; only then are those frames its own no more.
void packet_read_all(Kernel& k);

}  // namespace ringside
