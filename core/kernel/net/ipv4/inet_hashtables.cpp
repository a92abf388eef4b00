#include "core/kernel/net/inet_hashtables.h"

#include <array>

#include "core/kernel/net/core/skbuff.h"
#include "core/kernel/net/inet_connection_sock.h"
#include "core/kernel/net/ipv4/tcp_ipv4.h"

namespace ringside {

namespace {

const NodeRef& next_of(const Host& host, NodeRef node) {
  switch (node.kind()) {
    case NodeRef::request:
      return host[RequestId{node.index()}].hash_next;
    case NodeRef::timewait:
      return host[TimewaitId{node.index()}].hash_next;
    case NodeRef::sock:
    case NodeRef::none:
      break;
  }
  return host[SockId{node.index()}].hash_next;
}

const NodeRef& bucket_of(Kernel& k, const Tuple& tuple) {
  return k.host().ehash->bucket[inet_ehashfn(tuple) & (kEhashBuckets - 1)];
}

std::uint32_t mix(std::uint32_t h, std::uint32_t v) {
  h = (h ^ v) * 0x9e3779b1u;
  return h ^ (h >> 15);
}

/// compute_score(): how well a listener fits; -1: not at all.
int compute_score(const Sock& sk, const Tuple& tuple) {
  if (sk.sport != tuple.sport) return -1;
  const bool v6_packet = tuple.saddr.is_v6();
  if (v6_packet && sk.family != 6) return -1;
  if (!v6_packet && sk.ipv6only != 0) return -1;
  int score = !v6_packet && sk.family == 4 ? 2 : 1;
  if (!ipv6_addr_any(sk.saddr)) {
    if (sk.saddr != tuple.saddr) return -1;
    score += 4;
  }
  return score;
}

/// reuseport_select_sock(): one of the group, by the hash of the connection.
SockId reuseport_select_sock(Kernel& k, SockId first, int score, const Tuple& tuple) {
  std::uint32_t members = 0;
  const auto in_group = [&](SockId id) {
    const Sock& sk = k[id];
    return sk.sk_reuseport != 0 && compute_score(sk, tuple) == score;
  };
  for (SockId id = first; id; id = SockId{k[id].hash_next.index()}) members += in_group(id) ? 1 : 0;
  auto pick = static_cast<std::uint32_t>(std::uint64_t{inet_ehashfn(tuple)} * members >> 32);
  for (SockId id = first; id; id = SockId{k[id].hash_next.index()})
    if (in_group(id) && pick-- == 0) return id;
  return first;
}

}  // namespace

bool ipv6_addr_any(const IpAddr& addr) { return addr.bytes() == std::array<std::uint8_t, 16>{}; }

IpAddr any_address(std::uint8_t family) {
  constexpr std::array<std::uint8_t, 16> zero{};
  return family == 6 ? IpAddr::v6(zero.data()) : IpAddr::v4(0u);
}

std::uint32_t inet_ehashfn(const Tuple& tuple) {
  std::uint32_t h = mix(0x811c9dc5u, static_cast<std::uint32_t>(tuple.sport) << 16 | tuple.dport);
  for (const IpAddr* addr : {&tuple.saddr, &tuple.daddr}) {
    const auto& b = addr->bytes();
    for (std::size_t i = 0; i < b.size(); i += 4)
      h = mix(h, std::uint32_t{b[i]} << 24 | std::uint32_t{b[i + 1]} << 16 | std::uint32_t{b[i + 2]} << 8 |
                     b[i + 3]);
  }
  return h;
}

Tuple tuple_of(const Host& host, NodeRef node) {
  const auto of = [](const auto& object) {
    return Tuple{object.saddr, object.daddr, object.sport, object.dport};
  };
  if (node.kind() == NodeRef::request) return of(host[RequestId{node.index()}]);
  if (node.kind() == NodeRef::timewait) return of(host[TimewaitId{node.index()}]);
  return of(host[SockId{node.index()}]);
}

Tuple incoming_tuple(Kernel& k, SkbId skb) {
  const SegmentAddresses at = tcp_addresses(k, skb);
  return {at.daddr, at.saddr, at.dport, at.sport};
}

NodeRef inet_lookup_established(Kernel& k, const IpAddr& saddr, std::uint16_t sport, const IpAddr& daddr,
                                std::uint16_t dport) {
  const Tuple wanted{daddr, saddr, dport, sport};
  NodeRef node = bucket_of(k, wanted);
  while (node && tuple_of(k.host(), node) != wanted) node = next_of(k.host(), node);
  return node;
}

void inet_ehash_insert(Kernel& k, NodeRef node) {
  const Tuple tuple = tuple_of(k.host(), node);
  const NodeRef& bucket = bucket_of(k, tuple);
  k.put(next_of(k.host(), node), bucket);
  k.put(bucket, node);
  if (node.kind() == NodeRef::sock) k.put(k[SockId{node.index()}].hashed, std::uint8_t{1});
}

void inet_unhash(Kernel& k, NodeRef node) {
  const NodeRef* link = &bucket_of(k, tuple_of(k.host(), node));
  while (*link && *link != node) link = &next_of(k.host(), *link);
  if (!*link) return;
  k.put(*link, next_of(k.host(), node));
  k.put(next_of(k.host(), node), NodeRef{});
  if (node.kind() == NodeRef::sock) k.put(k[SockId{node.index()}].hashed, std::uint8_t{0});
}

void inet_hash_listener(Kernel& k, SockId sk) {
  const Sock& s = k[sk];
  // The newest listener comes first; an IPv6 one that shares its port with others comes last.
  const NodeRef self = NodeRef::of(sk);
  if (s.family == 6 && s.sk_reuseport != 0 && k.net().listeners) {
    SockId tail = k.net().listeners;
    while (k[tail].hash_next) tail = SockId{k[tail].hash_next.index()};
    k.put(k[tail].hash_next, self);
    k.put(s.hash_next, NodeRef{});
  } else {
    k.put(s.hash_next, k.net().listeners ? NodeRef::of(k.net().listeners) : NodeRef{});
    k.put(k.net().listeners, sk);
  }
  k.put(s.hashed, std::uint8_t{1});
}

void inet_unhash_sock(Kernel& k, SockId sk) {
  const Sock& s = k[sk];
  if (s.hashed == 0) return;
  if (s.state != TcpState::listen) {
    inet_unhash(k, NodeRef::of(sk));
    return;
  }
  if (k.net().listeners == sk) {
    k.put(k.net().listeners, SockId{s.hash_next.index()});
  } else {
    SockId before = k.net().listeners;
    while (before && k[before].hash_next != NodeRef::of(sk)) before = SockId{k[before].hash_next.index()};
    if (before) k.put(k[before].hash_next, s.hash_next);
  }
  k.put(s.hash_next, NodeRef{});
  k.put(s.hashed, std::uint8_t{0});
}

SockId inet_lookup_listener(Kernel& k, const Tuple& tuple) {
  SockId result;
  int hiscore = 0;
  for (SockId id = k.net().listeners; id; id = SockId{k[id].hash_next.index()}) {
    const int score = compute_score(k[id], tuple);
    if (score <= hiscore) continue;
    result = id;
    hiscore = score;
  }
  if (result && k[result].sk_reuseport != 0) return reuseport_select_sock(k, result, hiscore, tuple);
  return result;
}

}  // namespace ringside
