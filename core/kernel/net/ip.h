// include/net/ip.h, include/linux/netdevice.h: what the protocols call of the network and device layers, and
// back.
#pragma once
#include "core/machine/kernel.h"

namespace ringside {

/// Sends an skb whose header() starts with the transport header; adds the IP header, then LOCAL_OUT, routing,
/// POST_ROUTING, neighbour, qdisc, driver. Consumes the skb. Both IP versions (the socket's family decides).
void ip_queue_xmit(Kernel& k, SockId sk, SkbId skb);
/// The same without a full socket: SYN-ACKs, RSTs, TIME_WAIT ACKs, ICMP.
struct IpFlow {
  std::uint8_t family = 4, protocol = 6, tos = 0;
  int ttl = -1;  ///< -1: default
  IpAddr saddr, daddr;
};
void ip_send_skb(Kernel& k, const IpFlow& flow, SkbId skb, SockId sk);
/// From the device up: __netif_receive_skb and all above. Consumes the skb.
void netif_receive_skb(Kernel& k, SkbId skb);
void icmp_send(Kernel& k, SkbId skb, std::uint8_t type, std::uint8_t code);

// Entry points of the machine (core/kernel/entry.cpp)
void nic_boot(Kernel& k);
void nic_hard_irq(Kernel& k);
bool net_rx_action(Kernel& k);  ///< one slice; true: ended
void ip_expire(Kernel& k, FragQueueId queue);
void neighbour_timer(Kernel& k, NeighbourId neighbour);
void nic_itr_timer(Kernel& k);
void napi_watchdog(Kernel& k);

}  // namespace ringside
