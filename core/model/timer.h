// struct timer_list and struct hrtimer as data. What a timer does when it fires is decided by its kind.
#pragma once
#include <cstdint>

#include "core/model/ids.h"

namespace ringside {

enum class TimerKind : std::uint8_t {
  none,
  // of a Sock
  sk_write,      ///< icsk_retransmit_timer: RTO, TLP, RACK reordering, zero-window probe (icsk.pending says
                 ///< which)
  sk_delack,     ///< icsk_delack_timer
  sk_keepalive,  ///< sk_timer: keepalive, FIN_WAIT2, and on 4.13 nothing for SYN-ACKs
  sk_pacing,     ///< hrtimer
  sk_compressed_ack,  ///< hrtimer, 6.18
  sk_tsq,             ///< tsq_tasklet, tsq_work: due at once
  // of others
  request,     ///< rsk_timer: SYN-ACK retransmission
  timewait,    ///< tw_timer
  frag_queue,  ///< ipfrag_time
  neighbour,
  nic_itr,  ///< interrupt moderation
  qdisc_watchdog,
  napi_gro_flush,
  process_sleep,  ///< a sleeping process's timeout
  tick,           ///< the machine's own
  count_,
};

struct Timer {
  std::int64_t expires_ns = 0;  ///< when it is due, run time; meaningful while pending
  std::int64_t queued_ns = 0;   ///< the machine's: the time under which it stands in the event queue
  std::uint8_t pending = 0;     ///< 1: armed
  std::uint8_t queued = 0;      ///< the machine's: an entry stands in the event queue
};

/// Which timer of which object: what the event queue holds.
struct TimerRef {
  ObjectKind object = ObjectKind::none;
  TimerKind kind = TimerKind::none;
  std::uint32_t index = 0;
};

}  // namespace ringside
