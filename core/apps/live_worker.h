// A process that serves one connection of a live host, and what all of them share.
#pragma once
#include <memory>

#include "core/apps/listen.h"

namespace ringside {

/// Words of its Process::app. Those from kFirstOwn to kPattern are the program's own.
enum WorkerWord : std::size_t { kSock = 0, kFd = 1, kFirstOwn = 2, kPattern = 6, kWorkerPhase = 7 };

class Worker : public Program {
 public:
  explicit Worker(const AppOptions& options) : options_(options) {}

 protected:
  enum Phase : std::int64_t { kStart, kHasRead, kWriting, kClosed, kPhaseOfOwn };
  static SockId sock_of(const Process& p) { return SockId{static_cast<std::uint32_t>(p.app[kSock])}; }
  static void go(Kernel& k, const Process& p, std::int64_t phase, const Syscall& call);
  void read(Kernel& k, const Process& p) const;
  static void write(Kernel& k, const Process& p, std::int64_t phase, const DataRef& data);
  /// Closes the descriptor; the process ends at its next turn.
  static void close(Kernel& k, const Process& p);
  /// The next piece of what chargen sends, from place `at` on, at most `most` bytes.
  DataRef pattern_piece(const Process& p, std::int64_t at, std::int64_t most) const;

  AppOptions options_;
};

std::shared_ptr<const Program> echo_worker(const AppOptions& options);
std::shared_ptr<const Program> discard_worker(const AppOptions& options);
std::shared_ptr<const Program> chargen_worker(const AppOptions& options);
std::shared_ptr<const Program> http_worker(const AppOptions& options);

/// iperf3's control connection, and one of its data connections.
std::shared_ptr<const Program> iperf_control(const AppOptions& options, std::uint32_t stream_program);
std::shared_ptr<const Program> iperf_stream(const AppOptions& options);
/// The control process of a test that waits for data connections; none: the next connection is a control's.
ProcessId iperf_control_of_test(Kernel& k, std::uint32_t control_program);
void join_iperf_test(Kernel& k, ProcessId stream, ProcessId control);

/// A new process for this connection; it has the only descriptor.
ProcessId start_worker(Kernel& k, std::uint32_t program, std::uint8_t cpu, SockId sk, std::int64_t pattern);
/// Frees the workers of that program that have ended.
void reap_workers(Kernel& k, std::uint32_t program);

}  // namespace ringside
