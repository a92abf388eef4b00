#include "core/engine/host_setup.h"

#include <algorithm>
#include <string_view>

#include "core/apps/script_program.h"
#include "core/engine/port_plan.h"
#include "core/kernel/entry.h"
#include "core/nic/received_frame.h"

namespace ringside {

namespace {

std::optional<Error> apply_knobs(HostSettings& settings, const std::vector<KnobSetting>& knobs) {
  // A preset sets all costs, so it goes first whatever the order: single costs are set on top of it.
  for (const bool presets : {true, false})
    for (const KnobSetting& knob : knobs) {
      if ((knob.name == "cost.preset") != presets) continue;
      if (auto error = set_knob(settings, knob.name, knob.value)) return error;
    }
  return std::nullopt;
}

}  // namespace

Result<std::shared_ptr<HostSetup>> HostSetup::make(const Scenario& scenario, const Input& input,
                                                   const HostModel* model) {
  const KernelProfile* profile = profile_named(scenario.kernel.c_str());
  if (profile == nullptr) {
    Error error;
    error.id = "scenario.kernel";
    error.args.emplace_back("value", scenario.kernel);
    error.args.emplace_back("kernels", "4.13, 6.18");
    return error;
  }
  std::shared_ptr<HostSetup> setup(new HostSetup(*profile));
  if (auto error = apply_knobs(setup->settings_, scenario.knobs)) return *error;
  setup->nic_ = scenario.nic;
  setup->seed_ = scenario.seed;
  setup->local_ = input.local();
  if (model != nullptr) {
    setup->model_ = *model;
    return setup;
  }
  if (!scenario.calls.empty()) {
    setup->calls_ = scenario.calls;
    setup->model_ = {kernel_entry(), {std::make_shared<ScriptProgram>(setup->calls_)}, spawn_script_threads};
    return setup;
  }
  if (const LiveHost* live = live_host_of(scenario); live != nullptr)
    if (auto error = setup->start_live_apps(scenario.apps, *live)) return *error;
  if (setup->live_apps_ != nullptr) return setup;
  auto apps = AppPlan::make(scenario.apps);
  if (!apps) return apps.error();
  setup->apps_ = std::make_unique<CaptureApps>(*apps, plan_ports(input), *setup->take_overs_);
  setup->model_ = {kernel_entry(), setup->apps_->programs(),
                   [apps = setup->apps_.get()](Kernel& k) { apps->start(k); }};
  return setup;
}

std::optional<Error> HostSetup::start_live_apps(const std::vector<AppChoice>& choices, const LiveHost& live) {
  auto apps = live_app_options(choices);
  if (!apps) return apps.error();
  const std::vector<IpAddr> own(local_.addresses.begin(), local_.addresses.end());
  live_apps_ = std::make_unique<LiveApps>(*apps, IpAddr::parse(live.peer).value_or(IpAddr{}), own);
  model_ = {kernel_entry(), live_apps_->programs(), [live = live_apps_.get()](Kernel& k) { live->start(k); }};
  return std::nullopt;
}

MachineConfig HostSetup::config() const {
  MachineConfig config;
  config.profile = &settings_.profile;
  config.entry = model_.entry;
  config.costs = settings_.costs;
  config.cpus = static_cast<std::uint8_t>(settings_.cpus);
  config.seed = seed_;
  config.isn = captured_isn_.get();
  if (live_apps_ != nullptr) config.isn = nullptr;  // its own random numbers
  if (!calls_.empty()) config.isn = &kScriptIsn;
  config.programs = model_.programs;
  if (apps_ != nullptr) config.captured_output = apps_->captured_output();
  return config;
}

void set_up_hardware(Kernel& k, const HostSettings& s, NicKind nic, const nic::LocalHost& local) {
  const Nic& n = *k.host().nic;
  const auto cpu = static_cast<std::uint8_t>(std::min(s.irq_affinity, s.cpus - 1));
  k.put(n.driver, nic);
  k.put(n.ring_size, static_cast<std::uint32_t>(s.rx_ring));
  k.put(n.rx_checksum_verify, static_cast<std::uint8_t>(s.rx_checksum == 0));
  k.put(n.gro, static_cast<std::uint8_t>(s.gro));
  k.put(n.vlan_strip, static_cast<std::uint8_t>(s.vlan_strip));
  k.put(n.itr_usecs, static_cast<std::uint32_t>(s.itr_usecs));
  k.put(n.mtu, static_cast<std::uint32_t>(s.mtu));
  k.put(n.neigh_resolve, static_cast<std::uint8_t>(s.neigh_resolve));
  k.put(n.irq_cpu, cpu);
  k.put(n.rps_cpus, static_cast<std::uint8_t>(s.rps_cpus & ((1 << s.cpus) - 1)));
  k.put(n.tap_open, static_cast<std::uint8_t>(s.tap != 0));
  k.put(n.tap_holds, static_cast<std::uint8_t>(s.tap == 2));
  const MacAddr mac = nic::nic_mac(local);
  for (std::size_t i = 0; i < mac.bytes.size(); ++i) k.put(n.mac[i], mac.bytes[i]);
  // The address that was chosen is the first of its family: sockets bound to nothing use it.
  const Net& net = k.net();
  for (std::size_t i = 0; i < s.rules.size(); ++i) k.assign(net.rules[i], s.rules[i]);
  k.put(net.rule_count, static_cast<std::uint32_t>(s.rules.size()));
  std::uint32_t count = 0;
  const auto add = [&](const IpAddr& address) {
    if (count < std::size(net.local)) k.assign(net.local[count++], address);
  };
  if (local.address.size() != 0) add(local.address);
  for (const IpAddr& address : local.addresses)
    if (address != local.address) add(address);
  k.put(net.local_count, count);
}

void HostSetup::boot(Machine& machine) const {
  machine.boot(
      -kLeadInNs, [&](Kernel& k) { set_up_hardware(k, settings_, nic_, local_); }, model_.start);
}

}  // namespace ringside
