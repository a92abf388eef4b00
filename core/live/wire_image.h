// What the host sends, as the bytes that are on the wire: link header, segments of the card's own cutting
// (TSO), checksums.
#pragma once
#include <vector>

#include "core/machine/kernel.h"
#include "core/machine/outgoing.h"
#include "core/wire/bytes.h"

namespace ringside::live {

/// The IP (or ARP) packets of one Outgoing: several if the card cuts it.
std::vector<wire::Buffer> packets_of(Kernel& k, const Outgoing& frame);
/// The same with their Ethernet headers. The destination is what the host's neighbour table says, the group's
/// address, or, for an ARP answer, who asked; broadcast where nobody knows.
std::vector<wire::Buffer> ethernet_frames_of(Kernel& k, const Outgoing& frame);

}  // namespace ringside::live
