// What the files of tcp_ipv4.c share among themselves.
#pragma once
#include "core/kernel/net/tcp.h"

namespace ringside {

/// Both ends of a segment, as its headers name them.
struct SegmentAddresses {
  IpAddr saddr, daddr;
  std::uint16_t sport = 0, dport = 0;
};
SegmentAddresses tcp_addresses(Kernel& k, SkbId skb);
void tcp_filter(Kernel& k, SockId sk, SkbId skb);
void tcp_v4_timewait_ack(Kernel& k, TimewaitId tw, SkbId skb);

}  // namespace ringside
