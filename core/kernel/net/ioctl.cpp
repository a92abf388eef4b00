// tcp_ioctl (net/ipv4/tcp.c), udp_ioctl, fcntl F_GETFL/F_SETFL.
#include <fcntl.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>

#include <cerrno>

#include "core/kernel/fs/file.h"
#include "core/kernel/net/core/sock.h"
#include "core/kernel/net/socket.h"
#include "core/kernel/net/tcp.h"

namespace ringside {

namespace {

/// tcp_inq(): bytes a read would find now, without an urgent byte kept out of line.
std::int64_t tcp_inq(const Sock& s) {
  const TcpSock& tp = s.tp;
  if (s.state == TcpState::syn_sent || s.state == TcpState::syn_recv) return 0;
  constexpr std::uint16_t kUrgentValid = 0x0100;
  if ((tp.urg_data & kUrgentValid) != 0 && s.sock_urginline == 0 && !before(tp.urg_seq, tp.copied_seq) &&
      before(tp.urg_seq, tp.rcv_nxt))
    return seq_diff(tp.urg_seq, tp.copied_seq);
  std::int64_t answer = seq_diff(tp.rcv_nxt, tp.copied_seq);
  if (answer != 0 && s.sock_done != 0) --answer;  // the FIN
  return answer;
}

/// 0 or -errno; the number goes to `value`.
std::int32_t tcp_ioctl(const Sock& s, std::int64_t request, std::int64_t& value) {
  const bool syn = s.state == TcpState::syn_sent || s.state == TcpState::syn_recv;
  switch (request) {
    case FIONREAD:
      if (s.state == TcpState::listen) return -EINVAL;
      value = tcp_inq(s);
      return 0;
    case SIOCATMARK:
      value = s.tp.urg_data != 0 && s.tp.urg_seq == s.tp.copied_seq;
      return 0;
    case TIOCOUTQ:
      if (s.state == TcpState::listen) return -EINVAL;
      value = syn ? 0 : seq_diff(s.tp.write_seq, s.tp.snd_una);
      return 0;
    case SIOCOUTQNSD:
      if (s.state == TcpState::listen) return -EINVAL;
      value = syn ? 0 : seq_diff(s.tp.write_seq, s.tp.snd_nxt);
      return 0;
    default:
      return -ENOTTY;
  }
}

}  // namespace

bool sys_ioctl(Kernel& k, ProcessId self) {
  const Syscall& call = k[self].call;
  std::int32_t error = 0;
  const SockId sk = sockfd_lookup(k, self, call.fd, error);
  std::int64_t value = 0;
  if (!sk) {
    error = -error;
  } else if (k[sk].protocol == 6) {
    const bool locks = call.arg[0] == FIONREAD;
    if (locks && !lock_sock(k, sk)) return false;
    error = tcp_ioctl(k[sk], call.arg[0], value);
    if (locks) release_sock(k, sk);
  } else if (call.arg[0] == FIONREAD) {
    const SkbId first = k[sk].receive_queue.head;
    value = first ? k[first].len : 0;
  } else {
    error = -ENOTTY;
  }
  k.put(call.out[0], static_cast<std::uint32_t>(value));
  k.put(call.result, std::int64_t{error});
  return true;
}

bool sys_fcntl(Kernel& k, ProcessId self) {
  const Syscall& call = k[self].call;
  const FileId file = fget(k.host(), self, call.fd);
  std::int64_t result = -EINVAL;
  if (!file) {
    result = -EBADF;
  } else if (call.arg[0] == F_GETFL) {
    result = O_RDWR | (k[file].nonblock != 0 ? O_NONBLOCK : 0);
  } else if (call.arg[0] == F_SETFL) {
    k.put(k[file].nonblock, static_cast<std::uint8_t>((call.arg[1] & O_NONBLOCK) != 0));
    result = 0;
  } else if (call.arg[0] == F_DUPFD || call.arg[0] == F_DUPFD_CLOEXEC) {
    constexpr std::int64_t kMost = 1024;  // RLIMIT_NOFILE
    const bool in_range = call.arg[1] >= 0 && call.arg[1] < kMost;
    if (in_range) result = fd_install(k, self, file, static_cast<std::int32_t>(call.arg[1]));
  }
  k.put(call.result, result);
  return true;
}

}  // namespace ringside
