#include "core/kernel/net/ipv4/tcp_sockopt.h"

#include <netinet/tcp.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iterator>
#include <string_view>

#include "core/kernel/net/core/sock.h"
#include "core/kernel/net/ipv4/tcp_info.h"
#include "core/kernel/net/tcp.h"

namespace ringside {

namespace {

enum AckPending : std::uint8_t { kAckSched = 1, kAckPushed = 4 };
enum Nagle : std::uint8_t { kNagleOff = 1, kNagleCork = 2, kNaglePush = 4 };

std::int32_t set_maxseg(Kernel& k, const TcpSock& tp, std::int64_t value) {
  constexpr std::int64_t kMinMss = 88, kMaxWindow = 32767;
  if (value != 0 && (value < kMinMss || value > kMaxWindow)) return -EINVAL;
  k.put(tp.rx_opt.user_mss, static_cast<std::uint16_t>(value));
  return 0;
}

void set_nodelay(Kernel& k, SockId sk, bool on) {
  const TcpSock& tp = k[sk].tp;
  if (!on) {
    k.put(tp.nonagle, static_cast<std::uint8_t>(tp.nonagle & ~kNagleOff));
    return;
  }
  k.put(tp.nonagle, static_cast<std::uint8_t>(tp.nonagle | kNagleOff | kNaglePush));
  tcp_push_pending_frames(k, sk);
}

void set_cork(Kernel& k, SockId sk, bool on) {
  const TcpSock& tp = k[sk].tp;
  if (on) {
    k.put(tp.nonagle, static_cast<std::uint8_t>(tp.nonagle | kNagleCork));
    return;
  }
  std::uint8_t nonagle = static_cast<std::uint8_t>(tp.nonagle & ~kNagleCork);
  if ((nonagle & kNagleOff) != 0) nonagle |= kNaglePush;
  k.put(tp.nonagle, nonagle);
  tcp_push_pending_frames(k, sk);
}

/// inet_csk_enter_pingpong_mode(). 4.13's flag is a counter with the threshold 1.
void enter_pingpong(Kernel& k, SockId sk) {
  k.set(k[sk].icsk.ack.pingpong, static_cast<std::uint8_t>(k.sysctl().tcp_pingpong_thresh));
}

/// tcp_sock_set_quickack(): an odd value leaves ping-pong mode for good, an even one only for this ACK.
void set_quickack(Kernel& k, SockId sk, std::int64_t value) {
  const Sock& s = k[sk];
  const IcskAck& ack = s.icsk.ack;
  if (value == 0) {
    enter_pingpong(k, sk);
    return;
  }
  k.set(ack.pingpong, std::uint8_t{0});
  const bool open = s.state == TcpState::established || s.state == TcpState::close_wait;
  if (!open || (ack.pending & kAckSched) == 0) return;
  k.set(ack.pending, static_cast<std::uint8_t>(ack.pending | kAckPushed));
  tcp_cleanup_rbuf(k, sk, 1);
  if ((value & 1) == 0) enter_pingpong(k, sk);
}

constexpr std::int32_t kTimeoutInit = 1;  // seconds, TCP_TIMEOUT_INIT

/// How many SYN-ACK retransmissions make up that many seconds.
std::uint8_t secs_to_retrans(Kernel& k, std::int64_t seconds) {
  if (seconds <= 0) return 0;
  const std::int64_t most = k.sysctl().tcp_rto_max_ms / 1000;
  std::int64_t timeout = kTimeoutInit, period = timeout;
  std::uint8_t n = 1;
  while (seconds > period && n < 255) {
    ++n;
    timeout = std::min(timeout * 2, most);
    period += timeout;
  }
  return n;
}

std::int64_t retrans_to_secs(Kernel& k, std::uint8_t n) {
  const std::int64_t most = k.sysctl().tcp_rto_max_ms / 1000;
  std::int64_t timeout = kTimeoutInit, period = 0;
  for (int i = 0; i < n; ++i, timeout = std::min(timeout * 2, most)) period += timeout;
  return period;
}

/// A time in seconds from 1 to `most`, kept in ticks.
std::int32_t set_seconds(Kernel& k, const std::uint32_t& field, std::int64_t value, std::int64_t most) {
  if (value < 1 || value > most) return -EINVAL;
  k.put(field, static_cast<std::uint32_t>(value * k.hz()));
  return 0;
}

std::int32_t set_keepidle(Kernel& k, SockId sk, std::int64_t value) {
  const Sock& s = k[sk];
  const std::int32_t error = set_seconds(k, s.tp.keepalive_time, value, 32767);
  if (error != 0) return error;
  if (s.sock_keepopen != 0 && s.state != TcpState::close && s.state != TcpState::listen) {
    const std::int64_t elapsed = k.jiffies() - std::max(s.icsk.ack.lrcvtime, s.tp.rcv_tstamp);
    const std::int64_t left = static_cast<std::int64_t>(s.tp.keepalive_time) - elapsed;
    inet_csk_reset_keepalive_timer(k, sk, std::max<std::int64_t>(left, 0));
  }
  return 0;
}

std::int32_t set_congestion(Kernel& k, SockId sk, const Syscall& call) {
  char name[16] = {};
  std::memcpy(name, call.out, sizeof name - 1);
  for (std::uint8_t i = 0; i < static_cast<std::uint8_t>(CongestionOps::count_); ++i) {
    if (std::string_view(name) != name_of(static_cast<CongestionOps>(i))) continue;
    k.put(k[sk].icsk.ca_ops, i);
    k.put(k[sk].icsk.ca_initialized, std::uint8_t{0});
    if (k[sk].state != TcpState::close && k[sk].state != TcpState::listen) tcp_init_congestion_control(k, sk);
    return 0;
  }
  return -ENOENT;
}

}  // namespace

const char* name_of(CongestionOps ops) {
  switch (ops) {
    case CongestionOps::cubic:
      return "cubic";
    case CongestionOps::reno:
      return "reno";
    case CongestionOps::count_:
      break;
  }
  return "?";
}

void tcp_set_keepalive(Kernel& k, SockId sk, bool on) {
  const Sock& s = k[sk];
  if (s.state == TcpState::close || s.state == TcpState::listen) return;
  if (!on) {
    inet_csk_delete_keepalive_timer(k, sk);
    return;
  }
  const std::int64_t time =
      s.tp.keepalive_time != 0 ? s.tp.keepalive_time : k.sysctl().tcp_keepalive_time_s * k.hz();
  inet_csk_reset_keepalive_timer(k, sk, time);
}

std::int32_t do_tcp_setsockopt(Kernel& k, SockId sk, const Syscall& call) {
  const Sock& s = k[sk];
  const std::int64_t value = call.arg[2];
  if (call.arg[1] != TCP_CONGESTION && call.arg[4] < 4) return -EINVAL;
  switch (call.arg[1]) {
    case TCP_MAXSEG:
      return set_maxseg(k, s.tp, value);
    case TCP_NODELAY:
      set_nodelay(k, sk, value != 0);
      return 0;
    case TCP_CORK:
      set_cork(k, sk, value != 0);
      return 0;
    case TCP_QUICKACK:
      set_quickack(k, sk, value);
      return 0;
    case TCP_WINDOW_CLAMP:
      return k.profile.sockopt.set_window_clamp(k, sk, value);
    case TCP_KEEPIDLE:
      return set_keepidle(k, sk, value);
    case TCP_KEEPINTVL:
      return set_seconds(k, s.tp.keepalive_intvl, value, 32767);
    case TCP_KEEPCNT:
      if (value < 1 || value > 127) return -EINVAL;
      k.put(s.tp.keepalive_probes, static_cast<std::uint8_t>(value));
      return 0;
    case TCP_SYNCNT:
      if (value < 1 || value > 127) return -EINVAL;
      k.put(s.icsk.syn_retries, static_cast<std::uint8_t>(value));
      return 0;
    case TCP_LINGER2:
      if (value < 0)
        k.put(s.tp.linger2, -1);
      else
        k.put(s.tp.linger2, k.profile.sockopt.linger2_ticks(k, value));
      return 0;
    case TCP_DEFER_ACCEPT:
      k.put(s.tp.defer_accept, secs_to_retrans(k, value));
      return 0;
    case TCP_USER_TIMEOUT:
      if (value < 0) return -EINVAL;
      k.put(s.icsk.user_timeout, static_cast<std::uint32_t>(value));
      return 0;
    case TCP_NOTSENT_LOWAT:
      k.put(s.tp.notsent_lowat, static_cast<std::uint32_t>(value));
      sk_stream_write_space(k, sk);
      return 0;
    case TCP_INQ:
      if (!k.profile.has_tcp_inq) return -ENOPROTOOPT;
      if (value != 0 && value != 1) return -EINVAL;
      k.put(s.tp.recvmsg_inq, static_cast<std::uint8_t>(value));
      return 0;
    case TCP_THIN_LINEAR_TIMEOUTS:
      k.put(s.tp.thin_lto, static_cast<std::uint8_t>(value != 0));
      return 0;
    case TCP_THIN_DUPACK:
      return 0;
    case TCP_TIMESTAMP:
      k.put(s.tp.tsoffset, static_cast<std::uint32_t>(value - k.clock_us() / 1000));
      return 0;
    case TCP_CONGESTION:
      return set_congestion(k, sk, call);
    default:
      return -ENOPROTOOPT;
  }
}

std::int32_t do_tcp_getsockopt(Kernel& k, SockId sk, const Syscall& call) {
  const Sock& s = k[sk];
  const auto answer = [&](std::int64_t value) {
    k.put(call.out[0], static_cast<std::uint32_t>(value));
    k.put(call.arg[3], std::min<std::int64_t>(call.arg[2], 4));
    return 0;
  };
  const auto bytes = [&](const void* data, std::size_t size) {
    const std::size_t n =
        std::min({size, static_cast<std::size_t>(std::max<std::int64_t>(call.arg[2], 0)), sizeof call.out});
    std::uint32_t words[sizeof(Syscall::out) / sizeof(Syscall::out[0])] = {};
    std::memcpy(words, data, n);
    for (std::size_t i = 0; i < std::size(words); ++i) k.put(call.out[i], words[i]);
    k.put(call.arg[3], static_cast<std::int64_t>(n));
    return 0;
  };
  switch (call.arg[1]) {
    case TCP_MAXSEG: {
      const bool closed = s.state == TcpState::close || s.state == TcpState::listen;
      return answer(closed && s.tp.rx_opt.user_mss != 0 ? s.tp.rx_opt.user_mss : s.tp.mss_cache);
    }
    case TCP_NODELAY:
      return answer((s.tp.nonagle & kNagleOff) != 0);
    case TCP_CORK:
      return answer((s.tp.nonagle & kNagleCork) != 0);
    case TCP_QUICKACK:
      return answer(s.icsk.ack.pingpong < k.sysctl().tcp_pingpong_thresh);
    case TCP_WINDOW_CLAMP:
      return answer(s.tp.window_clamp);
    case TCP_KEEPIDLE:
      return answer(s.tp.keepalive_time != 0 ? s.tp.keepalive_time / k.hz()
                                             : k.sysctl().tcp_keepalive_time_s);
    case TCP_KEEPINTVL:
      return answer(s.tp.keepalive_intvl != 0 ? s.tp.keepalive_intvl / k.hz()
                                              : k.sysctl().tcp_keepalive_intvl_s);
    case TCP_KEEPCNT:
      return answer(s.tp.keepalive_probes != 0 ? s.tp.keepalive_probes : k.sysctl().tcp_keepalive_probes);
    case TCP_SYNCNT:
      return answer(s.icsk.syn_retries != 0 ? s.icsk.syn_retries : k.sysctl().tcp_syn_retries);
    case TCP_LINGER2:
      if (s.tp.linger2 < 0) return answer(-1);
      return answer(s.tp.linger2 != 0 ? s.tp.linger2 / k.hz() : k.sysctl().tcp_fin_timeout_s);
    case TCP_DEFER_ACCEPT:
      return answer(retrans_to_secs(k, s.tp.defer_accept));
    case TCP_USER_TIMEOUT:
      return answer(s.icsk.user_timeout);
    case TCP_NOTSENT_LOWAT:
      return answer(s.tp.notsent_lowat);
    case TCP_INQ:
      return k.profile.has_tcp_inq ? answer(s.tp.recvmsg_inq) : -ENOPROTOOPT;
    case TCP_TIMESTAMP:
      return answer(k.clock_us() / 1000 + s.tp.tsoffset);
    case TCP_CONGESTION: {
      char name[16] = {};
      std::strncpy(name, name_of(static_cast<CongestionOps>(s.icsk.ca_ops)), sizeof name - 1);
      return bytes(name, sizeof name);
    }
    case TCP_INFO: {
      TcpInfo info{};
      tcp_get_info(k, sk, info);
      return bytes(&info, sizeof info);
    }
    default:
      return -ENOPROTOOPT;
  }
}

}  // namespace ringside
