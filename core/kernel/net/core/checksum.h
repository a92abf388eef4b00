// The transport checksum of a received packet, summed by the CPU.
#pragma once
#include "core/machine/kernel.h"

namespace ringside {

/// Nobody needs to sum: the card or an earlier look has, the sender left it to its card, or there is none.
bool skb_sum_is_trusted(const SkBuff& skb);
/// Sums from skb->data to the packet's end, which costs time. A packet whose end the capture lacks counts as
/// good.
bool skb_sum_is_good(Kernel& k, SkbId skb);
/// The segment's sum with the pseudo header's, or, of a sender with checksum offload, the pseudo header's
/// alone.
bool transport_sum_is_good(Kernel& k, const IpAddr& saddr, const IpAddr& daddr, std::uint8_t protocol,
                           const std::vector<std::uint8_t>& segment);

}  // namespace ringside
