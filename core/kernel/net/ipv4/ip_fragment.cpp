// net/ipv4/ip_fragment.c: IPv4 fragments wait until their datagram is whole.
#include "core/kernel/net/ipv4/ip_fragment.h"

#include "core/kernel/net/core/skbuff.h"
#include "core/kernel/net/ip.h"
#include "core/kernel/net/ipv4/inet_fragment.h"
#include "core/kernel/net/ipv6/ipv6.h"
#include "core/wire/icmp.h"
#include "core/wire/ipv4.h"

namespace ringside {

namespace {

SkbId give_up(Kernel& k, SkbId skb, FragQueueId kill, Drop reason) {
  k.count(Counter::IpReasmFails);
  if (kill) inet_frag_kill(k, kill, reason);
  kfree_skb_reason(k, skb, reason);
  return {};
}

SkbId ip_frag_reasm(Kernel& k, FragQueueId queue, SkbId last) {
  auto f = k.enter(Fn::ip_frag_reasm, last);
  const std::uint32_t len = k[queue].len;
  if (!k.decide("datagram_within_64k", len + 20 <= 65535, {{"len", len}})) {
    k.count(Counter::IpReasmFails);
    inet_frag_kill(k, queue, Drop::NOT_SPECIFIED);
    return {};
  }
  const SkbId head = inet_frag_reasm(k, queue, last);
  const SkBuff& s = k[head];
  skb_unpull(k, head, s.data_off - s.network_off);  // the IP header stands in front again
  k.count(Counter::IpReasmOKs);
  return head;
}

/// The whole datagram, or none.
SkbId ip_frag_queue(Kernel& k, FragQueueId queue, SkbId skb) {
  auto f = k.enter(Fn::ip_frag_queue, skb);
  const FragQueue& q = k[queue];
  const auto ip = *wire::Ipv4View::parse(skb_header(k, skb, k[skb].network_off));
  const auto header = static_cast<std::uint32_t>(ip.header_len());
  FragRange range{ip.fragment_offset(), ip.fragment_offset() + k[skb].len - header, ip.more_fragments()};
  if (range.more) range.end &= ~7u;
  const bool trims = k.profile.frag_overlap_trims;
  if (!inet_frag_range_good(k, q, range)) {
    if (!trims) return give_up(k, skb, queue, Drop::NOT_SPECIFIED);
    kfree_skb_reason(k, skb, Drop::NOT_SPECIFIED);
    return {};
  }
  skb_pull(k, skb, header);
  skb_trim(k, skb, range.end - range.offset);
  switch (inet_frag_queue_insert(k, queue, skb, range, trims)) {
    case FragInsert::ok:
      break;
    case FragInsert::duplicate:
    case FragInsert::covered:
      kfree_skb_reason(k, skb, Drop::DUP_FRAG);
      return {};
    case FragInsert::overlap:
      k.count(Counter::IpReasmOverlaps);
      return give_up(k, skb, queue, Drop::NOT_SPECIFIED);
  }
  const bool complete = inet_frag_complete(q);
  if (!k.decide("datagram_complete", complete, {{"meat", q.meat}, {"len", q.len}, {"last_in", q.last_in}}))
    return {};
  return ip_frag_reasm(k, queue, skb);
}

}  // namespace

SkbId ip_defrag(Kernel& k, SkbId skb) {
  auto f = k.enter(Fn::ip_defrag, skb);
  k.count(Counter::IpReasmReqds);
  const auto ip = *wire::Ipv4View::parse(skb_header(k, skb, k[skb].network_off));
  const FragQueueId queue = inet_frag_find(k, {4, ip.protocol(), ip.saddr(), ip.daddr(), ip.id()});
  if (!queue) return give_up(k, skb, {}, Drop::NOMEM);
  return ip_frag_queue(k, queue, skb);
}

void ip_expire(Kernel& k, FragQueueId queue) {
  if (k[queue].family == 6) {
    ip6_frag_expire(k, queue);
    return;
  }
  auto f = k.enter(Fn::ip_expire);
  const FragQueue& q = k[queue];
  k.count(Counter::IpReasmFails);
  k.count(Counter::IpReasmTimeout);
  const SkbId first = q.fragments.head;
  if (first && (q.last_in & INET_FRAG_FIRST_IN) != 0)
    icmp_send(k, first, wire::ICMP_TIME_EXCEEDED, wire::ICMP_EXC_FRAGTIME);
  inet_frag_kill(k, queue, Drop::FRAG_REASM_TIMEOUT);
}

}  // namespace ringside
