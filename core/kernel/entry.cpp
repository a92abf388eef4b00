#include "core/kernel/entry.h"

#include "core/kernel/drivers/net/nic.h"
#include "core/kernel/net/core/dev.h"
#include "core/kernel/net/ip.h"
#include "core/kernel/net/tcp.h"

namespace ringside {

namespace {

bool run_softirq(Kernel& k, SoftirqVector vector) {
  if (vector == NET_RX_SOFTIRQ) return net_rx_action(k);
  return net_tx_action(k);
}

void run_timer(Kernel& k, TimerRef ref) {
  const SockId sk{ref.index};
  switch (ref.kind) {
    case TimerKind::sk_write:
      tcp_write_timer(k, sk);
      break;
    case TimerKind::sk_delack:
      tcp_delack_timer(k, sk);
      break;
    case TimerKind::sk_keepalive:
      tcp_keepalive_timer(k, sk);
      break;
    case TimerKind::sk_pacing:
      tcp_pacing_kick(k, sk);
      break;
    case TimerKind::sk_tsq:
      tcp_tsq_handler(k, sk);
      break;
    case TimerKind::sk_compressed_ack:
      tcp_compressed_ack_kick(k, sk);
      break;
    case TimerKind::request:
      reqsk_timer_handler(k, RequestId{ref.index});
      break;
    case TimerKind::timewait:
      tcp_timewait_timer(k, TimewaitId{ref.index});
      break;
    case TimerKind::frag_queue:
      ip_expire(k, FragQueueId{ref.index});
      break;
    case TimerKind::neighbour:
      neighbour_timer(k, NeighbourId{ref.index});
      break;
    case TimerKind::nic_itr:
      nic_itr_timer(k);
      break;
    case TimerKind::qdisc_watchdog:
      qdisc_watchdog(k);
      break;
    case TimerKind::napi_gro_flush:
      napi_watchdog(k);
      break;
    case TimerKind::none:
    case TimerKind::process_sleep:
    case TimerKind::tick:
    case TimerKind::count_:
      break;
  }
}

}  // namespace

KernelEntry kernel_entry() {
  return {.boot = nic_boot,
          .receive_frame = nic_receive_frame,
          .hard_irq = nic_hard_irq,
          .softirq = run_softirq,
          .timer = run_timer,
          .syscall = do_syscall};
}

}  // namespace ringside
