// net/ipv6: what its files call of each other.
#pragma once
#include "core/machine/kernel.h"

namespace ringside {

/// Where the walk along the extension headers stands.
struct Ipv6Walk {
  std::uint8_t nexthdr = 0;
  SkbId skb;  ///< reassembly may put another in its place; none: it is queued or gone
};
/// Hop-by-hop options right behind the IPv6 header: sets l4_proto and transport_off to what follows. False:
/// the skb is gone.
bool ipv6_parse_hopopts(Kernel& k, SkbId skb);
/// Destination options and routing headers: the skb's data begins with them, and behind them afterwards.
Ipv6Walk ipv6_destopt_rcv(Kernel& k, SkbId skb);
Ipv6Walk ipv6_rthdr_rcv(Kernel& k, SkbId skb);
/// ipv6_frag_rcv(): the skb's data begins with the fragment header.
Ipv6Walk ipv6_frag_rcv(Kernel& k, SkbId skb);
void ip6_frag_expire(Kernel& k, FragQueueId queue);
/// Neighbour discovery. Consumes the skb.
void ndisc_rcv(Kernel& k, SkbId skb);

}  // namespace ringside
