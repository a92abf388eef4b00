// Checksums that nobody has verified yet, and how a segment is dropped on the socket's account.
#include <algorithm>

#include "core/kernel/net/core/checksum.h"
#include "core/kernel/net/core/skbuff.h"
#include "core/kernel/net/ipv4/tcp_input.h"

namespace ringside {

bool tcp_checksum_complete(Kernel& k, SkbId skb) {
  if (skb_sum_is_trusted(k[skb])) return false;
  return k.decide("tcp_checksum_bad", !skb_sum_is_good(k, skb));
}

void sk_drops_add(Kernel& k, SockId sk, SkbId skb) {
  const int segments = std::max<int>(1, k[skb].gso_segs);
  k.set(k[sk].sk_drops, k[sk].sk_drops + segments);
}

void tcp_drop(Kernel& k, SockId sk, SkbId skb, Drop reason) {
  auto f = k.enter(k.profile.tcp_drop, skb, sk);
  sk_drops_add(k, sk, skb);
  kfree_skb_reason(k, skb, reason);
}

}  // namespace ringside
