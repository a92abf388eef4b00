// Who may have which port: inet_csk_get_port() (bind, listen) and inet_hash_connect() (connect).
#include <cerrno>

#include "core/kernel/net/inet_hashtables.h"
#include "core/kernel/net/tcp.h"

namespace ringside {

namespace {

/// What a conflict depends on, of a socket or of a TIME_WAIT mini-socket.
struct Owner {
  IpAddr saddr;
  std::uint8_t family = 4, ipv6only = 0, reuse = 0, reuseport = 0;
  bool listening = false;
};

bool any(const IpAddr& addr) { return ipv6_addr_any(addr); }

/// inet_rcv_saddr_equal() with wildcards matching: could one packet be meant for both?
bool rcv_saddr_equal(const Owner& a, const Owner& b) {
  if (a.family == b.family) return any(a.saddr) || any(b.saddr) || a.saddr == b.saddr;
  const Owner& six = a.family == 6 ? a : b;
  const Owner& four = a.family == 6 ? b : a;
  if (six.ipv6only != 0) return false;
  return any(six.saddr) || (six.saddr.is_v4() && (any(four.saddr) || six.saddr == four.saddr));
}

/// inet_csk_bind_conflict(). `relax`: an explicit port; a search for any free port does not lean on
/// SO_REUSEADDR.
bool conflicts(const Owner& self, const Owner& other, bool relax) {
  const bool both_reuse = self.reuse != 0 && other.reuse != 0 && !other.listening;
  const bool both_reuseport = self.reuseport != 0 && other.reuseport != 0;
  if (both_reuseport) return false;
  if (both_reuse && relax) return false;
  return rcv_saddr_equal(self, other);
}

Owner owner_of(const Sock& sk) {
  return {sk.saddr, sk.family, sk.ipv6only, sk.sk_reuse, sk.sk_reuseport, sk.state == TcpState::listen};
}

/// Sockets that took a port themselves, through Sock::bind_next.
const SockId& bound_chain(const Kernel& k, const Sock& sk) {
  return sk.protocol == 6 ? k.net().bound_socks : k.net().udp_socks;
}

/// Calls f(Owner) for everybody who holds `port`: bound sockets, connections (accepted ones share their
/// listener's port), TIME_WAIT. Stops when f says true.
template <class F>
bool any_owner(Kernel& k, SockId self, std::uint16_t port, F&& f) {
  for (SockId id = bound_chain(k, k[self]); id; id = k[id].bind_next)
    if (id != self && k[id].sport == port && f(owner_of(k[id]))) return true;
  if (k[self].protocol != 6) return false;
  for (const NodeRef& bucket : k.host().ehash->bucket) {
    for (NodeRef node = bucket; node;) {
      NodeRef next;
      if (node.kind() == NodeRef::sock) {
        const Sock& sk = k[SockId{node.index()}];
        next = sk.hash_next;
        if (sk.self != self && sk.sport == port && f(owner_of(sk))) return true;
      } else if (node.kind() == NodeRef::timewait) {
        const TimewaitSock& tw = k[TimewaitId{node.index()}];
        next = tw.hash_next;
        if (tw.sport == port && f(Owner{tw.saddr, tw.family, 0, tw.reuse, 0, false})) return true;
      } else {
        next = k[RequestId{node.index()}].hash_next;
      }
      node = next;
    }
  }
  return false;
}

bool is_free(Kernel& k, SockId sk, std::uint16_t port, bool relax) {
  const Owner self = owner_of(k[sk]);
  return !any_owner(k, sk, port, [&](const Owner& other) { return conflicts(self, other, relax); });
}

void inet_bind_hash(Kernel& k, SockId sk, std::uint16_t port) {
  const Sock& s = k[sk];
  k.put(s.sport, port);
  if (s.bound != 0) return;
  k.put(s.bound, std::uint8_t{1});
  k.put(s.bind_next, bound_chain(k, s));
  k.put(bound_chain(k, s), sk);
}

/// Walks the ephemeral range by twos from `offset`, then the other parity. 0: none is free.
template <class F>
std::uint16_t find_port(Kernel& k, std::uint32_t offset, F&& fits) {
  const auto low = static_cast<std::uint32_t>(k.sysctl().ip_local_port_lo);
  const auto high = static_cast<std::uint32_t>(k.sysctl().ip_local_port_hi) + 1;
  std::uint32_t remaining = high - low;
  if (remaining > 1) remaining &= ~1u;
  const std::uint32_t first = offset % remaining;
  for (const std::uint32_t start : {first, first ^ 1}) {
    std::uint32_t port = low + start;
    for (std::uint32_t i = 0; i < remaining; i += 2, port += 2) {
      if (port >= high) port -= remaining;
      if (fits(static_cast<std::uint16_t>(port))) return static_cast<std::uint16_t>(port);
    }
    if (remaining <= 1) break;
  }
  return 0;
}

/// Has the TIME_WAIT stood long enough that the peer's timestamps have moved on?
bool tw_old_enough(Kernel& k, const TimewaitSock& tw) {
  std::int32_t reuse = k.sysctl().tcp_tw_reuse;
  if (!k.profile.connection.tw_entry_stamp)
    return reuse != 0 && k.clock_us() / 1000000 - tw.ts_recent_stamp > 1;
  if (reuse == 2) reuse = tw.saddr.is_loopback() || tw.daddr.is_loopback() ? 1 : 0;
  const bool half_closed = tw.substate == TcpState::fin_wait2;
  return reuse != 0 && !half_closed && k.clock_us() / 1000 - tw.entry_stamp_ms > 1000;  // tcp_tw_reuse_delay
}

/// tcp_twsk_unique(): may connect() take over a 4-tuple that is in TIME_WAIT? A port that was bound by hand
/// may always.
bool tcp_twsk_unique(Kernel& k, SockId sk, TimewaitId tw, bool chosen_port) {
  const TimewaitSock& t = k[tw];
  const bool reusable = t.ts_recent_stamp != 0 && (!chosen_port || tw_old_enough(k, t));
  if (!k.decide("tcp_twsk_unique", reusable, {{"ts_recent_stamp", t.ts_recent_stamp}})) return false;
  const Seq write_seq = t.snd_nxt + 65535 + 2;
  const TcpSock& tp = k[sk].tp;
  k.set(tp.write_seq, write_seq == 0 ? 1 : write_seq);
  k.set(tp.rx_opt.ts_recent, t.ts_recent);
  k.put(tp.rx_opt.ts_recent_stamp, t.ts_recent_stamp);
  return true;
}

/// __inet_check_established(): true if nobody has this 4-tuple (or only a TIME_WAIT that may go).
bool check_established(Kernel& k, SockId sk, std::uint16_t port, bool chosen_port) {
  const Sock& s = k[sk];
  const NodeRef found = inet_lookup_established(k, s.daddr, s.dport, s.saddr, port);
  if (!found) return true;
  if (found.kind() != NodeRef::timewait) return false;
  const TimewaitId tw{found.index()};
  if (!tcp_twsk_unique(k, sk, tw, chosen_port)) return false;
  k.count(Counter::TWRecycled);
  inet_twsk_deschedule(k, tw);
  return true;
}

}  // namespace

std::int32_t inet_csk_get_port(Kernel& k, SockId sk, std::uint16_t port) {
  auto f = k.enter(k[sk].protocol == 6 ? Fn::inet_csk_get_port : Fn::udp_v4_get_port, {}, sk);
  if (port == 0) {
    // Odd offsets first: connect() starts with the even ones.
    const auto offset = static_cast<std::uint32_t>(k.random()) | 1u;
    port = find_port(k, offset, [&](std::uint16_t candidate) { return is_free(k, sk, candidate, false); });
    if (port == 0) return -EADDRINUSE;
  } else if (!k.decide("port_free", is_free(k, sk, port, true), {{"port", port}})) {
    return -EADDRINUSE;
  }
  inet_bind_hash(k, sk, port);
  return 0;
}

void inet_put_port(Kernel& k, SockId sk) {
  const Sock& s = k[sk];
  if (s.bound == 0) return;
  const SockId* link = &bound_chain(k, s);
  while (*link && *link != sk) link = &k[*link].bind_next;
  if (*link) k.put(*link, s.bind_next);
  k.put(s.bind_next, SockId{});
  k.put(s.bound, std::uint8_t{0});
  k.put(s.bound_by_connect, std::uint8_t{0});  // sport stays: a RST may still have to name it
}

std::int32_t inet_hash_connect(Kernel& k, SockId sk) {
  auto f = k.enter(Fn::inet_hash_connect, {}, sk);
  const Sock& s = k[sk];
  if (s.bound != 0) {
    if (!check_established(k, sk, s.sport, false)) return -EADDRNOTAVAIL;
  } else {
    const std::uint32_t hint = k.net().next_port;
    const std::uint32_t offset = (hint + inet_ehashfn({s.saddr, s.daddr, 0, s.dport})) & ~1u;
    // A port that somebody bound on purpose is left alone, whatever its 4-tuple.
    const std::uint16_t port = find_port(k, offset, [&](std::uint16_t candidate) {
      for (SockId id = k.net().bound_socks; id; id = k[id].bind_next)
        if (k[id].sport == candidate && k[id].bound_by_connect == 0) return false;
      return check_established(k, sk, candidate, true);
    });
    if (port == 0) return -EADDRNOTAVAIL;
    inet_bind_hash(k, sk, port);
    k.put(s.bound_by_connect, std::uint8_t{1});
    k.put(k.net().next_port, static_cast<std::uint16_t>(hint + 2));
  }
  inet_ehash_insert(k, NodeRef::of(sk));
  return 0;
}

}  // namespace ringside
