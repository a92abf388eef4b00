// net/socket.c, net/ipv4/af_inet.c: from a descriptor to its protocol.
#pragma once
#include "core/machine/kernel.h"

namespace ringside {

/// sock_poll(): EPOLL* bits of what the socket offers now (tcp_poll, udp_poll).
std::uint32_t sock_poll(Kernel& k, SockId sk);
/// The socket behind a descriptor of the process; none: no such descriptor (`error` EBADF) or not a socket
/// (ENOTSOCK).
SockId sockfd_lookup(Kernel& k, ProcessId process, std::int32_t fd, std::int32_t& error);
bool file_is_nonblocking(const Host& host, ProcessId process, std::int32_t fd);

// System calls; true: done, Process::call.result is set. Arguments: see core/kernel/fs/syscalls.cpp.
bool sys_socket(Kernel& k, ProcessId self);
bool sys_bind(Kernel& k, ProcessId self);
bool sys_listen(Kernel& k, ProcessId self);
bool sys_accept4(Kernel& k, ProcessId self);
bool sys_connect(Kernel& k, ProcessId self);
bool sys_recv(Kernel& k, ProcessId self);  ///< read, recvfrom, recvmsg
bool sys_send(Kernel& k, ProcessId self);  ///< write, sendto, sendmsg
bool sys_shutdown(Kernel& k, ProcessId self);
bool sys_close(Kernel& k, ProcessId self);
bool sys_getsockopt(Kernel& k, ProcessId self);
bool sys_setsockopt(Kernel& k, ProcessId self);
bool sys_ioctl(Kernel& k, ProcessId self);
bool sys_fcntl(Kernel& k, ProcessId self);

/// sock_release() -> inet_release(): closes the socket for good; false while it lingers or waits for the
/// lock.
bool sock_release(Kernel& k, SockId sk, ProcessId self);

}  // namespace ringside
