// The application at both ends: one thread writes, one reads, on one socket. Who of them is last closes it.
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "tests/core/link/link.h"

namespace ringside::test {

namespace {

Syscall call_of(Sys nr, std::int64_t fd, std::int64_t argument = 0) {
  Syscall call;
  call.nr = nr;
  call.fd = static_cast<std::int32_t>(fd);
  call.arg[0] = argument;
  return call;
}

class Talker : public Program {
 public:
  Talker(const Part& part, bool server, std::uint32_t stored)
      : part_(part), server_(server), stored_(stored) {}

  void next(Kernel& k, ProcessId self) const override {
    const Process& p = k[self];
    const auto phase = static_cast<Phase>(p.app[kPhase]);
    const std::int64_t result = p.call.result;
    if (phase != kStart && phase != kWaiting && result < 0) {
      k.put(p.app[kFailed], -result);
      return k.exit_process(self);
    }
    switch (phase) {
      case kStart:
        go(k, p, kHasSocket, call_of(Sys::socket, -1, AF_INET), SOCK_STREAM);
        break;
      case kHasSocket:
        k.put(p.app[kFd], result);
        k.put(p.app[kListener], result);
        server_ ? go(k, p, kBound, with_address(Sys::bind, p))
                : go(k, p, kOpen, with_address(Sys::connect, p));
        break;
      case kBound:
        go(k, p, kListens, call_of(Sys::listen, p.app[kFd], 5));
        break;
      case kListens:
        go(k, p, kAccepted, call_of(Sys::accept4, p.app[kFd]));
        break;
      case kAccepted:
        k.put(p.app[kFd], result);
        go(k, p, kOpen, call_of(Sys::close, p.app[kListener]));
        break;
      case kOpen:
        start_reader(k, p);
        write(k, p);
        break;
      case kWriting:
        k.put(p.app[kSent], p.app[kSent] + result);
        write(k, p);
        break;
      case kWaiting:
        wait_for_reader(k, p);
        break;
      case kClosed:
        k.exit_process(self);
    }
  }

 private:
  enum Phase : std::int64_t {
    kStart,
    kHasSocket,
    kBound,
    kListens,
    kAccepted,
    kOpen,
    kWriting,
    kWaiting,
    kClosed
  };

  static void go(Kernel& k, const Process& p, Phase next, Syscall call, std::int64_t second = 0) {
    if (second != 0) call.arg[1] = second;
    k.put(p.app[kPhase], std::int64_t{next});
    k.begin_syscall(p.self, call);
  }

  static Syscall with_address(Sys nr, const Process& p) {
    Syscall call = call_of(nr, p.app[kFd]);
    call.addr = kServerAddress;
    call.port = kTalkPort;
    return call;
  }

  static void start_reader(Kernel& k, const Process& p) {
    const ProcessId reader = k.spawn(1, 0, static_cast<std::uint16_t>(p.pid + 1));
    k.put(k[reader].fds, p.fds);
    k.put(k[reader].app[kFd], p.app[kFd]);
    k.put(k[reader].app[kPartner], std::int64_t{p.self.index});
    k.put(p.app[kPartner], std::int64_t{reader.index});
  }

  void write(Kernel& k, const Process& p) const {
    const std::int64_t left = part_.bytes - p.app[kSent];
    if (left == 0) return go(k, p, kWaiting, call_of(Sys::shutdown, p.app[kFd], SHUT_WR));
    Dice dice(static_cast<std::uint64_t>(p.app[kSent] + 1));
    const std::int64_t size = std::min(left, 1 + dice.below(part_.write_size));
    Syscall call = call_of(Sys::write, p.app[kFd], size);
    call.data = {stored_, static_cast<std::uint32_t>(p.app[kSent]), static_cast<std::uint32_t>(size)};
    go(k, p, kWriting, call);
  }

  static void wait_for_reader(Kernel& k, const Process& p) {
    if (p.app[kEof] != 0) return go(k, p, kClosed, call_of(Sys::close, p.app[kFd]));
    k.sleep_process(p.self, -1);
  }

  Part part_;
  bool server_;
  std::uint32_t stored_;
};

class Reader : public Program {
 public:
  explicit Reader(const Part& part) : part_(part) {}

  void next(Kernel& k, ProcessId self) const override {
    const Process& p = k[self];
    const bool has_read = p.app[kPhase] == kReads;
    if (has_read && p.call.result <= 0) {
      const ProcessId writer{static_cast<std::uint32_t>(p.app[kPartner])};
      k.put(k[writer].app[kEof], std::int64_t{1});
      if (p.call.result < 0) k.put(p.app[kFailed], -p.call.result);
      k.wake(writer);
      return k.exit_process(self);
    }
    if (has_read && part_.read_pause_ns != 0) {
      k.put(p.app[kPhase], std::int64_t{kPauses});
      return k.sleep_process(self, part_.read_pause_ns);
    }
    k.put(p.app[kPhase], std::int64_t{kReads});
    k.begin_syscall(self, call_of(Sys::read, p.app[kFd], part_.read_size));
  }

 private:
  enum Phase : std::int64_t { kStart, kReads, kPauses };
  Part part_;
};

}  // namespace

std::uint8_t stream_byte(std::uint64_t seed, bool server, std::uint64_t position) {
  return static_cast<std::uint8_t>(position * 31 + (position >> 8) * 7 + (position >> 16) + seed +
                                   (server ? 99 : 0));
}

std::shared_ptr<const Program> talker(const Part& part, bool server, std::uint32_t stored) {
  return std::make_shared<Talker>(part, server, stored);
}
std::shared_ptr<const Program> listener_of_talk(const Part& part) { return std::make_shared<Reader>(part); }

}  // namespace ringside::test
