// net/ipv4/tcp.c: tcp_poll().
#include <sys/epoll.h>

#include <algorithm>

#include "core/kernel/net/core/sock.h"
#include "core/kernel/net/ipv4/tcp_input.h"
#include "core/kernel/net/ipv4/tcp_sndbuf.h"

namespace ringside {

namespace {

std::uint32_t poll_connected(Kernel& k, SockId sk) {
  const Sock& s = k[sk];
  const TcpSock& tp = s.tp;
  std::uint32_t mask = 0;
  std::int32_t target = std::max(s.sk_rcvlowat, 1);
  if (tp.urg_data != 0 && tp.urg_seq == tp.copied_seq && s.sock_urginline == 0) ++target;
  if (tcp_stream_is_readable(k, sk, target)) mask |= EPOLLIN | EPOLLRDNORM;
  if ((s.sk_shutdown & SEND_SHUTDOWN) != 0 || sk_stream_is_writeable(k, s))
    mask |= EPOLLOUT | EPOLLWRNORM;
  else
    k.put(s.sk_nospace, std::uint8_t{1});
  if ((tp.urg_data & TCP_URG_VALID) != 0) mask |= EPOLLPRI;
  return mask;
}

}  // namespace

bool tcp_stream_is_readable(Kernel& k, SockId sk, std::int32_t target) {
  return k.profile.tcp_rcv.readable(k, sk, target);
}

std::uint32_t tcp_poll(Kernel& k, SockId sk) {
  auto f = k.enter(Fn::tcp_poll, {}, sk);
  const Sock& s = k[sk];
  if (s.state == TcpState::listen) return s.accept_queue.accept_head ? EPOLLIN | EPOLLRDNORM : 0u;
  std::uint32_t mask = 0;
  if (s.sk_shutdown == SHUTDOWN_MASK || s.state == TcpState::close) mask |= EPOLLHUP;
  if ((s.sk_shutdown & RCV_SHUTDOWN) != 0) mask |= EPOLLIN | EPOLLRDNORM | EPOLLRDHUP;
  if (s.state != TcpState::syn_sent && s.state != TcpState::syn_recv) mask |= poll_connected(k, sk);
  if (s.sk_err != 0 || s.error_queue.qlen != 0) mask |= EPOLLERR;
  return mask;
}

}  // namespace ringside
