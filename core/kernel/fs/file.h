// fs/file.c: a process's descriptors.
#pragma once
#include "core/machine/kernel.h"

namespace ringside {

/// The open file gets the lowest free descriptor that is at least `least` (and 3); returns it.
std::int32_t fd_install(Kernel& k, ProcessId process, FileId file, std::int32_t least = 0);
/// The open file behind a descriptor; none if it is closed.
FileId fget(const Host& host, ProcessId process, std::int32_t fd);
/// Takes the descriptor away without closing the file; the file that stood behind it.
FileId fd_remove(Kernel& k, ProcessId process, std::int32_t fd);
/// A new open file on a socket.
FileId sock_alloc_file(Kernel& k, SockId sk, bool nonblock);

}  // namespace ringside
