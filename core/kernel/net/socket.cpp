#include "core/kernel/net/socket.h"

#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <cerrno>

#include "core/kernel/fs/eventpoll.h"
#include "core/kernel/fs/file.h"
#include "core/kernel/fs/splice.h"
#include "core/kernel/net/core/skbuff.h"
#include "core/kernel/net/core/sock.h"
#include "core/kernel/net/inet.h"
#include "core/kernel/net/tcp.h"
#include "core/kernel/net/udp.h"

namespace ringside {

namespace {

/// A call that ends at once with this result.
bool finish(Kernel& k, ProcessId self, std::int64_t result) {
  k.put(k[self].call.result, result);
  return true;
}

/// Looks the call's descriptor up once and remembers the socket over sleeps (the kernel holds a file
/// reference).
SockId socket_of_call(Kernel& k, ProcessId self) {
  const Syscall& call = k[self].call;
  if (call.phase != 0 && call.sk) return call.sk;
  std::int32_t error = 0;
  const SockId sk = sockfd_lookup(k, self, call.fd, error);
  if (!sk) k.put(call.result, std::int64_t{-error});
  k.put(call.sk, sk);
  return sk;
}

bool is_tcp(const Sock& sk) { return sk.protocol == IPPROTO_TCP; }

}  // namespace

SockId sockfd_lookup(Kernel& k, ProcessId process, std::int32_t fd, std::int32_t& error) {
  const FileId file = fget(k.host(), process, fd);
  error = !file ? EBADF : k[file].type != FileType::socket ? ENOTSOCK : 0;
  return error == 0 ? k[file].sk : SockId{};
}

bool file_is_nonblocking(const Host& host, ProcessId process, std::int32_t fd) {
  const FileId file = fget(host, process, fd);
  return file && host[file].nonblock != 0;
}

std::uint32_t sock_poll(Kernel& k, SockId sk) {
  const Sock& s = k[sk];
  if (is_tcp(s)) return tcp_poll(k, sk);
  return (s.receive_queue.qlen != 0 ? EPOLLIN | EPOLLRDNORM : 0u) | EPOLLOUT | EPOLLWRNORM;
}

bool sys_socket(Kernel& k, ProcessId self) {
  const Syscall& call = k[self].call;
  const auto domain = static_cast<int>(call.arg[0]);
  const int type = static_cast<int>(call.arg[1]) & 0xf;
  const auto protocol = static_cast<int>(call.arg[2]);
  if (domain != AF_INET && domain != AF_INET6) return finish(k, self, -EAFNOSUPPORT);
  const bool stream = type == SOCK_STREAM && (protocol == 0 || protocol == IPPROTO_TCP);
  const bool dgram = type == SOCK_DGRAM && (protocol == 0 || protocol == IPPROTO_UDP);
  if (!stream && !dgram) return finish(k, self, -EPROTONOSUPPORT);
  const std::uint8_t family = domain == AF_INET ? 4 : 6;
  const SockId sk = stream ? tcp_sk_alloc(k, family) : udp_sk_alloc(k, family);
  const FileId file = sock_alloc_file(k, sk, (call.arg[1] & SOCK_NONBLOCK) != 0);
  return finish(k, self, fd_install(k, self, file));
}

bool sys_bind(Kernel& k, ProcessId self) {
  const SockId sk = socket_of_call(k, self);
  if (!sk) return true;
  const Syscall& call = k[self].call;
  return finish(k, self, inet_bind(k, sk, call.addr, call.port));
}

bool sys_listen(Kernel& k, ProcessId self) {
  const SockId sk = socket_of_call(k, self);
  if (!sk) return true;
  if (!is_tcp(k[sk])) return finish(k, self, -EOPNOTSUPP);
  return inet_listen(k, sk, self);
}

bool sys_accept4(Kernel& k, ProcessId self) {
  const Syscall& call = k[self].call;
  std::int32_t error = 0;
  const SockId listener = sockfd_lookup(k, self, call.fd, error);
  if (!listener) return finish(k, self, -error);
  if (!is_tcp(k[listener])) return finish(k, self, -EOPNOTSUPP);
  if (!inet_accept(k, listener, self)) return false;
  if (call.result < 0) return true;
  const SockId child = call.sk;
  k.put(call.port, k[child].dport);
  k.assign(call.addr, k[child].daddr);
  const FileId file = sock_alloc_file(k, child, (call.arg[0] & SOCK_NONBLOCK) != 0);
  return finish(k, self, fd_install(k, self, file));
}

bool sys_connect(Kernel& k, ProcessId self) {
  const SockId sk = socket_of_call(k, self);
  if (!sk) return true;
  if (is_tcp(k[sk])) return inet_stream_connect(k, sk, self);
  return finish(k, self, udp_connect(k, sk, k[self].call.addr, k[self].call.port));
}

bool sys_recv(Kernel& k, ProcessId self) {
  const Syscall& call = k[self].call;
  const SockId sk = socket_of_call(k, self);
  if (!sk) return true;
  const bool read = call.nr == Sys::read;
  if (call.phase == 0) {
    auto flags = static_cast<std::int32_t>(call.arg[1]);
    if (read) flags = 0;
    if (file_is_nonblocking(k.host(), self, call.fd)) flags |= MSG_DONTWAIT;
    k.put(call.flags, flags);
    k.put(call.len, static_cast<std::uint32_t>(call.arg[0]));
  }
  const bool resumed = call.phase != 0;
  const auto receive = [&] {
    auto f = k.enter(Fn::sock_recvmsg, {}, sk, resumed);
    auto inet = k.enter(Fn::inet_recvmsg, {}, sk, resumed);
    const bool done = is_tcp(k[sk]) ? tcp_recvmsg(k, sk, self) : udp_recvmsg(k, sk, self);
    if (!done) {
      inet.suspend();
      f.suspend();
    }
    return done;
  };
  if (!read) return receive();
  auto f = k.enter(Fn::sock_read_iter, {}, sk, resumed);
  if (call.len == 0) return finish(k, self, 0);  // a read of nothing never reaches the protocol
  const bool done = receive();
  if (!done) f.suspend();
  return done;
}

bool sys_send(Kernel& k, ProcessId self) {
  const Syscall& call = k[self].call;
  const SockId sk = socket_of_call(k, self);
  if (!sk) return true;
  if (call.phase == 0) {
    std::int32_t flags = call.nr == Sys::write ? 0 : static_cast<std::int32_t>(call.arg[1]);
    if (file_is_nonblocking(k.host(), self, call.fd)) flags |= MSG_DONTWAIT;
    k.put(call.flags, flags);
    k.put(call.len, static_cast<std::uint32_t>(call.arg[0]));
  }
  const bool resumed = call.phase != 0;
  const auto send = [&] {
    auto f = k.enter(Fn::sock_sendmsg, {}, sk, resumed);
    auto inet = k.enter(Fn::inet_sendmsg, {}, sk, resumed);
    const bool done = is_tcp(k[sk]) ? tcp_sendmsg(k, sk, self) : udp_sendmsg(k, sk, self);
    if (!done) {
      inet.suspend();
      f.suspend();
    }
    return done;
  };
  if (call.nr != Sys::write) return send();
  auto f = k.enter(Fn::sock_write_iter, {}, sk, resumed);
  const bool done = send();
  if (!done) f.suspend();
  return done;
}

bool sys_shutdown(Kernel& k, ProcessId self) {
  const SockId sk = socket_of_call(k, self);
  if (!sk) return true;
  return is_tcp(k[sk]) ? inet_shutdown(k, sk, self) : finish(k, self, -ENOTCONN);
}

bool sock_release(Kernel& k, SockId sk, ProcessId self) {
  if (is_tcp(k[sk])) return inet_release(k, sk, self);
  udp_destroy_sock(k, sk);
  return true;
}

bool sys_close(Kernel& k, ProcessId self) {
  const Syscall& call = k[self].call;
  if (call.phase == 0) {
    const FileId file = fd_remove(k, self, call.fd);
    if (!file) return finish(k, self, -EBADF);
    k.put(call.result, std::int64_t{0});
    if (k[file].refcnt != 0) return true;  // dup and fork: the socket lives on
    eventpoll_release_file(k, file);
    const SockId sk = k[file].sk;
    pipe_release(k, file);
    k.release(file);
    if (!sk) return true;
    k.put(k[sk].file, FileId{});
    k.put(call.sk, sk);
    k.put(call.phase, std::uint8_t{1});
  }
  if (!sock_release(k, call.sk, self)) return false;
  return finish(k, self, 0);
}

}  // namespace ringside
