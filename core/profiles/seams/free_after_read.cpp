#include "core/kernel/net/core/skbuff.h"
#include "core/kernel/net/core/sock.h"
#include "core/profiles/seams/seams.h"

namespace ringside::seams {

/// sk_eat_skb(): freed here and now.
void eat_skb_4_13(Kernel& k, SockId sk, SkbId skb) {
  skb_unlink(k, k[sk].receive_queue, skb);
  consume_skb(k, skb);
}

/// tcp_eat_recv_skb(): the memory is given back at once; the skb itself goes home to the CPU that made it,
/// which frees it at its next net_rx_action (skb_attempt_defer_free).
void eat_skb_6_18(Kernel& k, SockId sk, SkbId skb) {
  auto f = k.enter(Fn::tcp_eat_recv_skb, skb, sk);
  skb_unlink(k, k[sk].receive_queue, skb);
  sock_rfree(k, skb);
  k.remark("skb_attempt_defer_free", {{"cpu", k.cpu_id()}});
  consume_skb(k, skb);
}

}  // namespace ringside::seams
