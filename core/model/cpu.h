// One processor: who runs on it, its softirq state, its softnet_data.
#pragma once
#include <cstdint>

#include "core/model/enums.h"
#include "core/model/ids.h"
#include "core/model/nic.h"
#include "core/model/skb.h"

namespace ringside {

inline constexpr std::uint8_t kMaxCpus = 2;

enum SoftirqVector : std::uint8_t { TIMER_SOFTIRQ = 1, NET_TX_SOFTIRQ = 2, NET_RX_SOFTIRQ = 3 };

enum class NapiKind : std::uint8_t { none, nic, backlog };

/// net_rx_action is the one softirq that can be interrupted by another CPU's turn: it keeps its place here,
/// so that the host is a plain value between any two turns.
struct NetRxAction {
  std::uint8_t phase = 0;    ///< 0: not running
  std::uint8_t polling = 0;  ///< the poll of `current` has begun
  NapiKind current = NapiKind::none;
  NapiKind list[2] = {}, repoll[2] = {};  ///< its local lists
  std::int32_t budget = 0;                ///< packets left, net.core.netdev_budget
  std::int32_t work = 0;                  ///< packets of the current poll
  std::int64_t time_limit = 0;            ///< jiffies, net.core.netdev_budget_usecs
  std::int32_t cleaned = 0;               ///< descriptors cleaned since the last refill
  std::uint32_t index = 0;                ///< ixgb_clean_rx_irq's own copy of next_to_clean
};

struct Cpu {
  static constexpr ObjectKind kind = ObjectKind::cpu;
  std::uint8_t in_hardirq = 0;
  std::uint8_t in_softirq = 0;  ///< __do_softirq runs: 1 in softirq, 2 in ksoftirqd's context
  std::uint8_t bh_disabled = 0, irqs_disabled = 0;
  std::uint8_t softirq_pending = 0;  ///< bit mask of SoftirqVector
  std::uint8_t ksoftirqd_running = 0;
  std::uint8_t irq_exit = 0;  ///< a hard IRQ has returned and its softirqs have not begun
  std::uint8_t softirq_restarts = 0;
  std::int64_t softirq_start_ns = 0;
  std::int64_t ksoftirqd_ns = 0, process_ns = 0;  ///< CPU time of either, as the scheduler weighs it
  std::int64_t irq_ns = 0;                        ///< of hard IRQs and softirqs
  ProcessId current;                              ///< running process; none: idle
  ProcessId run_head, run_tail;                   ///< runnable, waiting for the CPU
  // softnet_data
  NapiKind poll_list[2] = {};  ///< napis scheduled, in order
  NetRxAction net_rx;
  Napi backlog;
  SkbQueue input_pkt_queue, process_queue;
  std::uint8_t rps_ipi_pending = 0;  ///< bit mask of CPUs to be told
  std::uint8_t ipi_received = 0;     ///< another CPU's rps_trigger_softirq is due here
  /// struct sd_flow_limit: the flows of the last packets that met a half-full backlog.
  std::uint16_t flow_history[128] = {};
  std::uint8_t flow_history_head = 0;
};

}  // namespace ringside
