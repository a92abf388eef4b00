// net/core/dev.c: receive packet steering and the softnet backlog.
#include <algorithm>

#include "core/kernel/net/core/dev.h"
#include "core/kernel/net/core/skbuff.h"
#include "core/wire/ethernet.h"
#include "core/wire/ipv4.h"
#include "core/wire/ipv6.h"

namespace ringside {

namespace {

constexpr std::uint64_t mix(std::uint64_t h, std::uint64_t v) {
  h ^= v;
  h *= 0x9e3779b97f4a7c15ull;
  return h ^ (h >> 29);
}

/// Addresses, protocol and (of whole packets) ports.
std::uint32_t flow_hash(const IpAddr& saddr, const IpAddr& daddr, std::uint8_t protocol, wire::Bytes l4) {
  std::uint64_t h = mix(mix(saddr.hash(), daddr.hash()), protocol);
  if (l4.size() >= 4 && (protocol == wire::IPPROTO_NR_TCP || protocol == wire::IPPROTO_NR_UDP))
    h = mix(h, wire::load32(l4.data()));
  const auto folded = static_cast<std::uint32_t>(h ^ (h >> 32));
  return folded != 0 ? folded : 1;
}

/// skb_flow_limit(): while a backlog is half full, one flow may not own more than half of what comes.
bool skb_flow_limit(Kernel& k, SkbId skb, std::uint32_t qlen) {
  const Cpu& c = k.cpu();
  const auto max = static_cast<std::uint32_t>(k.sysctl().netdev_max_backlog);
  if (qlen < max / 2 || (k.sysctl().flow_limit_cpu_bitmap & 1 << k.cpu_id()) == 0) return false;
  const auto flow = static_cast<std::uint16_t>((skb_get_hash(k, skb) & 0xfff) + 1);
  k.put(c.flow_history[c.flow_history_head], flow);
  k.put(c.flow_history_head, static_cast<std::uint8_t>((c.flow_history_head + 1) & 127));
  const auto mine = std::count(std::begin(c.flow_history), std::end(c.flow_history), flow);
  if (!k.decide("flow_limit", mine > 64, {{"packets_of_flow", mine}, {"of_last", 128}})) return false;
  k.count(Counter::softnet_flow_limit_count);
  return true;
}

/// Another CPU's backlog becomes busy: it is told when this CPU's net_rx_action ends.
void schedule_backlog(Kernel& k, std::uint8_t cpu) {
  const Cpu& target = *k.host().cpus[cpu];
  if (target.backlog.sched != 0) return;
  k.set(target.backlog.sched, std::uint8_t{1});
  if (cpu != k.cpu_id()) {
    k.put(k.cpu().rps_ipi_pending, static_cast<std::uint8_t>(k.cpu().rps_ipi_pending | 1u << cpu));
    k.raise_softirq(NET_RX_SOFTIRQ);
  } else {
    __napi_schedule(k, NapiKind::backlog);
  }
}

}  // namespace

std::uint32_t skb_get_hash(Kernel& k, SkbId skb) {
  const SkBuff& s = k[skb];
  if (s.hash != 0) return s.hash;
  const auto bytes = skb_data(k, skb);
  std::uint32_t hash = 0;
  if (s.protocol == wire::ETH_P_IP) {
    if (const auto ip = wire::Ipv4View::parse(bytes))
      hash = flow_hash(ip->saddr(), ip->daddr(), ip->protocol(),
                       ip->is_fragment() ? wire::Bytes{} : ip->payload());
  } else if (s.protocol == wire::ETH_P_IPV6) {
    if (const auto ip = wire::Ipv6View::parse(bytes)) {
      const auto upper = wire::ipv6_upper(*ip);
      hash = flow_hash(ip->saddr(), ip->daddr(), upper.protocol,
                       upper.is_fragment() ? wire::Bytes{} : upper.payload);
    }
  }
  k.put(s.hash, hash);
  return hash;
}

int get_rps_cpu(Kernel& k, SkbId skb) {
  auto f = k.enter(Fn::get_rps_cpu, skb);
  const std::uint8_t mask = k.host().nic->rps_cpus;
  std::uint8_t map[kMaxCpus] = {};
  std::uint32_t count = 0;
  for (std::uint8_t cpu = 0; cpu < k.host().cpu_count; ++cpu)
    if ((mask >> cpu & 1) != 0) map[count++] = cpu;
  const std::uint32_t hash = skb_get_hash(k, skb);
  if (count == 0 || hash == 0) return static_cast<int>(k.choose("rps_cpu", -1, {{"hash", hash}}));
  const std::uint32_t at = static_cast<std::uint32_t>(std::uint64_t{hash} * count >> 32);  // reciprocal_scale
  return static_cast<int>(k.choose("rps_cpu", map[at], {{"hash", hash}, {"rps_cpus", mask}}));
}

bool enqueue_to_backlog(Kernel& k, SkbId skb, std::uint8_t cpu) {
  auto f = k.enter(Fn::enqueue_to_backlog, skb);
  const Cpu& target = *k.host().cpus[cpu];
  const std::uint32_t qlen = target.input_pkt_queue.qlen;
  const auto max = static_cast<std::uint32_t>(k.sysctl().netdev_max_backlog);
  const bool fits =
      k.decide("backlog_has_room", qlen <= max, {{"qlen", qlen}, {"netdev_max_backlog", max}}) &&
      !skb_flow_limit(k, skb, qlen);
  if (!fits) {
    k.count(Counter::softnet_dropped);
    k.count(Counter::rx_dropped);
    kfree_skb_reason(k, skb, Drop::CPU_BACKLOG);
    return false;
  }
  if (qlen == 0) schedule_backlog(k, cpu);
  skb_queue_tail(k, target.input_pkt_queue, skb);
  k.move(skb, Place::softnet_backlog);
  return true;
}

void net_rps_action_and_irq_enable(Kernel& k) {
  const Cpu& c = k.cpu();
  for (std::uint8_t cpu = 0; cpu < k.host().cpu_count; ++cpu) {
    if ((c.rps_ipi_pending >> cpu & 1) == 0) continue;
    k.irq("rps_ipi");
    k.send_ipi(cpu);
  }
  k.put(c.rps_ipi_pending, std::uint8_t{0});
}

void rps_trigger_softirq(Kernel& k) {
  auto f = k.enter(Fn::rps_trigger_softirq);
  k.put(k.cpu().ipi_received, std::uint8_t{0});
  __napi_schedule(k, NapiKind::backlog);
  k.count(Counter::softnet_received_rps);
}

Poll process_backlog(Kernel& k, std::int32_t quota) {
  const Cpu& c = k.cpu();
  const NetRxAction& a = c.net_rx;
  auto f = k.enter(Fn::process_backlog, {}, {}, a.polling != 0);
  if (c.rps_ipi_pending != 0) net_rps_action_and_irq_enable(k);
  k.put(c.backlog.weight, static_cast<std::uint32_t>(k.sysctl().dev_weight));
  for (;;) {
    if (const SkbId skb = skb_dequeue(k, c.process_queue)) {
      k.about(skb, {});
      k.move(skb, Place::in_flight);
      __netif_receive_skb(k, skb);
      k.about_none();
      k.set(a.work, a.work + 1);
      if (a.work >= quota) return Poll::returned;
      if (c.process_queue.qlen == 0 && c.input_pkt_queue.qlen == 0) continue;  // the poll ends in this slice
      f.suspend();
      return Poll::again;
    }
    if (c.input_pkt_queue.qlen == 0) {
      k.set(c.backlog.sched, std::uint8_t{0});
      return Poll::returned;
    }
    while (const SkbId skb = skb_dequeue(k, c.input_pkt_queue)) skb_queue_tail(k, c.process_queue, skb);
  }
}

}  // namespace ringside
