// What the transmit side of both IP versions shares: neighbours, fragments.
#pragma once
#include "core/kernel/net/ip.h"

namespace ringside {

/// Cuts a packet (its pushed headers begin with IP's) into fragments that fit the device. Consumes the skb.
/// Like all here: 0, NET_XMIT_DROP or -errno.
int ip_do_fragment(Kernel& k, SkbId skb, std::uint32_t mtu);
int ip6_fragment(Kernel& k, SkbId skb, std::uint32_t mtu);
/// ip_queue_xmit() and ip_send_skb() for IPv6: inet6_csk_xmit(), ip6_xmit().
int ip6_xmit_sock(Kernel& k, SockId sk, SkbId skb);
void ip6_send_flow(Kernel& k, const IpFlow& flow, SkbId skb, SockId sk);

/// neigh_output(): finds the next hop's link address, or queues the packet until it is known. Consumes the
/// skb.
int neigh_output(Kernel& k, SkbId skb);
/// The kernel's skb->len: headers that have been written count.
std::uint32_t skb_whole_len(Kernel& k, SkbId skb);
/// IPSTATS_MIB_OUT: a packet leaves. 4.13 calls it OutRequests and counts it before fragments are made.
void count_ip_out(Kernel& k, SkbId skb);
/// An ARP or ND packet has told an address: creates or updates the entry and sends what waited for it.
/// `create`: also if nobody asked.
void neigh_update(Kernel& k, const IpAddr& addr, const std::uint8_t* mac, bool create);
/// Sends an ARP request (arp_solicit) or a neighbour solicitation for `target`.
void arp_solicit(Kernel& k, const IpAddr& target);
void ndisc_solicit(Kernel& k, const IpAddr& target);

}  // namespace ringside
