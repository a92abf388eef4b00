// net/8021q/vlan_core.c: tags, and the devices behind them.
#pragma once
#include "core/machine/kernel.h"

namespace ringside {

/// A tag that the card left in the frame moves into the skb. False: cut short, the skb is gone.
bool skb_vlan_untag(Kernel& k, SkbId skb);
/// True: there is a VLAN device for the tag; the packet is its packet now and carries no tag any more.
bool vlan_do_receive(Kernel& k, SkbId skb);

}  // namespace ringside
