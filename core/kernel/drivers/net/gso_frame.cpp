// Frames larger than the MTU allows: the capturing host merged them (GRO, LRO) or took them before its card
// cut them (TSO). No such frame was ever on a wire; the model receives it as the one packet that GRO makes.
#include <algorithm>

#include "core/kernel/drivers/net/ixgb.h"
#include "core/kernel/net/core/gro_headers.h"
#include "core/kernel/net/core/skbuff.h"

namespace ringside {

namespace {
constexpr std::uint16_t MAX_SKB_FRAGS = 17;
}

void receive_as_gso(Kernel& k, SkbId skb) {
  const SkBuff& s = k[skb];
  const std::uint32_t mtu = k.host().nic->mtu;
  if (s.len <= mtu) return;
  const GroHeaders h = gro_parse(k, skb);
  if (h.offset == 0 || h.offset >= mtu) return;
  const std::uint32_t payload = s.len - h.offset;
  const std::uint32_t mss = mtu - h.offset;
  const std::uint32_t segments = (payload + mss - 1) / mss;
  if (!k.decide("frame_exceeds_mtu", segments > 1, {{"len", s.len}, {"mtu", mtu}, {"segments", segments}}))
    return;
  k.set(s.gso_size, static_cast<std::uint16_t>(mss));
  k.set(s.gso_segs, static_cast<std::uint16_t>(segments));
  // The sender's card, or GRO, vouches for the sums of the segments.
  k.set(s.ip_summed, IpSummed::partial);
  // One buffer a segment; GRO steals the heads of all but the first, whose sk_buffs go.
  k.set(s.truesize, s.truesize + (segments - 1) * (s.truesize - kSkBuffSize));
  const std::uint32_t linear = h.offset + mss;
  const DataRef rest{s.frame.source, s.frame.offset + s.data_off + linear, s.len - linear};
  k.put(s.len, linear);
  DataRef head = s.frame;
  head.len = s.data_off + linear;
  k.assign(s.frame, head);
  skb_add_frag(k, skb, rest);
  k.put(s.nr_frags, static_cast<std::uint16_t>(std::min<std::uint32_t>(segments - 1, MAX_SKB_FRAGS)));
}

}  // namespace ringside
