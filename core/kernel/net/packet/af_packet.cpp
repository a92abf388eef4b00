#include "core/kernel/net/packet/af_packet.h"

#include "core/kernel/net/core/skbuff.h"

namespace ringside {

namespace {

/// The capturer has read this clone: nobody shares the frame's bytes with the stack any more.
void read_clone(Kernel& k, SkbId clone) {
  const std::uint32_t packet = k[clone].packet;
  consume_skb(k, clone);
  const Host& host = k.host();
  for (std::uint32_t i = 1; i < host.skbs.header.used; ++i) {
    const SkbId other{i};
    if (host.skbs.is_live(i) && k[other].packet == packet && k[other].cloned != 0)
      k.put(k[other].cloned, std::uint8_t{0});
  }
}

}  // namespace

void packet_rcv(Kernel& k, SkbId skb) {
  auto f = k.enter(Fn::packet_rcv, skb);
  const Nic& nic = *k.host().nic;
  const SkbId clone = skb_clone(k, skb);
  k.put(k[clone].place, Place::in_flight);
  k.move(clone, Place::packet_tap);
  if (nic.tap_holds != 0)
    skb_queue_tail(k, nic.tap_queue, clone);
  else
    read_clone(k, clone);  // most capturers read at once
}

void packet_read_all(Kernel& k) {
  const SkbQueue& queue = k.host().nic->tap_queue;
  while (const SkbId clone = skb_dequeue(k, queue)) read_clone(k, clone);
}

}  // namespace ringside
