#include "core/apps/threads.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "core/kernel/fs/file.h"
#include "core/kernel/net/tcp_flags.h"
#include "core/kernel/net/tcp_follow.h"

namespace ringside {

namespace {

/// Words of Process::app.
enum Word : std::size_t { kSock = 0, kFd = 1, kEmptyReads = 2, kPhase = 7 };

Syscall call_of(Sys nr, std::int64_t fd) {
  Syscall call;
  call.nr = nr;
  call.fd = static_cast<std::int32_t>(fd);
  return call;
}

void close_and_exit(Kernel& k, const Process& p, std::int64_t exit_phase) {
  k.put(p.app[kPhase], exit_phase);
  k.begin_syscall(p.self, call_of(Sys::close, p.app[kFd]));
}

class Reader : public Program {
 public:
  explicit Reader(const AppOptions& options) : options_(options) {}

  void next(Kernel& k, ProcessId self) const override {
    const Process& p = k[self];
    switch (p.app[kPhase]) {
      case kStart:
        k.put(p.app[kPhase], std::int64_t{kRead});
        if (options_.start_delay_us != 0) return k.sleep_process(self, options_.start_delay_us * 1000);
        [[fallthrough]];
      case kRead:
        return read(k, p);
      case kHasRead:
        return has_read(k, p);
      default:
        k.exit_process(self);
        return;
    }
  }

 private:
  enum Phase : std::int64_t { kStart, kRead, kHasRead, kClosed };
  /// In a row; then a poller waits in recv(), as those do that spin first: the gap in a capture may be weeks.
  static constexpr std::int64_t kMostEmptyReads = 1000;

  void read(Kernel& k, const Process& p) const {
    if (k[SockId{static_cast<std::uint32_t>(p.app[kSock])}].todo_rst != 0)
      return close_and_exit(k, p, kClosed);
    const bool polls = options_.kind == ReaderKind::poller && p.app[kEmptyReads] < kMostEmptyReads;
    const bool plain = !options_.waitall && options_.kind != ReaderKind::poller;
    Syscall call = call_of(plain ? Sys::read : Sys::recvfrom, p.app[kFd]);
    call.arg[0] = options_.size;
    if (options_.waitall) call.arg[1] |= MSG_WAITALL;
    if (polls) call.arg[1] |= MSG_DONTWAIT;
    k.put(p.app[kPhase], std::int64_t{kHasRead});
    k.begin_syscall(p.self, call);
  }

  void has_read(Kernel& k, const Process& p) const {
    const std::int64_t n = p.call.result;
    const bool empty = n == -EAGAIN;
    if (options_.kind == ReaderKind::poller) k.put(p.app[kEmptyReads], empty ? p.app[kEmptyReads] + 1 : 0);
    if (n <= 0 && !empty) {
      reader_is_done(k, SockId{static_cast<std::uint32_t>(p.app[kSock])});
      return close_and_exit(k, p, kClosed);
    }
    const bool pause = options_.delay_us != 0 && (options_.kind == ReaderKind::sleeper || empty);
    if (!pause) return read(k, p);
    k.put(p.app[kPhase], std::int64_t{kRead});
    k.sleep_process(p.self, options_.delay_us * 1000);
  }

  AppOptions options_;
};

/// Does what the capture shows that the host's application did: writes, shuts down, aborts.
class HostsPart : public Program {
 public:
  void next(Kernel& k, ProcessId self) const override {
    const Process& p = k[self];
    if (p.app[kPhase] == kClosed) return k.exit_process(self);
    const SockId sk{static_cast<std::uint32_t>(p.app[kSock])};
    const Sock& s = k[sk];
    if (p.app[kPhase] == kLingers) return close_and_exit(k, p, kClosed);
    if (s.todo_rst != 0) return abort_connection(k, p, s);
    if (s.todo_head) return write(k, p, s);
    if (s.todo_fin != 0) return finish(k, p, s);
    // A captured host is done when its FIN was seen: what it will still write lies ahead in the capture.
    const bool fin_sent = (s.sk_shutdown & SEND_SHUTDOWN) != 0;
    const bool host_is_done = fin_sent || k.machine().config().captured_output == nullptr;
    if (s.app_eof != 0 && host_is_done) return close_and_exit(k, p, kClosed);
    Syscall wait = call_of(Sys::nanosleep, -1);
    wait.arg[0] = -1;
    k.begin_syscall(self, wait);
  }

 private:
  enum Phase : std::int64_t { kWorks, kLingers, kClosed };

  static void write(Kernel& k, const Process& p, const Sock& s) {
    const DataRef data = captured_todo_take(k, s);
    Syscall call = call_of(Sys::write, p.app[kFd]);
    call.arg[0] = data.len;
    call.data = data;
    k.begin_syscall(p.self, call);
  }

  static void finish(Kernel& k, const Process& p, const Sock& s) {
    k.put(s.todo_fin, std::uint8_t{0});
    if (s.app_eof != 0) return close_and_exit(k, p, kClosed);
    Syscall call = call_of(Sys::shutdown, p.app[kFd]);
    call.arg[0] = SHUT_WR;
    k.begin_syscall(p.self, call);
  }

