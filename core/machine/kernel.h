// What modelled kernel code sees of the world: the host (read), the writer, the clock, the trace, its CPU.
// Every function under core/kernel takes a Kernel& as its first argument, as the real ones take `current` and
// smp_processor_id() from nowhere.
#pragma once
#include <array>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <vector>

#include "core/machine/bytes.h"
#include "core/machine/costs.h"
#include "core/machine/observer.h"
#include "core/machine/outgoing.h"
#include "core/model/writer.h"
#include "core/profiles/profile.h"

namespace ringside {

class Machine;
class Kernel;
struct Arrival;

using Clocks = std::array<std::int64_t, kMaxCpus>;  ///< ns since the run's start, of each CPU
/// ns that each CPU has worked in each context.
using BusyTimes = std::array<std::array<std::int64_t, static_cast<std::size_t>(Context::count_)>, kMaxCpus>;

/// A kernel function while it runs: made by Kernel::enter(), writes `return` when it ends.
class [[nodiscard]] Scope {
 public:
  Scope(const Scope&) = delete;
  Scope& operator=(const Scope&) = delete;
  ~Scope();
  /// The function goes to sleep (or gives way) and will be resumed: it does not return now.
  void suspend() { suspended_ = true; }

 private:
  friend class Kernel;
  Scope(Kernel& kernel, Fn fn) : kernel_(kernel), fn_(fn) {}
  Kernel& kernel_;
  Fn fn_;
  bool suspended_ = false;
};

class Kernel : public Writer {
 public:
  Kernel(Machine& machine, Host& host, const KernelProfile& kernel_profile, const Costs& cost_table,
         Clocks& clocks, BusyTimes& busy)
      : Writer(host),
        profile(kernel_profile),
        costs(cost_table),
        machine_(machine),
        clocks_(clocks),
        busy_(busy) {
    stand_in(0, Context::nic);
  }

  const KernelProfile& profile;
  const Costs& costs;

  const Net& net() const { return *host().net; }
  const Sysctls& sysctl() const { return host().net->sysctl; }
  template <class Tag>
  decltype(auto) operator[](Id<Tag> id) const {
    return host()[id];
  }

  // --- who runs, and when
  // -------------------------------------------------------------------------------------
  std::uint8_t cpu_id() const { return cpu_; }
  const Cpu& cpu() const { return *host().cpus[cpu_]; }
  Context context() const { return context_; }
  /// The process in whose system call this code runs; none in interrupt context (`current` is then
  /// accidental).
  ProcessId current() const { return context_ == Context::process ? cpu().current : ProcessId{}; }
  bool in_softirq() const { return context_ != Context::process; }

  /// ns since the run's start, on this CPU.
  std::int64_t now_ns() const { return *clock_; }
  std::int64_t jiffies() const { return now_to_jiffies(now_ns()); }
  /// tcp_clock_us(): microseconds since boot. The run starts kBootNs after boot.
  std::int64_t clock_us() const { return (now_ns() + kBootNs) / 1000; }
  std::int64_t ktime_ns() const { return now_ns() + kBootNs; }
  std::int64_t msecs_to_jiffies(std::int64_t ms) const { return (ms * profile.hz + 999) / 1000; }
  std::int64_t usecs_to_jiffies(std::int64_t us) const { return (us * profile.hz + 999999) / 1000000; }
  std::int64_t jiffies_to_usecs(std::int64_t j) const { return j * (1000000 / profile.hz); }
  std::int64_t jiffies_to_msecs(std::int64_t j) const { return j * 1000 / profile.hz; }
  std::int64_t hz() const { return profile.hz; }
  static constexpr std::int64_t kBootNs = 1000ll * 1000 * 1000 * 1000;

  /// This CPU works for `ns`. In process context with bottom halves on, interrupts and other CPUs get their
  /// turn.
  void spend(std::int64_t ns) {
    *clock_ += ns;
    *busy_here_ += ns;
    if (*clock_ >= quiet_until_ && ns != 0) [[unlikely]]
      preempt();
  }
  void spend_copy(std::uint64_t bytes) {
    spend(static_cast<std::int64_t>(bytes * costs.copy_ns_per_kib / 1024));
  }
  void spend_checksum(std::uint64_t bytes) {
    spend(static_cast<std::int64_t>(bytes * costs.checksum_ns_per_kib / 1024));
  }

  // --- the trace
  // -----------------------------------------------------------------------------------------------
  /// Enters a function (a `call` step) and charges its cost. `resumed`: it goes on after a sleep; no second
  /// call.
  Scope enter(Fn fn, SkbId skb = {}, SockId sock = {}, bool resumed = false) {
    enter_function(fn, skb, sock, resumed);
    return Scope(*this, fn);
  }
  /// The packet and socket that following steps are about (kept until the function returns).
  void about(SkbId skb, SockId sock);
  /// The running function has handed its packet on; what it does now is about none.
  void about_none() {
    if (top_ != stack_.data()) *top_ = {top_->fn, {}, {}};
  }

