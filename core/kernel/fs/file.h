// fs/file.c: a process's descriptors.
#pragma once
#include "core/machine/kernel.h"

namespace ringside {

/// A new open file at the lowest free descriptor (from 3); returns the descriptor.
std::int32_t fd_install(Kernel& k, ProcessId process, FileId file);
/// The open file behind a descriptor; none if it is closed.
FileId fget(const Host& host, ProcessId process, std::int32_t fd);
/// Takes the descriptor away without closing the file; the file that stood behind it.
FileId fd_remove(Kernel& k, ProcessId process, std::int32_t fd);
/// A new open file on a socket.
FileId sock_alloc_file(Kernel& k, SockId sk, bool nonblock);

}  // namespace ringside
