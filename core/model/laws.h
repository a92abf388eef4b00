// What must be true of a host whenever nothing runs: the invariants of the design. Asserted by the machine
// after its turns in builds with RINGSIDE_LAWS (the sanitizer builds), and by tests.
#pragma once
#include <cstdint>
#include <optional>

#include "core/model/host.h"

namespace ringside {

struct BrokenLaw {
  const char* law = "";  ///< id: "queue.length", "sock.rmem_alloc", "tcp.packets_out", ...
  ObjectKind kind = ObjectKind::none;
  std::uint32_t index = 0;             ///< the object that breaks it
  std::int64_t found = 0, wanted = 0;  ///< the two values that should agree
};

/// The first law that is broken, or none. `has_rtx_queue`: as in KernelProfile. Looks at every live object.
///
/// Of all queues: links and lengths agree; an skb stands in the one queue that its `place` names. Of a
/// socket: sk_rmem_alloc, sk_wmem_queued and sk_wmem_alloc are the sums of the truesizes charged to it; the
/// backlog holds packets only while somebody owns the lock; the prequeue, only while a reader waits. Of TCP:
/// copied_seq
/// <= rcv_nxt; the receive queue ends at rcv_nxt and has no holes; what is out of order lies behind it, in
/// order; snd_una <= snd_nxt <= write_seq; what was sent reaches from snd_una to snd_nxt without holes;
/// packets_out, sacked_out and lost_out are what its skbs say, retrans_out is not less. Of a listener: its
/// queues are as long as it says. Source: the kernel's own WARN_ONs and the comments at these fields.
std::optional<BrokenLaw> first_broken_law(const Host& host, bool has_rtx_queue);

}  // namespace ringside
