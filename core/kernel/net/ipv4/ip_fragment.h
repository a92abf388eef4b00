// net/ipv4/ip_fragment.c, ip_forward.c, route.c: what ip_input.c calls of its neighbours.
#pragma once
#include "core/machine/kernel.h"

namespace ringside {

/// ip_defrag(): queues the fragment. The whole datagram once it is complete, none before (or if the fragment
/// was bad: it is gone then).
SkbId ip_defrag(Kernel& k, SkbId skb);
/// Decides where the packet goes (skb.dst_valid = 1 + RouteType). False: a martian, gone.
bool ip_route_input_noref(Kernel& k, SkbId skb);
void ip_local_deliver(Kernel& k, SkbId skb);
void ip_forward(Kernel& k, SkbId skb);

}  // namespace ringside
