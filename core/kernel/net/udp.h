// net/ipv4/udp.c, net/ipv6/udp.c: sockets that keep datagrams apart.
#pragma once
#include "core/machine/kernel.h"

namespace ringside {

SockId udp_sk_alloc(Kernel& k, std::uint8_t family);
void udp_destroy_sock(Kernel& k, SockId sk);
std::int32_t udp_connect(Kernel& k, SockId sk, const IpAddr& addr, std::uint16_t port);
/// One datagram, cut to the reader's room. False while the reader sleeps.
bool udp_recvmsg(Kernel& k, SockId sk, ProcessId self);
bool udp_sendmsg(Kernel& k, SockId sk, ProcessId self);

}  // namespace ringside
