// net/core/dev.c: from the driver to the protocol's handler.
#include "core/kernel/net/8021q/vlan.h"
#include "core/kernel/net/core/dev.h"
#include "core/kernel/net/core/skbuff.h"
#include "core/kernel/net/ip.h"
#include "core/kernel/net/packet/af_packet.h"
#include "core/wire/ethernet.h"

namespace ringside {

namespace {

using Handler = void (*)(Kernel&, SkbId);

/// ptype_base: who has registered for this Ethernet type; null if nobody.
Handler protocol_handler(std::uint16_t protocol) {
  switch (protocol) {
    case wire::ETH_P_IP:
      return ip_rcv;
    case wire::ETH_P_IPV6:
      return ipv6_rcv;
    case wire::ETH_P_ARP:
      return arp_rcv;
    default:
      return nullptr;
  }
}

/// The tag goes to a VLAN device, or nobody has this VLAN. False: the skb is gone.
bool receive_vlan(Kernel& k, SkbId skb) {
  const SkBuff& s = k[skb];
  for (;;) {
    if (wire::is_vlan_type(s.protocol) && !skb_vlan_untag(k, skb)) return false;
    if (s.vlan_present == 0) return true;
    if (!vlan_do_receive(k, skb)) break;
    k.count(Counter::softnet_processed);  // another_round, now as a packet of the VLAN device
  }
  if ((s.vlan_tci & 0xfff) != 0) k.set(s.pkt_type, PacketType::otherhost);
  k.put(s.vlan_present, std::uint8_t{0});
  k.set(s.vlan_tci, std::uint16_t{0});
  return true;
}

/// Everything up to the choice of the handler; null: the skb is gone.
Handler __netif_receive_skb_core(Kernel& k, SkbId skb, bool call_it) {
  auto f = k.enter(Fn::__netif_receive_skb_core, skb);
  const SkBuff& s = k[skb];
  k.put(s.network_off, s.data_off);
  if (s.transport_off == 0) k.put(s.transport_off, s.data_off);
  k.count(Counter::softnet_processed);
  if (k.host().nic->tap_open != 0) packet_rcv(k, skb);
  if (!receive_vlan(k, skb)) return nullptr;
  k.put(s.network_off, s.data_off);
  const Handler handler = protocol_handler(s.protocol);
  if (!k.decide("protocol_has_handler", handler != nullptr, {{"ethertype", s.protocol}})) {
    k.count(Counter::rx_dropped);
    kfree_skb_reason(k, skb, Drop::UNHANDLED_PROTO);
    return nullptr;
  }
  if (call_it) handler(k, skb);
  return handler;
}

void __netif_receive_skb_one_core(Kernel& k, SkbId skb) {
  auto f = k.enter(Fn::__netif_receive_skb_one_core, skb);
  if (const Handler handler = __netif_receive_skb_core(k, skb, false)) handler(k, skb);
}

/// __netif_receive_skb_list_core(): packets of one protocol go on together.
void __netif_receive_skb_list(Kernel& k, const std::vector<SkbId>& list) {
  std::vector<SkbId> together;
  Handler handler = nullptr;
  const auto flush = [&] {
    if (handler == ip_rcv)
      ip_list_rcv(k, together);
    else
      for (const SkbId skb : together) handler(k, skb);
    together.clear();
  };
  for (const SkbId skb : list) {
    const Handler own = __netif_receive_skb_core(k, skb, false);
    if (own == nullptr) continue;
    if (own != handler && !together.empty()) flush();
    handler = own;
    together.push_back(skb);
  }
  if (!together.empty()) flush();
}

}  // namespace

void netif_receive_skb_list_internal(Kernel& k, const std::vector<SkbId>& list) {
  auto f = k.enter(Fn::netif_receive_skb_list_internal);
  std::vector<SkbId> here;
  for (const SkbId skb : list) {
    const int cpu = k.host().nic->rps_cpus != 0 ? get_rps_cpu(k, skb) : -1;
    if (cpu >= 0)
      enqueue_to_backlog(k, skb, static_cast<std::uint8_t>(cpu));
    else
      here.push_back(skb);
  }
  __netif_receive_skb_list(k, here);
}

void __netif_receive_skb(Kernel& k, SkbId skb) {
  auto f = k.enter(Fn::__netif_receive_skb, skb);
  if (k.profile.one_core)
    __netif_receive_skb_one_core(k, skb);
  else
    __netif_receive_skb_core(k, skb, true);
}

void netif_receive_skb_internal(Kernel& k, SkbId skb) {
  auto f = k.enter(Fn::netif_receive_skb_internal, skb);
  if (k[skb].tstamp_ns == 0) k.put(k[skb].tstamp_ns, k.now_ns());
  if (k.host().nic->rps_cpus != 0) {
    const int cpu = get_rps_cpu(k, skb);
    if (cpu >= 0) {
      enqueue_to_backlog(k, skb, static_cast<std::uint8_t>(cpu));
      return;
    }
  }
  __netif_receive_skb(k, skb);
}

void netif_receive_skb(Kernel& k, SkbId skb) {
  auto f = k.enter(Fn::netif_receive_skb, skb);
  netif_receive_skb_internal(k, skb);
}

}  // namespace ringside
