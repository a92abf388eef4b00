// net/ipv4/tcp.c: socket options at level SOL_TCP.
#pragma once
#include "core/machine/kernel.h"

namespace ringside {

/// 0 or -errno. Arguments as in sys_setsockopt; the socket is locked.
std::int32_t do_tcp_setsockopt(Kernel& k, SockId sk, const Syscall& call);
/// 0 or -errno. Writes the value to call.out and its length to call.arg[3].
std::int32_t do_tcp_getsockopt(Kernel& k, SockId sk, const Syscall& call);
void tcp_set_keepalive(Kernel& k, SockId sk, bool on);

/// Congestion control modules (struct tcp_congestion_ops), Icsk::ca_ops. cubic is the kernel's default.
enum class CongestionOps : std::uint8_t { cubic, reno, count_ };
const char* name_of(CongestionOps ops);

}  // namespace ringside
