// The machine a script runs on: NIC tun (or the one the script asks for), no
// costs but the script's own, two CPUs, the script's addresses; and what comes
// out of it.
#pragma once
#include <deque>
#include <memory>
#include <optional>

#include "core/apps/script_program.h"
#include "core/drill/calls.h"
#include "core/drill/segment.h"
#include "core/machine/machine.h"

namespace ringside::drill {

/// Frames of the run, kept for it and its re-execution. A TUN device gets them
/// by the script's own calls; to a real NIC they come by themselves.
class ScriptFrames : public FrameBytes, public Arrivals {
 public:
  std::span<const std::uint8_t> frame(std::uint32_t number) override;
  bool at(std::uint64_t index, Arrival& out) override;
  std::vector<ScriptedFrame> all;
};

/// What a script does to its machine, and when.
struct Plan {
  std::vector<ScriptedCall> calls;
  std::vector<ScriptedFrame> frames;
};

class SentQueue : public OutgoingSink {
 public:
  void transmitted(const Outgoing& frame) override;
  std::deque<SentSegment> segments;
};

/// Where things take time, what a script does later may interrupt what began
/// earlier, and the runner learns when it does something only by running. So it
/// runs again with what it did as a plan that the machine knows from the start,
/// until what it does is the plan: before the first difference nothing can have
/// been wrong.
class Stage {
 public:
  Stage(const KernelProfile& profile, const CallContext& context, NicKind nic,
        const std::vector<KnobSetting>& knobs, std::uint64_t seed, const Plan& plan,
        std::vector<Error>& problems);

  /// Something takes time here, or reaches the host by itself: one run may not
  /// be enough.
  bool is_timed() const { return timed_; }
  /// The script has done something else than the plan says: this run means
  /// nothing any more.
  bool has_strayed() const { return strayed_; }
  /// All that the script did was the plan.
  bool kept_to_plan() const;
  /// What it did, as far as that is certain.
  Plan next_plan() const;

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
  /// How long a call may take that is to return at once: no time at all, unless
  /// things take time.
  std::int64_t patience(std::int64_t tolerance_ns) const;

  /// The thread makes this call at `t_ns` (not before now()).
  void start_call(std::uint16_t thread, std::int64_t t_ns, const Syscall& call,
                  std::vector<std::uint8_t> data);
  /// The first thread writes this packet to the TUN device. `gso_size`: what its vnet header says, or 0.
  void inject(std::int64_t t_ns, std::vector<std::uint8_t> bytes, int gso_size);
  /// tc gives the device another root qdisc now; `limit` in packets, none: the kind's own.
  void set_qdisc(QdiscKind kind, std::optional<std::uint64_t> limit);
  SockId socket_of(std::int64_t live_fd) const;
  /// packetdrill has seen the packet it waited for: its packet socket is empty
  /// now (with the knob nic.tap 2).
  void capturer_reads();

  SentQueue sent;
  ScriptFrames frames;
  std::vector<ScriptedCall> calls;
  Machine& machine() { return *machine_; }

  static constexpr std::uint16_t kPackets = 0, kReader = 1;  ///< the threads

 private:
  void set_alarm(std::uint16_t thread, std::int64_t t_ns);
  void stray();
  std::uint32_t add_frame(std::vector<std::uint8_t> bytes);
  ByteStore store_;
  KernelProfile profile_;
  std::unique_ptr<Machine> machine_;
  ProcessId threads_[2];
  ReturnedCalls returned_;
  NicKind nic_;
  bool timed_ = false, strayed_ = false;
  std::size_t planned_calls_, planned_frames_;
  std::size_t made_calls_ = 0, made_frames_ = 0;  ///< by the script in this run
  std::size_t started_[2] = {0, 0};
  std::int64_t now_ = 0;
};

}  // namespace ringside::drill
