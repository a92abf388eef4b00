// fs/eventpoll.c and fs/select.c: waiting for several sockets at once.
#pragma once
#include "core/machine/kernel.h"

namespace ringside {

/// ep_poll_callback(): the socket under `item` has something (`key`: EPOLL* bits, 0: anything). For epoll the
/// item goes to the ready list and a sleeper in epoll_wait wakes; for poll() the sleeper wakes.
void ep_poll_callback(Kernel& k, EpollItemId item, std::uint32_t key);
/// Calls ep_poll_callback for everything that hangs on the socket's wait queue.
void ep_wake_socket(Kernel& k, SockId sk, std::uint32_t key);

std::int32_t sys_epoll_create(Kernel& k, ProcessId self);
std::int32_t sys_epoll_ctl(Kernel& k, ProcessId self);
bool sys_epoll_wait(Kernel& k, ProcessId self);
bool sys_poll(Kernel& k, ProcessId self);
/// The last descriptor of a file goes: takes its socket out of every epoll set, or frees an epoll set.
void eventpoll_release_file(Kernel& k, FileId file);

}  // namespace ringside
