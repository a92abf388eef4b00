// include/net/ip.h, include/linux/netdevice.h: what the protocols call of the network and device layers, and
// back.
#pragma once
#include "core/machine/kernel.h"

namespace ringside {

/// Sends an skb whose header() starts with the transport header; adds the IP header, then LOCAL_OUT, routing,
/// POST_ROUTING, neighbour, qdisc, driver. Consumes the skb. Both IP versions (the socket's family decides).
/// 0 sent, 1 NET_XMIT_DROP, 2 NET_XMIT_CN, or -errno.
int ip_queue_xmit(Kernel& k, SockId sk, SkbId skb);
/// The same without a full socket: SYN-ACKs, RSTs, TIME_WAIT ACKs, ICMP.
struct IpFlow {
  std::uint8_t family = 4, protocol = 6, tos = 0;
  int ttl = -1;  ///< -1: default
  IpAddr saddr, daddr;
};
void ip_send_skb(Kernel& k, const IpFlow& flow, SkbId skb, SockId sk);
/// From the device up: __netif_receive_skb and all above. Consumes the skb.
void netif_receive_skb(Kernel& k, SkbId skb);
/// ICMP error about a received packet, to its sender (if the rules allow one). Both IP versions: type and
/// code are ICMP's, those for IPv6 are derived. Does not consume the skb.
void icmp_send(Kernel& k, SkbId skb, std::uint8_t type, std::uint8_t code);

// The handlers that the network layer registers for Ethernet types; each consumes the skb.
void ip_rcv(Kernel& k, SkbId skb);
/// 6.18: packets of one batch, checked one after the other, routed one after the other, then delivered.
void ip_list_rcv(Kernel& k, const std::vector<SkbId>& list);
void ipv6_rcv(Kernel& k, SkbId skb);
void arp_rcv(Kernel& k, SkbId skb);

/// The addresses of a received packet, from its network header.
struct IpPair {
  IpAddr saddr, daddr;
};
IpPair ip_addresses(Kernel& k, SkbId skb);

enum NfHook : std::uint8_t {
  NF_INET_PRE_ROUTING = 1,
  NF_INET_LOCAL_IN = 2,
  NF_INET_LOCAL_OUT = 3,
  NF_INET_POST_ROUTING = 4
};
/// NF_HOOK: the rule table's verdict. False: dropped, the skb is gone.
bool nf_hook(Kernel& k, NfHook hook, SkbId skb);

/// What routing says of a destination (RTN_*).
enum class RouteType : std::uint8_t { local, broadcast, multicast, unicast, unreachable };
RouteType route_type(Kernel& k, const IpAddr& daddr);
bool is_local_address(Kernel& k, const IpAddr& addr);

/// What is left to check of a received packet's transport checksum: true if it is known to be good, cannot be
/// computed (the capture cut bytes off) or was left to a card (the pseudo header's sum alone). The skb's data
/// begins with the transport header; Ipv4/6 header, l4_proto and family are set.
bool skb_transport_checksum_ok(Kernel& k, SkbId skb);

// Transport handlers besides TCP's; each consumes the skb, whose data begins with the transport header.
void udp_rcv(Kernel& k, SkbId skb);
void icmp_rcv(Kernel& k, SkbId skb);
void udpv6_rcv(Kernel& k, SkbId skb);
void icmpv6_rcv(Kernel& k, SkbId skb);

// Entry points of the machine (core/kernel/entry.cpp)
void nic_boot(Kernel& k);
void nic_hard_irq(Kernel& k);
bool net_rx_action(Kernel& k);  ///< one slice; true: ended
void ip_expire(Kernel& k, FragQueueId queue);
void neighbour_timer(Kernel& k, NeighbourId neighbour);
void nic_itr_timer(Kernel& k);
void napi_watchdog(Kernel& k);

}  // namespace ringside
