// What both kernels' read loops (core/profiles/seams/read_loop_*.cpp) are made of. A reader's place and
// locals are in its Process::call.
#pragma once
#include "core/kernel/net/tcp.h"

namespace ringside {

/// Syscall::phase of a reader.
enum class ReadPhase : std::uint8_t { start, locking, holding, held, reading, relocking, sleeping };
inline ReadPhase read_phase(const Syscall& call) { return static_cast<ReadPhase>(call.phase); }
inline void set_read_phase(Kernel& k, ProcessId self, ReadPhase phase) {
  k.put(k[self].call.phase, static_cast<std::uint8_t>(phase));
}

enum class ReadStep : std::uint8_t {
  nothing,  ///< the receive queue holds no byte for this reader
  took,     ///< some bytes were taken: look again if more are wanted
  stop,     ///< FIN or urgent mark: the call ends
};
/// One turn of the loop as far as the receive queue goes: urgent mark, search, copy, skb eaten.
ReadStep tcp_read_step(Kernel& k, SockId sk, ProcessId self);
/// Nothing is queued. True: the call must not sleep; call.copied holds its result.
bool tcp_read_must_stop(Kernel& k, SockId sk, ProcessId self);
/// MSG_PEEK: what was peeked at may have been read by somebody else meanwhile.
void tcp_peek_again(Kernel& k, SockId sk, ProcessId self);
bool tcp_backlog_waits(const Sock& sk);

}  // namespace ringside
