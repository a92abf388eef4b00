// net/core/dev.c, net/sched/sch_generic.c: from IP to the driver, by way of the queueing discipline
// (pfifo_fast with one band: the model sets no priorities).
#include <algorithm>
#include <cstring>

#include "core/kernel/drivers/net/ixgb.h"
#include "core/kernel/drivers/net/nic.h"
#include "core/kernel/net/core/dev.h"
#include "core/kernel/net/core/skbuff.h"

namespace ringside {

namespace {

constexpr std::uint32_t kTxQueueLen = 1000;  // dev->tx_queue_len

/// dev_hard_start_xmit(): false if the driver has no room.
bool dev_hard_start_xmit(Kernel& k, SkbId skb) {
  auto f = k.enter(Fn::dev_hard_start_xmit, skb);
  if (k.host().nic->driver == NicKind::ixgb) return ixgb_xmit_frame(k, skb);
  tun_net_xmit(k, skb);
  return true;
}

void enqueue(Kernel& k, SkbId skb) {
  const Nic& n = *k.host().nic;
  if (!k.decide("qdisc_has_room", n.qdisc.qlen < kTxQueueLen,
                {{"qlen", n.qdisc.qlen}, {"limit", kTxQueueLen}})) {
    k.count(Counter::tx_dropped);
    kfree_skb_reason(k, skb, Drop::QDISC_DROP);
    return;
  }
  skb_queue_tail(k, n.qdisc, skb);
  k.move(skb, Place::qdisc);
}

}  // namespace

void dev_queue_xmit(Kernel& k, SkbId skb) {
  auto f = k.enter(Fn::__dev_queue_xmit, skb);
  k.local_bh_disable();
  const bool empty = k.host().nic->qdisc.qlen == 0;
  if (!k.decide("qdisc_bypass", empty, {{"qlen", k.host().nic->qdisc.qlen}})) {
    enqueue(k, skb);
    qdisc_run(k);
  } else if (!dev_hard_start_xmit(k, skb)) {
    enqueue(k, skb);
  }
  k.local_bh_enable();
}

void qdisc_run(Kernel& k) {
  const Nic& n = *k.host().nic;
  while (n.qdisc.head) {
    const SkbId skb = n.qdisc.head;
    skb_unlink(k, n.qdisc, skb);
    if (dev_hard_start_xmit(k, skb)) continue;
    skb_queue_head(k, n.qdisc, skb);
    return;
  }
}

bool net_tx_action(Kernel& k) {
  auto f = k.enter(Fn::net_tx_action);
  qdisc_run(k);
  return true;
}

}  // namespace ringside
