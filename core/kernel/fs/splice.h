// fs/pipe.c, fs/splice.c, as far as sockets are concerned: bytes that go from a socket into a pipe, from a
// pipe or a file into a socket. What a pipe or a file holds is a number of bytes; their values are not
// modelled.
#pragma once
#include "core/machine/kernel.h"

namespace ringside {

/// pipe(): out[0] the read end, out[1] the write end.
std::int64_t sys_pipe(Kernel& k, ProcessId self);
/// open() of a regular file that is arg[0] bytes long -> descriptor.
std::int64_t sys_open(Kernel& k, ProcessId self);
/// splice(fd, NULL, arg[0], NULL, arg[1] bytes, arg[2] flags): one side is a socket, the other a pipe.
bool sys_splice(Kernel& k, ProcessId self);
/// sendfile(fd, arg[0], arg[1] offset, arg[2] bytes): from a regular file to a socket.
bool sys_sendfile(Kernel& k, ProcessId self);
/// The last descriptor of one end of a pipe is closed.
void pipe_release(Kernel& k, FileId file);

}  // namespace ringside
