// A replayed capture: its peer answers the host that was captured, and the model stands in that host's place.
// What the peer acknowledges the captured host has sent; a model that is later (its congestion window,
// Nagle's rule, a slower CPU) would drop such an ACK, and the data on it, as TCP_ACK_UNSENT_DATA.
#pragma once
#include "core/machine/kernel.h"

namespace ringside {

/// Before the kernel looks at a segment that acknowledges (or SACKs) bytes this socket has not sent: the
/// application's bytes up to there are queued, and the queue is sent up to there whatever cwnd or Nagle say.
/// Bytes the capture does not show are zeros. An ACK beyond what the host has sent in the capture and the
/// peer's window allows is left alone: the kernel refuses it. Nothing happens outside of captures. No kernel
/// function does this.
void tcp_follow_capture(Kernel& k, SockId sk, SkbId skb);

/// Bytes of the captured host's that its application still has to write, behind those already noted.
void captured_todo_add(Kernel& k, const Sock& s, const DataRef& data);
/// Takes the first piece of them off the list.
DataRef captured_todo_take(Kernel& k, const Sock& s);

}  // namespace ringside
