// A whole machine as a story: frames reach the NIC at given times, threads make system calls at given times,
// everything costs what the story says; and then the questions: which way did a segment go, in which context,
// what was counted. It runs through the engine, so that everything told here can be stepped through both
// ways.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/engine/engine.h"
#include "core/wire/tcp.h"

namespace ringside::test {

/// A segment from the peer, in packetdrill's relative numbers: both ends begin at 0.
struct Segment {
  std::string flags;  ///< packetdrill's letters: "S", ".", "P.", "F.", "R", "R.", "U."
  Seq seq = 0;
  std::uint32_t len = 0;
  Seq ack = 0;
  std::uint16_t win = 257;
  std::uint16_t port = 40000;  ///< the peer's
  std::vector<wire::TcpOption> options = {};
  bool v6 = false;
  std::uint16_t urg_ptr = 0;
  std::uint16_t host_port = 8080;
};

/// From the peer to us, Ethernet header in front.
std::vector<std::uint8_t> tcp_frame(const Segment& segment);
/// The same for frames of tests/core/kernel/host_fixture.h, whose hosts have other link addresses.
std::vector<std::uint8_t> to_model_nic(std::vector<std::uint8_t> frame);

/// A system call: number, descriptor, arguments as core/kernel/fs/syscalls.cpp lists them.
Syscall call_of(Sys nr, std::int32_t fd, std::initializer_list<std::int64_t> arguments = {});

class MachineStory {
 public:
  static constexpr std::uint16_t kPort = 8080;
  /// What the first listener and the first connection that is accepted get.
  static constexpr std::int32_t kListener = 3, kConnection = 4;

  /// NIC ixgb, one CPU, and nothing takes time but what set() says.
  explicit MachineStory(const std::string& kernel);

  MachineStory& set(const std::string& knob, const std::string& value);
  /// Any Ethernet frame, complete; its number. Times are in microseconds: at 0 the host is long up (and
  /// connected, see connect()). Frames are told in the order of their times.
  std::uint32_t frame(std::int64_t t_us, std::vector<std::uint8_t> bytes);
  std::uint32_t peer(std::int64_t t_us, const Segment& segment);
  /// `count` segments of `len` bytes each, one every `gap_us`, from sequence number `seq` on; their numbers.
  std::vector<std::uint32_t> burst(std::int64_t t_us, int count, Seq seq, std::uint32_t len,
                                   std::int64_t gap_us);
  /// Thread 0 or 1 makes this call at that time, or as soon as it is free after it.
  void call(std::int64_t t_us, int thread, Syscall call, std::vector<std::uint8_t> data = {});
  /// Thread 0 listens, the peer connects, thread 0 accepts: 1.5 s before
  /// time 0.
  struct Connection {
    std::int64_t rcvbuf = 0;  ///< SO_RCVBUF of the listener
    bool v6 = false;
    bool accept = true;
    std::vector<wire::TcpOption> options = {};  ///< further ones in the SYN
  };
  void connect() { connect(Connection()); }
  void connect(const Connection& connection);
  /// Thread 0 listens only.
  void listen(std::int64_t backlog = 16, bool v6 = false);
  void read(std::int64_t t_us, int thread, std::int64_t bytes, std::int64_t flags = 0);
  /// Instead of calls: an application, as `--app` would start it. The peer then must connect by itself, and
  /// learns the host's sequence numbers from nobody: for stories in which it does not matter.
  void app(const std::string& name, std::vector<std::pair<std::string, std::string>> parameters = {});

  void run();

  const Trace& trace() const { return *run_->trace(); }
  std::shared_ptr<const Trace> shared_trace() const { return run_->trace(); }
  /// Places a frame was in: "rx_ring in_flight prequeue in_flight user_buffer freed"; a drop as
  /// "dropped:REASON".
  std::string way(std::uint32_t packet) const;
  /// Context in which a function worked on a frame (0: on any) first; "" if it never did.
  std::string context_of(Fn fn, std::uint32_t packet = 0) const;
  bool entered(Fn fn, std::uint32_t packet = 0) const { return !context_of(fn, packet).empty(); }
  std::uint64_t times(Fn fn) const;
  /// How a question was answered each time it was asked, by first letters: "nny".
  std::string answers(const std::string& question) const;
  std::uint64_t counter(Counter counter) const;
  std::uint64_t dropped(Drop reason) const;
  /// Result of the n-th (from 0) call of that kind.
  std::optional<std::int64_t> result(Sys nr, int n = 0) const;
  /// Most packets that were in that place at once.
  std::int64_t highest(SeriesId place) const { return trace().series().highest(place); }
  std::uint64_t delivered() const;
  /// Everything at packet level, and what was counted: for failures.
  std::string story() const;
  /// Forward, back and by jumps every step has one state.
  void expect_same_both_ways() const;

 private:
  struct Returned {
    Syscall call;
    std::int64_t t_ns = 0;
    int thread = 0;
  };
  template <class F>
  void each_event(F&& f) const;
  void collect_results();

  Scenario scenario_;
  std::shared_ptr<ScriptInput> input_ = std::make_shared<ScriptInput>();
  std::shared_ptr<Run> run_;
  std::vector<Returned> returned_;
};

}  // namespace ringside::test
