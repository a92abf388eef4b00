#include "core/kernel/fs/splice.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "core/kernel/fs/file.h"
#include "core/kernel/net/socket.h"
#include "core/kernel/net/tcp.h"

namespace ringside {

namespace {

constexpr std::uint32_t kPipeBytes = 16 * 4096;  // PIPE_DEF_BUFFERS pages

FileId new_file(Kernel& k, FileType type) {
  const FileId file = k.alloc_file();
  k.put(k[file].self, file);
  k.put(k[file].type, type);
  return file;
}

bool is_tcp_socket(const Host& host, FileId file) {
  return file && host[file].type == FileType::socket && host[host[file].sk].protocol == 6;
}

bool end(Kernel& k, ProcessId self, std::int64_t result) {
  k.put(k[self].call.result, result);
  return true;
}

/// `bytes` of a pipe or file go out on a socket: 4.13 by sendpage, 6.18 by sendmsg(MSG_SPLICE_PAGES). Either
/// way they become part of the write queue as the bytes of a write do. False: asleep.
bool splice_to_socket(Kernel& k, ProcessId self, SockId sk, std::uint32_t bytes, bool nonblock) {
  const Syscall& call = k[self].call;
  const bool resumed = call.phase != 0;
  if (!resumed) {
    k.put(call.len, bytes);
    k.assign(call.data, DataRef{0, 0, bytes});
    k.put(call.flags, static_cast<std::int32_t>(nonblock ? MSG_DONTWAIT : 0));
  }
  auto f = k.enter(k.profile.splice_by_sendmsg ? Fn::inet_sendmsg : Fn::tcp_sendpage, {}, sk, resumed);
  const bool done = tcp_sendmsg(k, sk, self);
  if (!done) f.suspend();
  return done;
}

bool from_socket(Kernel& k, ProcessId self, FileId in, FileId out) {
  const Syscall& call = k[self].call;
  const FileId reader = k[out].pipe;
  if (!reader) return end(k, self, -EPIPE);
  if (call.phase == 0) {
    const std::uint32_t room = kPipeBytes - std::min(kPipeBytes, k[reader].bytes);
    if (room == 0) return end(k, self, -EAGAIN);
    k.put(call.len, static_cast<std::uint32_t>(std::clamp<std::int64_t>(call.arg[1], 0, room)));
    k.put(call.flags, static_cast<std::int32_t>(k[in].nonblock != 0 ? MSG_DONTWAIT : 0));
  }
  if (!tcp_splice_read(k, k[in].sk, self)) return false;
  if (call.result > 0) k.put(k[reader].bytes, k[reader].bytes + static_cast<std::uint32_t>(call.result));
  return true;
}

bool to_socket(Kernel& k, ProcessId self, FileId in, FileId out) {
  const Syscall& call = k[self].call;
  const auto bytes = static_cast<std::uint32_t>(std::clamp<std::int64_t>(call.arg[1], 0, k[in].bytes));
  if (bytes == 0) return end(k, self, k[in].pipe ? -EAGAIN : 0);
  if (!splice_to_socket(k, self, k[out].sk, bytes, k[out].nonblock != 0)) return false;
  if (call.result > 0) k.put(k[in].bytes, k[in].bytes - static_cast<std::uint32_t>(call.result));
  return true;
}

}  // namespace

std::int64_t sys_pipe(Kernel& k, ProcessId self) {
  const FileId reader = new_file(k, FileType::pipe), writer = new_file(k, FileType::pipe);
  k.put(k[reader].pipe, writer);
  k.put(k[writer].pipe, reader);
  const Syscall& call = k[self].call;
  k.put(call.out[0], static_cast<std::uint32_t>(fd_install(k, self, reader)));
  k.put(call.out[1], static_cast<std::uint32_t>(fd_install(k, self, writer)));
  return 0;
}

std::int64_t sys_open(Kernel& k, ProcessId self) {
  const FileId file = new_file(k, FileType::regular);
  const std::int64_t length = std::clamp<std::int64_t>(k[self].call.arg[0], 0, INT32_MAX);
  k.put(k[file].bytes, static_cast<std::uint32_t>(length));
  return fd_install(k, self, file);
}

bool sys_splice(Kernel& k, ProcessId self) {
  const Syscall& call = k[self].call;
  const FileId in = fget(k.host(), self, call.fd);
  const FileId out = fget(k.host(), self, static_cast<std::int32_t>(call.arg[0]));
  if (!in || !out) return end(k, self, -EBADF);
  if (is_tcp_socket(k.host(), in) && k[out].type == FileType::pipe) return from_socket(k, self, in, out);
  if (k[in].type == FileType::pipe && is_tcp_socket(k.host(), out)) return to_socket(k, self, in, out);
  return end(k, self, -EINVAL);
}

bool sys_sendfile(Kernel& k, ProcessId self) {
  const Syscall& call = k[self].call;
  const FileId out = fget(k.host(), self, call.fd);
  const FileId in = fget(k.host(), self, static_cast<std::int32_t>(call.arg[0]));
  if (!in || !out) return end(k, self, -EBADF);
  if (k[in].type != FileType::regular || !is_tcp_socket(k.host(), out) || call.arg[1] < 0)
    return end(k, self, -EINVAL);
  const std::int64_t left = std::max<std::int64_t>(0, k[in].bytes - call.arg[1]);
  const auto bytes = static_cast<std::uint32_t>(std::clamp<std::int64_t>(call.arg[2], 0, left));
  if (bytes == 0) return end(k, self, 0);
  return splice_to_socket(k, self, k[out].sk, bytes, k[out].nonblock != 0);
}

void pipe_release(Kernel& k, FileId file) {
  if (k[file].pipe) k.put(k[k[file].pipe].pipe, FileId{});
}

}  // namespace ringside
