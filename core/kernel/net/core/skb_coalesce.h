// net/core/skbuff.c: merging neighbours, and giving back memory that is not needed.
#pragma once
#include "core/machine/kernel.h"

namespace ringside {

/// Free bytes behind the data of a linear skb; 0 if it has fragments (skb_tailroom).
std::uint32_t skb_tailroom(const SkBuff& skb);
/// Appends `from`'s data to `to` if that is cheap: into `to`'s tail room (a copy, `delta` 0), or by taking
/// `from`'s pages over (`delta`: truesize that moves). False: nothing happened. `from` is the caller's to
/// free.
bool skb_try_coalesce(Kernel& k, SkbId to, SkbId from, std::int32_t& delta);
/// Pulls small fragments into the head and corrects truesize (skb_condense).
void skb_condense(Kernel& k, SkbId skb);

}  // namespace ringside
