// The send buffer: how large it is, when a writer may go on, when memory is over (tcp_input.c, tcp.c,
// stream.c).
#include "core/kernel/net/ipv4/tcp_sndbuf.h"

#include "core/kernel/net/core/sock.h"
#include "core/kernel/net/ipv4/tcp_rtx.h"
#include "core/kernel/net/ipv4/tcp_send.h"

namespace ringside {

namespace {

std::uint32_t roundup_pow_of_two(std::uint32_t n) {
  std::uint32_t p = 1;
  while (p < n) p *= 2;
  return p;
}

bool tcp_should_expand_sndbuf(Kernel& k, SockId sk) {
  const Sock& s = k[sk];
  if ((s.sk_userlocks & SOCK_SNDBUF_LOCK) != 0 || tcp_under_memory_pressure(k)) return false;
  if (k.net().tcp_memory_allocated >= k.sysctl().tcp_mem[0]) return false;
  return tcp_packets_in_flight(s.tp) < s.tp.snd_cwnd;
}

/// tcp_new_space(): room for a writer, and perhaps a larger buffer.
void tcp_new_space(Kernel& k, SockId sk) {
  if (k.decide("should_expand_sndbuf", tcp_should_expand_sndbuf(k, sk))) {
    tcp_sndbuf_expand(k, sk);
    k.put(k[sk].tp.snd_cwnd_stamp, k.jiffies());
  }
  sk_stream_write_space(k, sk);
}

}  // namespace

bool sk_stream_memory_free(const Host& host, const Sock& s, int wake) {
  if (s.sk_wmem_queued >= s.sk_sndbuf) return false;
  const std::uint32_t lowat = s.tp.notsent_lowat != 0
                                  ? s.tp.notsent_lowat
                                  : static_cast<std::uint32_t>(host.net->sysctl.tcp_notsent_lowat);
  return (s.tp.write_seq - s.tp.snd_nxt) << wake < lowat;
}

bool sk_stream_is_writeable(Kernel& k, const Sock& s) {
  return s.sk_sndbuf - s.sk_wmem_queued >= s.sk_wmem_queued >> 1 &&
         sk_stream_memory_free(k.host(), s, k.profile.sender.wakes_below_half_lowat ? 1 : 0);
}

void tcp_sndbuf_expand(Kernel& k, SockId sk) {
  const Sock& s = k[sk];
  const TcpSock& tp = s.tp;
  constexpr std::uint32_t kSharedInfo = 320, kSkBuff = 256;
  const std::uint32_t per_mss =
      roundup_pow_of_two(std::max<std::uint32_t>(tp.rx_opt.mss_clamp, tp.mss_cache) + MAX_TCP_HEADER +
                         kSharedInfo) +
      kSkBuff;
  const std::uint32_t nr_segs = std::max({TCP_INIT_CWND, tp.snd_cwnd, tp.reordering + 1});
  // One window in flight and one that waits for what is lost.
  const std::int64_t sndmem = 2ll * nr_segs * per_mss;
  if (s.sk_sndbuf < sndmem)
    k.set(s.sk_sndbuf, static_cast<std::int32_t>(std::min<std::int64_t>(sndmem, k.sysctl().tcp_wmem[2])));
}

void tcp_check_space(Kernel& k, SockId sk) {
  const Sock& s = k[sk];
  if (!k.profile.sender.checks_space_on_send) {
    if (s.sk_queue_shrunk == 0) return;
    k.put(s.sk_queue_shrunk, std::uint8_t{0});
  }
  if (s.dead != 0 || s.sk_nospace == 0) return;
  tcp_new_space(k, sk);
  if (s.sk_nospace == 0) tcp_chrono_stop(k, sk, TCP_CHRONO_SNDBUF_LIMITED);
}

}  // namespace ringside
