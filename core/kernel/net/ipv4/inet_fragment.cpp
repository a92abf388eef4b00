#include "core/kernel/net/ipv4/inet_fragment.h"

#include <algorithm>

#include "core/kernel/net/core/skbuff.h"

namespace ringside {

namespace {

constexpr std::uint32_t kQueueSize = 208;  // sizeof(struct ipq)

void charge(Kernel& k, std::int64_t bytes) {
  k.set(k.net().frag_mem, static_cast<std::uint32_t>(k.net().frag_mem + bytes));
}

void unlink_queue(Kernel& k, FragQueueId queue) {
  const FragQueueId next = k[queue].next;
  if (k.net().frag_queues == queue) {
    k.put(k.net().frag_queues, next);
    return;
  }
  for (FragQueueId at = k.net().frag_queues; at; at = k[at].next)
    if (k[at].next == queue) {
      k.put(k[at].next, next);
      return;
    }
}

/// 4.13 has an evictor: it throws whole datagrams out, the oldest first, until a quarter is free again.
void evict(Kernel& k) {
  const auto low = static_cast<std::uint32_t>(k.sysctl().ipfrag_high_thresh / 4 * 3);
  while (k.net().frag_mem > low && k.net().frag_queues) {
    FragQueueId oldest = k.net().frag_queues;
    while (k[oldest].next) oldest = k[oldest].next;
    k.remark("fragment_queue_evicted", {{"frag_mem", k.net().frag_mem}});
    k.count(k[oldest].family == 6 ? Counter::Ip6ReasmFails : Counter::IpReasmFails);
    inet_frag_kill(k, oldest, Drop::NOMEM);
  }
}

bool same_key(const FragQueue& q, const FragKey& key) {
  return q.family == key.family && q.protocol == key.protocol && q.id == key.id && q.saddr == key.saddr &&
         q.daddr == key.daddr;
}

/// Drops `bytes` at the front of a queued fragment.
void eat_front(Kernel& k, const FragQueue& q, SkbId skb, std::uint32_t bytes) {
  skb_pull(k, skb, bytes);
  k.put(k[skb].cb.seq, k[skb].cb.seq + bytes);
  k.set(q.meat, q.meat - bytes);
}

/// 4.13, IPv4: the newcomer yields to the one before it and overrides those behind it.
FragInsert trim_overlaps(Kernel& k, const FragQueue& q, SkbId skb, FragRange& range, SkbId prev, SkbId next) {
  if (prev && k[prev].cb.end_seq > range.offset) {
    const std::uint32_t overlap = k[prev].cb.end_seq - range.offset;
    if (range.offset + overlap >= range.end) return FragInsert::covered;
    k.remark("fragment_overlap_cut", {{"bytes", overlap}});
    skb_pull(k, skb, overlap);
    range.offset += overlap;
  }
  while (next && k[next].cb.seq < range.end) {
    const std::uint32_t overlap = range.end - k[next].cb.seq;
    k.remark("fragment_overlap_cut", {{"bytes", overlap}});
    if (overlap < k[next].len) {
      eat_front(k, q, next, overlap);
      break;
    }
    const SkbId overridden = next;
    next = k[next].next;
    k.set(q.meat, q.meat - k[overridden].len);
    charge(k, -static_cast<std::int64_t>(k[overridden].truesize));
    skb_unlink(k, q.fragments, overridden);
    kfree_skb_reason(k, overridden, Drop::NOT_SPECIFIED);
  }
  return FragInsert::ok;
}

}  // namespace

FragQueueId inet_frag_find(Kernel& k, const FragKey& key) {
  for (FragQueueId id = k.net().frag_queues; id; id = k[id].next)
    if (same_key(k[id], key)) return id;
  const auto limit = static_cast<std::uint32_t>(k.sysctl().ipfrag_high_thresh);
  if (!k.decide("fragment_memory_left", k.net().frag_mem <= limit,
                {{"frag_mem", k.net().frag_mem}, {"ipfrag_high_thresh", limit}})) {
    if (!k.profile.frag_evictor) return {};
    evict(k);
  }
  const FragQueueId id = k.alloc_frag_queue();
  const FragQueue& q = k[id];
  k.put(q.self, id);
  k.put(q.family, key.family);
  k.put(q.protocol, key.protocol);
  k.put(q.id, key.id);
  k.assign(q.saddr, key.saddr);
  k.assign(q.daddr, key.daddr);
  k.put(q.next, k.net().frag_queues);
  k.put(k.net().frag_queues, id);
  charge(k, kQueueSize);
  const std::int64_t seconds = key.family == 6 ? k.sysctl().ip6frag_time_s : k.sysctl().ipfrag_time_s;
  k.mod_timer(q.timer, {ObjectKind::frag_queue, TimerKind::frag_queue, id.index},
              k.jiffies() + seconds * k.hz());
  return id;
}

void inet_frag_kill(Kernel& k, FragQueueId queue, Drop reason) {
  const FragQueue& q = k[queue];
  k.del_timer(q.timer);
  unlink_queue(k, queue);
  while (const SkbId skb = skb_dequeue(k, q.fragments)) {
    charge(k, -static_cast<std::int64_t>(k[skb].truesize));
    kfree_skb_reason(k, skb, reason);
  }
  charge(k, -static_cast<std::int64_t>(kQueueSize));
  k.release(queue);
}

bool inet_frag_range_good(Kernel& k, const FragQueue& q, const FragRange& range) {
  const bool last_known = (q.last_in & INET_FRAG_LAST_IN) != 0;
  const bool good = range.more ? range.end <= q.len || !last_known
                               : range.end >= q.len && (!last_known || range.end == q.len);
  const bool holds_data = range.end > range.offset;
  if (!k.decide("fragment_fits_datagram", good && holds_data,
                {{"offset", range.offset}, {"end", range.end}, {"len", q.len}, {"last_in", q.last_in}}))
    return false;
  if (!range.more) k.set(q.last_in, static_cast<std::uint8_t>(q.last_in | INET_FRAG_LAST_IN));
  if (range.end > q.len) k.set(q.len, range.end);
  return true;
}

FragInsert inet_frag_queue_insert(Kernel& k, FragQueueId queue, SkbId skb, const FragRange& where,
                                  bool trims) {
  const FragQueue& q = k[queue];
  FragRange range = where;
  SkbId prev = q.fragments.tail;
  while (prev && k[prev].cb.seq >= range.offset) prev = k[prev].prev;
  const SkbId next = prev ? k[prev].next : q.fragments.head;
  FragInsert result = FragInsert::ok;
  if (trims) {
    result = trim_overlaps(k, q, skb, range, prev, next);
  } else {
    const bool before = prev && k[prev].cb.end_seq > range.offset;
    const bool behind = next && k[next].cb.seq < range.end;
    if (before || behind) {
      const bool inside = (before && k[prev].cb.end_seq >= range.end) ||
                          (behind && k[next].cb.seq == range.offset && k[next].cb.end_seq >= range.end);
      result = inside && k.profile.frag_ignores_duplicates ? FragInsert::duplicate : FragInsert::overlap;
    }
  }
  k.choose("fragment_place", static_cast<std::int64_t>(result),
           {{"offset", range.offset}, {"end", range.end}});
  if (result != FragInsert::ok) return result;
  k.put(k[skb].cb.seq, range.offset);
  k.put(k[skb].cb.end_seq, range.end);
  if (prev)
    skb_append(k, q.fragments, prev, skb);
  else
    skb_queue_head(k, q.fragments, skb);
  k.move(skb, Place::ip_frag_queue);
  k.set(q.meat, q.meat + k[skb].len);
  charge(k, k[skb].truesize);
  if (range.offset == 0) k.set(q.last_in, static_cast<std::uint8_t>(q.last_in | INET_FRAG_FIRST_IN));
  return FragInsert::ok;
}

bool inet_frag_complete(const FragQueue& q) {
  return (q.last_in & (INET_FRAG_FIRST_IN | INET_FRAG_LAST_IN)) == (INET_FRAG_FIRST_IN | INET_FRAG_LAST_IN) &&
         q.meat == q.len;
}

SkbId inet_frag_reasm(Kernel& k, FragQueueId queue, SkbId last_arrived) {
  const FragQueue& q = k[queue];
  k.del_timer(q.timer);
  unlink_queue(k, queue);
  charge(k, -static_cast<std::int64_t>(kQueueSize));
  const SkbId first = q.fragments.head;
  if (first !=
      last_arrived) {  // skb_morph(): the one just received becomes the head, with the first's content
    const SkBuff head_content = k[first];
    const SkBuff last_content = k[last_arrived];
    const auto give = [&](SkbId to, const SkBuff& from) {
      SkBuff copy = from;
      copy.next = k[to].next;
      copy.prev = k[to].prev;
      copy.packet = k[to].packet;
      copy.place = k[to].place;
      k.assign(k[to], copy);
    };
    give(last_arrived, head_content);
    give(first, last_content);
    skb_unlink(k, q.fragments, last_arrived);
    // `first` holds the latest bytes now: it takes the place where they belong.
    skb_unlink(k, q.fragments, first);
    SkbId prev = q.fragments.tail;
    while (prev && k[prev].cb.seq > k[first].cb.seq) prev = k[prev].prev;
    if (prev)
      skb_append(k, q.fragments, prev, first);
    else
      skb_queue_head(k, q.fragments, first);
  } else {
    skb_unlink(k, q.fragments, first);
  }
  const SkbId head = last_arrived;
  std::int64_t charged = k[head].truesize;
  std::uint32_t truesize = k[head].truesize;
  SkbId chain_tail{};
  while (const SkbId part = skb_dequeue(k, q.fragments)) {
    charged += k[part].truesize;
    truesize += k[part].truesize;
    skb_for_each_piece(k.host(), part, 0, k[part].len,
                       [&](const DataRef& piece) { skb_add_frag(k, head, piece, false); });
    if (k[part].truncated != 0) k.put(k[head].truncated, std::uint8_t{1});
    k.move(part, Place::in_flight);
    k.put(chain_tail ? k[chain_tail].next : k[head].frag_list, part);
    chain_tail = part;
  }
  charge(k, -charged);
  k.set(k[head].truesize, truesize);
  k.move(head, Place::in_flight);
  k.release(queue);
  return head;
}

}  // namespace ringside
