// connect(): inet_stream_connect() and tcp_v4_connect().
#include <algorithm>

#include "core/kernel/net/core/sock.h"
#include "core/kernel/net/inet.h"
#include "core/kernel/net/inet_connection_sock.h"
#include "core/kernel/net/socket.h"

namespace ringside {

namespace {

enum : std::uint8_t { kLocking = 10, kWaiting = 11 };

bool is_connecting(const Sock& s) { return s.state == TcpState::syn_sent || s.state == TcpState::syn_recv; }

bool is_broadcast_or_multicast(const IpAddr& addr) {
  return addr.is_multicast() || addr.is_limited_broadcast();
}

/// Which of our addresses leads to the peer: the first of its family.
IpAddr choose_saddr(Kernel& k, const IpAddr& daddr) {
  const Net& net = k.net();
  for (std::uint32_t i = 0; i < net.local_count; ++i)
    if (net.local[i].family() == daddr.family()) return net.local[i];
  return {};
}

std::int32_t fail(Kernel& k, SockId sk, std::int32_t error) {
  tcp_set_state(k, sk, TcpState::close);
  k.put(k[sk].dport, std::uint16_t{0});
  return error;
}

/// tcp_v4_connect(), tcp_v6_connect(): 0 when the SYN is out, or -errno.
std::int32_t tcp_v4_connect(Kernel& k, SockId sk, IpAddr daddr, std::uint16_t dport) {
  auto f = k.enter(k[sk].family == 6 ? Fn::tcp_v6_connect : Fn::tcp_v4_connect, {}, sk);
  const Sock& s = k[sk];
  const TcpSock& tp = s.tp;
  if (s.family == 4 && daddr.is_v6()) return -EAFNOSUPPORT;
  if (s.family == 6 && s.ipv6only != 0 && daddr.is_v4()) return -ENETUNREACH;
  if (is_broadcast_or_multicast(daddr)) return -ENETUNREACH;
  const IpAddr saddr = ipv6_addr_any(s.saddr) ? choose_saddr(k, daddr) : s.saddr;
  if (!k.decide("route_to_peer", saddr.family() == daddr.family())) {
    k.count(Counter::IpOutNoRoutes);
    return -ENETUNREACH;
  }
  if (ipv6_addr_any(daddr)) daddr = saddr;  // 0.0.0.0 is this host
  k.assign(s.saddr, saddr);
  k.put(s.family, static_cast<std::uint8_t>(daddr.family()));  // a mapped IPv4 peer is spoken to in IPv4
  if (tp.rx_opt.ts_recent_stamp != 0 && s.daddr != daddr) {
    k.set(tp.rx_opt.ts_recent, 0u);
    k.put(tp.rx_opt.ts_recent_stamp, 0);
    k.set(tp.write_seq, Seq{0});
  }
  k.assign(s.daddr, daddr);
  k.put(s.dport, dport);
  k.put(tp.rx_opt.mss_clamp, std::uint16_t{536});
  tcp_set_state(k, sk, TcpState::syn_sent);
  if (const std::int32_t taken = inet_hash_connect(k, sk); taken != 0) return fail(k, sk, taken);
  k.put(k.net().next_flow, k.net().next_flow + 1);
  k.put(s.flow, k.net().next_flow);
  const InitialSequence own = tcp_initial_sequence(k, {s.saddr, s.daddr, s.sport, s.dport}, 0);
  if (tp.write_seq == 0) k.set(tp.write_seq, own.isn);
  k.put(tp.tsoffset, own.ts_off);
  const std::int32_t error = tcp_connect(k, sk);
  return error == 0 ? 0 : fail(k, sk, error);
}

/// The call's answer, with the lock still held: `error` is what is true now.
bool finish(Kernel& k, SockId sk, ProcessId self, std::int32_t result) {
  k.put(k[self].call.result, std::int64_t{result});
  release_sock(k, sk);
  return true;
}

/// The connection was refused, reset or given up while we waited (or before).
bool sock_error(Kernel& k, SockId sk, ProcessId self) {
  const Sock& s = k[sk];
  const std::int32_t error = s.sk_err != 0 ? s.sk_err : ECONNABORTED;
  k.set(s.sk_err, 0);
  k.put(s.socket_state, SS_UNCONNECTED);
  k.put(s.sk_disconnects, s.sk_disconnects + 1);
  tcp_disconnect(k, sk);
  return finish(k, sk, self, -error);
}

/// First part of __inet_stream_connect(). True: there is something to wait for, or at least to look at.
bool start(Kernel& k, SockId sk, ProcessId self, std::int32_t& error) {
  const Syscall& call = k[self].call;
  const Sock& s = k[sk];
  switch (s.socket_state) {
    case SS_CONNECTED:
      error = -EISCONN;
      return false;
    case SS_CONNECTING:
      error = -EALREADY;
      return true;
    case SS_UNCONNECTED:
      break;
    default:
      error = -EINVAL;
      return false;
  }
  error = -EISCONN;
  if (s.state != TcpState::close) return false;
  error = tcp_v4_connect(k, sk, call.addr, call.port);
  if (error != 0) return false;
  k.put(s.socket_state, SS_CONNECTING);
  error = -EINPROGRESS;
  return true;
}

/// inet_wait_for_connect(). False while it sleeps.
bool inet_wait_for_connect(Kernel& k, SockId sk, ProcessId self) {
  const Syscall& call = k[self].call;
  while (is_connecting(k[sk]) || call.inner_phase != 0) {
    const auto never = [](const Host&, SockId, ProcessId) { return false; };
    if (!sk_wait_event(k, sk, self, never)) return false;
    if (k[self].signal_pending != 0 || call.timeo_ns == 0) break;
  }
  remove_wait_queue(k, sk, self);
  return true;
}

bool waited(Kernel& k, SockId sk, ProcessId self) {
  const Syscall& call = k[self].call;
  const Sock& s = k[sk];
  if (call.timeo_ns == 0 && is_connecting(s))
    return finish(k, sk, self, static_cast<std::int32_t>(call.local[0]));
  if (k[self].signal_pending != 0) return finish(k, sk, self, -EINTR);
  if (k.profile.connection.counts_disconnects &&
      s.sk_disconnects != static_cast<std::uint32_t>(call.local[1]))
    return finish(k, sk, self, -EPIPE);
  if (k.decide("connection_closed", s.state == TcpState::close)) return sock_error(k, sk, self);
  k.put(s.socket_state, SS_CONNECTED);
  return finish(k, sk, self, 0);
}

bool connect_locked(Kernel& k, SockId sk, ProcessId self) {
  const Syscall& call = k[self].call;
  const Sock& s = k[sk];
  if (call.addr.size() == 0) {  // AF_UNSPEC
    k.put(s.sk_disconnects, s.sk_disconnects + 1);
    tcp_disconnect(k, sk);
    k.put(s.socket_state, SS_UNCONNECTED);
    return finish(k, sk, self, 0);
  }
  std::int32_t error = 0;
  if (!start(k, sk, self, error)) return finish(k, sk, self, error);
  k.put(call.local[0], std::int64_t{error});
  k.put(call.local[1], std::int64_t{s.sk_disconnects});
  k.put(call.timeo_ns, file_is_nonblocking(k.host(), self, call.fd) ? 0 : s.sk_sndtimeo_ns);
  if (k.decide("still_connecting", is_connecting(s))) {
    if (call.timeo_ns == 0) return finish(k, sk, self, error);
    add_wait_queue(k, sk, self);
    k.put(call.phase, std::uint8_t{kWaiting});
    if (!inet_wait_for_connect(k, sk, self)) return false;
  }
  return waited(k, sk, self);
}

}  // namespace

bool inet_stream_connect(Kernel& k, SockId sk, ProcessId self) {
  const Syscall& call = k[self].call;
  const bool resumed = call.phase >= kLocking;
  auto f = k.enter(Fn::inet_stream_connect, {}, sk, resumed);
  if (!resumed) k.put(call.phase, std::uint8_t{kLocking});
  bool done = false;
  if (call.phase == kWaiting)
    done = inet_wait_for_connect(k, sk, self) && waited(k, sk, self);
  else if (lock_sock(k, sk))
    done = connect_locked(k, sk, self);
  if (!done) f.suspend();
  return done;
}

}  // namespace ringside
