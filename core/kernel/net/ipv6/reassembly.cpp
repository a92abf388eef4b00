// net/ipv6/reassembly.c: fragments, which only the sender may have made. Overlaps condemn the datagram
// (RFC 5722).
#include "core/kernel/net/core/skbuff.h"
#include "core/kernel/net/ip.h"
#include "core/kernel/net/ipv4/inet_fragment.h"
#include "core/kernel/net/ipv6/ipv6.h"
#include "core/wire/icmp.h"
#include "core/wire/ipv6.h"

namespace ringside {

namespace {

constexpr std::uint32_t kFragHeader = 8;

Ipv6Walk give_up(Kernel& k, SkbId skb, Counter counter, Drop reason) {
  k.count(counter);
  kfree_skb_reason(k, skb, reason);
  return {};
}

Ipv6Walk ip6_frag_reasm(Kernel& k, FragQueueId queue, SkbId last) {
  auto f = k.enter(Fn::ip6_frag_reasm, last);
  const std::uint8_t nexthdr = static_cast<std::uint8_t>(k[queue].flags);
  const SkbId head = inet_frag_reasm(k, queue, last);
  k.count(Counter::Ip6ReasmOKs);
  return {nexthdr, head};
}

Ipv6Walk ip6_frag_queue(Kernel& k, FragQueueId queue, SkbId skb, const FragRange& range,
                        std::uint8_t nexthdr) {
  auto f = k.enter(Fn::ip6_frag_queue, skb);
  const FragQueue& q = k[queue];
  if (!k.decide("fragment_within_64k", range.end <= 65535, {{"end", range.end}}) ||
      !k.decide("fragment_rounded", !range.more || range.end % 8 == 0, {{"end", range.end}}))
    return give_up(k, skb, Counter::Ip6InHdrErrors, Drop::IP_INHDR);
  if (!inet_frag_range_good(k, q, range)) return give_up(k, skb, Counter::Ip6ReasmFails, Drop::NOT_SPECIFIED);
  skb_pull(k, skb, kFragHeader);
  skb_trim(k, skb, range.end - range.offset);
  switch (inet_frag_queue_insert(k, queue, skb, range, false)) {
    case FragInsert::ok:
      break;
    case FragInsert::duplicate:
    case FragInsert::covered:
      kfree_skb_reason(k, skb, Drop::DUP_FRAG);
      return {};
    case FragInsert::overlap:
      k.count(Counter::Ip6ReasmOverlaps);
      inet_frag_kill(k, queue, Drop::NOT_SPECIFIED);
      return give_up(k, skb, Counter::Ip6ReasmFails, Drop::NOT_SPECIFIED);
  }
  if (range.offset == 0) k.put(q.flags, std::uint32_t{nexthdr});  // what the first fragment says counts
  const bool complete = inet_frag_complete(q);
  if (!k.decide("datagram_complete", complete, {{"meat", q.meat}, {"len", q.len}, {"last_in", q.last_in}}))
    return {};
  return ip6_frag_reasm(k, queue, skb);
}

}  // namespace

Ipv6Walk ipv6_frag_rcv(Kernel& k, SkbId skb) {
  auto f = k.enter(Fn::ipv6_frag_rcv, skb);
  k.count(Counter::Ip6ReasmReqds);
  const bool there = pskb_may_pull(k, skb, kFragHeader);
  if (!k.decide("fragment_header_there", there, {{"len", k[skb].len}}))
    return give_up(k, skb, Counter::Ip6InHdrErrors, k[skb].truncated != 0 ? Drop::HDR_TRUNC : Drop::IP_INHDR);
  const auto header = *wire::Ipv6ExtensionView::parse(wire::NEXTHDR_FRAGMENT, skb_data(k, skb));
  const std::uint8_t nexthdr = header.nexthdr();
  const std::uint32_t id = header.identification();
  FragRange range{header.fragment_offset(), header.fragment_offset() + k[skb].len - kFragHeader,
                  header.more_fragments()};
  if (k.decide("atomic_fragment", range.offset == 0 && !range.more)) {
    skb_pull(k, skb, kFragHeader);
    k.count(Counter::Ip6ReasmOKs);
    return {nexthdr, skb};
  }
  const auto [saddr, daddr] = ip_addresses(k, skb);
  const FragQueueId queue = inet_frag_find(k, {6, 0, saddr, daddr, id});
  if (!queue) return give_up(k, skb, Counter::Ip6ReasmFails, Drop::NOMEM);
  return ip6_frag_queue(k, queue, skb, range, nexthdr);
}

void ip6_frag_expire(Kernel& k, FragQueueId queue) {
  auto f = k.enter(Fn::ip6_frag_expire);
  const FragQueue& q = k[queue];
  k.count(Counter::Ip6ReasmFails);
  k.count(Counter::Ip6ReasmTimeout);
  const SkbId first = q.fragments.head;
  if (first && (q.last_in & INET_FRAG_FIRST_IN) != 0)
    icmp_send(k, first, wire::ICMP_TIME_EXCEEDED, wire::ICMP_EXC_FRAGTIME);
  inet_frag_kill(k, queue, Drop::FRAG_REASM_TIMEOUT);
}

}  // namespace ringside
