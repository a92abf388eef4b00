#include <algorithm>

#include "core/kernel/net/8021q/vlan.h"
#include "core/kernel/net/core/skbuff.h"
#include "core/wire/ethernet.h"

namespace ringside {

bool skb_vlan_untag(Kernel& k, SkbId skb) {
  const SkBuff& s = k[skb];
  if (s.vlan_present != 0) return true;  // the outer tag is dealt with first
  const bool there = pskb_may_pull(k, skb, wire::VLAN_HLEN);
  if (!k.decide("vlan_header_there", there, {{"len", s.len}})) {
    kfree_skb_reason(k, skb, s.truncated != 0 ? Drop::HDR_TRUNC : Drop::NOT_SPECIFIED);
    return false;
  }
  const auto tag = wire::VlanView::parse(skb_data(k, skb));
  const std::uint16_t tci = tag->tci();
  const std::uint16_t inner = tag->encapsulated_proto();
  skb_pull(k, skb, wire::VLAN_HLEN);
  k.put(s.vlan_present, std::uint8_t{1});
  k.set(s.vlan_tci, tci);
  k.put(s.protocol, inner >= wire::ETH_P_802_3_MIN ? inner : wire::ETH_P_802_2);
  return true;
}

bool vlan_do_receive(Kernel& k, SkbId skb) {
  auto f = k.enter(Fn::vlan_do_receive, skb);
  const SkBuff& s = k[skb];
  const Nic& nic = *k.host().nic;
  const auto vid = static_cast<std::uint16_t>(s.vlan_tci & 0xfff);
  // An id of 0 is a priority tag: no VLAN, the packet goes on as the device's own.
  const bool configured =
      std::find(nic.vlan_ids, nic.vlan_ids + nic.vlan_count, vid) != nic.vlan_ids + nic.vlan_count;
  const bool device = vid != 0 && (nic.vlan_auto != 0 || configured);
  if (!k.decide("vlan_device_exists", device, {{"vlan_id", vid}})) return false;
  k.put(s.ifindex, std::uint32_t{100} + vid);
  k.put(s.vlan_present, std::uint8_t{0});
  k.set(s.vlan_tci, std::uint16_t{0});
  return true;
}

}  // namespace ringside
