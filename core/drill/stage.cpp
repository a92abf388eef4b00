#include "core/drill/stage.h"

#include <algorithm>

#include "core/engine/host_setup.h"
#include "core/kernel/entry.h"
#include "core/kernel/fs/file.h"
#include "core/nic/received_frame.h"
#include "core/profiles/knobs.h"
#include "core/wire/ethernet.h"

namespace ringside::drill {

namespace {

/// No thing takes time, but what the script's own knobs (`//@ set cost...`)
/// say.
HostSettings script_settings(const KernelProfile& profile) {
  HostSettings settings(profile);
  settings.cost_preset = "none";
  load_cost_preset("none", settings.costs);
  settings.cpus = 2;
  return settings;
}

bool takes_time(const Costs& costs) {
  const auto any = [](std::uint32_t ns) { return ns != 0; };
  return std::any_of(costs.call_ns.begin(), costs.call_ns.end(), any) || costs.copy_ns_per_kib != 0 ||
         costs.checksum_ns_per_kib != 0 || costs.irq_entry_ns != 0 || costs.softirq_entry_ns != 0 ||
         costs.syscall_ns != 0 || costs.wakeup_latency_ns != 0 || costs.context_switch_ns != 0 ||
         costs.lock_hold_ns != 0;
}

bool same(const ScriptedCall& a, const ScriptedCall& b) {
  return a.t_ns == b.t_ns && a.process == b.process && a.call.nr == b.call.nr && a.call.fd == b.call.fd &&
         std::equal(std::begin(a.call.arg), std::end(a.call.arg), std::begin(b.call.arg)) &&
         a.call.addr == b.call.addr && a.call.port == b.call.port && a.call.data.len == b.call.data.len &&
         a.data == b.data;
}

}  // namespace

std::span<const std::uint8_t> ScriptFrames::frame(std::uint32_t number) {
  if (number == 0 || number > all.size()) return {};
  return all[number - 1].bytes;
}

bool ScriptFrames::at(std::uint64_t index, Arrival& out) {
  if (index >= all.size()) return false;
  const auto len = static_cast<std::uint32_t>(all[index].bytes.size());
  out = {all[index].t_ns, static_cast<std::uint32_t>(index + 1), len, len, false};
  return true;
}

void SentQueue::transmitted(const Outgoing& frame) {
  for (auto& segment : read_back(frame)) segments.push_back(std::move(segment));
}

Stage::Stage(const KernelProfile& profile, const CallContext& context, NicKind nic,
             const std::vector<KnobSetting>& knobs, std::uint64_t seed, const Plan& plan,
             std::vector<Error>& problems)
    : calls(plan.calls), nic_(nic), planned_calls_(plan.calls.size()), planned_frames_(plan.frames.size()) {
  frames.all = plan.frames;
  HostSettings settings = script_settings(profile);
  settings.mtu = context.config.mtu;
  for (const auto& knob : knobs)
    if (auto error = set_knob(settings, knob.name, knob.value)) problems.push_back(*error);
  timed_ = nic != NicKind::tun || takes_time(settings.costs);
  profile_ = settings.profile;
  MachineConfig config;
  config.profile = &profile_;
  config.entry = kernel_entry();
  config.costs = settings.costs;
  config.cpus = static_cast<std::uint8_t>(settings.cpus);
  config.seed = seed;
  config.frames = &frames;
  if (nic != NicKind::tun) config.arrivals = &frames;
  config.store = &store_;
  config.outgoing = &sent;
  config.isn = &kScriptIsn;
  config.programs.push_back(std::make_shared<ScriptProgram>(calls, &returned_));
  machine_ = std::make_unique<Machine>(std::move(config));
  nic::LocalHost local;
  local.address = context.local;
  local.addresses.insert(context.local);
  machine_->boot(
      -kLeadInNs, [&](Kernel& k) { set_up_hardware(k, settings, nic, local); }, spawn_script_threads);
  for (std::uint32_t i = 1; i < machine_->host().processes.header.used; ++i) threads_[i - 1] = ProcessId{i};
  advance(0);
}

bool Stage::kept_to_plan() const {
  return !strayed_ && made_calls_ == planned_calls_ && made_frames_ == planned_frames_ &&
         calls.size() == planned_calls_ && frames.all.size() == planned_frames_;
}

Plan Stage::next_plan() const {
  const auto end = [](const auto& all, std::size_t n) {
    return all.begin() + static_cast<std::ptrdiff_t>(n);
  };
  return {{calls.begin(), end(calls, made_calls_)}, {frames.all.begin(), end(frames.all, made_frames_)}};
}

std::int64_t Stage::patience(std::int64_t tolerance_ns) const {
  constexpr std::int64_t kLongNs = 2'000'000'000;
  return timed_ ? std::max(tolerance_ns, kLongNs) : tolerance_ns;
}

void Stage::advance(std::int64_t t_ns) {
  if (strayed_) return;
  machine_->run(t_ns);
  now_ = std::max(now_, t_ns);
}

bool Stage::wait_for_segment(std::int64_t limit_ns) {
  while (sent.segments.empty() && !strayed_) {
    if (!machine_->turn(limit_ns)) break;
  }
  if (sent.segments.empty()) {
    now_ = std::max(now_, limit_ns);
    return false;
  }
  now_ = std::max(now_, sent.segments.front().t_ns);
  return true;
}

bool Stage::is_idle(std::uint16_t thread) const { return returned_[thread].size() >= started_[thread]; }

bool Stage::wait_for_call(std::uint16_t thread, std::int64_t limit_ns) {
  while (!is_idle(thread) && !strayed_) {
    if (!machine_->turn(limit_ns)) break;
  }
  now_ = std::max(now_, is_idle(thread) ? returned_at(thread) : limit_ns);
  return is_idle(thread);
}

std::int64_t Stage::returned_at(std::uint16_t thread) const {
  return started_[thread] == 0 ? 0 : returned_[thread][started_[thread] - 1].t_ns;
}

const Syscall& Stage::last_call(std::uint16_t thread) const {
  return returned_[thread][started_[thread] - 1].call;
}

/// What was certain ends here.
void Stage::stray() {
  strayed_ = true;
  calls.resize(made_calls_);
  frames.all.resize(made_frames_);
}

void Stage::start_call(std::uint16_t thread, std::int64_t t_ns, const Syscall& call,
                       std::vector<std::uint8_t> data) {
  advance(std::max(now_, t_ns));
  if (strayed_) return;
  ScriptedCall made{now_, thread, call, std::move(data)};
  ++started_[thread];
  if (made_calls_ < planned_calls_) {
    if (!same(calls[made_calls_], made)) {
      stray();
      calls.push_back(std::move(made));
    }
    ++made_calls_;
    return;
  }
  calls.push_back(std::move(made));
  ++made_calls_;
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

/// A frame reaches the host now; its number.
std::uint32_t Stage::add_frame(std::vector<std::uint8_t> bytes) {
  const bool planned = made_frames_ < planned_frames_;
  const bool kept =
      planned && frames.all[made_frames_].t_ns == now_ && frames.all[made_frames_].bytes == bytes;
  if (planned && !kept) stray();
  if (!kept) frames.all.push_back({now_, std::move(bytes)});
  return static_cast<std::uint32_t>(++made_frames_);
}

void Stage::inject(std::int64_t t_ns, std::vector<std::uint8_t> bytes, int gso_size) {
  advance(std::max(now_, t_ns));
  if (strayed_) return;
  if (nic_ != NicKind::tun) {
    wire::Buffer frame;
    const bool v6 = !bytes.empty() && bytes[0] >> 4 == 6;
    wire::EthernetHeader{nic::kModelMac, nic::kModelPeerMac, {}, v6 ? wire::ETH_P_IPV6 : wire::ETH_P_IP}
        .append_to(frame);
    wire::put(frame, bytes);
    add_frame(std::move(frame));
    return;
  }
  Syscall call;
  call.nr = Sys::tun_write;
  call.arg[1] = call.arg[2] = static_cast<std::int64_t>(bytes.size());
  call.arg[3] = gso_size;
  call.arg[0] = add_frame(std::move(bytes));
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
