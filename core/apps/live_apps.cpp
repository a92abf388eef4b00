#include "core/apps/live_apps.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>

#include "core/apps/live_worker.h"
#include "core/kernel/fs/file.h"

namespace ringside {

namespace {

/// Programs of each application: the one that accepts (or connects), its worker, and iperf3's data
/// connections.
enum LiveProgram : std::uint32_t { kAccepts, kWorks, kStreams, kLivePrograms };

std::shared_ptr<const Program> worker_of(const AppOptions& options) {
  switch (options.kind) {
    case ReaderKind::discard:
      return discard_worker(options);
    case ReaderKind::chargen:
      return chargen_worker(options);
    case ReaderKind::http:
      return http_worker(options);
    case ReaderKind::iperf3:
      return iperf_control(options, options.first_program + kStreams);
    default:
      return echo_worker(options);
  }
}

/// The process that accepts.
class Acceptor : public Program {
 public:
  explicit Acceptor(const AppOptions& options) : options_(options) {}

  void next(Kernel& k, ProcessId self) const override {
    const Process& p = k[self];
    if (p.app[kPhase] == 1 && p.app[kFamily] == 6) return take_ipv6_only(k, p);
    if (p.app[kPhase] <= kListening && !listening(k, p, options_)) return;
    if (p.app[kPhase] == kAccepted && p.call.result >= 0) serve(k, p);
    if (options_.accept_delay_us != 0 && p.app[kPhase] != kWaited) {
      k.put(p.app[kPhase], std::int64_t{kWaited});
      return k.sleep_process(self, options_.accept_delay_us * 1000);
    }
    k.put(p.app[kPhase], std::int64_t{kAccepted});
    k.begin_syscall(self, call_of(Sys::accept4, p.app[kListener]));
  }

 private:
  enum Phase : std::int64_t { kAccepted = kListening + 1, kWaited };

  /// The IPv4 listener of the same port is another socket.
  static void take_ipv6_only(Kernel& k, const Process& p) {
    const std::int64_t fd = p.call.result;
    k.put(p.app[kListener], fd);
    k.put(p.app[kPhase], std::int64_t{2});
    Syscall call = call_of(Sys::setsockopt, fd, {IPPROTO_IPV6, IPV6_V6ONLY, 1, 0, 4});
    k.begin_syscall(p.self, call);
  }

  void serve(Kernel& k, const Process& p) const {
    const auto fd = static_cast<std::int32_t>(p.call.result);
    const SockId sk = k[fget(k.host(), p.self, fd)].sk;
    reap_workers(k, options_.first_program + kWorks);
    const std::uint32_t worker = options_.first_program + kWorks, stream = options_.first_program + kStreams;
    const bool iperf3 = options_.kind == ReaderKind::iperf3;
    if (iperf3) reap_workers(k, stream);
    const ProcessId control = iperf3 ? iperf_control_of_test(k, worker) : ProcessId{};
    const ProcessId started = start_worker(k, control ? stream : worker, options_.cpu, sk, p.app[kPattern]);
    if (control) join_iperf_test(k, started, control);
    fd_remove(k, p.self, fd);  // the worker has it
  }

  AppOptions options_;
};

/// Connects to the peer; when that connection has ended, or was refused, it tries again after a while.
class Caller : public Program {
 public:
  Caller(const AppOptions& options, const IpAddr& peer) : options_(options), peer_(peer) {}

  void next(Kernel& k, ProcessId self) const override {
    const Process& p = k[self];
    const auto go = [&](std::int64_t phase, const Syscall& call) {
      k.put(p.app[kPhase], phase);
      k.begin_syscall(self, call);
    };
    switch (p.app[kPhase]) {
      case kStart:
        return go(kHasSocket, socket_call(peer_.is_v6() ? 6 : 4, SOCK_STREAM));
      case kHasSocket: {
        k.put(p.app[kListener], p.call.result);
        Syscall call = call_of(Sys::connect, p.app[kListener]);
        call.addr = peer_;
        call.port = static_cast<std::uint16_t>(options_.port);
        return go(kTried, call);
      }
      case kTried:
        if (p.call.result != 0) return go(kClosed, call_of(Sys::close, p.app[kListener]));
        serve(k, p);
        [[fallthrough]];
      default:
        reap_workers(k, options_.first_program + kWorks);
        k.put(p.app[kPhase], std::int64_t{serves(k) ? kClosed : kStart});
        return k.sleep_process(self, options_.delay_us * 1000);
    }
  }

 private:
  enum Phase : std::int64_t { kStart, kHasSocket, kTried, kClosed };

  bool serves(Kernel& k) const {
    const auto& all = k.host().processes;
    for (std::uint32_t i = 1; i < all.header.used; ++i)
      if (all.is_live(i) && all[i].program == options_.first_program + kWorks) return true;
    return false;
  }

  void serve(Kernel& k, const Process& p) const {
    const auto fd = static_cast<std::int32_t>(p.app[kListener]);
    const SockId sk = k[fget(k.host(), p.self, fd)].sk;
    start_worker(k, options_.first_program + kWorks, options_.cpu, sk, 0);
    fd_remove(k, p.self, fd);
  }

  AppOptions options_;
  IpAddr peer_;
};

}  // namespace

std::uint8_t chargen_byte(std::uint64_t position) {
  const std::uint64_t at = position % kChargenPeriod;
  return static_cast<std::uint8_t>(at * 31 + (at >> 8) * 7);
}

LiveApps::LiveApps(std::vector<AppOptions> apps, const IpAddr& peer, const std::vector<IpAddr>& local)
    : apps_(std::move(apps)), peer_(peer) {
  for (std::size_t i = 0; i < apps_.size(); ++i)
    apps_[i].first_program = static_cast<std::uint32_t>(i) * kLivePrograms;
  v4_ = std::ranges::any_of(local, [](const IpAddr& a) { return a.is_v4(); });
  v6_ = std::ranges::any_of(local, [](const IpAddr& a) { return a.is_v6(); });
}

std::vector<std::shared_ptr<const Program>> LiveApps::programs() const {
  std::vector<std::shared_ptr<const Program>> all;
  for (const AppOptions& app : apps_) {
    if (app.kind == ReaderKind::connect)
      all.push_back(std::make_shared<Caller>(app, peer_));
    else
      all.push_back(std::make_shared<Acceptor>(app));
    all.push_back(worker_of(app));
    all.push_back(app.kind == ReaderKind::iperf3 ? iperf_stream(app) : nullptr);
  }
  return all;
}

void LiveApps::start(Kernel& k) const {
  std::vector<std::uint8_t> pattern(kChargenPeriod);
  for (std::uint32_t i = 0; i < kChargenPeriod; ++i) pattern[i] = chargen_byte(i);
  const std::int64_t number = k.store(std::move(pattern)).source;
  const auto spawn = [&](const AppOptions& app, std::int64_t family) {
    const auto cpu = std::min<std::uint8_t>(app.cpu, k.host().cpu_count - 1);
    const ProcessId process = k.spawn(app.first_program + kAccepts, cpu, 0);
    const Process& p = k[process];
    k.put(p.pid, static_cast<std::uint16_t>(811 + process.index));
    k.put(p.app[kPort], app.port);
    k.put(p.app[kFamily], family);
    k.put(p.app[kPattern], number);
  };
  for (const AppOptions& app : apps_) {
    if (v4_ || app.kind == ReaderKind::connect) spawn(app, 4);
    if (v6_ && app.kind != ReaderKind::connect) spawn(app, 6);
  }
}

}  // namespace ringside