  /// Writes a field that the trace shows (a `change` step if it differs). The field must stand in fields.cpp.
  template <class T>
  void set(const T& field, std::type_identity_t<T> value) {
    if (field == value) return;
    ++steps_;
    if (journal() == nullptr) [[likely]] {
      put(field, value);
    } else {
      const auto old = as_number(field);
      const Loc loc = locate(&field);
      put(field, value);
      note_change(loc, old, as_number(value));
    }
  }
  template <class T>
  void add(const T& field, std::type_identity_t<T> amount) {
    set(field, static_cast<T>(field + amount));
  }

  /// A question the code asks and its answer: a `decide` step. `question` is a static id such as
  /// "sock_owned_by_user" (its sentence stands in the catalogue); `values` are what the answer depends on.
  bool decide(const char* question, bool answer, std::initializer_list<NamedValue> values = {}) {
    ++steps_;
    if (journal() != nullptr) [[unlikely]]
      note_decide(question, answer ? 1 : 0, values);
    return answer;
  }
  /// A question with more than two answers.
  std::int64_t choose(const char* question, std::int64_t answer,
                      std::initializer_list<NamedValue> values = {}) {
    ++steps_;
    if (journal() != nullptr) [[unlikely]]
      note_decide(question, answer, values);
    return answer;
  }
  /// A remark without a choice, e.g. "sack_block_added", with its numbers.
  void remark(const char* id, std::initializer_list<NamedValue> values = {});

  /// The packet goes to another place: sets skb.place and writes a `move` step.
  void move(SkbId skb, Place to);
  /// The skb's memory goes back (free_skb() only): no step, but whoever counts packets in places hears it.
  void freed(SkbId skb);
  /// A process takes or gives up the socket lock (lock_sock, release_sock): no step of its own.
  void locked(SockId sock, bool owned);
  /// A request sock (its SYN packet) goes to another place.
  void move_request(RequestId request, Place from, Place to);
  /// Bytes really copied by a CPU (or DMA), with its cost.
  void copy(SkbId skb, Place from, Place to, std::uint64_t bytes);
  /// Counts a drop by reason and writes a `drop` step. The caller frees the skb (kfree_skb_reason does both).
  void drop(SkbId skb, Drop reason);
  /// Adds to a counter: a `count` step.
  void count(Counter counter, std::uint64_t n = 1) {
    ++steps_;
    const auto& cell = net().mib[static_cast<std::size_t>(counter)];
    put(cell, cell + n);
    if (journal() != nullptr || Observer::hears_of(counter)) [[unlikely]]
      note_count(counter, n);
  }
  void irq(const char* what);
  /// Puts a frame on the wire: a `send` step with its numbers. Fills in when and by whom.
  void transmit(Outgoing& frame, SkbId skb, SockId sock, std::initializer_list<NamedValue> values);
  /// Whether anybody looks at the transport checksums of what leaves.
  bool checksums_are_seen() const;
  /// The application has these bytes now.
  void deliver(SockId sock, const DataRef& bytes, bool peeked);

  // --- bytes
  // ---------------------------------------------------------------------------------------------------
  /// A frame reaches the host by a process's own hand (TUN): what the wire does for a real NIC.
  void note_arrival(const Arrival& arrival);

  /// The bytes a reference stands for; valid until the next call. Shorter than `len` if cut by the snap
  /// length.
  std::span<const std::uint8_t> bytes(const DataRef& ref);
  /// Keeps bytes an application makes; returns a reference to all of them.
  DataRef store(std::vector<std::uint8_t> bytes);

  // --- timers
  // --------------------------------------------------------------------------------------------------
  /// mod_timer(): fires in timer softirq at the first tick the timer wheel allows at or after `expires`
  /// (jiffies).
  void mod_timer(const Timer& timer, TimerRef ref, std::int64_t expires_jiffies);
  /// hrtimer_start(): fires at `expires_ns` of the run.
  void hrtimer_start(const Timer& timer, TimerRef ref, std::int64_t expires_ns);
  void del_timer(const Timer& timer);

