// The system call table. Arguments (Syscall::arg unless named):
//   socket      [0] domain, [1] type | SOCK_NONBLOCK, [2] protocol        -> descriptor
//   bind, connect  addr, port
//   listen      [0] backlog
//   accept4     [0] flags                                                   -> descriptor; addr, port
//   read, recvfrom, recvmsg    [0] bytes, [1] flags                         -> bytes
//   write, sendto, sendmsg     [0] bytes, [1] flags, data; addr, port (UDP) -> bytes
//   poll        [0] n, [1] timeout ms, out: n triples fd, events, revents   -> ready
//   epoll_ctl   [0] op, [1] fd, [2] events, [3] data
//   epoll_wait  [0] most, [1] timeout ms                                    -> n; out: triples events, data
//   low, high fcntl       [0] command, [1] argument ioctl       [0] request -> out[0] getsockopt  [0] level,
//   [1] name, [2] room                               -> out, arg[3] its length setsockopt  [0] level, [1]
//   name, [2] value, [3] second value (linger time), [4] length shutdown    [0] how nanosleep   [0] ns
//   tun_write   [0] frame number, [1] bytes held, [2] bytes on the wire, [3] gso_size of the vnet header, or
//   0 tc_qdisc    [0] QdiscKind, [1] limit, packets pipe        -> out[0], out[1]: descriptors; open, splice,
//   sendfile: see splice.h
#include <cerrno>

#include "core/kernel/drivers/net/nic.h"
#include "core/kernel/entry.h"
#include "core/kernel/fs/eventpoll.h"
#include "core/kernel/fs/file.h"
#include "core/kernel/fs/splice.h"
#include "core/kernel/net/core/dev.h"
#include "core/kernel/net/packet/af_packet.h"
#include "core/kernel/net/socket.h"

namespace ringside {

namespace {

bool sys_nanosleep(Kernel& k, ProcessId self) {
  const Syscall& call = k[self].call;
  if (call.phase != 0) return true;
  k.put(call.phase, std::uint8_t{1});
  k.block(call.arg[0]);
  return false;
}

bool sys_dup(Kernel& k, ProcessId self) {
  const Syscall& call = k[self].call;
  const FileId file = fget(k.host(), self, call.fd);
  k.put(call.result, static_cast<std::int64_t>(file ? fd_install(k, self, file) : -EBADF));
  return true;
}

bool sys_tun_write(Kernel& k, ProcessId self) {
  const Syscall& call = k[self].call;
  const Arrival arrival{k.now_ns(), static_cast<std::uint32_t>(call.arg[0]),
                        static_cast<std::uint32_t>(call.arg[1]), static_cast<std::uint32_t>(call.arg[2])};
  const auto gso_size = static_cast<std::uint16_t>(call.arg[3]);
  k.note_arrival(arrival);
  tun_chr_write_iter(k, arrival, gso_size);
  k.put(call.result, call.arg[1]);
  return true;
}

}  // namespace

bool do_syscall(Kernel& k, ProcessId self) {
  const Syscall& call = k[self].call;
  const auto at_once = [&](std::int64_t result) {
    k.put(call.result, result);
    return true;
  };
  switch (call.nr) {
    case Sys::socket:
      return sys_socket(k, self);
    case Sys::bind:
      return sys_bind(k, self);
    case Sys::listen:
      return sys_listen(k, self);
    case Sys::accept4:
      return sys_accept4(k, self);
    case Sys::connect:
      return sys_connect(k, self);
    case Sys::read:
    case Sys::recvfrom:
    case Sys::recvmsg:
      return sys_recv(k, self);
    case Sys::write:
    case Sys::sendto:
    case Sys::sendmsg:
      return sys_send(k, self);
    case Sys::poll:
      return sys_poll(k, self);
    case Sys::epoll_create:
      return at_once(sys_epoll_create(k, self));
    case Sys::epoll_ctl:
      return at_once(sys_epoll_ctl(k, self));
    case Sys::epoll_wait:
      return sys_epoll_wait(k, self);
    case Sys::fcntl:
      return sys_fcntl(k, self);
    case Sys::ioctl:
      return sys_ioctl(k, self);
    case Sys::getsockopt:
      return sys_getsockopt(k, self);
    case Sys::setsockopt:
      return sys_setsockopt(k, self);
    case Sys::shutdown:
      return sys_shutdown(k, self);
    case Sys::close:
      return sys_close(k, self);
    case Sys::dup:
      return sys_dup(k, self);
    case Sys::nanosleep:
      return sys_nanosleep(k, self);
    case Sys::packet_recv:
      packet_read_all(k);
      k.put(k[self].call.result, std::int64_t{0});
      return true;
    case Sys::tun_write:
      return sys_tun_write(k, self);
    case Sys::exit:
      k.exit_process(self);
      return true;
    case Sys::tc_qdisc:
      qdisc_replace(k, static_cast<QdiscKind>(call.arg[0]), static_cast<std::uint32_t>(call.arg[1]));
      return at_once(0);
    case Sys::splice:
      return sys_splice(k, self);
    case Sys::sendfile:
      return sys_sendfile(k, self);
    case Sys::pipe:
      return at_once(sys_pipe(k, self));
    case Sys::open:
      return at_once(sys_open(k, self));
    case Sys::none:
      break;
  }
  return at_once(-ENOSYS);
}

}  // namespace ringside
