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

constexpr std::uint8_t kPacedByFq = 2;  // SK_PACING_FQ

/// dev_hard_start_xmit(): false if the driver has no room.
bool dev_hard_start_xmit(Kernel& k, SkbId skb) {
  auto f = k.enter(Fn::dev_hard_start_xmit, skb);
  if (k.host().nic->driver == NicKind::ixgb) return ixgb_xmit_frame(k, skb);
  tun_net_xmit(k, skb);
  return true;
}

/// When fq may let the packet go, ns of the run: TCP has written its departure time on it.
std::int64_t time_to_send(Kernel& k, SkbId skb) {
  const SkBuff& b = k[skb];
  return b.owner_charged == SkbOwner::tcp_wfree ? b.skb_mstamp_us * 1000 - Kernel::kBootNs : 0;
}

/// fq keeps a tree of flows by time_next_packet; one list in order of departure gives the same order, but
/// for the turns that flows take when several may send.
void fq_enqueue(Kernel& k, const Nic& n, SkbId skb) {
  auto f = k.enter(Fn::fq_enqueue, skb);
  const SkBuff& b = k[skb];
  if (b.owner_charged == SkbOwner::tcp_wfree && k[b.sk].sk_pacing_status != kPacedByFq)
    k.put(k[b.sk].sk_pacing_status, kPacedByFq);
  const std::int64_t due = time_to_send(k, skb);
  SkbId before = n.qdisc.tail;
  while (before && time_to_send(k, before) > due) before = k[before].prev;
  if (before)
    skb_append(k, n.qdisc, before, skb);
  else
    skb_queue_head(k, n.qdisc, skb);
}

int enqueue(Kernel& k, SkbId skb) {
  const Nic& n = *k.host().nic;
  if (!k.decide("qdisc_has_room", n.qdisc.qlen < n.qdisc_limit,
                {{"qlen", n.qdisc.qlen}, {"limit", n.qdisc_limit}})) {
    k.count(Counter::tx_dropped);
    kfree_skb_reason(k, skb, Drop::QDISC_DROP);
    return NET_XMIT_DROP;
  }
  if (n.qdisc_kind == QdiscKind::fq)
    fq_enqueue(k, n, skb);
  else
    skb_queue_tail(k, n.qdisc, skb);
  k.move(skb, Place::qdisc);
  return NET_XMIT_SUCCESS;
}

/// TCQ_F_CAN_BYPASS: an empty first-come-first-served queue that holds anything at all is not entered.
bool may_bypass(const Nic& n) {
  return n.qdisc.qlen == 0 && n.qdisc_kind == QdiscKind::pfifo && n.qdisc_limit != 0;
}

/// True if the head must wait: the watchdog is set to its time.
bool throttled(Kernel& k, const Nic& n) {
  if (n.qdisc_kind != QdiscKind::fq) return false;
  const std::int64_t due = time_to_send(k, n.qdisc.head);
  if (!k.decide("fq_throttled", due > k.now_ns(), {{"time_to_send", due}})) return false;
  k.hrtimer_start(n.qdisc_watchdog, {ObjectKind::nic, TimerKind::qdisc_watchdog, 0}, due);
  return true;
}

}  // namespace

int dev_queue_xmit(Kernel& k, SkbId skb) {
  auto f = k.enter(Fn::__dev_queue_xmit, skb);
  k.local_bh_disable();
  int err = NET_XMIT_SUCCESS;
  const Nic& n = *k.host().nic;
  if (!k.decide("qdisc_bypass", may_bypass(n), {{"qlen", n.qdisc.qlen}})) {
    err = enqueue(k, skb);
    qdisc_run(k);
  } else if (!dev_hard_start_xmit(k, skb)) {
    err = enqueue(k, skb);
  }
  k.local_bh_enable();
  return err;
}

void qdisc_replace(Kernel& k, QdiscKind kind, std::uint32_t limit) {
  const Nic& n = *k.host().nic;
  while (const SkbId skb = skb_dequeue(k, n.qdisc)) kfree_skb_reason(k, skb, Drop::QDISC_DROP);
  k.put(n.qdisc_kind, kind);
  k.put(n.qdisc_limit, limit);
}

void qdisc_watchdog(Kernel& k) {
  k.local_bh_disable();
  qdisc_run(k);
  k.local_bh_enable();
}

void qdisc_run(Kernel& k) {
  const Nic& n = *k.host().nic;
  while (n.qdisc.head) {
    if (throttled(k, n)) return;
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