  // --- scheduling
  // ----------------------------------------------------------------------------------------------
  void raise_softirq(SoftirqVector vector);
  /// Raises a softirq on another CPU (an inter-processor interrupt).
  void raise_softirq_on(std::uint8_t cpu, SoftirqVector vector);
  /// smp_call_function_single_async(): hard IRQ code runs on that CPU as soon as it can
  /// (KernelEntry::hard_irq finds Cpu::ipi_received set).
  void send_ipi(std::uint8_t cpu);
  void local_bh_disable();
  /// Runs pending softirqs when the last one enables them again.
  void local_bh_enable();
  /// Marks a sleeper runnable (try_to_wake_up): a `wake` step. Nothing happens if it is not asleep.
  void wake(ProcessId process);
  /// The current process sleeps, at most `timeout_ns` (-1: for ever): a `block` step. The caller then unwinds
  /// with Scope::suspend(); the machine resumes the system call when it is woken.
  void block(std::int64_t timeout_ns);
  ProcessId spawn(std::uint32_t program, std::uint8_t cpu, std::uint16_t pid);
  void exit_process(ProcessId process);
  /// The process enters this system call at its next turn (programs call it from Program::next).
  void begin_syscall(ProcessId process, const Syscall& call);
  /// The process sleeps in user space for that long, then its program is asked again.
  void sleep_process(ProcessId process, std::int64_t ns);

  /// The run's randomness (seeded by the scenario).
  std::uint64_t random();

  std::uint64_t steps() const { return steps_; }
  Machine& machine() { return machine_; }

 private:
  friend class Machine;
  friend class Scope;
  template <class T>
  static std::int64_t as_number(const T& value) {
    if constexpr (requires { value.index; })
      return value.index;
    else if constexpr (requires { value.raw; })
      return value.raw;
    else
      return static_cast<std::int64_t>(value);
  }
  std::int64_t now_to_jiffies(std::int64_t t) const { return (t + kBootNs) / (1000000000ll / profile.hz); }
  /// A callee is about its caller's packet and socket unless it says otherwise.
  void enter_function(Fn fn, SkbId skb, SockId sock, bool resumed) {
    if (top_ == last_) [[unlikely]]
      grow_stack();
    const Frame* caller = top_++;
    *top_ = {fn, skb ? skb : caller->skb, sock ? sock : caller->sock};
    if (resumed) return;
    ++steps_;
    if (journal() != nullptr) [[unlikely]]
      note_event(EventKind::call);
    spend(costs.call_ns[static_cast<std::size_t>(fn)]);
  }
  void leave_function(Fn fn, bool suspended) {
    if (!suspended) {
      ++steps_;
      if (journal() != nullptr) [[unlikely]]
        note_return(fn);
    } else {
      note_suspended(fn);
    }
    --top_;
  }
  void grow_stack();
  /// How many functions of this context run now.
  std::uint16_t depth() const { return static_cast<std::uint16_t>(top_ - stack_.data() - below_); }

  /// From now on this CPU's code in that context runs (Machine::ContextGuard only).
  void stand_in(std::uint8_t cpu, Context context) {
    cpu_ = cpu;
    context_ = context;
    clock_ = &clocks_[cpu];
    busy_here_ = &busy_[cpu][static_cast<std::size_t>(context)];
    look_around();
  }
  /// What was known of quiet_until_ may be wrong by now.
  void look_around() { quiet_until_ = interruptible() ? INT64_MIN : INT64_MAX; }
  bool interruptible() const { return context_ == Context::process && cpu().bh_disabled == 0; }
  void preempt();
  void note_suspended(Fn fn);
  [[gnu::cold]] Event& note_event(EventKind kind);
  [[gnu::cold]] void note_return(Fn fn);
  /// The frame that code is about: the skb's, or the one that is just arriving; 0: none.
  std::uint32_t present_packet(SkbId skb) const;
  [[gnu::cold]] void note_change(Loc loc, std::int64_t old_value, std::int64_t new_value);
  [[gnu::cold]] void note_decide(const char* question, std::int64_t answer,
                                 std::initializer_list<NamedValue> values);
  [[gnu::cold]] void note_count(Counter counter, std::uint64_t n);
  void note_values(Event& event, std::initializer_list<NamedValue> values);

  struct Frame {
    Fn fn = Fn::none;
    SkbId skb;
    SockId sock;
  };
  Machine& machine_;
  Clocks& clocks_;
  BusyTimes& busy_;
  std::uint64_t steps_ = 0;
  std::int64_t* clock_ = nullptr;      ///< of this CPU
  std::int64_t* busy_here_ = nullptr;  ///< of this CPU in this context
  /// On this CPU nothing can be due before; INT64_MAX: nothing interrupts this code.
  std::int64_t quiet_until_ = INT64_MAX;
  std::uint8_t cpu_ = 0;
  Context context_ = Context::nic;
  /// C++ nesting: the functions that run now, from [1] to *top_; [0] stands for none.
  std::vector<Frame> stack_ = std::vector<Frame>(64);
  Frame* top_ = stack_.data();
  Frame* last_ = stack_.data() + stack_.size() - 1;
  std::ptrdiff_t below_ = 0;  ///< functions of interrupted contexts, [1] to [below_]
};

inline Scope::~Scope() { kernel_.leave_function(fn_, suspended_); }

}  // namespace ringside
