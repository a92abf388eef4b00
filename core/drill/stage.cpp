#include "core/drill/stage.h"

#include <algorithm>

#include "core/engine/host_setup.h"
#include "core/kernel/entry.h"
#include "core/kernel/fs/file.h"
#include "core/profiles/knobs.h"

namespace ringside::drill {

namespace {

/// No thing takes time, but what the script's own knobs (`//@ set cost...`) say.
HostSettings script_settings(const KernelProfile& profile) {
  HostSettings settings(profile);
  settings.cost_preset = "none";
  load_cost_preset("none", settings.costs);
  settings.cpus = 2;
  return settings;
}

}  // namespace

std::span<const std::uint8_t> ScriptFrames::frame(std::uint32_t number) {
  if (number == 0 || number > all.size()) return {};
  return all[number - 1].bytes;
}

std::uint32_t ScriptFrames::add(std::int64_t t_ns, std::vector<std::uint8_t> bytes) {
  all.push_back({t_ns, std::move(bytes)});
  return static_cast<std::uint32_t>(all.size());
}

void SentQueue::transmitted(const Outgoing& frame) {
  for (auto& segment : read_back(frame)) segments.push_back(std::move(segment));
}

Stage::Stage(const KernelProfile& profile, const CallContext& context, const std::vector<KnobSetting>& knobs,
             std::uint64_t seed, std::vector<Error>& problems) {
  HostSettings settings = script_settings(profile);
  settings.mtu = context.config.mtu;
  for (const auto& knob : knobs)
    if (auto error = set_knob(settings, knob.name, knob.value)) problems.push_back(*error);
  profile_ = settings.profile;
  MachineConfig config;
  config.profile = &profile_;
  config.entry = kernel_entry();
  config.costs = settings.costs;
  config.cpus = static_cast<std::uint8_t>(settings.cpus);
  config.seed = seed;
  config.frames = &frames;
  config.store = &store_;
  config.outgoing = &sent;
  config.isn = &kScriptIsn;
  config.programs.push_back(std::make_shared<ScriptProgram>(calls));
  machine_ = std::make_unique<Machine>(std::move(config));
  nic::LocalHost local;
  local.address = context.local;
  local.addresses.insert(context.local);
  machine_->boot(
      -kLeadInNs, [&](Kernel& k) { set_up_hardware(k, settings, NicKind::tun, local); },
      spawn_script_threads);
  for (std::uint32_t i = 1; i < machine_->host().processes.header.used; ++i) threads_[i - 1] = ProcessId{i};
  advance(0);
}

void Stage::advance(std::int64_t t_ns) {
  machine_->run(t_ns);
  now_ = std::max(now_, t_ns);
}

bool Stage::wait_for_segment(std::int64_t limit_ns) {
  while (sent.segments.empty()) {
    if (!machine_->turn(limit_ns)) break;
  }
  if (sent.segments.empty()) {
    now_ = std::max(now_, limit_ns);
    return false;
  }
  now_ = std::max(now_, sent.segments.front().t_ns);
  return true;
}

bool Stage::is_idle(std::uint16_t thread) const {
  const Process& p = machine_->host()[threads_[thread]];
  return static_cast<std::size_t>(p.app[ScriptProgram::kDone]) == started_[thread];
}

bool Stage::wait_for_call(std::uint16_t thread, std::int64_t limit_ns) {
  while (!is_idle(thread)) {
    if (!machine_->turn(limit_ns)) break;
  }
  now_ = std::max(now_, is_idle(thread) ? returned_at(thread) : limit_ns);
  return is_idle(thread);
}

std::int64_t Stage::returned_at(std::uint16_t thread) const {
  return machine_->host()[threads_[thread]].app[ScriptProgram::kDoneAt];
}

const Syscall& Stage::last_call(std::uint16_t thread) const {
  return machine_->host()[threads_[thread]].script_call;
}

void Stage::start_call(std::uint16_t thread, std::int64_t t_ns, const Syscall& call,
                       std::vector<std::uint8_t> data) {
  advance(std::max(now_, t_ns));
  calls.push_back({now_, thread, call, std::move(data)});
  ++started_[thread];
  set_alarm(thread, now_);
}

void Stage::set_qdisc(QdiscKind kind, std::optional<std::uint64_t> limit) {
  constexpr std::uint64_t kPfifo = 500, kFq = 10000;  // the TUN device's tx_queue_len; sch_fq's own
  Syscall call;
  call.nr = Sys::tc_qdisc;
  call.arg[0] = static_cast<std::int64_t>(kind);
  call.arg[1] = static_cast<std::int64_t>(limit.value_or(kind == QdiscKind::fq ? kFq : kPfifo));
  start_call(kPackets, now_, call, {});
  wait_for_call(kPackets, now_);
}

void Stage::inject(std::int64_t t_ns, std::vector<std::uint8_t> bytes, int gso_size) {
  Syscall call;
  call.nr = Sys::tun_write;
  call.arg[1] = call.arg[2] = static_cast<std::int64_t>(bytes.size());
  call.arg[3] = gso_size;
  advance(std::max(now_, t_ns));
  call.arg[0] = frames.add(now_, std::move(bytes));
  start_call(kPackets, now_, call, {});
}

void Stage::capturer_reads() {
  if (machine_->host().nic->tap_holds == 0) return;
  Syscall call;
  call.nr = Sys::packet_recv;
  start_call(kPackets, now_, call, {});
}

void Stage::set_alarm(std::uint16_t thread, std::int64_t t_ns) {
  const ProcessId process = threads_[thread];
  Kernel& k = machine_->kernel();
  k.hrtimer_start(k[process].sleep_timer, {ObjectKind::process, TimerKind::process_sleep, process.index},
                  t_ns);
}

SockId Stage::socket_of(std::int64_t live_fd) const {
  const FileId file = fget(machine_->host(), threads_[kPackets], static_cast<std::int32_t>(live_fd));
  return file ? machine_->host()[file].sk : SockId{};
}

}  // namespace ringside::drill