  /// The captured host sent a RST of its own accord: close with SO_LINGER 0, or with unread data. A reader
  /// that sleeps on the socket is interrupted and closes its descriptor, too: the last one to close sends the
  /// RST.
  static void abort_connection(Kernel& k, const Process& p, const Sock& s) {
    k.put(p.app[kPhase], std::int64_t{kLingers});
    for (ProcessId waiter = s.wait_head; waiter; waiter = k[waiter].wait_next) {
      k.put(k[waiter].signal_pending, std::uint8_t{1});
      k.wake(waiter);
    }
    Syscall call = call_of(Sys::setsockopt, p.app[kFd]);
    call.arg[0] = SOL_SOCKET;
    call.arg[1] = SO_LINGER;
    call.arg[2] = 1;
    call.arg[3] = 0;
    call.arg[4] = 8;
    k.begin_syscall(p.self, call);
  }
};

/// Words of the connector's Process::app: both ends.
enum ConnectWord : std::size_t { kPorts = 0, kLocal = 1, kRemote = 3, kConnectFd = 5, kV6 = 6 };

void keep_address(Kernel& k, const Process& p, std::size_t word, const IpAddr& addr) {
  std::int64_t words[2];
  std::memcpy(words, addr.bytes().data(), sizeof words);
  k.put(p.app[word], words[0]);
  k.put(p.app[word + 1], words[1]);
}

IpAddr kept_address(const Process& p, std::size_t word) {
  std::uint8_t bytes[16];
  std::memcpy(bytes, &p.app[word], sizeof bytes);
  return p.app[kV6] != 0 ? IpAddr::v6(bytes) : IpAddr::v4(bytes);
}

class Connector : public Program {
 public:
  explicit Connector(const AppOptions& options) : options_(options) {}

  void next(Kernel& k, ProcessId self) const override {
    const Process& p = k[self];
    switch (p.app[kPhase]) {
      case 0: {
        Syscall call = call_of(Sys::socket, -1);
        call.arg[0] = p.app[kV6] != 0 ? AF_INET6 : AF_INET;
        call.arg[1] = SOCK_STREAM;
        return go(k, p, 1, call);
      }
      case 1: {
        k.put(p.app[kConnectFd], p.call.result);
        Syscall call = call_of(Sys::bind, p.app[kConnectFd]);
        call.addr = kept_address(p, kLocal);
        call.port = static_cast<std::uint16_t>(p.app[kPorts] >> 16);
        return go(k, p, 2, call);
      }
      case 2: {
        Syscall call = call_of(Sys::connect, p.app[kConnectFd]);
        call.addr = kept_address(p, kRemote);
        call.port = static_cast<std::uint16_t>(p.app[kPorts]);
        return go(k, p, 3, call);
      }
      case 3:
        if (p.call.result != 0) return go(k, p, 4, call_of(Sys::close, p.app[kConnectFd]));
        start_threads(k, k[fget(k.host(), self, static_cast<std::int32_t>(p.app[kConnectFd]))].sk, options_);
        fd_remove(k, self, static_cast<std::int32_t>(p.app[kConnectFd]));
        k.exit_process(self);
        return;
      default:
        k.exit_process(self);
        return;
    }
  }

 private:
  static void go(Kernel& k, const Process& p, std::int64_t phase, const Syscall& call) {
    k.put(p.app[kPhase], phase);
    k.begin_syscall(p.self, call);
  }
  AppOptions options_;
};

ProcessId thread_on(Kernel& k, std::uint32_t program, SockId sk, const AppOptions& options) {
  const ProcessId process = spawn_thread(k, program, options.cpu);
  const Process& p = k[process];
  k.put(p.app[kSock], static_cast<std::int64_t>(sk.index));
  k.put(p.app[kFd], static_cast<std::int64_t>(fd_install(k, process, k[sk].file)));
  return process;
}

}  // namespace

std::shared_ptr<const Program> reader_program(const AppOptions& options) {
  return std::make_shared<Reader>(options);
}
std::shared_ptr<const Program> writer_program() { return std::make_shared<HostsPart>(); }
std::shared_ptr<const Program> connector_program(const AppOptions& options) {
  return std::make_shared<Connector>(options);
}

ProcessId spawn_thread(Kernel& k, std::uint32_t program, std::uint8_t cpu) {
  constexpr std::uint32_t kFirstPid = 811;
  const auto place = static_cast<std::uint8_t>(std::min<int>(cpu, k.host().cpu_count - 1));
  return k.spawn(program, place, static_cast<std::uint16_t>(kFirstPid + k.host().processes.header.used));
}

void start_writer(Kernel& k, SockId sk, const AppOptions& options) {
  k.put(k[sk].writer, thread_on(k, options.first_program + kWriterProgram, sk, options));
}

void start_threads(Kernel& k, SockId sk, const AppOptions& options) {
  if (options.kind != ReaderKind::never) thread_on(k, options.first_program + kReaderProgram, sk, options);
  start_writer(k, sk, options);
}

void start_connector(Kernel& k, const IpAddr& local, std::uint16_t lport, const IpAddr& remote,
                     std::uint16_t rport, const AppOptions& options) {
  const Process& p = k[spawn_thread(k, options.first_program + kConnectorProgram, options.cpu)];
  k.put(p.app[kPorts], std::int64_t{lport} << 16 | rport);
  k.put(p.app[kV6], std::int64_t{local.is_v6() ? 1 : 0});
  keep_address(k, p, kLocal, local);
  keep_address(k, p, kRemote, remote);
}

void reader_is_done(Kernel& k, SockId sk) {
  k.put(k[sk].app_eof, std::uint8_t{1});
  wake_writer(k, sk);
}

void wake_writer(Kernel& k, SockId sk) {
  const ProcessId writer = k[sk].writer;
  if (writer && k[writer].call.nr == Sys::nanosleep) k.wake(writer);
}

}  // namespace ringside
