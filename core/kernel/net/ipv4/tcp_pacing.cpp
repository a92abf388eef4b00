// net/ipv4/tcp_output.c: pacing by TCP itself (SO_MAX_PACING_RATE without the fq qdisc) and TCP small queues:
// how much of one socket may wait in this host's own queues.
#include "core/kernel/net/core/sock.h"
#include "core/kernel/net/ipv4/tcp_rtx.h"
#include "core/kernel/net/ipv4/tcp_send.h"

namespace ringside {

namespace {

constexpr std::uint8_t SK_PACING_NONE = 0, SK_PACING_NEEDED = 1;
constexpr std::int64_t kNsPerSec = 1000000000;
constexpr std::uint64_t kDeferredAll = TCPF_TSQ_DEFERRED | TCPF_WRITE_TIMER_DEFERRED |
                                       TCPF_DELACK_TIMER_DEFERRED | TCPF_MTU_REDUCED_DEFERRED |
                                       TCPF_ACK_DEFERRED;

bool tcp_needs_internal_pacing(const Sock& s) { return s.sk_pacing_status == SK_PACING_NEEDED; }
bool rate_limits(std::uint64_t rate) { return rate != 0 && rate != ~0ull; }

TimerRef pacing_timer(SockId sk) { return {ObjectKind::sock, TimerKind::sk_pacing, sk.index}; }

/// tcp_tsq_write(), tcp_tsq_handler() of 4.13: sends what was held back.
void tcp_tsq_write(Kernel& k, SockId sk) {
  const Sock& s = k[sk];
  constexpr std::uint32_t kSending = tcpf(TcpState::established, TcpState::fin_wait1, TcpState::closing,
                                          TcpState::close_wait, TcpState::last_ack);
  if (!tcp_state_in(s, kSending)) return;
  if (s.tp.lost_out > s.tp.retrans_out && s.tp.snd_cwnd > tcp_packets_in_flight(s.tp)) {
    tcp_mstamp_refresh(k, sk);
    tcp_xmit_retransmit_queue(k, sk);
  }
  tcp_write_xmit(k, sk, tcp_current_mss(k, sk), s.tp.nonagle, 0);
}

void put_flags(Kernel& k, SockId sk, std::uint64_t flags) { k.put(k[sk].tp.tsq_flags, flags); }

}  // namespace

void tcp_tsq_handler(Kernel& k, SockId sk) {
  auto f = k.enter(Fn::tcp_tsq_handler, {}, sk);
  const Sock& s = k[sk];
  put_flags(k, sk, s.tp.tsq_flags & ~TSQF_QUEUED);
  bh_lock_sock(k, sk);
  if (!k.decide("sock_owned_by_user", sock_owned_by_user(s))) {
    put_flags(k, sk, s.tp.tsq_flags & ~TCPF_TSQ_DEFERRED);
    tcp_tsq_write(k, sk);
  } else {
    put_flags(k, sk, s.tp.tsq_flags | TCPF_TSQ_DEFERRED);
  }
  bh_unlock_sock(k, sk);
  sk_free(k, sk);
}

void tcp_wfree(Kernel& k, SkbId skb) {
  const SockId sk = k[skb].sk;
  const Sock& s = k[sk];
  k.set(s.sk_wmem_alloc, s.sk_wmem_alloc - static_cast<std::int32_t>(k[skb].truesize));
  const SkbId original = k[skb].fclone;
  if (original && k[original].fclone == skb) k.put(k[original].fclone, SkbId{});
  if (s.sk_refcnt == 0) return sk_free(k, sk);
  if ((s.tp.tsq_flags & TSQF_THROTTLED) == 0 || (s.tp.tsq_flags & TSQF_QUEUED) != 0) return;
  // The tasklet (6.18: the work item) of this CPU takes over: this code may run inside the transmit path.
  put_flags(k, sk, (s.tp.tsq_flags & ~TSQF_THROTTLED) | TSQF_QUEUED | TCPF_TSQ_DEFERRED);
  k.hrtimer_start(s.tp.tsq_work, {ObjectKind::sock, TimerKind::sk_tsq, sk.index}, k.now_ns());
}

void tcp_pacing_kick(Kernel& k, SockId sk) { tcp_tsq_handler(k, sk); }

bool tcp_pacing_check(Kernel& k, SockId sk) {
  const Sock& s = k[sk];
  if (!tcp_needs_internal_pacing(s)) return false;
  if (!k.profile.sender.departure_time) return k.decide("paced", s.tp.pacing_timer.pending != 0);
  if (!k.decide("paced", s.tp.tcp_wstamp_ns > s.tp.tcp_clock_cache,
                {{"tcp_wstamp_ns", s.tp.tcp_wstamp_ns}, {"tcp_clock_cache", s.tp.tcp_clock_cache}}))
    return false;
  if (s.tp.pacing_timer.pending == 0)
    k.hrtimer_start(s.tp.pacing_timer, pacing_timer(sk), s.tp.tcp_wstamp_ns - Kernel::kBootNs);
  return true;
}

void tcp_internal_pacing(Kernel& k, SockId sk, SkbId skb) {
  const Sock& s = k[sk];
  if (k.profile.sender.departure_time || !tcp_needs_internal_pacing(s) || !rate_limits(s.sk_pacing_rate))
    return;
  const std::uint64_t bytes = std::uint64_t{k[skb].len} + s.tp.tcp_header_len;
  const auto len_ns = static_cast<std::int64_t>(bytes * kNsPerSec / s.sk_pacing_rate);
  k.hrtimer_start(s.tp.pacing_timer, pacing_timer(sk), k.now_ns() + len_ns);
}

void tcp_update_skb_after_send(Kernel& k, SockId sk, SkbId skb, std::int64_t prior_wstamp) {
  const Sock& s = k[sk];
  // The first ten segments are never paced.
  if (s.sk_pacing_status != SK_PACING_NONE && rate_limits(s.sk_pacing_rate) && s.tp.data_segs_out >= 10) {
    auto len_ns = static_cast<std::int64_t>(std::uint64_t{k[skb].len} * kNsPerSec / s.sk_pacing_rate);
    len_ns -= std::min(len_ns / 2, s.tp.tcp_wstamp_ns - prior_wstamp);  // the clock's own lateness
    k.put(s.tp.tcp_wstamp_ns, s.tp.tcp_wstamp_ns + len_ns);
  }
  tcp_tsorted_move_tail(k, sk, skb);
}

bool tcp_small_queue_check(Kernel& k, SockId sk, SkbId skb, unsigned factor) {
  const Sock& s = k[sk];
  std::uint64_t limit = std::max<std::uint64_t>(2ull * k[skb].truesize, s.sk_pacing_rate >> 10);
  limit = std::min<std::uint64_t>(limit, static_cast<std::uint64_t>(k.sysctl().tcp_limit_output_bytes));
  limit <<= factor;
  if (static_cast<std::uint64_t>(s.sk_wmem_alloc) <= limit) return false;
  // With next to nothing in flight a slow device must not stall the flow.
  const SkbId head = tcp_rtx_queue_head(k, sk);
  const bool exempt = k.profile.sender.tsq_exempts_by_write_queue
                          ? skb == k[sk].write_queue.head || k[skb].prev == k[sk].write_queue.head
                          : !head || !tcp_rtx_next(k, sk, head);
  if (exempt) return false;
  put_flags(k, sk, s.tp.tsq_flags | TSQF_THROTTLED);
  return k.decide("tsq_throttled", true,
                  {{"sk_wmem_alloc", s.sk_wmem_alloc}, {"limit", static_cast<std::int64_t>(limit)}});
}

void tcp_release_cb(Kernel& k, SockId sk) {
  auto f = k.enter(Fn::tcp_release_cb, {}, sk);
  const Sock& s = k[sk];
  const std::uint64_t flags = s.tp.tsq_flags;
  if ((flags & kDeferredAll) == 0) return;
  put_flags(k, sk, flags & ~kDeferredAll);
  if ((flags & TCPF_TSQ_DEFERRED) != 0) tcp_tsq_write(k, sk);
  if (k.profile.sender.release_cb_gives_up_lock) k.put(s.lock.owned, std::uint8_t{0});
  if ((flags & TCPF_WRITE_TIMER_DEFERRED) != 0) tcp_write_timer_handler(k, sk);
  if ((flags & TCPF_DELACK_TIMER_DEFERRED) != 0) tcp_delack_timer_handler(k, sk);
  if ((flags & TCPF_MTU_REDUCED_DEFERRED) != 0) tcp_mtu_reduced(k, sk);
  if ((flags & TCPF_ACK_DEFERRED) != 0 && (s.icsk.ack.pending & ICSK_ACK_SCHED) != 0) tcp_send_ack(k, sk);
}

}  // namespace ringside
