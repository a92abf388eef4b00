#include <algorithm>

#include "core/kernel/net/core/sock.h"
#include "core/kernel/net/ipv4/tcp_input.h"
#include "core/profiles/seams/seams.h"

namespace ringside::seams {

void data_ready_4_13(Kernel& k, SockId sk) { sock_def_readable(k, sk); }

/// tcp_data_ready(): a reader that asked for more (SO_RCVLOWAT) sleeps on.
void data_ready_6_18(Kernel& k, SockId sk) {
  const Sock& s = k[sk];
  const bool ready = readable_6_18(k, sk, s.sk_rcvlowat) || s.sock_done != 0;
  if (k.decide("enough_for_the_reader", ready, {{"rcvlowat", s.sk_rcvlowat}})) sock_def_readable(k, sk);
}

bool readable_4_13(Kernel& k, SockId sk, std::int32_t target) {
  const TcpSock& tp = k[sk].tp;
  return static_cast<std::int32_t>(tp.rcv_nxt - tp.copied_seq) >= target;
}

/// tcp_epollin_ready(): also when memory or window run out before the target is reached.
bool readable_6_18(Kernel& k, SockId sk, std::int32_t target) {
  const Sock& s = k[sk];
  const auto available = static_cast<std::int32_t>(s.tp.rcv_nxt - s.tp.copied_seq);
  if (available <= 0) return false;
  const bool short_of_memory =
      tcp_under_memory_pressure(k) || s.sk_rmem_alloc > s.sk_rcvbuf - (s.sk_rcvbuf >> 3);
  return available >= target || short_of_memory || tcp_receive_window(s.tp) <= s.icsk.ack.rcv_mss;
}

}  // namespace ringside::seams
