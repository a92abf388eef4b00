// net/ipv4/af_inet.c: what the socket layer asks of the internet families.
#pragma once
#include "core/machine/kernel.h"

namespace ringside {

/// 0 or -errno. Port 0: an ephemeral one is chosen. Address none (family 0) or all zero: any.
std::int32_t inet_bind(Kernel& k, SockId sk, const IpAddr& addr, std::uint16_t port);
/// accept(): inet_accept -> inet_csk_accept. When done, call.result is 0 and call.sk the child, or
/// call.result -errno.
bool inet_accept(Kernel& k, SockId listener, ProcessId self);
/// The last descriptor is gone: tcp_close and what it may wait for. False while it sleeps.
bool inet_release(Kernel& k, SockId sk, ProcessId self);
/// inet_autobind(): gives an unbound socket a port. 0 or -errno.
std::int32_t inet_autobind(Kernel& k, SockId sk);

}  // namespace ringside
