#include <sys/epoll.h>

#include "core/kernel/net/core/skbuff.h"
#include "core/kernel/net/core/sock.h"
#include "core/kernel/net/ipv4/tcp_input.h"
#include "core/profiles/seams/seams.h"

namespace ringside::seams {

namespace {

constexpr std::uint32_t kPrequeueMax = 32;

/// The prequeue is too long for a reader that does not come: all of it is processed here and now. The counter
/// says "dropped"; nothing is.
void flush_prequeue(Kernel& k, SockId sk) {
  const Ucopy& ucopy = k[sk].tp.ucopy;
  k.count(Counter::TCPPrequeueDropped, ucopy.prequeue.qlen);
  while (const SkbId first = skb_dequeue(k, ucopy.prequeue)) {
    k.move(first, Place::in_flight);
    sk_backlog_rcv(k, sk, first);
  }
  k.set(ucopy.memory, 0u);
}

/// tcp_prequeue(): leaves the packet to the reader that sleeps in tcp_recvmsg(). False: process it now.
bool prequeue(Kernel& k, SockId sk, SkbId skb) {
  auto f = k.enter(Fn::tcp_prequeue, skb, sk);
  const Sock& s = k[sk];
  const Ucopy& ucopy = s.tp.ucopy;
  if (k.decide("no_reader_waits", k.sysctl().tcp_low_latency != 0 || !ucopy.task,
               {{"tcp_low_latency", k.sysctl().tcp_low_latency}, {"ucopy_task", ucopy.task.index}}))
    return false;
  const bool empty = k[skb].len <= k[skb].cb.doff * 4u;
  if (k.decide("prequeue_has_no_use", empty && ucopy.prequeue.qlen == 0, {{"len", k[skb].len}})) return false;
  skb_queue_tail(k, ucopy.prequeue, skb);
  k.move(skb, Place::prequeue);
  k.set(ucopy.memory, ucopy.memory + k[skb].truesize);
  const std::uint32_t qlen = ucopy.prequeue.qlen;
  const std::int64_t memory = std::int64_t{ucopy.memory} + s.sk_rmem_alloc;
  if (k.decide("prequeue_overflows", qlen >= kPrequeueMax || memory > s.sk_rcvbuf,
               {{"qlen", qlen}, {"memory", memory}, {"rcvbuf", s.sk_rcvbuf}})) {
    flush_prequeue(k, sk);
  } else if (qlen == 1) {  // only the first one wakes the reader
    wake_up_socket(k, sk, EPOLLIN | EPOLLRDNORM | EPOLLRDBAND);
    if (!inet_csk_ack_scheduled(s)) tcp_reset_delack_timer(k, sk, 3 * tcp_rto_min_ticks(k, s) / 4);
  }
  return true;
}

}  // namespace

void deliver_to_socket_4_13(Kernel& k, SockId sk, SkbId skb) {
  if (!prequeue(k, sk, skb)) tcp_v4_do_rcv(k, sk, skb);
}

void deliver_to_socket_6_18(Kernel& k, SockId sk, SkbId skb) { tcp_v4_do_rcv(k, sk, skb); }

}  // namespace ringside::seams
