#include "core/machine/kernel.h"

#include <algorithm>

#include "core/machine/machine.h"
#include "core/model/fields.h"

namespace ringside {

void Kernel::preempt() { quiet_until_ = machine_.preempt(cpu_); }

void Kernel::grow_stack() {
  const auto at = top_ - stack_.data();
  stack_.resize(2 * stack_.size());
  top_ = stack_.data() + at;
  last_ = stack_.data() + stack_.size() - 1;
}

/// The function gives way and will go on: its name is kept for whoever asks what is suspended.
void Kernel::note_suspended(Fn fn) {
  Suspended& s = machine_.suspended(cpu_, context_);
  if (depth() > Suspended::kMost) return;
  s.functions[depth() - 1u] = fn;
  s.count = std::max(s.count, static_cast<std::uint8_t>(depth()));
}

void Kernel::about(SkbId skb, SockId sock) {
  if (top_ == stack_.data()) return;
  if (skb) top_->skb = skb;
  if (sock) top_->sock = sock;
}

std::uint32_t Kernel::present_packet(SkbId skb) const {
  if (!skb) skb = top_->skb;
  if (skb) return host()[skb].packet;
  return context_ == Context::nic ? machine_.arriving_ : 0;
}

Event& Kernel::note_event(EventKind kind) {
  Event event;
  event.t_ns = now_ns();
  event.kind = kind;
  event.cpu = cpu_;
  event.context = context_;
  event.depth = static_cast<std::uint8_t>(std::min<std::uint16_t>(depth(), 255));
  event.function = top_->fn;
  event.skb = top_->skb;
  event.sock = top_->sock;
  event.packet = present_packet(event.skb);
  if (context_ == Context::process) event.process = cpu().current;
  event.changes_end = static_cast<std::uint32_t>(journal()->changes.size());
  journal()->events.push_back(event);
  return journal()->events.back();
}

void Kernel::note_return(Fn fn) { note_event(EventKind::return_).function = fn; }

void Kernel::note_values(Event& event, std::initializer_list<NamedValue> values) {
  event.first_value = static_cast<std::uint32_t>(journal()->values.size());
  event.value_count = static_cast<std::uint16_t>(values.size());
  journal()->values.insert(journal()->values.end(), values.begin(), values.end());
}

void Kernel::note_change(Loc loc, std::int64_t old_value, std::int64_t new_value) {
  Event& event = note_event(EventKind::change);
  event.id = field_at(loc);
  event.object = loc.kind;
  event.object_index = loc.index;
  event.old_value = old_value;
  event.new_value = new_value;
}

void Kernel::note_decide(const char* question, std::int64_t answer,
                         std::initializer_list<NamedValue> values) {
  Event& event = note_event(EventKind::decide);
  event.name = question;
  event.answer = answer;
  note_values(event, values);
}

void Kernel::remark(const char* id, std::initializer_list<NamedValue> values) {
  ++steps_;
  if (journal() == nullptr) return;
  Event& event = note_event(EventKind::note);
  event.name = id;
  note_values(event, values);
}

void Kernel::move(SkbId skb, Place to) {
  const Place from = host()[skb].place;
  ++steps_;
  put(host()[skb].place, to);
  if (auto* observer = machine_.config_.observer; observer != nullptr)
    observer->moved(skb, top_->sock, from, to);
  if (journal() == nullptr) return;
  Event& event = note_event(EventKind::move);
  event.skb = skb;
  event.packet = host()[skb].packet;
  event.from = from;
  event.to = to;
}

void Kernel::freed(SkbId skb) {
  put(host()[skb].place, Place::freed);
  if (machine_.config_.observer != nullptr) machine_.config_.observer->freed(skb);
}

void Kernel::locked(SockId sock, bool owned) {
  if (machine_.config_.observer != nullptr) machine_.config_.observer->locked(sock, owned);
}

void Kernel::move_request(RequestId request, Place from, Place to) {
  ++steps_;
  if (machine_.config_.observer != nullptr) machine_.config_.observer->moved_request(request, from, to);
  if (journal() == nullptr) return;
  Event& event = note_event(EventKind::move);
  event.packet = host()[request].packet;
  event.object = ObjectKind::request;
  event.object_index = request.index;
  event.from = from;
  event.to = to;
}

void Kernel::copy(SkbId skb, Place from, Place to, std::uint64_t bytes) {
  ++steps_;
  if (journal() != nullptr) {
    Event& event = note_event(EventKind::copy);
    event.skb = skb;
    event.packet = host()[skb].packet;
    event.from = from;
    event.to = to;
    event.answer = static_cast<std::int64_t>(bytes);
  }
  if (context_ != Context::nic) spend_copy(bytes);
}

void Kernel::drop(SkbId skb, Drop reason) {
  ++steps_;
  const auto& counter = net().drops[static_cast<std::size_t>(reason)];
  put(counter, counter + 1);
  if (auto* observer = machine_.config_.observer; observer != nullptr)
    observer->dropped(skb, present_packet(skb), top_->sock, reason);
  if (journal() == nullptr) return;
  Event& event = note_event(EventKind::drop);
  event.id = static_cast<std::uint16_t>(reason);
  if (skb) {
    event.skb = skb;
    event.packet = host()[skb].packet;
    event.from = host()[skb].place;
  }
  event.to = Place::freed;
}

void Kernel::note_count(Counter counter, std::uint64_t n) {
  if (auto* observer = machine_.config_.observer; observer != nullptr && Observer::hears_of(counter))
    observer->counted(counter, present_packet(SkbId{}), top_->sock);
  if (journal() == nullptr) return;
  Event& event = note_event(EventKind::count);
  event.id = static_cast<std::uint16_t>(counter);
  event.answer = static_cast<std::int64_t>(n);
  event.new_value = static_cast<std::int64_t>(net().mib[static_cast<std::size_t>(counter)]);
}

void Kernel::irq(const char* what) {
  look_around();
  ++steps_;
  if (journal() != nullptr) note_event(EventKind::irq).name = what;
}

void Kernel::transmit(Outgoing& frame, SkbId skb, SockId sock, std::initializer_list<NamedValue> values) {
  ++steps_;
  if (journal() != nullptr) {
    Event& event = note_event(EventKind::send);
    event.skb = skb;
    event.sock = sock;
    event.from = Place::tx_ring;
    event.to = Place::wire;
    note_values(event, values);
  }
  frame.t_ns = now_ns();
  frame.step = steps_;
  frame.sock = sock;
  if (machine_.config_.outgoing != nullptr) machine_.config_.outgoing->transmitted(frame);
}

bool Kernel::checksums_are_seen() const {
  const OutgoingSink* sink = machine_.config_.outgoing;
  return sink != nullptr && sink->wants_checksums();
}

void Kernel::deliver(SockId sock, const DataRef& data, bool peeked) {
  if (machine_.config_.delivery != nullptr)
    machine_.config_.delivery->delivered(now_ns(), sock, host()[sock].flow, data, peeked);
  const ProcessId reader = current();
  if (peeked || !reader) return;
  const auto& programs = machine_.config_.programs;
  if (const std::uint32_t program = host()[reader].program; program < programs.size() && programs[program])
    programs[program]->got(*this, reader, data);
}

void Kernel::note_arrival(const Arrival& arrival) {
  machine_.arriving_ = arrival.number;
  if (machine_.config_.observer != nullptr) machine_.config_.observer->arrived(arrival);
}

std::span<const std::uint8_t> Kernel::bytes(const DataRef& ref) {
  std::span<const std::uint8_t> all;
  if ((ref.source & ByteStore::kStored) != 0) {
    if (machine_.config_.store != nullptr) all = machine_.config_.store->get(ref.source);
  } else if (ref.source != 0 && machine_.config_.frames != nullptr) {
    all = machine_.config_.frames->frame(ref.source);
  }
  if (ref.offset >= all.size()) return {};
  return all.subspan(ref.offset, std::min<std::size_t>(ref.len, all.size() - ref.offset));
}

DataRef Kernel::store(std::vector<std::uint8_t> data) {
  const std::uint32_t number = ByteStore::kStored | ++machine_.state_.next_buffer;
  const DataRef ref{number, 0, static_cast<std::uint32_t>(data.size())};
  if (machine_.config_.store != nullptr) machine_.config_.store->put(number, std::move(data));
  return ref;
}

// --- timers
// ------------------------------------------------------------------------------------------------------

namespace {
/// kernel/time/timer.c calc_wheel_index(): far timers are rounded up to coarser slots, 8 times coarser a
/// level.
std::int64_t wheel_expiry(std::int64_t expires, std::int64_t now) {
  constexpr int kLevelBits = 6, kClockShift = 3, kLevels = 9;
  const std::int64_t delta = expires - now;
  if (delta < 0) return now + 1;
  std::int64_t limit = (1ll << kLevelBits) - 1;
  for (int level = 0; level < kLevels; ++level, limit <<= kClockShift) {
    if (delta >= limit && level + 1 < kLevels) continue;
    const int shift = level * kClockShift;
    return ((expires + (1ll << shift)) >> shift) << shift;
  }
  return expires;
}
}  // namespace

void Kernel::mod_timer(const Timer& timer, TimerRef ref, std::int64_t expires_jiffies) {
  const std::int64_t tick = 1000000000ll / profile.hz;
  const std::int64_t at = wheel_expiry(expires_jiffies, jiffies());
  hrtimer_start(timer, ref, at * tick - kBootNs);
}

void Kernel::hrtimer_start(const Timer& timer, TimerRef ref, std::int64_t expires_ns) {
  put(timer.expires_ns, expires_ns);
  put(timer.pending, std::uint8_t{1});
  if (timer.queued == 0 || timer.queued_ns > expires_ns) machine_.queue_timer(timer, ref, expires_ns);
}

void Kernel::del_timer(const Timer& timer) {
  if (timer.pending != 0) put(timer.pending, std::uint8_t{0});
}

// --- scheduling
// --------------------------------------------------------------------------------------------------

void Kernel::raise_softirq(SoftirqVector vector) { raise_softirq_on(cpu_, vector); }

void Kernel::raise_softirq_on(std::uint8_t cpu, SoftirqVector vector) {
  const Cpu& c = *host().cpus[cpu];
  put(c.softirq_pending, static_cast<std::uint8_t>(c.softirq_pending | 1u << vector));
  auto& clock = machine_.state_.clock_ns[cpu];
  clock = std::max(clock, now_ns());
  look_around();
}

void Kernel::send_ipi(std::uint8_t cpu) {
  put(host().cpus[cpu]->ipi_received, std::uint8_t{1});
  auto& clock = machine_.state_.clock_ns[cpu];
  // A CPU that lags behind is idle or in a longer step; the interrupt cannot come before it was sent.
  clock = std::max(clock, now_ns());
  look_around();
}

void Kernel::local_bh_disable() {
  put(cpu().bh_disabled, static_cast<std::uint8_t>(cpu().bh_disabled + 1));
  look_around();
}

void Kernel::local_bh_enable() {
  put(cpu().bh_disabled, static_cast<std::uint8_t>(cpu().bh_disabled - 1));
  look_around();
  if (context_ == Context::process) machine_.drain_softirqs(cpu_);
}

void Kernel::wake(ProcessId process) {
  const Process& p = host()[process];
  if (p.state != ProcState::sleeping && p.state != ProcState::uninterruptible) return;
  ++steps_;
  if (journal() != nullptr) {
    Event& event = note_event(EventKind::wake);
    event.process = process;
    event.answer = p.pid;
  }
  del_timer(p.sleep_timer);
  machine_.enqueue_runnable(process, now_ns() + costs.wakeup_latency_ns);
}

void Kernel::block(std::int64_t timeout_ns) {
  const ProcessId self = current();
  const Process& p = host()[self];
  ++steps_;
  if (journal() != nullptr) {
    Event& event = note_event(EventKind::block);
    event.process = self;
    event.answer = p.pid;
  }
  put(p.state, ProcState::sleeping);
  put(p.woken_by_timeout, std::uint8_t{0});
  put(p.call.sleep_since_ns, now_ns());
  if (timeout_ns >= 0)
    hrtimer_start(p.sleep_timer, {ObjectKind::process, TimerKind::process_sleep, self.index},
                  now_ns() + timeout_ns);
}

ProcessId Kernel::spawn(std::uint32_t program, std::uint8_t cpu, std::uint16_t pid) {
  const ProcessId process = alloc_process();
  const Process& p = host()[process];
  put(p.self, process);
  put(p.program, program);
  put(p.cpu, cpu);
  put(p.pid, pid);
  machine_.enqueue_runnable(process, now_ns());
  return process;
}

void Kernel::exit_process(ProcessId process) {
  const Process& p = host()[process];
  put(p.state, ProcState::exited);
  del_timer(p.sleep_timer);
}

void Kernel::begin_syscall(ProcessId process, const Syscall& call) {
  assign(host()[process].call, call);
  put(host()[process].call.done, std::uint8_t{0});
}

void Kernel::sleep_process(ProcessId process, std::int64_t ns) {
  Syscall call;
  call.nr = Sys::nanosleep;
  call.arg[0] = ns;
  begin_syscall(process, call);
}

std::uint64_t Kernel::random() {  // splitmix64
  put(net().random_state, net().random_state + 0x9e3779b97f4a7c15ull);
  std::uint64_t z = net().random_state;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
  return z ^ (z >> 31);
}

}  // namespace ringside
