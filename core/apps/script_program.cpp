#include "core/apps/script_program.h"

namespace ringside {

void ScriptProgram::next(Kernel& k, ProcessId self) const {
  const Process& p = k[self];
  if (p.app[kInCall] != 0) {
    k.put(p.app[kInCall], std::int64_t{0});
    k.put(p.app[kDone], p.app[kDone] + 1);
    k.put(p.app[kDoneAt], k.now_ns());
    k.assign(p.script_call, p.call);
    if (returned_ != nullptr)
      (*returned_)[static_cast<std::size_t>(p.app[kThread])].push_back({p.call, k.now_ns()});
  }
  auto at = static_cast<std::size_t>(p.app[kNextCall]);
  while (at < calls_.size() && calls_[at].process != p.app[kThread]) ++at;
  if (at >= calls_.size()) {  // nothing (yet): sleep until somebody sets the alarm
    k.put(p.app[kNextCall], static_cast<std::int64_t>(at));
    k.sleep_process(self, -1);
    return;
  }
  const ScriptedCall& scripted = calls_[at];
  if (scripted.t_ns > k.now_ns()) {
    k.sleep_process(self, scripted.t_ns - k.now_ns());
    return;
  }
  k.put(p.app[kNextCall], static_cast<std::int64_t>(at + 1));
  k.put(p.app[kInCall], std::int64_t{1});
  Syscall call = scripted.call;
  if (!scripted.data.empty()) call.data = k.store(scripted.data);
  k.begin_syscall(self, call);
}

void spawn_script_threads(Kernel& k) {
  constexpr std::uint16_t kFirstPid = 900;
  ProcessId first{};
  for (std::uint16_t thread = 0; thread < kScriptThreads; ++thread) {
    const auto cpu = static_cast<std::uint8_t>(thread < k.host().cpu_count ? thread : 0);
    const ProcessId process = k.spawn(0, cpu, static_cast<std::uint16_t>(kFirstPid + thread));
    k.put(k[process].app[ScriptProgram::kThread], std::int64_t{thread});
    k.put(k[process].fds, first ? k[first].fds : k.alloc_fd_table());
    if (!first) first = process;
  }
}

}  // namespace ringside
