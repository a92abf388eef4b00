// net/ipv6/icmp.c, and what it shares with net/ipv4/icmp.c.
#pragma once
#include <vector>

#include "core/kernel/net/ip.h"

namespace ringside {

/// icmp6_send() with an IPv4 error's type and code, translated. Does not consume the skb.
void icmp6_send(Kernel& k, SkbId skb, std::uint8_t type, std::uint8_t code);

/// Sends a whole ICMP or ICMPv6 message, checksum included.
void icmp_reply(Kernel& k, const IpFlow& flow, const std::vector<std::uint8_t>& message);
bool icmp_rate_limit_allows(Kernel& k);

/// An ICMP error about a packet of ours: `mtu` only if it says that the packet was too big.
struct IcmpError {
  std::uint8_t type = 0, code = 0;
  std::uint32_t mtu = 0;
};
/// Tells the transport protocol of the quoted packet (its network header on). Both IP versions.
void icmp_socket_deliver(Kernel& k, const IcmpError& error, std::span<const std::uint8_t> quoted);

}  // namespace ringside
