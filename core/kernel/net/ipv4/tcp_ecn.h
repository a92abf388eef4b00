// Explicit congestion notification after RFC 3168 on the send side (tcp_ecn_*). AccECN is not modelled.
#pragma once
#include "core/machine/kernel.h"

namespace ringside {

/// INET_ECN_xmit(), INET_ECN_dontxmit(): the ECN field of what this socket sends next.
void inet_ecn_xmit(Kernel& k, SockId sk, bool capable);
/// SYN: asks for ECN if net.ipv4.tcp_ecn says so.
void tcp_ecn_send_syn(Kernel& k, SockId sk, SkbId skb);
/// A SYN that becomes a SYN-ACK (crossing SYNs).
void tcp_ecn_send_synack(Kernel& k, SockId sk, SkbId skb);
/// A retransmitted SYN gives ECN up (tcp_ecn_fallback).
void tcp_ecn_clear_syn(Kernel& k, SkbId skb);
/// Any other segment: ECT for new data; returns the CWR and ECE bits it carries.
std::uint16_t tcp_ecn_send(Kernel& k, SockId sk, SkbId skb);

}  // namespace ringside
