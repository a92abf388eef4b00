// The one door to the engine: a scenario goes in, a trace comes out.
#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/nic/frame_source.h"
#include "core/scenario/scenario.h"
#include "core/trace/trace.h"

namespace ringside {

namespace nic {
struct LocalHost;
class HostRecord;
}  // namespace nic
struct HostModel;  // core/engine/host_setup.h; null: the modelled kernel
class LiveWire;    // core/engine/live_wire.h
class WireTap;     // core/engine/wire_tap.h

struct RunProgress {
  std::uint64_t frames = 0;                  ///< of the input, handled so far
  std::uint64_t bytes = 0, total_bytes = 0;  ///< of the input file; total 0: unknown
  StepIndex steps = 0;
  std::int64_t t_ns = 0;  ///< of the run
  bool done = false;
};

struct RunOptions {
  /// Called from the thread that runs, some ten times a second of work and once at the end.
  std::function<void(const RunProgress&)> progress;
  /// Also make the SHA-256 of what each connection delivered (reads the payload once more).
  bool hash_delivered = false;
  /// The scenario's host is live: it runs until this wire ends, or cancel(). Outlives the run.
  LiveWire* live = nullptr;
  /// Also write down what the captured host did, for compare_acks().
  bool record_host = false;
  /// Gets all that crosses the modelled wire. Outlives the run.
  WireTap* tap = nullptr;
};

/// What one connection's application got, as bytes; at least one.
struct DeliveredStream {
  std::uint32_t flow = 0;
  std::uint64_t bytes = 0;
  std::string sha256;  ///< hex; empty without RunOptions::hash_delivered
};

/// A connection that was there before the capture began: where it was taken over, and what was assumed
/// because the segments that said it are not in the capture.
struct TakenOver {
  std::uint32_t frame = 0;  ///< its first in the capture
  IpAddr local, remote;
  std::uint16_t local_port = 0, remote_port = 0;
  bool connects = false;  ///< only our SYN was missing: an application connected
  Seq rcv_nxt = 0, snd_nxt = 0;
  std::uint8_t rcv_wscale = 0, snd_wscale = 0;
  bool wscale_assumed = true;  ///< and that both sides use SACK
  bool timestamps = false;
  std::uint32_t unknown_bytes = 0;  ///< had come before, behind a hole: what is delivered begins behind them
};

/// How the host stood when the run ended. Equal runs, equal ends.
struct RunEnd {
  std::int64_t t_ns = 0;  ///< up to which it ran
  StepIndex steps = 0;
  std::uint64_t state_hash = 0;  ///< Host::state_hash()
};

/// One execution of a scenario, running or finished.
class Run {
 public:
  /// Opens the input, checks knobs and applications, boots the host; runs nothing yet. Errors: those of
  /// nic::CaptureFile and of knobs (core/profiles/knobs.h), scenario.kernel (args value), scenario.app (args
  /// value, nearest), scenario.app_parameter (args app, name, value, ...), local.not_in_capture.
  static Result<std::shared_ptr<Run>> prepare(Scenario scenario, RunOptions options = {},
                                              const HostModel* model = nullptr);
  ~Run();  ///< cancels and waits
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  /// Runs in a thread of its own, or (run_here) in the calling one; once.
  void start();
  void run_here();
  /// Asks it to stop soon; what is there by then stays usable.
  void cancel();
  void wait();
  bool done() const;
  bool cancelled() const;
  RunProgress progress() const;

  const Scenario& scenario() const;
  /// Usable at once and while it grows.
  std::shared_ptr<const Trace> trace() const;
  /// What is wrong with the input as far as it was read, e.g. a file cut in a record; not fatal.
  std::vector<Error> problems() const;
  /// When done.
  RunEnd end() const;
  /// Which host is ours, and why.
  const nic::LocalHost& local() const;
  /// All of them when done.
  std::vector<TakenOver> taken_over() const;
  /// What the captured host did; null without RunOptions::record_host, or if not all of the input was read.
  const nic::HostRecord* host_record() const;
  /// Another reader of the input's frames, for lists and byte views; one thread each.
  std::unique_ptr<nic::FrameSource> frames() const;
  /// Index of the frame of that number in frames(); nullopt if there is none.
  std::optional<std::uint64_t> frame_index(std::uint32_t number) const;
  /// Per connection, when done.
  std::vector<DeliveredStream> delivered() const;
  /// Of a connection that is not among them. "" without RunOptions::hash_delivered.
  std::string sha256_of_nothing() const;
  /// Writes what read() returned on that connection, in order; `sink` gets pieces. What the snap length cut
  /// off is zeros. Error: read.flow (args flow, flows), capture.changed.
  Result<std::uint64_t> read_stream(std::uint32_t flow, const std::function<void(wire::Bytes)>& sink) const;

 private:
  struct Impl;
  explicit Run(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace ringside
