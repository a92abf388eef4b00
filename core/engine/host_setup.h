// A scenario's host: settings, applications, addresses. Made once a run; the first run and every re-execution
// boot from the same one.
#pragma once
#include <functional>
#include <memory>
#include <vector>

#include "core/apps/capture_apps.h"
#include "core/apps/live_apps.h"
#include "core/engine/captured_isn.h"
#include "core/engine/frame_window.h"
#include "core/engine/input.h"
#include "core/machine/machine.h"
#include "core/profiles/knobs.h"

namespace ringside {

/// When the host starts before the first frame: its applications are ready when that arrives.
inline constexpr std::int64_t kLeadInNs = 100'000'000;

/// What runs on the machine. Tests put a kernel of a few lines in the place of the modelled one.
struct HostModel {
  KernelEntry entry;
  std::vector<std::shared_ptr<const Program>> programs;
  std::function<void(Kernel&)> start;  ///< once booted: starts the programs
};

/// Sets the NIC, its interrupt and RPS, and the host's addresses as the settings say.
void set_up_hardware(Kernel& k, const HostSettings& settings, NicKind nic, const nic::LocalHost& local);

class HostSetup {
 public:
  /// `model` null: the modelled kernel, and the scenario's applications. Errors: scenario.kernel (args value,
  /// kernels), those of set_knob() and AppPlan::make().
  static Result<std::shared_ptr<HostSetup>> make(const Scenario& scenario, const Input& input,
                                                 const HostModel* model = nullptr);

  const HostSettings& settings() const { return settings_; }
  FrameForm form() const { return nic_ == NicKind::tun ? FrameForm::ip : FrameForm::ethernet; }
  /// Everything but arrivals, frames, store and listeners. Points into this object.
  MachineConfig config() const;
  void boot(Machine& machine) const;
  /// What the first run finds out about the captured host's sequence numbers.
  CapturedIsn& captured_isn() const { return *captured_isn_; }
  /// And about connections that were there before the capture.
  TakeOvers& take_overs() const { return *take_overs_; }

 private:
  explicit HostSetup(const KernelProfile& profile) : settings_(profile) {}
  std::optional<Error> start_live_apps(const std::vector<AppChoice>& choices, const LiveHost& live);
  HostSettings settings_;
  NicKind nic_ = NicKind::ixgb;
  std::uint64_t seed_ = 1;
  nic::LocalHost local_;
  HostModel model_;
  std::unique_ptr<CapturedIsn> captured_isn_ = std::make_unique<CapturedIsn>();
  std::unique_ptr<TakeOvers> take_overs_ = std::make_unique<TakeOvers>();
  std::vector<ScriptedCall> calls_;    ///< of a script
  std::unique_ptr<CaptureApps> apps_;  ///< null if the model brings its own, or the host is live
  std::unique_ptr<LiveApps> live_apps_;
};

}  // namespace ringside
