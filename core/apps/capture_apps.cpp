#include "core/apps/capture_apps.h"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <cerrno>

#include "core/apps/captured_output.h"
#include "core/apps/listen.h"
#include "core/apps/threads.h"
#include "core/kernel/fs/file.h"

namespace ringside {

namespace {

/// Words of Process::app, behind those of a listener (listen.h).
enum Word : std::size_t { kEpoll = 3, kSlept = 4 };

/// accept() in a loop; every connection gets two threads of its own.
class Server : public Program {
 public:
  explicit Server(const AppOptions& options) : options_(options) {}
  void next(Kernel& k, ProcessId self) const override {
    const Process& p = k[self];
    if (!listening(k, p, options_)) return;
    if (p.app[kPhase] == 7) {
      if (p.call.result >= 0) {
        const auto fd = static_cast<std::int32_t>(p.call.result);
        start_threads(k, k[fget(k.host(), self, fd)].sk, options_);
        fd_remove(k, self, fd);  // the threads have it
      }
      k.put(p.app[kPhase], std::int64_t{6});
    }
    if (p.app[kPhase] == 6 && options_.accept_delay_us != 0) {
      k.put(p.app[kPhase], std::int64_t{8});
      k.sleep_process(self, options_.accept_delay_us * 1000);
      return;
    }
    k.put(p.app[kPhase], std::int64_t{7});
    k.begin_syscall(self, call_of(Sys::accept4, p.app[kListener]));
  }

 private:
  AppOptions options_;
};

/// One process for all connections: epoll_wait, then accept or read what is ready until there is no more.
class EpollServer : public Program {
 public:
  explicit EpollServer(const AppOptions& options) : options_(options) {}
  void next(Kernel& k, ProcessId self) const override {
    const Process& p = k[self];
    if (p.app[kPhase] <= 6 && !listening(k, p, options_)) return;
    switch (p.app[kPhase]) {
      case 6:
        go(k, p, 7, call_of(Sys::fcntl, p.app[kListener], {F_SETFL, O_NONBLOCK}));
        break;
      case 7:
        go(k, p, 8, call_of(Sys::epoll_create, -1));
        break;
      case 8:
        k.put(p.app[kEpoll], p.call.result);
        go(k, p, 9, watch(p, p.app[kListener], EPOLLIN));
        break;
      case 9:
        go(k, p, 10, call_of(Sys::epoll_wait, p.app[kEpoll], {1, -1}));
        break;
      case 10:
        ready(k, p);
        break;
      case 11:
        accepted(k, p);
        break;
      case 12:
        was_read(k, p);
        break;
      default:
        wait_again(k, p);
        break;
    }
  }

 private:
  enum EpollWord : std::size_t { kCurrent = 4 };
  static void go(Kernel& k, const Process& p, std::int64_t phase, const Syscall& call) {
    k.put(p.app[kPhase], phase);
    k.begin_syscall(p.self, call);
  }
  static Syscall watch(const Process& p, std::int64_t fd, std::uint32_t events) {
    return call_of(Sys::epoll_ctl, p.app[kEpoll], {EPOLL_CTL_ADD, fd, events, fd});
  }
  static void wait_again(Kernel& k, const Process& p) {
    go(k, p, 10, call_of(Sys::epoll_wait, p.app[kEpoll], {1, -1}));
  }
  void read_current(Kernel& k, const Process& p) const {
    go(k, p, 12, call_of(Sys::recvfrom, p.app[kCurrent], {options_.size, MSG_DONTWAIT}));
  }
  void ready(Kernel& k, const Process& p) const {
    if (p.call.result <= 0) return wait_again(k, p);
    k.put(p.app[kCurrent], static_cast<std::int64_t>(p.call.out[1]));
    if (p.app[kCurrent] == p.app[kListener])
      go(k, p, 11, call_of(Sys::accept4, p.app[kListener]));
    else
      read_current(k, p);
  }
  void accepted(Kernel& k, const Process& p) const {
    if (p.call.result < 0) return wait_again(k, p);
    const auto fd = static_cast<std::int32_t>(p.call.result);
    start_writer(k, k[fget(k.host(), p.self, fd)].sk, options_);
    go(k, p, 13, watch(p, fd, options_.edge ? EPOLLIN | EPOLLET : EPOLLIN));
  }
  void was_read(Kernel& k, const Process& p) const {
    const std::int64_t n = p.call.result;
    const bool again = n > 0 && options_.edge;  // an edge comes once: read until EAGAIN
    if (again) return read_current(k, p);
    if (n > 0 || n == -EAGAIN) return wait_again(k, p);
    const SockId sk = k[fget(k.host(), p.self, static_cast<std::int32_t>(p.app[kCurrent]))].sk;
    reader_is_done(k, sk);
    go(k, p, 13, call_of(Sys::close, p.app[kCurrent]));
  }
  AppOptions options_;
};

/// Reads every datagram of one port, or binds it and never reads.
class UdpReader : public Program {
 public:
  explicit UdpReader(const AppOptions& options) : reads_(options.kind != ReaderKind::never) {}
  void next(Kernel& k, ProcessId self) const override {
    const Process& p = k[self];
    const std::int64_t phase = p.app[kPhase];
    k.put(p.app[kPhase], std::min<std::int64_t>(phase + 1, 2));
    if (phase == 0) {
      k.begin_syscall(self, socket_call(p.app[kFamily], SOCK_DGRAM));
    } else if (phase == 1) {
      k.put(p.app[kListener], p.call.result);
      Syscall bind = call_of(Sys::bind, p.call.result);
      bind.port = static_cast<std::uint16_t>(p.app[kPort]);
      k.begin_syscall(self, bind);
    } else if (reads_) {
      k.begin_syscall(self, call_of(Sys::recvfrom, p.app[kListener], {65536, 0}));
    } else {
      k.begin_syscall(self, call_of(Sys::nanosleep, -1, {-1}));
    }
  }

