// getsockopt and setsockopt: sock_setsockopt (net/core/sock.c), do_tcp_setsockopt (net/ipv4/tcp.c),
// do_ip_setsockopt (net/ipv4/ip_sockglue.c).
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>

#include "core/kernel/net/core/sock.h"
#include "core/kernel/net/ipv4/tcp_sockopt.h"
#include "core/kernel/net/socket.h"

namespace ringside {

namespace {

constexpr std::int32_t kMinRcvbuf = 2304, kMinSndbuf = 4608;  // SOCK_MIN_RCVBUF, SOCK_MIN_SNDBUF on x86-64
constexpr std::uint8_t kSndbufLock = 1, kRcvbufLock = 2;

/// timeval of SO_RCVTIMEO: arg[2] seconds, arg[3] microseconds; 0: for ever.
std::int64_t timeout_of(const Syscall& call) {
  const std::int64_t ns = call.arg[2] * 1000000000 + call.arg[3] * 1000;
  return ns == 0 ? -1 : ns;
}

void set_rcvbuf(Kernel& k, const Sock& s, std::int64_t value, std::int64_t most) {
  const auto val = static_cast<std::int32_t>(std::min(value, std::min<std::int64_t>(most, INT32_MAX / 2)));
  k.put(s.sk_userlocks, static_cast<std::uint8_t>(s.sk_userlocks | kRcvbufLock));
  k.set(s.sk_rcvbuf, std::max(val * 2, kMinRcvbuf));
}

void set_sndbuf(Kernel& k, SockId sk, std::int64_t value, std::int64_t most) {
  const Sock& s = k[sk];
  const auto val = static_cast<std::int32_t>(std::min(value, std::min<std::int64_t>(most, INT32_MAX / 2)));
  k.put(s.sk_userlocks, static_cast<std::uint8_t>(s.sk_userlocks | kSndbufLock));
  k.set(s.sk_sndbuf, std::max(val * 2, kMinSndbuf));
  sk_stream_write_space(k, sk);
}

std::int32_t sock_setsockopt(Kernel& k, SockId sk, const Syscall& call) {
  const Sock& s = k[sk];
  const std::int64_t value = call.arg[2];
  const auto flag = static_cast<std::uint8_t>(value != 0 ? 1 : 0);
  switch (call.arg[1]) {
    case SO_REUSEADDR:
      k.put(s.sk_reuse, flag);
      return 0;
    case SO_REUSEPORT:
      k.put(s.sk_reuseport, flag);
      return 0;
    case SO_RCVBUF:
      set_rcvbuf(k, s, value, k.sysctl().rmem_max);
      return 0;
    case SO_RCVBUFFORCE:
      set_rcvbuf(k, s, value, INT32_MAX);
      return 0;
    case SO_SNDBUF:
      set_sndbuf(k, sk, value, k.sysctl().wmem_max);
      return 0;
    case SO_SNDBUFFORCE:
      set_sndbuf(k, sk, value, INT32_MAX);
      return 0;
    case SO_RCVLOWAT:
      return k.profile.sockopt.set_rcvlowat(k, sk, static_cast<std::int32_t>(value < 0 ? INT32_MAX : value));
    case SO_KEEPALIVE:
      k.put(s.sock_keepopen, flag);
      if (s.protocol == IPPROTO_TCP) tcp_set_keepalive(k, sk, value != 0);
      return 0;
    case SO_OOBINLINE:
      k.put(s.sock_urginline, flag);
      return 0;
    case SO_LINGER:
      k.put(s.sock_linger, flag);
      k.put(s.sk_lingertime_ns, call.arg[3] * 1000000000);
      return 0;
    case SO_RCVTIMEO:
      k.put(s.sk_rcvtimeo_ns, timeout_of(call));
      return 0;
    case SO_SNDTIMEO:
      k.put(s.sk_sndtimeo_ns, timeout_of(call));
      return 0;
    case SO_PRIORITY:
      k.put(s.sk_priority, static_cast<std::uint32_t>(value));
      return 0;
    case SO_MARK:
      k.put(s.sk_mark, static_cast<std::uint32_t>(value));
      return 0;
    case SO_TIMESTAMPING:
      k.put(s.sk_tsflags, static_cast<std::uint32_t>(value));
      return 0;
    case SO_TIMESTAMP:
    case SO_TIMESTAMPNS:
      k.put(s.rcvtstamp, flag);
      return 0;
    case SO_ZEROCOPY:
      if (!k.profile.has_zerocopy) return -ENOPROTOOPT;
      if (value < 0 || value > 1) return -EINVAL;
      k.put(s.sock_zerocopy, flag);
      return 0;
    case SO_MAX_PACING_RATE:
      k.put(s.sk_max_pacing_rate, static_cast<std::int32_t>(value));
      return 0;
    default:
      return -ENOPROTOOPT;
  }
}

std::int32_t ip_setsockopt(Kernel& k, SockId sk, const Syscall& call) {
  const Sock& s = k[sk];
  const std::int64_t value = call.arg[2];
  switch (call.arg[1]) {
    case IP_TOS:
      k.put(s.ip_tos, static_cast<std::uint8_t>(value));
      return 0;
    case IP_TTL:
      if (value != -1 && (value < 1 || value > 255)) return -EINVAL;
      k.put(s.ip_ttl, static_cast<std::int32_t>(value));
      return 0;
    case IP_MINTTL:
      k.put(s.min_ttl, static_cast<std::uint8_t>(value));
      return 0;
    case IP_RECVERR:
      k.put(s.recverr, static_cast<std::uint8_t>(value != 0));
      return 0;
    case IP_FREEBIND:
      k.put(s.freebind, static_cast<std::uint8_t>(value != 0));
      return 0;
    case IP_MTU_DISCOVER:
      return 0;
    default:
      return -ENOPROTOOPT;
  }
}

std::int32_t ipv6_setsockopt(Kernel& k, SockId sk, const Syscall& call) {
  const Sock& s = k[sk];
  switch (call.arg[1]) {
    case IPV6_V6ONLY:
      k.put(s.ipv6only, static_cast<std::uint8_t>(call.arg[2] != 0));
      return 0;
    case IPV6_TCLASS:
      k.put(s.ip_tos, static_cast<std::uint8_t>(call.arg[2]));
      return 0;
    case IPV6_UNICAST_HOPS:
      k.put(s.ip_ttl, static_cast<std::int32_t>(call.arg[2]));
      return 0;
    case IPV6_RECVERR:
      k.put(s.recverr, static_cast<std::uint8_t>(call.arg[2] != 0));
      return 0;
    default:
      return -ENOPROTOOPT;
  }
}

/// Writes an int as the call's answer.
std::int32_t answer(Kernel& k, const Syscall& call, std::int64_t value) {
  k.put(call.out[0], static_cast<std::uint32_t>(value));
  k.put(call.arg[3], std::min<std::int64_t>(call.arg[2], 4));
  return 0;
}

std::int32_t answer_timeval(Kernel& k, const Syscall& call, std::int64_t ns) {
  const std::uint64_t sec = ns < 0 ? 0 : static_cast<std::uint64_t>(ns) / 1000000000;
  const std::uint64_t usec = ns < 0 ? 0 : static_cast<std::uint64_t>(ns) % 1000000000 / 1000;
  k.put(call.out[0], static_cast<std::uint32_t>(sec));
  k.put(call.out[1], static_cast<std::uint32_t>(sec >> 32));
  k.put(call.out[2], static_cast<std::uint32_t>(usec));
  k.put(call.out[3], static_cast<std::uint32_t>(usec >> 32));
  k.put(call.arg[3], std::int64_t{16});
  return 0;
}

std::int32_t sock_getsockopt(Kernel& k, SockId sk, const Syscall& call) {
  const Sock& s = k[sk];
  switch (call.arg[1]) {
    case SO_REUSEADDR:
      return answer(k, call, s.sk_reuse);
    case SO_REUSEPORT:
      return answer(k, call, s.sk_reuseport);
    case SO_RCVBUF:
      return answer(k, call, s.sk_rcvbuf);
    case SO_SNDBUF:
      return answer(k, call, s.sk_sndbuf);
    case SO_RCVLOWAT:
      return answer(k, call, s.sk_rcvlowat);
    case SO_SNDLOWAT:
      return answer(k, call, 1);
    case SO_KEEPALIVE:
      return answer(k, call, s.sock_keepopen);
    case SO_OOBINLINE:
      return answer(k, call, s.sock_urginline);
    case SO_TYPE:
      return answer(k, call, s.protocol == IPPROTO_TCP ? SOCK_STREAM : SOCK_DGRAM);
    case SO_PROTOCOL:
      return answer(k, call, s.protocol);
    case SO_DOMAIN:
      return answer(k, call, s.family == 4 ? AF_INET : AF_INET6);
    case SO_ACCEPTCONN:
      return answer(k, call, s.state == TcpState::listen ? 1 : 0);
    case SO_ERROR: {  // sock_error(): reading it clears it
      const std::int32_t error = s.sk_err != 0 ? s.sk_err : s.sk_err_soft;
      if (s.sk_err != 0)
        k.set(s.sk_err, 0);
      else
        k.set(s.sk_err_soft, 0);
      return answer(k, call, error);
    }
    case SO_LINGER:
      k.put(call.out[1], static_cast<std::uint32_t>(s.sk_lingertime_ns / 1000000000));
      answer(k, call, s.sock_linger);
      k.put(call.arg[3], std::int64_t{8});
      return 0;
    case SO_RCVTIMEO:
      return answer_timeval(k, call, s.sk_rcvtimeo_ns);
    case SO_SNDTIMEO:
      return answer_timeval(k, call, s.sk_sndtimeo_ns);
    case SO_PRIORITY:
      return answer(k, call, s.sk_priority);
    case SO_MARK:
      return answer(k, call, s.sk_mark);
    case SO_ZEROCOPY:
      return k.profile.has_zerocopy ? answer(k, call, s.sock_zerocopy) : -ENOPROTOOPT;
    case SO_INCOMING_CPU:
      return answer(k, call, k.cpu_id());
    default:
      return -ENOPROTOOPT;
  }
}

std::int32_t ip_getsockopt(Kernel& k, SockId sk, const Syscall& call) {
  const Sock& s = k[sk];
  switch (call.arg[1]) {
    case IP_TOS:
      return answer(k, call, s.ip_tos);
    case IP_TTL:
      return answer(k, call, s.ip_ttl == -1 ? k.sysctl().ip_default_ttl : s.ip_ttl);
    case IP_MINTTL:
      return answer(k, call, s.min_ttl);
    case IP_RECVERR:
      return answer(k, call, s.recverr);
    case IP_MTU:
      return answer(k, call, k.host().nic->mtu);
    default:
      return -ENOPROTOOPT;
  }
}

}  // namespace

bool sys_setsockopt(Kernel& k, ProcessId self) {
  const Syscall& call = k[self].call;
  std::int32_t error = 0;
  const SockId sk = sockfd_lookup(k, self, call.fd, error);
  if (!sk) {
    k.put(call.result, std::int64_t{-error});
    return true;
  }
  if (!lock_sock(k, sk)) return false;
  switch (call.arg[0]) {
    case SOL_SOCKET:
      error = sock_setsockopt(k, sk, call);
      break;
    case SOL_IP:
      error = ip_setsockopt(k, sk, call);
      break;
    case SOL_IPV6:
      error = k[sk].family == 6 ? ipv6_setsockopt(k, sk, call) : -ENOPROTOOPT;
      break;
    case IPPROTO_TCP:
      error = k[sk].protocol == IPPROTO_TCP ? do_tcp_setsockopt(k, sk, call) : -ENOPROTOOPT;
      break;
    default:
      error = -ENOPROTOOPT;
  }
  release_sock(k, sk);
  k.put(call.result, std::int64_t{error});
  return true;
}

bool sys_getsockopt(Kernel& k, ProcessId self) {
  const Syscall& call = k[self].call;
  std::int32_t error = 0;
  const SockId sk = sockfd_lookup(k, self, call.fd, error);
  if (!sk) {
    k.put(call.result, std::int64_t{-error});
    return true;
  }
  switch (call.arg[0]) {
    case SOL_SOCKET:
      error = sock_getsockopt(k, sk, call);
      break;
    case SOL_IP:
      error = ip_getsockopt(k, sk, call);
      break;
    case IPPROTO_TCP:
      error = k[sk].protocol == IPPROTO_TCP ? do_tcp_getsockopt(k, sk, call) : -ENOPROTOOPT;
      break;
    default:
      error = -ENOPROTOOPT;
  }
  k.put(call.result, std::int64_t{error});
  return true;
}

}  // namespace ringside
