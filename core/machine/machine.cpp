#include "core/machine/machine.h"

#include <algorithm>

#ifdef RINGSIDE_LAWS
#include <cstdio>
#include <cstdlib>

#include "core/model/laws.h"
#endif

namespace ringside {

namespace {
/// Heap order: the earliest, and of equals the first queued, on top.
bool later(const QueuedEvent& a, const QueuedEvent& b) {
  return a.t_ns != b.t_ns ? a.t_ns > b.t_ns : a.order > b.order;
}
constexpr std::uint8_t kInSoftirq = 1, kInKsoftirqd = 2;    // Cpu::in_softirq
constexpr std::int64_t kSleeperCreditNs = 3 * 1000 * 1000;  // half of sched_latency
constexpr int kMaxSoftirqRestarts = 10;                     // MAX_SOFTIRQ_RESTART
constexpr std::int64_t kMaxSoftirqNs = 2 * 1000 * 1000;     // MAX_SOFTIRQ_TIME
}  // namespace

Machine::Machine(MachineConfig config)
    : config_(std::move(config)),
      host_(std::make_unique<Host>()),
      kernel_(*this, *host_, *config_.profile, config_.costs, state_.clock_ns, busy_ns_) {
  host_->cpu_count = std::clamp<std::uint8_t>(config_.cpus, 1, kMaxCpus);
  kernel_.assign(host_->net->sysctl, config_.profile->sysctl);
  kernel_.put(host_->net->random_state, config_.seed);
}

std::int64_t Machine::now_ns() const {
  return *std::max_element(state_.clock_ns.begin(), state_.clock_ns.end());
}

Snapshot Machine::snapshot() const {
  Snapshot s{*host_, state_};
  s.state.steps = kernel_.steps_;
  return s;
}

void Machine::restore(const Snapshot& snapshot) {
  restore_by([&](Host& host, MachineState& state) {
    host = snapshot.host;
    state = snapshot.state;
    return true;
  });
}

/// The NIC's line is raised for this CPU, or another CPU has sent it an interrupt.
bool Machine::irq_due(std::uint8_t cpu) const {
  const Cpu& c = *host_->cpus[cpu];
  const bool raised = (host_->nic->irq_pending != 0 && host_->nic->irq_cpu == cpu) || c.ipi_received != 0;
  return raised && c.in_hardirq == 0 && c.irqs_disabled == 0;
}

bool Machine::softirqs_waiting(std::uint8_t cpu) const {
  const Cpu& c = *host_->cpus[cpu];
  const bool free = (softirq_on_stack_ & 1u << cpu) == 0 && c.bh_disabled == 0;
  return free && (c.softirq_pending != 0 || c.net_rx.phase != 0);
}

/// Between two slices, or from irq_exit() on: not as ksoftirqd, a thread, which waits for its turn. 4.13
/// leaves all softirqs to ksoftirqd while that one is runnable; later kernels still run them when an
/// interrupt returns.
bool Machine::softirqs_at_once(std::uint8_t cpu) const {
  const Cpu& c = *host_->cpus[cpu];
  if (c.in_softirq != 0 || c.ksoftirqd_running == 0) return true;
  return !config_.profile->ksoftirqd_gate && c.irq_exit != 0;
}

/// ksoftirqd shares the CPU with processes: whoever has had less of it is next (CFS; who slept gets little
/// credit).
bool Machine::ksoftirqd_is_next(std::uint8_t cpu) const {
  const Cpu& c = *host_->cpus[cpu];
  const bool process_ready =
      c.current || (c.run_head && (*host_)[c.run_head].runnable_since_ns <= state_.clock_ns[cpu]);
  return !process_ready || c.ksoftirqd_ns <= c.process_ns;
}

bool Machine::has_cpu_work(std::uint8_t cpu, std::int64_t& ready) const {
  const Cpu& c = *host_->cpus[cpu];
  const auto mask = 1u << cpu;
  ready = state_.clock_ns[cpu];
  bool softirqs = false;
  if ((host_->nic->irq_pending | c.ipi_received | c.softirq_pending | c.net_rx.phase) != 0) {
    if (irq_due(cpu)) return true;
    softirqs = softirqs_waiting(cpu);
    if (softirqs && softirqs_at_once(cpu)) return true;
  }
  if ((process_on_stack_ & mask) != 0 || (softirq_on_stack_ & mask) != 0) return false;
  if (softirqs) return true;  // ksoftirqd wants the CPU
  if (c.current) return true;
  if (c.run_head) {
    ready = std::max(ready, (*host_)[c.run_head].runnable_since_ns);
    return true;
  }
  return false;
}

const Arrival* Machine::next_arrival() {
  if (next_arrival_index_ == state_.arrival_index) return &next_arrival_;
  if (config_.arrivals == nullptr || !config_.arrivals->at(state_.arrival_index, next_arrival_))
    return nullptr;
  next_arrival_index_ = state_.arrival_index;
  return &next_arrival_;
}

std::int64_t Machine::surely_quiet_until(std::uint8_t cpu) const {
  if (next_arrival_index_ != state_.arrival_index) return INT64_MIN;
  unsigned wanted = host_->nic->irq_pending;
  for (std::uint8_t i = 0; i < host_->cpu_count; ++i) {
    const Cpu& c = *host_->cpus[i];
    wanted |= c.ipi_received | c.softirq_pending | c.net_rx.phase;
    if (i != cpu) wanted |= c.current.index | c.run_head.index;
  }
  if (wanted != 0) return INT64_MIN;
  return state_.queue.empty() ? next_arrival_.t_ns : std::min(next_arrival_.t_ns, state_.queue.front().t_ns);
}

Machine::Next Machine::find_next() {
  Next next;
  if (const Arrival* arrival = next_arrival(); arrival != nullptr) next = {Kind::arrival, arrival->t_ns, 0};
  if (!state_.queue.empty() && state_.queue.front().t_ns < next.t_ns)
    next = {Kind::timer, state_.queue.front().t_ns, 0};
  for (std::uint8_t cpu = 0; cpu < host_->cpu_count; ++cpu) {
    std::int64_t ready = 0;
    if (has_cpu_work(cpu, ready) && ready < next.t_ns) next = {Kind::cpu, ready, cpu};
  }
  return next;
}

std::int64_t Machine::next_time() { return find_next().t_ns; }

bool Machine::step_once(std::int64_t until_ns) {
  const Next next = find_next();
  if (next.kind == Kind::nothing || next.t_ns > until_ns) return false;
  switch (next.kind) {
    case Kind::arrival:
      run_arrival();
      break;
    case Kind::timer:
      run_timer();
      break;
    case Kind::cpu:
      run_cpu(next.cpu);
      break;
    case Kind::nothing:
      return false;
  }
  return true;
}

#ifdef RINGSIDE_LAWS
namespace {

/// Ends the program if the host has become one that cannot be. Large hosts are looked at less often, so that
/// this takes a bounded share of the time.
void obey_laws(const Host& host, const KernelProfile& profile) {
  thread_local std::uint32_t turns = 0;
  if (++turns < (host.skbs.header.used + host.socks.header.used + host.requests.header.used) / 64) return;
  turns = 0;
  const auto broken = first_broken_law(host, profile.has_rtx_queue);
  if (!broken) return;
  std::fprintf(stderr, "broken law %s: object kind %u, index %u: %lld, should be %lld\n", broken->law,
               static_cast<unsigned>(broken->kind), broken->index, static_cast<long long>(broken->found),
               static_cast<long long>(broken->wanted));
  std::abort();
}

}  // namespace
#endif

bool Machine::turn(std::int64_t until_ns) {
  const bool more = step_once(until_ns);
#ifdef RINGSIDE_LAWS
  if (config_.profile != nullptr) obey_laws(*host_, *config_.profile);
#endif
  return more;
}

void Machine::run_arrival() {
  const Arrival arrival = *next_arrival();
  ++state_.arrival_index;
  const std::uint8_t cpu = host_->nic->irq_cpu;
  ContextGuard guard(*this, cpu, Context::nic);
  if (arrival.outgoing && config_.captured_output == nullptr) return;
  // The wire has its own time: the NIC writes while the CPU does something else.
  const std::int64_t cpu_clock = state_.clock_ns[cpu];
  state_.clock_ns[cpu] = arrival.t_ns;
  if (arrival.outgoing) {
    config_.captured_output->sent(kernel_, arrival);
  } else {
    arriving_ = arrival.number;
    if (config_.observer != nullptr) config_.observer->arrived(arrival);
    config_.entry.receive_frame(kernel_, arrival);
  }
  state_.clock_ns[cpu] = std::max(cpu_clock, host_->nic->irq_pending != 0 ? arrival.t_ns : cpu_clock);
}

void Machine::run_timer() {
  std::pop_heap(state_.queue.begin(), state_.queue.end(), later);
  const QueuedEvent event = state_.queue.back();
  state_.queue.pop_back();
  const Timer* timer = timer_of(event.timer);
  if (timer == nullptr || timer->queued == 0 || timer->queued_ns != event.t_ns) return;
  kernel_.put(timer->queued, std::uint8_t{0});
  if (timer->pending == 0) return;
  if (timer->expires_ns > event.t_ns) {  // moved later meanwhile
    queue_timer(*timer, event.timer, timer->expires_ns);
    return;
  }
  const std::uint8_t cpu = timer_cpu();
  const auto mask = 1u << cpu;
  const Cpu& c = *host_->cpus[cpu];
  const bool wakes_only = event.timer.kind == TimerKind::process_sleep;  // an hrtimer: hard IRQ
  if ((softirq_on_stack_ & mask) != 0 || c.bh_disabled != 0 ||
      (c.in_softirq != 0 && !wakes_only)) {  // softirqs do not nest: as soon as this one ends
    queue_timer(*timer, event.timer, std::max(state_.clock_ns[cpu], event.t_ns) + 1);
    return;
  }
  kernel_.put(timer->pending, std::uint8_t{0});
  state_.clock_ns[cpu] = std::max(state_.clock_ns[cpu], event.t_ns);
  if (wakes_only) {
    ContextGuard guard(*this, cpu, Context::timer);
    const ProcessId process{event.timer.index};
    kernel_.put((*host_)[process].woken_by_timeout, std::uint8_t{1});
    kernel_.wake(process);
    return;
  }
  ContextGuard guard(*this, cpu, Context::timer);
  softirq_on_stack_ = static_cast<std::uint8_t>(softirq_on_stack_ | mask);
  config_.entry.timer(kernel_, event.timer);
  softirq_on_stack_ = static_cast<std::uint8_t>(softirq_on_stack_ & ~mask);
}

std::uint8_t Machine::timer_cpu() const {
  return host_->nic->irq_cpu < host_->cpu_count ? host_->nic->irq_cpu : 0;
}

void Machine::run_cpu(std::uint8_t cpu) {
  const Cpu& c = *host_->cpus[cpu];
  if (irq_due(cpu)) {
    run_irq(cpu);
    return;
  }
  if (softirqs_waiting(cpu)) {
    if (softirqs_at_once(cpu)) {
      run_softirqs(cpu, c.in_softirq == kInKsoftirqd ? Context::ksoftirqd : Context::softirq);
      return;
    }
    if (ksoftirqd_is_next(cpu)) {
      run_softirqs(cpu, Context::ksoftirqd);
      return;
    }
  }
  run_process(cpu);
}

void Machine::run_irq(std::uint8_t cpu) {
  ContextGuard guard(*this, cpu, Context::hardirq);
  const Cpu& c = *host_->cpus[cpu];
  const std::int64_t began = state_.clock_ns[cpu];
  kernel_.put(c.in_hardirq, std::uint8_t{1});
  kernel_.spend(config_.costs.irq_entry_ns);
  config_.entry.hard_irq(kernel_);
  kernel_.put(c.in_hardirq, std::uint8_t{0});
  {
    auto f = kernel_.enter(Fn::irq_exit);
    kernel_.put(c.irq_exit, std::uint8_t{1});  // softirqs that are pending now run at once
  }
  kernel_.put(c.irq_ns, c.irq_ns + state_.clock_ns[cpu] - began);
}

/// One slice; true if softirqs of this CPU have nothing more to do now.
bool Machine::run_softirqs(std::uint8_t cpu, Context context) {
  const Cpu& c = *host_->cpus[cpu];
  const auto mask = 1u << cpu;
  ContextGuard guard(*this, cpu, context);
  const std::int64_t began = state_.clock_ns[cpu];
  const bool resumed = c.in_softirq != 0;
  softirq_on_stack_ = static_cast<std::uint8_t>(softirq_on_stack_ | mask);
  suspended(cpu, context).count = 0;
  const auto do_softirq = [&] {
    auto f = kernel_.enter(Fn::__do_softirq, {}, {}, resumed);
    if (!resumed) begin_softirqs(cpu, context);
    SoftirqVector vector = NET_RX_SOFTIRQ;
    if (c.net_rx.phase == 0) {
      vector = (c.softirq_pending & 1u << NET_TX_SOFTIRQ) != 0 ? NET_TX_SOFTIRQ : NET_RX_SOFTIRQ;
      kernel_.put(c.softirq_pending, static_cast<std::uint8_t>(c.softirq_pending & ~(1u << vector)));
    }
    const bool ended = config_.entry.softirq(kernel_, vector);
    const bool finished = ended && softirqs_end(cpu);
    if (!finished) f.suspend();
    return finished;
  };
  bool finished = false;
  if (context == Context::ksoftirqd) {
    auto f = kernel_.enter(Fn::run_ksoftirqd, {}, {}, resumed);
    finished = do_softirq();
    if (!finished) f.suspend();
  } else {
    finished = do_softirq();
  }
  if (finished) kernel_.put(c.in_softirq, std::uint8_t{0});
  softirq_on_stack_ = static_cast<std::uint8_t>(softirq_on_stack_ & ~mask);
  const std::int64_t& account = context == Context::ksoftirqd ? c.ksoftirqd_ns : c.irq_ns;
  kernel_.put(account, account + state_.clock_ns[cpu] - began);
  return finished;
}

/// __do_softirq() begins.
void Machine::begin_softirqs(std::uint8_t cpu, Context context) {
  const Cpu& c = *host_->cpus[cpu];
  kernel_.put(c.in_softirq, context == Context::ksoftirqd ? kInKsoftirqd : kInSoftirq);
  kernel_.put(c.irq_exit, std::uint8_t{0});
  kernel_.put(c.softirq_restarts, std::uint8_t{0});
  if (context == Context::ksoftirqd) kernel_.spend(config_.costs.context_switch_ns);
  kernel_.put(c.softirq_start_ns, state_.clock_ns[cpu]);
  kernel_.spend(config_.costs.softirq_entry_ns);
}

/// A vector's action has ended: does __do_softirq() leave, or is there more and may it go on?
bool Machine::softirqs_end(std::uint8_t cpu) {
  const Cpu& c = *host_->cpus[cpu];
  if (c.softirq_pending == 0) {
    kernel_.set(c.ksoftirqd_running, std::uint8_t{0});
    return true;
  }
  kernel_.put(c.softirq_restarts, static_cast<std::uint8_t>(c.softirq_restarts + 1));
  const std::int64_t worked = state_.clock_ns[cpu] - c.softirq_start_ns;
  // need_resched(): a process is ready and the CPU was idle when the softirq came.
  const bool wanted =
      !c.current && c.run_head && (*host_)[c.run_head].runnable_since_ns <= state_.clock_ns[cpu];
  const bool go_on = worked < kMaxSoftirqNs && c.softirq_restarts < kMaxSoftirqRestarts && !wanted;
  if (kernel_.decide("softirq_restart", go_on,
                     {{"ns", worked}, {"restarts", c.softirq_restarts}, {"need_resched", wanted}}))
    return false;
  if (c.ksoftirqd_running == 0) {  // the rest is ksoftirqd's
    auto f = kernel_.enter(Fn::wakeup_softirqd);
    kernel_.set(c.ksoftirqd_running, std::uint8_t{1});
    kernel_.put(c.ksoftirqd_ns, std::max(c.ksoftirqd_ns, c.process_ns - kSleeperCreditNs));
  }
  return true;
}

void Machine::drain_softirqs(std::uint8_t cpu) {
  const Cpu& c = *host_->cpus[cpu];
  const bool gate = config_.profile->ksoftirqd_gate;
  while (softirqs_waiting(cpu) && (c.ksoftirqd_running == 0 || !gate))
    if (run_softirqs(cpu, Context::softirq)) break;
}

void Machine::run_process(std::uint8_t cpu) {
  const Cpu& c = *host_->cpus[cpu];
  const std::int64_t began = state_.clock_ns[cpu], irq_began = c.irq_ns;
  ContextGuard guard(*this, cpu, Context::process);
  const auto mask = 1u << cpu;
  process_on_stack_ =
      static_cast<std::uint8_t>(process_on_stack_ | mask);  // before time is spent: no nested turn
  if (!c.current) {
    const ProcessId next = c.run_head;
    const Process& p = (*host_)[next];
    kernel_.put(c.run_head, p.run_next);
    if (!c.run_head) kernel_.put(c.run_tail, ProcessId{});
    kernel_.put(p.run_next, ProcessId{});
    state_.clock_ns[cpu] = std::max(state_.clock_ns[cpu], p.runnable_since_ns);
    kernel_.put(c.current, next);
    kernel_.put(p.state, ProcState::running);
    kernel_.spend(config_.costs.context_switch_ns);
  }
  const ProcessId self = c.current;
  const Process& p = (*host_)[self];
  suspended(cpu, Context::process).count = 0;
  if (p.call.done != 0) {
    config_.programs[p.program]->next(kernel_, self);
    if (p.call.done == 0) kernel_.spend(config_.costs.syscall_ns);
  }
  if (p.call.done == 0 && p.state == ProcState::running && config_.entry.syscall(kernel_, self))
    kernel_.put(p.call.done, std::uint8_t{1});
  if (c.ksoftirqd_running == 0) drain_softirqs(cpu);
  process_on_stack_ = static_cast<std::uint8_t>(process_on_stack_ & ~mask);
  if (p.state != ProcState::running) {
    kernel_.put(c.current, ProcessId{});
  } else if (c.run_head || c.ksoftirqd_running != 0) {  // give the next one a turn after each system call
    kernel_.put(c.current, ProcessId{});
    enqueue_runnable(self, state_.clock_ns[cpu]);
  }
  // Time that interrupts and softirqs took meanwhile is not the process's (IRQ_TIME_ACCOUNTING).
  kernel_.put(c.process_ns, c.process_ns + (state_.clock_ns[cpu] - began) - (c.irq_ns - irq_began));
}

Suspended& Machine::suspended(std::uint8_t cpu, Context context) {
  if (context != Context::process) return state_.suspended_softirq[cpu];
  auto& all = state_.suspended_process;
  const std::uint32_t process = host_->cpus[cpu]->current.index;
  if (process >= all.size()) all.resize(process + 1);
  return all[process];
}

void Machine::enqueue_runnable(ProcessId process, std::int64_t ready_ns) {
  const Process& p = (*host_)[process];
  const Cpu& c = *host_->cpus[p.cpu];
  if (p.state == ProcState::sleeping || p.state == ProcState::uninterruptible)
    kernel_.put(c.process_ns, std::max(c.process_ns, c.ksoftirqd_ns - kSleeperCreditNs));
  kernel_.look_around();
  kernel_.put(p.state, ProcState::runnable);
  kernel_.put(p.runnable_since_ns, ready_ns);
  kernel_.put(p.run_next, ProcessId{});
  if (c.run_tail)
    kernel_.put((*host_)[c.run_tail].run_next, process);
  else
    kernel_.put(c.run_head, process);
  kernel_.put(c.run_tail, process);
}

/// A process on `cpu` has spent time: everything that is due by now gets its turn. Returns until when nothing
/// more is due, unless somebody looks around meanwhile.
std::int64_t Machine::preempt(std::uint8_t cpu) {
  const std::int64_t quiet_until = surely_quiet_until(cpu);
  if (quiet_until > state_.clock_ns[cpu]) return quiet_until;
  while (step_once(state_.clock_ns[cpu])) {
  }
  return INT64_MIN;
}

void Machine::queue_timer(const Timer& timer, TimerRef ref, std::int64_t t_ns) {
  kernel_.put(timer.queued, std::uint8_t{1});
  kernel_.put(timer.queued_ns, t_ns);
  kernel_.look_around();
  state_.queue.push_back({t_ns, state_.next_order++, ref});
  std::push_heap(state_.queue.begin(), state_.queue.end(), later);
}

const Timer* Machine::timer_of(TimerRef ref) const {
  const Host& h = *host_;
  switch (ref.kind) {
    case TimerKind::sk_write:
      return &h[SockId{ref.index}].icsk.retransmit_timer;
    case TimerKind::sk_delack:
      return &h[SockId{ref.index}].icsk.delack_timer;
    case TimerKind::sk_keepalive:
      return &h[SockId{ref.index}].sk_timer;
    case TimerKind::sk_pacing:
      return &h[SockId{ref.index}].tp.pacing_timer;
    case TimerKind::sk_tsq:
      return &h[SockId{ref.index}].tp.tsq_work;
    case TimerKind::sk_compressed_ack:
      return &h[SockId{ref.index}].tp.compressed_ack_timer;
    case TimerKind::request:
      return &h[RequestId{ref.index}].timer;
    case TimerKind::timewait:
      return &h[TimewaitId{ref.index}].timer;
    case TimerKind::frag_queue:
      return &h[FragQueueId{ref.index}].timer;
    case TimerKind::neighbour:
      return &h[NeighbourId{ref.index}].timer;
    case TimerKind::nic_itr:
      return &h.nic->itr_timer;
    case TimerKind::qdisc_watchdog:
      return &h.nic->qdisc_watchdog;
    case TimerKind::napi_gro_flush:
      return &h.nic->napi.gro_timer;
    case TimerKind::process_sleep:
      return &h[ProcessId{ref.index}].sleep_timer;
    case TimerKind::none:
    case TimerKind::tick:
    case TimerKind::count_:
      break;
  }
  return nullptr;
}

}  // namespace ringside