 private:
  bool reads_;
};

}  // namespace

struct CaptureApps::Impl {
  AppPlan apps;
  OpenPorts ports;
  CapturedSegments output;
};

namespace {

/// Knows where each application's programs will stand.
AppPlan numbered(AppPlan apps) {
  apps.number_programs(kProgramCount);
  return apps;
}

void add_programs(const AppOptions& app, std::vector<std::shared_ptr<const Program>>& all) {
  all.resize(app.first_program + kProgramCount);
  const auto at = all.begin() + app.first_program;
  at[kReaderProgram] = reader_program(app);
  at[kWriterProgram] = writer_program();
  at[kConnectorProgram] = connector_program(app);
  if (app.kind == ReaderKind::epoll)
    at[kServerProgram] = std::make_shared<EpollServer>(app);
  else
    at[kServerProgram] = std::make_shared<Server>(app);
  at[kUdpProgram] = std::make_shared<UdpReader>(app);
}

}  // namespace

CaptureApps::CaptureApps(const AppPlan& apps, OpenPorts ports, const TakeOvers& take_overs)
    : impl_(std::make_unique<Impl>(
          Impl{numbered(apps), std::move(ports), CapturedSegments{numbered(apps), take_overs}})) {
  for (const AppOptions& app : apps.all())
    if (app.port != 0 && !impl_->ports.udp_read.contains(static_cast<std::uint16_t>(app.port)))
      impl_->ports.tcp.insert(static_cast<std::uint16_t>(app.port));
}
CaptureApps::~CaptureApps() = default;

std::vector<std::shared_ptr<const Program>> CaptureApps::programs() const {
  std::vector<std::shared_ptr<const Program>> all;
  for (const AppOptions& app : impl_->apps.all()) add_programs(app, all);
  return all;
}

const CapturedOutput* CaptureApps::captured_output() const { return &impl_->output; }

void CaptureApps::start(Kernel& k) const {
  const auto serve = [&](std::uint32_t program, std::uint16_t port, std::int64_t family) {
    const AppOptions& app = impl_->apps.of(port);
    const ProcessId process = spawn_thread(k, app.first_program + program, app.cpu);
    k.put(k[process].app[kPort], std::int64_t{port});
    k.put(k[process].app[kFamily], family);
  };
  for (const std::int64_t family : {4, 6}) {
    if (family == 4 ? !impl_->ports.v4 : !impl_->ports.v6) continue;
    for (const std::uint16_t port : impl_->ports.tcp) serve(kServerProgram, port, family);
    for (const std::uint16_t port : impl_->ports.udp_read) serve(kUdpProgram, port, family);
  }
}

}  // namespace ringside
