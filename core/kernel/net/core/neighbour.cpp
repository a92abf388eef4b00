// net/core/neighbour.c: the table of link addresses, for Ethernet devices. A TUN device has no link layer.
#include "core/kernel/net/core/dev.h"
#include "core/kernel/net/core/skbuff.h"
#include "core/kernel/net/ip_output.h"
#include "core/wire/ipv4.h"
#include "core/wire/ipv6.h"

namespace ringside {

namespace {

constexpr std::uint8_t NUD_INCOMPLETE = 0x01, NUD_REACHABLE = 0x02, NUD_FAILED = 0x20;
constexpr std::uint8_t kMaxProbes = 3;              // mcast_solicit
constexpr std::uint32_t kUnresolvedBytes = 212992;  // unres_qlen_bytes

NeighbourId neigh_lookup(Kernel& k, const IpAddr& addr) {
  for (NeighbourId id = k.net().neighbours; id; id = k[id].next)
    if (k[id].addr == addr) return id;
  return {};
}

NeighbourId neigh_create(Kernel& k, const IpAddr& addr) {
  const NeighbourId id = k.alloc_neighbour();
  const Neighbour& n = k[id];
  k.put(n.self, id);
  k.assign(n.addr, addr);
  k.put(n.next, k.net().neighbours);
  k.put(k.net().neighbours, id);
  return id;
}

IpAddr next_hop(Kernel& k, SkbId skb) {  // every destination is on the link: there is no gateway in the model
  const auto header = skb_pushed(k, skb);
  if (!header.empty() && header[0] >> 4 == 6) {
    const auto ip = wire::Ipv6View::parse(header);
    return ip ? ip->daddr() : IpAddr{};
  }
  const auto ip = wire::Ipv4View::parse(header);
  return ip ? ip->daddr() : IpAddr{};
}

void solicit(Kernel& k, const Neighbour& n) {
  k.put(n.probes, static_cast<std::uint8_t>(n.probes + 1));
  k.mod_timer(n.timer, {ObjectKind::neighbour, TimerKind::neighbour, n.self.index}, k.jiffies() + k.hz());
  if (n.addr.is_v6())
    ndisc_solicit(k, n.addr);
  else
    arp_solicit(k, n.addr);
}

/// __neigh_event_send(): the packet waits; the oldest go if it would be too many bytes.
void queue_unresolved(Kernel& k, const Neighbour& n, SkbId skb) {
  while (n.arp_queue_len_bytes + k[skb].truesize > kUnresolvedBytes && n.arp_queue.qlen != 0) {
    const SkbId oldest = skb_dequeue(k, n.arp_queue);
    k.put(n.arp_queue_len_bytes, n.arp_queue_len_bytes - k[oldest].truesize);
    kfree_skb_reason(k, oldest, Drop::NEIGH_QUEUEFULL);
  }
  skb_queue_tail(k, n.arp_queue, skb);
  k.put(n.arp_queue_len_bytes, n.arp_queue_len_bytes + k[skb].truesize);
  k.move(skb, Place::neigh_queue);
}

}  // namespace

int neigh_output(Kernel& k, SkbId skb) {
  const Nic& nic = *k.host().nic;
  // Frames that come from a file or a script: the peers' answers are all recorded, none of them answers a
  // question of ours, so every neighbour counts as known.
  const bool resolve = nic.driver != NicKind::tun && nic.neigh_resolve != 0;
  if (!resolve) return dev_queue_xmit(k, skb);
  auto f = k.enter(Fn::neigh_resolve_output, skb);
  const IpAddr addr = next_hop(k, skb);
  NeighbourId id = neigh_lookup(k, addr);
  if (!id) id = neigh_create(k, addr);
  const Neighbour& n = k[id];
  if (k.decide("neighbour_reachable", n.state == NUD_REACHABLE, {{"state", n.state}}))
    return dev_queue_xmit(k, skb);
  queue_unresolved(k, n, skb);
  if (n.state == NUD_INCOMPLETE) return 0;
  k.set(n.state, NUD_INCOMPLETE);
  k.put(n.probes, std::uint8_t{0});
  solicit(k, n);
  return 0;
}

void neigh_update(Kernel& k, const IpAddr& addr, const std::uint8_t* mac, bool create) {
  auto f = k.enter(Fn::neigh_update);
  NeighbourId id = neigh_lookup(k, addr);
  if (!id && !create) return;
  if (!id) id = neigh_create(k, addr);
  const Neighbour& n = k[id];
  for (std::size_t i = 0; i < 6; ++i) k.put(n.mac[i], mac[i]);
  k.set(n.state, NUD_REACHABLE);
  k.del_timer(n.timer);
  while (const SkbId skb = skb_dequeue(k, n.arp_queue)) dev_queue_xmit(k, skb);
  k.put(n.arp_queue_len_bytes, 0u);
}

void neighbour_timer(Kernel& k, NeighbourId id) {
  auto f = k.enter(Fn::neigh_timer_handler);
  const Neighbour& n = k[id];
  if (n.state != NUD_INCOMPLETE) return;
  if (k.decide("more_probes", n.probes < kMaxProbes, {{"probes", n.probes}})) {
    solicit(k, n);
    return;
  }
  k.set(n.state, NUD_FAILED);
  while (const SkbId skb = skb_dequeue(k, n.arp_queue)) kfree_skb_reason(k, skb, Drop::NEIGH_FAILED);
  k.put(n.arp_queue_len_bytes, 0u);
}

}  // namespace ringside
