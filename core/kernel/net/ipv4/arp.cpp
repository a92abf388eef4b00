// net/ipv4/arp.c: requests for our addresses are answered, answers are learnt.
#include "core/wire/arp.h"

#include "core/kernel/net/core/dev.h"
#include "core/kernel/net/core/skbuff.h"
#include "core/kernel/net/ip.h"
#include "core/kernel/net/ip_output.h"
#include "core/wire/ethernet.h"

namespace ringside {

namespace {

void arp_send(Kernel& k, const wire::ArpPacket& packet) {
  auto f = k.enter(Fn::arp_send);
  wire::Buffer bytes;
  packet.append_to(bytes);
  const SkbId skb = alloc_skb(k, DataRef{}, 64);
  skb_push_header(k, skb, bytes);
  k.put(k[skb].protocol, wire::ETH_P_ARP);
  dev_queue_xmit(k, skb);
}

MacAddr own_mac(Kernel& k) { return MacAddr::from(k.host().nic->mac); }

void arp_process(Kernel& k, SkbId skb, const wire::ArpView& arp) {
  auto f = k.enter(Fn::arp_process, skb);
  const IpAddr sender = arp.sender_ip(), target = arp.target_ip();
  const MacAddr sender_mac = arp.sender_mac();
  const bool request = arp.ar_op() == wire::ARPOP_REQUEST;
  const bool for_us = k.decide("arp_target_is_ours", is_local_address(k, target), {{"op", arp.ar_op()}});
  if (request && for_us) {
    neigh_update(k, sender, sender_mac.bytes.data(), true);
    arp_send(k, {wire::ARPOP_REPLY, own_mac(k), target, sender_mac, sender});
  } else {
    neigh_update(k, sender, sender_mac.bytes.data(), false);
  }
  consume_skb(k, skb);
}

}  // namespace

void arp_rcv(Kernel& k, SkbId skb) {
  auto f = k.enter(Fn::arp_rcv, skb);
  const PacketType type = k[skb].pkt_type;
  if (k.decide("arp_not_for_us", type == PacketType::otherhost)) {
    kfree_skb_reason(k, skb, Drop::OTHERHOST);
    return;
  }
  const auto arp = wire::ArpView::parse(skb_data(k, skb));
  if (!k.decide("arp_header_good", arp && arp->is_ethernet_ipv4(), {{"len", k[skb].len}})) {
    kfree_skb_reason(k, skb, Drop::NOT_SPECIFIED);
    return;
  }
  const bool known = arp->ar_op() == wire::ARPOP_REQUEST || arp->ar_op() == wire::ARPOP_REPLY;
  if (!k.decide("arp_operation_known", known, {{"op", arp->ar_op()}})) {
    kfree_skb_reason(k, skb, Drop::NOT_SPECIFIED);
    return;
  }
  const auto bytes = skb_copy_bits(k, skb, 0, k[skb].len);
  arp_process(k, skb, *wire::ArpView::parse(bytes));
}

void arp_solicit(Kernel& k, const IpAddr& target) {
  auto f = k.enter(Fn::arp_solicit);
  arp_send(k, {wire::ARPOP_REQUEST, own_mac(k), k.net().local[0], MacAddr{}, target});
}

}  // namespace ringside
