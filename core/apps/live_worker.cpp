#include "core/apps/live_worker.h"

#include <algorithm>

#include "core/apps/live_apps.h"
#include "core/kernel/fs/file.h"
#include "core/kernel/net/tcp_follow.h"

namespace ringside {

void Worker::go(Kernel& k, const Process& p, std::int64_t phase, const Syscall& call) {
  k.put(p.app[kWorkerPhase], phase);
  k.begin_syscall(p.self, call);
}

void Worker::read(Kernel& k, const Process& p) const {
  go(k, p, kHasRead, call_of(Sys::read, p.app[kFd], {options_.size}));
}

void Worker::write(Kernel& k, const Process& p, std::int64_t phase, const DataRef& data) {
  Syscall call = call_of(Sys::write, p.app[kFd], {data.len});
  call.data = data;
  go(k, p, phase, call);
}

void Worker::close(Kernel& k, const Process& p) {
  const Sock& s = k[sock_of(p)];
  while (s.todo_head) captured_todo_take(k, s);
  go(k, p, kClosed, call_of(Sys::close, p.app[kFd]));
}

DataRef Worker::pattern_piece(const Process& p, std::int64_t at, std::int64_t most) const {
  const auto offset = static_cast<std::uint32_t>(at % kChargenPeriod);
  const std::int64_t len = std::min<std::int64_t>({most, options_.size, kChargenPeriod - offset});
  return {static_cast<std::uint32_t>(p.app[kPattern]), offset, static_cast<std::uint32_t>(len)};
}

namespace {

/// What was read and not yet written waits as references, in the socket's list that a capture's applications
/// use for what they have still to write.
class Echo : public Worker {
 public:
  using Worker::Worker;
  void got(Kernel& k, ProcessId self, const DataRef& bytes) const override {
    captured_todo_add(k, k[sock_of(k[self])], bytes);
  }
  void next(Kernel& k, ProcessId self) const override {
    const Process& p = k[self];
    switch (p.app[kWorkerPhase]) {
      case kStart:
        return read(k, p);
      case kHasRead:
        return p.call.result <= 0 ? close(k, p) : write_next(k, p);
      case kWriting:
        return p.call.result < 0 ? close(k, p) : write_next(k, p);
      default:
        return k.exit_process(self);
    }
  }

 private:
  void write_next(Kernel& k, const Process& p) const {
    const Sock& s = k[sock_of(p)];
    if (!s.todo_head) return read(k, p);
    write(k, p, kWriting, captured_todo_take(k, s));
  }
};

class Discard : public Worker {
 public:
  using Worker::Worker;
  void next(Kernel& k, ProcessId self) const override {
    const Process& p = k[self];
    const std::int64_t phase = p.app[kWorkerPhase];
    if (phase == kClosed) return k.exit_process(self);
    if (phase == kHasRead && p.call.result <= 0) return close(k, p);
    const bool pause = phase == kHasRead ? options_.delay_us != 0 : phase == kStart && starts_late();
    if (!pause) return read(k, p);
    k.put(p.app[kWorkerPhase], std::int64_t{kPhaseOfOwn});
    k.sleep_process(self, (phase == kStart ? options_.start_delay_us : options_.delay_us) * 1000);
  }

 private:
  bool starts_late() const { return options_.start_delay_us != 0; }
};

class Chargen : public Worker {
 public:
  using Worker::Worker;
  void next(Kernel& k, ProcessId self) const override {
    const Process& p = k[self];
    if (p.app[kWorkerPhase] == kClosed) return k.exit_process(self);
    if (p.app[kWorkerPhase] == kWriting) {
      if (p.call.result < 0) return close(k, p);
      k.put(p.app[kSent], p.app[kSent] + p.call.result);
    }
    write(k, p, kWriting, pattern_piece(p, p.app[kSent], INT64_MAX));
  }

 private:
  enum Word : std::size_t { kSent = kFirstOwn };
};

}  // namespace

std::shared_ptr<const Program> echo_worker(const AppOptions& options) {
  return std::make_shared<Echo>(options);
}
std::shared_ptr<const Program> discard_worker(const AppOptions& options) {
  return std::make_shared<Discard>(options);
}
std::shared_ptr<const Program> chargen_worker(const AppOptions& options) {
  return std::make_shared<Chargen>(options);
}

ProcessId start_worker(Kernel& k, std::uint32_t program, std::uint8_t cpu, SockId sk, std::int64_t pattern) {
  constexpr std::uint32_t kFirstPid = 811, kPids = 60000;
  const ProcessId process = k.spawn(program, std::min<std::uint8_t>(cpu, k.host().cpu_count - 1), 0);
  const Process& p = k[process];
  k.put(p.pid, static_cast<std::uint16_t>(kFirstPid + process.index % kPids));
  k.put(p.app[kSock], std::int64_t{sk.index});
  k.put(p.app[kFd], std::int64_t{fd_install(k, process, k[sk].file)});
  k.put(p.app[kPattern], pattern);
  return process;
}

void reap_workers(Kernel& k, std::uint32_t program) {
  const auto& all = k.host().processes;
  for (std::uint32_t i = 1; i < all.header.used; ++i) {
    if (!all.is_live(i)) continue;
    const Process& p = all[i];
    if (p.program != program || p.state != ProcState::exited) continue;
    if (p.fds && k[p.fds].used == 0 && !k[p.fds].next) k.release(p.fds);
    k.release(ProcessId{i});
  }
}

}  // namespace ringside
