// net/ipv4/inet_fragment.c: what the reassembly of both IP versions shares.
#pragma once
#include "core/machine/kernel.h"

namespace ringside {

// FragQueue::last_in: the flags of struct inet_frag_queue.
inline constexpr std::uint8_t INET_FRAG_FIRST_IN = 1, INET_FRAG_LAST_IN = 2;

struct FragKey {
  std::uint8_t family = 4, protocol = 0;
  IpAddr saddr, daddr;
  std::uint32_t id = 0;
};
/// The datagram's queue; a new one if there is none yet. None if the memory for fragments is used up.
FragQueueId inet_frag_find(Kernel& k, const FragKey& key);
/// Takes the queue out of the table and frees what it holds.
void inet_frag_kill(Kernel& k, FragQueueId queue, Drop reason);

/// Where a fragment stands in its datagram, in bytes.
struct FragRange {
  std::uint32_t offset = 0, end = 0;
  bool more = false;
};
/// The checks on a fragment's place that need no look at the others: false if it contradicts what is known.
bool inet_frag_range_good(Kernel& k, const FragQueue& queue, const FragRange& range);
enum class FragInsert : std::uint8_t { ok, duplicate, overlap, covered };
/// Puts the fragment (its data is the payload alone) into the queue in order. `trims`: overlapping bytes are
/// cut off (4.13's IPv4); otherwise an overlap is a verdict on the whole datagram (RFC 5722).
FragInsert inet_frag_queue_insert(Kernel& k, FragQueueId queue, SkbId skb, const FragRange& range,
                                  bool trims);
bool inet_frag_complete(const FragQueue& queue);
/// The datagram: the skb that came last, with everybody's data behind the first fragment's headers. The queue
/// is gone.
SkbId inet_frag_reasm(Kernel& k, FragQueueId queue, SkbId last_arrived);

}  // namespace ringside
