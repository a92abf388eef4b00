// net/ipv4/tcp_output.c: what the sender waits for, by time (tcp_info's busy, rwnd-limited and
// sndbuf-limited times). The highest reason counts.
#include "core/kernel/net/ipv4/tcp_rtx.h"
#include "core/kernel/net/ipv4/tcp_send.h"

namespace ringside {

namespace {
void tcp_chrono_set(Kernel& k, SockId sk, std::uint8_t type) {
  const TcpSock& tp = k[sk].tp;
  const std::int64_t now = k.jiffies();
  if (tp.chrono_type > TCP_CHRONO_UNSPEC) {
    const std::uint32_t& stat = tp.chrono_stat[tp.chrono_type - 1];
    k.put(stat, stat + static_cast<std::uint32_t>(now - tp.chrono_start));
  }
  k.put(tp.chrono_start, now);
  k.put(tp.chrono_type, type);
}
}  // namespace

void tcp_chrono_start(Kernel& k, SockId sk, std::uint8_t type) {
  if (type > k[sk].tp.chrono_type) tcp_chrono_set(k, sk, type);
}

void tcp_chrono_stop(Kernel& k, SockId sk, std::uint8_t type) {
  if (!k[sk].write_queue.head && tcp_rtx_queue_empty(k, sk))
    tcp_chrono_set(k, sk, TCP_CHRONO_UNSPEC);
  else if (type == k[sk].tp.chrono_type)
    tcp_chrono_set(k, sk, TCP_CHRONO_BUSY);
}

}  // namespace ringside
