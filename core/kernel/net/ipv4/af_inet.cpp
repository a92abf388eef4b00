// bind(), listen(), shutdown() and the last close() of an internet socket.
#include <algorithm>

#include "core/kernel/net/core/sock.h"
#include "core/kernel/net/inet.h"
#include "core/kernel/net/inet_connection_sock.h"
#include "core/kernel/net/tcp_flags.h"

namespace ringside {

namespace {

enum : std::uint8_t { kLocking = 10 };

bool is_local(Kernel& k, const IpAddr& addr) {
  const Net& net = k.net();
  return std::any_of(net.local, net.local + net.local_count, [&](const IpAddr& own) { return own == addr; });
}

/// Takes the lock of a call that cannot sleep otherwise. False while another process has it.
bool lock_once(Kernel& k, SockId sk, ProcessId self) {
  k.put(k[self].call.phase, std::uint8_t{kLocking});
  return lock_sock(k, sk);
}

std::int32_t listen_locked(Kernel& k, SockId sk, std::int64_t backlog_arg) {
  const Sock& s = k[sk];
  if (s.socket_state != SS_UNCONNECTED) return EINVAL;
  if (s.state != TcpState::close && s.state != TcpState::listen) return EINVAL;
  // Compared unsigned: a negative backlog is a very large one.
  const auto somaxconn = static_cast<std::uint32_t>(k.sysctl().somaxconn);
  const std::uint32_t backlog = std::min(static_cast<std::uint32_t>(backlog_arg), somaxconn);
  k.set(s.sk_max_ack_backlog, backlog);
  if (s.state == TcpState::listen) return 0;
  return -inet_csk_listen_start(k, sk);
}

/// What shutdown() does to the socket layer's own state.
void shutdown_socket_state(Kernel& k, const Sock& s) {
  if (s.socket_state != SS_CONNECTING) return;
  const bool unfinished =
      s.state == TcpState::syn_sent || s.state == TcpState::syn_recv || s.state == TcpState::close;
  k.put(s.socket_state, unfinished ? SS_DISCONNECTING : SS_CONNECTED);
}

}  // namespace

std::int32_t inet_bind(Kernel& k, SockId sk, const IpAddr& addr, std::uint16_t port) {
  auto f = k.enter(Fn::inet_bind, {}, sk);
  const Sock& s = k[sk];
  const bool any = ipv6_addr_any(addr);
  if (s.family == 4 && addr.is_v6()) return -EAFNOSUPPORT;
  if (s.family == 6 && addr.is_v4() && s.ipv6only != 0) return -EINVAL;
  const bool ours = any || is_local(k, addr) || addr.is_loopback() || addr.is_multicast() || s.freebind != 0;
  if (!k.decide("address_is_ours", ours)) return -EADDRNOTAVAIL;
  if (s.state != TcpState::close || s.bound != 0) return -EINVAL;
  k.assign(s.saddr, addr.size() == 0 ? any_address(s.family) : addr);
  if (const std::int32_t error = inet_csk_get_port(k, sk, port); error != 0) {
    k.assign(s.saddr, any_address(s.family));
    return error;
  }
  std::uint8_t locks = s.sk_userlocks;
  if (!any) locks |= SOCK_BINDADDR_LOCK;
  if (port != 0) locks |= SOCK_BINDPORT_LOCK;
  k.put(s.sk_userlocks, locks);
  return 0;
}

std::int32_t inet_autobind(Kernel& k, SockId sk) {
  if (k[sk].bound != 0) return 0;
  return inet_csk_get_port(k, sk, 0) == 0 ? 0 : -EAGAIN;
}

bool inet_listen(Kernel& k, SockId sk, ProcessId self) {
  const Syscall& call = k[self].call;
  auto f = k.enter(Fn::inet_listen, {}, sk, call.phase >= kLocking);
  if (!lock_once(k, sk, self)) {
    f.suspend();
    return false;
  }
  k.put(call.result, std::int64_t{-listen_locked(k, sk, call.arg[0])});
  release_sock(k, sk);
  return true;
}

bool inet_shutdown(Kernel& k, SockId sk, ProcessId self) {
  const Syscall& call = k[self].call;
  auto f = k.enter(Fn::inet_shutdown, {}, sk, call.phase >= kLocking);
  const std::int64_t how = call.arg[0] + 1;  // SHUT_RD, SHUT_WR, SHUT_RDWR to bits
  if (how < 1 || how > SHUTDOWN_MASK) {
    k.put(call.result, std::int64_t{-EINVAL});
    return true;
  }
  if (!lock_once(k, sk, self)) {
    f.suspend();
    return false;
  }
  const Sock& s = k[sk];
  std::int64_t result = 0;
  shutdown_socket_state(k, s);
  const bool stops_listening = s.state == TcpState::listen && (how & RCV_SHUTDOWN) != 0;
  if (stops_listening || s.state == TcpState::syn_sent) {
    tcp_disconnect(k, sk);
    k.put(s.socket_state, SS_UNCONNECTED);
  } else if (s.state != TcpState::listen) {
    if (s.state == TcpState::close) result = -ENOTCONN;
    k.set(s.sk_shutdown, static_cast<std::uint8_t>(s.sk_shutdown | how));
    tcp_shutdown(k, sk, static_cast<std::uint8_t>(how));
  }
  sock_def_wakeup(k, sk);  // whoever polls or sleeps looks again
  release_sock(k, sk);
  k.put(call.result, result);
  return true;
}

bool inet_release(Kernel& k, SockId sk, ProcessId self) {
  const Syscall& call = k[self].call;
  const bool resumed = call.phase >= kLocking;
  auto f = k.enter(Fn::inet_release, {}, sk, resumed);
  if (!resumed) k.put(call.timeo_ns, k[sk].sock_linger != 0 ? k[sk].sk_lingertime_ns : 0);
  if (tcp_close(k, sk, self)) return true;
  f.suspend();
  return false;
}

}  // namespace ringside
