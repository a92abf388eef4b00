// drivers/net/ethernet/intel/ixgb/ixgb_main.c, the receive half: interrupt handler, NAPI poll, refill.
#include <algorithm>

#include "core/kernel/drivers/net/ixgb.h"
#include "core/kernel/net/core/skbuff.h"
#include "core/kernel/net/ip.h"
#include "core/wire/ethernet.h"

namespace ringside {

namespace {

const Nic& nic(Kernel& k) { return *k.host().nic; }
const NetRxAction& rx(Kernel& k) { return k.cpu().net_rx; }
const RxDescriptor& descriptor(Kernel& k, std::uint32_t i) { return k.host().rx_ring->desc[i]; }

void ixgb_intr(Kernel& k) {
  auto f = k.enter(Fn::ixgb_intr);
  const Nic& n = nic(k);
  const std::uint8_t icr = n.icr;
  k.put(n.icr, std::uint8_t{0});
  k.set(n.irq_pending, std::uint8_t{0});
  k.put(n.last_irq_ns, k.now_ns());
  if (!k.decide("interrupt_is_ours", icr != 0, {{"icr", icr}})) return;
  if (napi_schedule_prep(k, NapiKind::nic)) {
    k.set(n.irq_masked, std::uint8_t{1});
    __napi_schedule(k, NapiKind::nic);
  }
}

/// A small frame is copied into an skb of its own size; the big buffer goes back to its descriptor.
void check_copybreak(Kernel& k, SkbId skb, std::uint32_t length) {
  if (!k.decide("length_within_copybreak", length <= kCopybreak,
                {{"length", length}, {"copybreak", kCopybreak}}))
    return;
  // The model keeps the sk_buff and gives it what napi_alloc_skb() would have allocated.
  const SkBuff& s = k[skb];
  const std::uint32_t wanted = (NET_SKB_PAD + length + 63) & ~63u;
  const bool small = wanted + kSharedInfoSize <= k.profile.skb_small_head;
  const std::uint32_t head = small ? k.profile.skb_small_head - kSharedInfoSize : wanted;
  k.put(s.headroom_size, head);
  k.put(s.head_frag, static_cast<std::uint8_t>(!small));
  k.set(s.truesize, skb_truesize(head));
  k.copy(skb, Place::rx_ring, Place::in_flight, length);
}

void ixgb_rx_checksum(Kernel& k, const RxDescriptor& d, SkbId skb) {
  auto f = k.enter(Fn::ixgb_rx_checksum, skb);
  // nic.rx_checksum_verify: the card does not check; the protocols do. Bytes that the capture cut off cannot
  // be summed, and frames of a sender with checksum offload never had a sum: both are trusted.
  const bool offload = (d.status & IXGB_RX_DESC_STATUS_TCPCS) != 0 && nic(k).rx_checksum_verify == 0;
  if (!k.decide("hardware_checked_sum", offload, {{"status", d.status}, {"errors", d.errors}})) {
    k.set(k[skb].ip_summed, IpSummed::none);
  } else if ((d.errors & IXGB_RX_DESC_ERRORS_TCPE) != 0) {
    k.set(k[skb].ip_summed, IpSummed::none);
    k.count(Counter::hw_csum_rx_error);
  } else {
    k.set(k[skb].ip_summed, IpSummed::unnecessary);
    k.count(Counter::hw_csum_rx_good);
  }
}

/// One descriptor with its DD bit set: an skb leaves the ring and goes all the way up.
void receive_one(Kernel& k, const RxDescriptor& d) {
  const SkbId skb = d.skb;
  const std::uint8_t status = d.status;
  const std::uint16_t tag = d.special;
  k.about(skb, {});
  k.put(d.skb, SkbId{});
  k.set(nic(k).ring_used, nic(k).ring_used - 1);
  const bool whole = (status & IXGB_RX_DESC_STATUS_EOP) != 0;
  const std::uint8_t bad =
      IXGB_RX_DESC_ERRORS_CE | IXGB_RX_DESC_ERRORS_SE | IXGB_RX_DESC_ERRORS_P | IXGB_RX_DESC_ERRORS_RXE;
  if (k.decide("frame_is_damaged", !whole || (d.errors & bad) != 0,
               {{"status", status}, {"errors", d.errors}})) {
    kfree_skb_reason(k, skb, Drop::FRAME_ERROR);
    k.put(d.status, std::uint8_t{0});
    return;
  }
  check_copybreak(k, skb, k[skb].len);
  k.move(skb, Place::in_flight);
  ixgb_rx_checksum(k, d, skb);
  k.count(Counter::rx_packets);
  k.count(Counter::rx_bytes, k[skb].len);
  eth_type_trans(k, skb);
  if ((status & IXGB_RX_DESC_STATUS_VP) != 0) {  // __vlan_hwaccel_put_tag
    const auto inner = skb_header(k, skb, ETH_HLEN);
    k.put(k[skb].protocol, inner.size() >= 4 ? wire::load16(&inner[2]) : std::uint16_t{0});
    skb_pull(k, skb, 4);
    k.put(k[skb].vlan_present, std::uint8_t{1});
    k.set(k[skb].vlan_tci, tag);
  }
  k.put(d.status, std::uint8_t{0});
  receive_as_gso(k, skb);
  // ixgb itself never used GRO; what replaced it does. Switching nic.gro on gives 4.13 such a driver too.
  if (nic(k).gro != 0 || k.profile.receives_lists)
    napi_gro_receive(k, skb);
  else
    netif_receive_skb(k, skb);
}

/// One packet a slice. True: the loop has ended.
bool ixgb_clean_rx_irq(Kernel& k, std::int32_t work_to_do) {
  const NetRxAction& a = rx(k);
  const bool resumed = a.polling != 0;
  auto f = k.enter(Fn::ixgb_clean_rx_irq, {}, {}, resumed);
  const Nic& n = nic(k);
  if (!resumed) {
    k.put(a.index, n.next_to_clean);
    k.put(a.cleaned, 0);
  }
  k.put(a.polling, std::uint8_t{1});
  const auto more = [&] {
    return (descriptor(k, a.index).status & IXGB_RX_DESC_STATUS_DD) != 0 && a.work < work_to_do;
  };
  if (k.decide("descriptor_done", more(),
               {{"index", a.index}, {"work_done", a.work}, {"budget", work_to_do}})) {
    const RxDescriptor& d = descriptor(k, a.index);
    k.set(a.work, a.work + 1);
    k.put(a.index, (a.index + 1) % n.ring_size);
    k.put(a.cleaned, a.cleaned + 1);
    receive_one(k, d);
    k.about_none();
    if (a.cleaned >= IXGB_RX_BUFFER_WRITE) {
      ixgb_alloc_rx_buffers(k, a.cleaned);
      k.put(a.cleaned, 0);
    }
    if (more()) {
      f.suspend();
      return false;
    }
  }
  k.set(n.next_to_clean, a.index);
  if (const std::uint32_t unused = IXGB_DESC_UNUSED(n); unused != 0)
    ixgb_alloc_rx_buffers(k, static_cast<std::int32_t>(unused));
  return true;
}

}  // namespace

void nic_hard_irq(Kernel& k) {
  if (k.cpu().ipi_received != 0) {
    rps_trigger_softirq(k);
    return;
  }
  ixgb_intr(k);
}

Poll ixgb_clean(Kernel& k, std::int32_t budget) {
  const NetRxAction& a = rx(k);
  const bool resumed = a.polling != 0;
  auto f = k.enter(Fn::ixgb_clean, {}, {}, resumed);
  if (!resumed) ixgb_clean_tx_irq(k);
  if (!ixgb_clean_rx_irq(k, budget)) {
    f.suspend();
    return Poll::again;
  }
  if (k.decide("work_below_budget", a.work < budget, {{"work_done", a.work}, {"budget", budget}})) {
    napi_complete_done(k, NapiKind::nic, a.work);  // ixgb ignores what it returns
    ixgb_irq_enable(k);
  }
  return Poll::returned;
}

void ixgb_irq_enable(Kernel& k) {
  auto f = k.enter(Fn::ixgb_irq_enable);
  k.set(nic(k).irq_masked, std::uint8_t{0});
  ixgb_interrupt_cause(k, 0);  // causes that came while masked
}

std::uint32_t IXGB_DESC_UNUSED(const Nic& n) {
  return (n.next_to_clean + n.ring_size - n.next_to_use - 1) % n.ring_size;
}

void ixgb_alloc_rx_buffers(Kernel& k, std::int32_t cleaned_count) {
  auto f = k.enter(Fn::ixgb_alloc_rx_buffers);
  const Nic& n = nic(k);
  auto unused = static_cast<std::int32_t>(IXGB_DESC_UNUSED(n));
  std::uint32_t i = n.next_to_use;
  while (--unused > 2 && cleaned_count-- > 0) {  // three descriptors always stay unused
    const RxDescriptor& d = descriptor(k, i);
    k.put(d.filled, std::uint8_t{1});
    k.put(d.status, std::uint8_t{0});
    i = (i + 1) % n.ring_size;
  }
  k.set(n.next_to_use, i);
}

void eth_type_trans(Kernel& k, SkbId skb) {
  auto f = k.enter(Fn::eth_type_trans, skb);
  const SkBuff& s = k[skb];
  k.put(s.ifindex, std::uint32_t{2});
  k.put(s.mac_off, s.data_off);
  const auto eth = wire::EthernetView::parse(skb_data(k, skb));
  if (!eth) {  // a runt: no protocol takes it
    k.put(s.protocol, std::uint16_t{0});
    return;
  }
  const MacAddr dest = eth->dest();
  const std::uint16_t type = eth->h_proto();
  skb_pull(k, skb, ETH_HLEN);
  if (dest.is_broadcast())
    k.set(s.pkt_type, PacketType::broadcast);
  else if (dest.is_multicast())
    k.set(s.pkt_type, PacketType::multicast);
  else if (dest != MacAddr::from(nic(k).mac) && nic(k).mac_learned != 0)
    k.set(s.pkt_type, PacketType::otherhost);
  k.put(s.protocol, type >= wire::ETH_P_802_3_MIN ? type : wire::ETH_P_802_2);
}

}  // namespace ringside
