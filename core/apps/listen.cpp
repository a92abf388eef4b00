#include "core/apps/listen.h"

#include <netinet/in.h>
#include <sys/socket.h>

namespace ringside {

Syscall call_of(Sys nr, std::int64_t fd, std::initializer_list<std::int64_t> arguments) {
  Syscall call;
  call.nr = nr;
  call.fd = static_cast<std::int32_t>(fd);
  std::size_t i = 0;
  for (const std::int64_t argument : arguments) call.arg[i++] = argument;
  return call;
}

Syscall socket_call(std::int64_t family, int type) {
  return call_of(Sys::socket, -1, {family == 4 ? AF_INET : AF_INET6, type, 0});
}

namespace {

Syscall option_call(std::int64_t fd, int name, std::int64_t value) {
  return call_of(Sys::setsockopt, fd, {SOL_SOCKET, name, value, 0, 4});
}

}  // namespace

bool listening(Kernel& k, const Process& p, const AppOptions& options) {
  const auto next = [&](std::int64_t phase, const Syscall& call) {
    k.put(p.app[kPhase], phase);
    k.begin_syscall(p.self, call);
    return false;
  };
  switch (p.app[kPhase]) {
    case 0:
      return next(1, socket_call(p.app[kFamily], SOCK_STREAM));
    case 1:
      k.put(p.app[kListener], p.call.result);
      return next(2, option_call(p.call.result, SO_REUSEADDR, 1));
    case 2:
      if (options.rcvbuf != 0) return next(3, option_call(p.app[kListener], SO_RCVBUF, options.rcvbuf));
      [[fallthrough]];
    case 3:
      if (options.lowat != 0) return next(4, option_call(p.app[kListener], SO_RCVLOWAT, options.lowat));
      [[fallthrough]];
    case 4: {
      Syscall bind = call_of(Sys::bind, p.app[kListener]);
      bind.port = static_cast<std::uint16_t>(p.app[kPort]);
      return next(5, bind);
    }
    case 5:
      return next(6, call_of(Sys::listen, p.app[kListener], {options.backlog}));
    default:
      return true;
  }
}

}  // namespace ringside
