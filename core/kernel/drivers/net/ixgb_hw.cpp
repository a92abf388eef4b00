// What the card itself does: DMA into the descriptor ring, interrupt causes, interrupt moderation.
#include <algorithm>
#include <cstring>

#include "core/kernel/drivers/net/ixgb.h"
#include "core/kernel/drivers/net/nic.h"
#include "core/kernel/net/core/skbuff.h"
#include "core/kernel/net/ip.h"
#include "core/wire/ethernet.h"

namespace ringside {

namespace {

const Nic& nic(Kernel& k) { return *k.host().nic; }

/// The most that any host puts together (GRO_MAX_SIZE, 8 * 65535 of IPv6) and room for what stands in front
/// of it. A record that says it was longer is damaged.
constexpr std::uint32_t kLongestFrame = 8 * 65535 + 256;

/// The descriptor tail register: hardware may use descriptors up to, not including, this one.
std::uint32_t receive_tail(const Nic& n) { return (n.next_to_use + n.ring_size - 1) % n.ring_size; }

/// The receive buffer is a page fragment (netdev_alloc_skb_ip_align) of the device's buffer size. A frame
/// that is larger was put together by the capturing host (GRO or its sender's TSO): the model charges one
/// buffer a segment, as GRO does that steals the heads of page fragments.
SkbId make_receive_skb(Kernel& k, const Arrival& arrival) {
  const SkbId skb =
      netdev_alloc_skb(k, DataRef{arrival.number, 0, arrival.wire_len}, NET_SKB_PAD + rx_buffer_len(nic(k)));
  const SkBuff& s = k[skb];
  k.put(s.packet, arrival.number);
  k.put(s.tstamp_ns, arrival.t_ns);
  k.put(s.tail, NET_SKB_PAD + std::min(arrival.wire_len, rx_buffer_len(nic(k))));
  k.put(s.truncated, static_cast<std::uint8_t>(arrival.len < arrival.wire_len));
  k.put(s.place, Place::wire);
  return skb;
}

/// Nobody told the model its MAC address (a capture says only what was sent to it): it is the first unicast
/// destination that comes.
void learn_own_mac(Kernel& k, std::span<const std::uint8_t> frame) {
  const Nic& n = nic(k);
  if (n.mac_learned != 0 || frame.size() < ETH_HLEN || (frame[0] & 1) != 0) return;
  for (std::size_t i = 0; i < 6; ++i) k.put(n.mac[i], frame[i]);
  k.put(n.mac_learned, std::uint8_t{1});
}

/// The card takes a C-VLAN tag out of the frame and writes it into the descriptor. The tag's bytes stay in
/// the model's frame; eth_type_trans() steps over them.
void hardware_vlan_strip(Kernel& k, const RxDescriptor& d, std::span<const std::uint8_t> frame) {
  if (nic(k).vlan_strip == 0 || frame.size() < ETH_HLEN + 4) return;
  if (wire::load16(&frame[12]) != wire::ETH_P_8021Q) return;
  k.put(d.special, wire::load16(&frame[14]));
  k.put(d.status, static_cast<std::uint8_t>(d.status | IXGB_RX_DESC_STATUS_VP));
}

}  // namespace

void nic_receive_frame(Kernel& k, const Arrival& arrival) {
  const Nic& n = nic(k);
  if (arrival.wire_len > kLongestFrame) {
    Arrival possible = arrival;
    possible.wire_len = kLongestFrame;
    k.count(Counter::rx_length_errors);
    kfree_skb_reason(k, make_receive_skb(k, possible), Drop::FRAME_ERROR);
    return;
  }
  if (n.driver != NicKind::ixgb) {  // TUN, TAP: the writer is a process outside the model
    tun_chr_write_iter(k, arrival);
    return;
  }
  const SkbId skb = make_receive_skb(k, arrival);
  const RxDescriptor& d = k.host().rx_ring->desc[n.hw_head];
  const bool free = n.up != 0 && n.hw_head != receive_tail(n) && d.filled != 0;
  if (!k.decide(
          "rx_descriptor_free", free,
          {{"hw_head", n.hw_head}, {"next_to_use", n.next_to_use}, {"next_to_clean", n.next_to_clean}})) {
    k.count(Counter::rx_missed_errors);
    kfree_skb_reason(k, skb, Drop::RX_RING_FULL);
    return;
  }
  const auto frame = k.bytes(DataRef{arrival.number, 0, arrival.len});
  learn_own_mac(k, frame);
  k.put(d.skb, skb);
  k.put(d.packet, arrival.number);
  k.put(d.filled, std::uint8_t{0});
  k.put(d.length, static_cast<std::uint16_t>(std::min<std::uint32_t>(arrival.wire_len, 0xffff)));
  k.put(d.errors, std::uint8_t{0});
  k.put(d.status, static_cast<std::uint8_t>(IXGB_RX_DESC_STATUS_DD | IXGB_RX_DESC_STATUS_EOP |
                                            IXGB_RX_DESC_STATUS_TCPCS));
  hardware_vlan_strip(k, d, frame);
  k.move(skb, Place::rx_ring);
  k.copy(skb, Place::wire, Place::rx_ring, arrival.wire_len);
  k.set(n.hw_head, (n.hw_head + 1) % n.ring_size);
  k.set(n.ring_used, n.ring_used + 1);
  ixgb_interrupt_cause(k, IXGB_INT_RXT0);
}

void ixgb_interrupt_cause(Kernel& k, std::uint8_t cause) {
  const Nic& n = nic(k);
  if (cause != 0) k.put(n.icr, static_cast<std::uint8_t>(n.icr | cause));
  if (n.icr == 0 || n.irq_masked != 0 || n.irq_pending != 0) return;
  const std::int64_t earliest = n.last_irq_ns + std::int64_t{n.itr_usecs} * 1000;
  if (n.itr_usecs != 0 && n.last_irq_ns != 0 && k.now_ns() < earliest) {
    if (n.itr_timer.pending == 0) {
      k.remark("interrupt_moderated", {{"itr_usecs", n.itr_usecs}});
      k.hrtimer_start(n.itr_timer, {ObjectKind::nic, TimerKind::nic_itr, 0}, earliest);
    }
    return;
  }
  k.set(n.irq_pending, std::uint8_t{1});
  k.irq("nic");
}

void nic_itr_timer(Kernel& k) { ixgb_interrupt_cause(k, 0); }

void nic_boot(Kernel& k) {
  const Nic& n = nic(k);
  if (std::any_of(std::begin(n.mac), std::end(n.mac), [](std::uint8_t b) { return b != 0; }))
    k.put(n.mac_learned, std::uint8_t{1});
  k.put(n.up, std::uint8_t{1});
  k.put(n.ring_size, std::clamp<std::uint32_t>(n.ring_size & ~7u, 64, kMaxRxDescriptors));
  for (std::uint8_t cpu = 0; cpu < k.host().cpu_count; ++cpu)
    k.put(k.host().cpus[cpu]->backlog.weight, static_cast<std::uint32_t>(k.sysctl().dev_weight));
  if (n.driver != NicKind::ixgb) return;
  ixgb_alloc_rx_buffers(k, static_cast<std::int32_t>(IXGB_DESC_UNUSED(n)));
}

}  // namespace ringside
