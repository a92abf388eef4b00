// net/ipv4/inet_hashtables.c: the established hash, the listeners, and who holds which port.
#pragma once
#include "core/machine/kernel.h"

namespace ringside {

/// Both ends of a connection as this host sees them.
struct Tuple {
  IpAddr saddr, daddr;  ///< ours, the peer's
  std::uint16_t sport = 0, dport = 0;
  friend bool operator==(const Tuple&, const Tuple&) = default;
};
/// The addresses and ports of a received segment, seen from this end.
Tuple incoming_tuple(Kernel& k, SkbId skb);
Tuple tuple_of(const Host& host, NodeRef node);
/// inet_ehashfn(): the kernel's is keyed with a secret; this one is the same in every run.
std::uint32_t inet_ehashfn(const Tuple& tuple);
bool ipv6_addr_any(const IpAddr& addr);   ///< also for IPv4, and for "no address"
IpAddr any_address(std::uint8_t family);  ///< 0.0.0.0 or ::

/// Puts a listener on (or takes it off) the chain of listeners, in the order that lookups try them.
void inet_hash_listener(Kernel& k, SockId sk);
/// sk_prot->unhash: out of the established hash or the listeners, wherever it stands.
void inet_unhash_sock(Kernel& k, SockId sk);
/// The listener for a SYN from `saddr`:`sport`; the peer matters only for SO_REUSEPORT groups.
SockId inet_lookup_listener(Kernel& k, const Tuple& tuple);

/// inet_csk_get_port(): binds `sk` to `port`, or to a free one for port 0. 0, -EADDRINUSE.
std::int32_t inet_csk_get_port(Kernel& k, SockId sk, std::uint16_t port);
/// inet_put_port(): gives the port back.
void inet_put_port(Kernel& k, SockId sk);
/// inet_hash_connect(): a port if it has none, uniqueness of the 4-tuple, into the established hash. 0,
/// -EADDRNOTAVAIL.
std::int32_t inet_hash_connect(Kernel& k, SockId sk);

}  // namespace ringside
