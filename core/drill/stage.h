// The machine a script runs on: NIC tun, no costs, two CPUs, the script's addresses; and what comes out of
// it.
#pragma once
#include <deque>
#include <memory>
#include <optional>

#include "core/apps/script_program.h"
#include "core/drill/calls.h"
#include "core/drill/segment.h"
#include "core/machine/machine.h"

namespace ringside::drill {

/// Frames of the run, kept for it and its re-execution.
class ScriptFrames : public FrameBytes {
 public:
  std::span<const std::uint8_t> frame(std::uint32_t number) override;
  std::uint32_t add(std::int64_t t_ns, std::vector<std::uint8_t> bytes);
  std::vector<ScriptedFrame> all;
};

class SentQueue : public OutgoingSink {
 public:
  void transmitted(const Outgoing& frame) override;
  std::deque<SentSegment> segments;
};

class Stage {
 public:
  Stage(const KernelProfile& profile, const CallContext& context, const std::vector<KnobSetting>& knobs,
        std::uint64_t seed, std::vector<Error>& problems);

  std::int64_t now() const { return now_; }
  /// Runs everything that is due by `t_ns`; the clock stands there afterwards.
  void advance(std::int64_t t_ns);
  /// Runs until a segment has left, or until `limit_ns`.
  bool wait_for_segment(std::int64_t limit_ns);
  /// Runs until the thread's last call has returned, or until `limit_ns`.
  bool wait_for_call(std::uint16_t thread, std::int64_t limit_ns);
  bool is_idle(std::uint16_t thread) const;
  /// When the thread's last call returned.
  std::int64_t returned_at(std::uint16_t thread) const;
  const Syscall& last_call(std::uint16_t thread) const;

  /// The thread makes this call at `t_ns` (not before now()).
  void start_call(std::uint16_t thread, std::int64_t t_ns, const Syscall& call,
                  std::vector<std::uint8_t> data);
  /// The first thread writes this packet to the TUN device. `gso_size`: what its vnet header says, or 0.
  void inject(std::int64_t t_ns, std::vector<std::uint8_t> bytes, int gso_size);
  /// tc gives the device another root qdisc now; `limit` in packets, none: the kind's own.
  void set_qdisc(QdiscKind kind, std::optional<std::uint64_t> limit);
  SockId socket_of(std::int64_t live_fd) const;
  /// packetdrill has seen the packet it waited for: its packet socket is empty now (with the knob nic.tap 2).
  void capturer_reads();

  SentQueue sent;
  ScriptFrames frames;
  std::vector<ScriptedCall> calls;
  Machine& machine() { return *machine_; }

  static constexpr std::uint16_t kPackets = 0, kReader = 1;  ///< the threads

 private:
  void set_alarm(std::uint16_t thread, std::int64_t t_ns);
  ByteStore store_;
  KernelProfile profile_;
  std::unique_ptr<Machine> machine_;
  ProcessId threads_[2];
  std::size_t started_[2] = {0, 0};
  std::int64_t now_ = 0;
};

}  // namespace ringside::drill
