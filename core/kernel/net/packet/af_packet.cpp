#include "core/kernel/net/packet/af_packet.h"

#include "core/kernel/net/core/skbuff.h"

namespace ringside {

void packet_rcv(Kernel& k, SkbId skb) {
  auto f = k.enter(Fn::packet_rcv, skb);
  const SkbId clone = skb_clone(k, skb);
  k.put(k[clone].place, Place::in_flight);
  k.move(clone, Place::packet_tap);
  // The one who captures reads it at once; the model keeps no packet socket's queue.
  consume_skb(k, clone);
}

}  // namespace ringside
