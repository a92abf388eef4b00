// The modelled computer: its clock, its CPUs' turns, its events. It runs what core/kernel gives it as entry
// points and knows nothing of protocols.
//
// One turn is one hard IRQ, one slice of a softirq (one packet), one timer, one arrival or one system call.
// Process code is interrupted at Kernel::spend(): what is due by then on any CPU runs nested, as on a real
// machine. Between two turns of the outermost loop everything is a value (Snapshot).
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "core/machine/isn_policy.h"
#include "core/machine/kernel.h"
#include "core/machine/observer.h"

namespace ringside {

/// A frame that will reach the host.
struct Arrival {
  std::int64_t t_ns = 0;       ///< when its last bit is in the NIC
  std::uint32_t number = 0;    ///< its number (from 1), for FrameBytes and the trace
  std::uint32_t len = 0;       ///< bytes of it that are held
  std::uint32_t wire_len = 0;  ///< bytes it had on the wire
  bool outgoing = false;  ///< sent by the captured host itself: not received, but its applications act on it
  /// Nothing arrives: this frame's connection was there before the capture and is set up now.
  bool takes_over = false;
};

/// Frames in time order. Random access, because a re-execution starts in the middle.
class Arrivals {
 public:
  virtual ~Arrivals() = default;
  /// The `index`-th arrival (from 0), or false at the (present) end.
  virtual bool at(std::uint64_t index, Arrival& out) = 0;
};

/// What drives a process: called when its last system call is done (see Process::call), it starts the next
/// with Kernel-side begin_syscall(), sleeps, or exits. Keeps no state but Process::app.
class Program {
 public:
  virtual ~Program() = default;
  virtual void next(Kernel& k, ProcessId self) const = 0;
  /// A read() of `self` has put these bytes into its buffer: called piece by piece, before next(). For
  /// programs that look at what they read; they may keep references, in the host.
  virtual void got(Kernel&, ProcessId /*self*/, const DataRef& /*bytes*/) const {}
};

/// What the captured host sent, at the time it did: lets the model's applications do what the real ones must
/// have done.
class CapturedOutput {
 public:
  virtual ~CapturedOutput() = default;
  virtual void sent(Kernel& k, const Arrival& frame) const = 0;
};

/// The modelled kernel's entry points, filled by core/kernel/entry.cpp.
struct KernelEntry {
  void (*boot)(Kernel&) = nullptr;                           ///< device up, ring filled
  void (*receive_frame)(Kernel&, const Arrival&) = nullptr;  ///< Context::nic: DMA and, perhaps, an interrupt
  void (*hard_irq)(Kernel&) = nullptr;                       ///< the NIC's handler
  bool (*softirq)(Kernel&, SoftirqVector) = nullptr;  ///< one slice; true: the vector's action has ended
  void (*timer)(Kernel&, TimerRef) = nullptr;         ///< Context::timer
  bool (*syscall)(Kernel&, ProcessId) = nullptr;      ///< true: done; false: it sleeps
};

struct MachineConfig {
  const KernelProfile* profile = nullptr;
  KernelEntry entry;
  Costs costs;
  std::uint8_t cpus = 1;
  std::uint64_t seed = 1;
  Arrivals* arrivals = nullptr;
  FrameBytes* frames = nullptr;
  ByteStore* store = nullptr;
  OutgoingSink* outgoing = nullptr;                 ///< may be null
  const CapturedOutput* captured_output = nullptr;  ///< may be null
  DeliverySink* delivery = nullptr;                 ///< may be null
  const IsnPolicy* isn = nullptr;                   ///< may be null: seeded random numbers
  Observer* observer = nullptr;                     ///< may be null
  std::vector<std::shared_ptr<const Program>> programs;
};

struct QueuedEvent {
  std::int64_t t_ns = 0;
  std::uint64_t order = 0;  ///< ties: first in, first out
  TimerRef timer;
};

/// Functions that a sleeper (or a softirq between two slices) will go on in, outermost first.
struct Suspended {
  static constexpr std::uint8_t kMost = 24;
  std::array<Fn, kMost> functions{};
  std::uint8_t count = 0;
};

/// Everything that is not the Host: with it, a keyframe.
struct MachineState {
  Clocks clock_ns{};
  std::vector<QueuedEvent> queue;  ///< heap
  std::uint64_t next_order = 0;
  std::uint64_t arrival_index = 0;  ///< next arrival
  std::uint64_t steps = 0;
  std::uint32_t next_buffer = 0;
  std::array<Suspended, kMaxCpus> suspended_softirq{};
  std::vector<Suspended> suspended_process;  ///< by ProcessId::index
};

struct Snapshot {
  Host host;
  MachineState state;
};

class Machine {
 public:
  explicit Machine(MachineConfig config);
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  /// Runs one turn of the outermost loop; false if nothing is left to do before `until_ns`.
  bool turn(std::int64_t until_ns = kForever);
  void run(std::int64_t until_ns = kForever) {
    while (turn(until_ns)) {
    }
  }
  /// Time of the next thing that would happen; kForever if nothing.
  std::int64_t next_time();

  Kernel& kernel() { return kernel_; }
  const Host& host() const { return *host_; }
  const MachineConfig& config() const { return config_; }
  std::uint64_t steps() const { return kernel_.steps(); }
  std::uint64_t arrivals_taken() const { return state_.arrival_index; }
  /// The latest time any CPU has reached.
  std::int64_t now_ns() const;

  const MachineState& state() const { return state_; }
  /// ns that a CPU has worked in a context. Not part of the state: it counts from this object's beginning.
  std::int64_t busy_ns(std::uint8_t cpu, Context context) const {
    return busy_ns_[cpu][static_cast<std::size_t>(context)];
  }

