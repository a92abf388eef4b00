// drivers/net/ethernet/intel/ixgb/ixgb_main.c, the transmit half.
#include <algorithm>

#include "core/kernel/drivers/net/ixgb.h"
#include "core/kernel/net/core/skbuff.h"

namespace ringside {

namespace {
constexpr std::uint32_t kDescNeeded = 22;         // DESC_NEEDED: room for one packet in many pieces
constexpr std::int64_t kTxIntDelayNs = 32 * 819;  // TIDV: TxIntDelay 32, in units of 0.8192 us
}  // namespace

bool ixgb_xmit_frame(Kernel& k, SkbId skb) {
  auto f = k.enter(Fn::ixgb_xmit_frame, skb);
  const Nic& n = *k.host().nic;
  const std::uint32_t free = n.tx_ring_size - n.tx_used;
  if (!k.decide("tx_ring_has_room", free > kDescNeeded,
                {{"tx_used", n.tx_used}, {"tx_ring", n.tx_ring_size}}))
    return false;  // netif_stop_queue
  const std::uint32_t bytes = k[skb].len + static_cast<std::uint32_t>(skb_pushed(k, skb).size()) + ETH_HLEN;
  k.set(n.tx_used, n.tx_used + 1);
  k.move(skb, Place::tx_ring);
  skb_queue_tail(k, n.tx_ring, skb);
  const std::int64_t start = std::max(k.now_ns(), n.tx_busy_until_ns);
  const std::int64_t wire_ns =
      n.tx_rate_bps == 0 ? 0
                         : static_cast<std::int64_t>(std::uint64_t{bytes} * 8000000000ull / n.tx_rate_bps);
  k.put(n.tx_busy_until_ns, start + wire_ns);
  k.put(k[skb].tstamp_ns, start + wire_ns);  // when the hardware sets its DD bit
  put_on_wire(k, skb);
  k.count(Counter::tx_packets);
  k.count(Counter::tx_bytes, bytes);
  k.put(n.icr, static_cast<std::uint8_t>(n.icr | IXGB_INT_TXDW));
  if (n.itr_timer.pending == 0)
    k.hrtimer_start(n.itr_timer, {ObjectKind::nic, TimerKind::nic_itr, 0},
                    std::max(start + wire_ns, k.now_ns()) + kTxIntDelayNs);
  return true;
}

void ixgb_clean_tx_irq(Kernel& k) {
  auto f = k.enter(Fn::ixgb_clean_tx_irq);
  const Nic& n = *k.host().nic;
  bool cleaned = false;
  while (n.tx_ring.head && k[n.tx_ring.head].tstamp_ns <= k.now_ns()) {
    const SkbId skb = skb_dequeue(k, n.tx_ring);
    k.set(n.tx_used, n.tx_used - 1);
    consume_skb(k, skb);
    cleaned = true;
  }
  if (cleaned && n.qdisc.qlen != 0) k.raise_softirq(NET_TX_SOFTIRQ);  // netif_wake_queue
}

}  // namespace ringside
