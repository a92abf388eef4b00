// Checksums that nobody has verified yet, and how a segment is dropped on the socket's account.
#include <algorithm>

#include "core/kernel/net/core/skbuff.h"
#include "core/kernel/net/ipv4/tcp_input.h"

namespace ringside {

bool tcp_checksum_complete(Kernel& k, SkbId skb) {
  const SkBuff& s = k[skb];
  if (s.ip_summed == IpSummed::unnecessary || s.ip_summed == IpSummed::partial || s.csum_valid != 0)
    return false;
  k.spend_checksum(s.len);
  if (k.decide("tcp_checksum_bad", s.csum_bad != 0)) return true;
  k.put(s.csum_valid, std::uint8_t{1});
  return false;
}

void sk_drops_add(Kernel& k, SockId sk, SkbId skb) {
  const int segments = std::max<int>(1, k[skb].gso_segs);
  k.set(k[sk].sk_drops, k[sk].sk_drops + segments);
}

void tcp_drop(Kernel& k, SockId sk, SkbId skb, Drop reason) {
  auto f = k.enter(Fn::tcp_drop, skb, sk);
  sk_drops_add(k, sk, skb);
  kfree_skb_reason(k, skb, reason);
}

}  // namespace ringside