  /// Once, before the first turn: `before` sets up the host's hardware, the kernel boots, `after` starts what
  /// the host runs. No time passes and no steps are counted; the clocks then stand at `start_ns`.
  template <class F, class G>
  void boot(std::int64_t start_ns, F&& before, G&& after);

  Snapshot snapshot() const;
  void restore(const Snapshot& snapshot);
  /// `fill(host, state)` makes them what they were; false: it could not, and this object is of no use any
  /// more.
  template <class F>
  bool restore_by(F&& fill) {
    kernel_.written().mark_all();
    const bool filled = fill(*host_, state_);
    kernel_.steps_ = state_.steps;
    return filled;
  }

  /// Lets a CPU run in process context for the caller (set-up code, scripted injections): `work` is called as
  /// code of process `process` at time `t_ns` or as soon as that CPU is free after it.
  template <class F>
  void as_process(ProcessId process, std::int64_t t_ns, F&& work);

  static constexpr std::int64_t kForever = INT64_MAX;

 private:
  friend class Kernel;
  enum class Kind : std::uint8_t { nothing, arrival, timer, cpu };
  struct Next {
    Kind kind = Kind::nothing;
    std::int64_t t_ns = kForever;
    std::uint8_t cpu = 0;
  };
  struct ContextGuard;

  /// The arrival that is due next; null at the (present) end.
  const Arrival* next_arrival();
  Next find_next();
  /// While a process runs on `cpu`, nothing is due before this; INT64_MIN if that takes a closer look.
  std::int64_t surely_quiet_until(std::uint8_t cpu) const;
  bool irq_due(std::uint8_t cpu) const;
  bool softirqs_waiting(std::uint8_t cpu) const;
  bool softirqs_at_once(std::uint8_t cpu) const;
  bool ksoftirqd_is_next(std::uint8_t cpu) const;
  void begin_softirqs(std::uint8_t cpu, Context context);
  bool softirqs_end(std::uint8_t cpu);
  bool step_once(std::int64_t until_ns);
  bool has_cpu_work(std::uint8_t cpu, std::int64_t& ready) const;
  void run_arrival();
  void run_timer();
  void run_cpu(std::uint8_t cpu);
  void run_irq(std::uint8_t cpu);
  bool run_softirqs(std::uint8_t cpu, Context context);
  void run_process(std::uint8_t cpu);
  std::int64_t preempt(std::uint8_t cpu);
  void drain_softirqs(std::uint8_t cpu);
  void queue_timer(const Timer& timer, TimerRef ref, std::int64_t t_ns);
  const Timer* timer_of(TimerRef ref) const;
  std::uint8_t timer_cpu() const;
  void enqueue_runnable(ProcessId process, std::int64_t ready_ns);
  Suspended& suspended(std::uint8_t cpu, Context context);

  MachineConfig config_;
  std::unique_ptr<Host> host_;
  MachineState state_;
  std::uint8_t process_on_stack_ = 0;  ///< CPUs whose process code is below us on the C++ stack
  std::uint32_t arriving_ = 0;         ///< frame that reaches the NIC in this turn
  std::uint8_t softirq_on_stack_ = 0;  ///< CPUs whose softirq is running a slice below us
  BusyTimes busy_ns_{};
  Arrival next_arrival_;  ///< the one with the number next_arrival_index_
  std::uint64_t next_arrival_index_ = UINT64_MAX;
  Kernel kernel_;
};

/// Sets who runs for a while: CPU, context, call depth; puts it back at the end.
struct Machine::ContextGuard {
  ContextGuard(Machine& machine, std::uint8_t cpu, Context context)
      : kernel(machine.kernel_),
        cpu_before(kernel.cpu_),
        context_before(kernel.context_),
        below_before(kernel.below_) {
    kernel.stand_in(cpu, context);
    kernel.below_ = kernel.top_ - kernel.stack_.data();
  }
  ~ContextGuard() {
    kernel.stand_in(cpu_before, context_before);
    kernel.below_ = below_before;
  }
  ContextGuard(const ContextGuard&) = delete;
  ContextGuard& operator=(const ContextGuard&) = delete;
  Kernel& kernel;
  std::uint8_t cpu_before;
  Context context_before;
  std::ptrdiff_t below_before;
};

template <class F, class G>
void Machine::boot(std::int64_t start_ns, F&& before, G&& after) {
  ContextGuard guard(*this, 0, Context::nic);
  state_.clock_ns.fill(start_ns);
  before(kernel_);
  if (config_.entry.boot != nullptr) config_.entry.boot(kernel_);
  state_.clock_ns.fill(start_ns);
  after(kernel_);
  state_.clock_ns.fill(start_ns);
  busy_ns_ = {};
  kernel_.steps_ = 0;
}

template <class F>
void Machine::as_process(ProcessId process, std::int64_t t_ns, F&& work) {
  const std::uint8_t cpu = (*host_)[process].cpu;
  if (state_.clock_ns[cpu] < t_ns) state_.clock_ns[cpu] = t_ns;
  const ProcessId before = host_->cpus[cpu]->current;
  ContextGuard guard(*this, cpu, Context::process);
  kernel_.put(host_->cpus[cpu]->current, process);
  const auto mask = static_cast<std::uint8_t>(1u << cpu);
  const std::uint8_t stack_before = process_on_stack_;
  process_on_stack_ = static_cast<std::uint8_t>(process_on_stack_ | mask);
  work(kernel_);
  drain_softirqs(cpu);
  process_on_stack_ = stack_before;
  kernel_.put(host_->cpus[cpu]->current, before);
}

}  // namespace ringside
