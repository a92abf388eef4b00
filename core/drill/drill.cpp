#include "core/drill/drill.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "core/drill/runner.h"
#include "core/drill/stage.h"
#include "core/scenario/packetdrill/shell_command.h"

namespace ringside::drill {

namespace pd = packetdrill;

namespace {

void add_defaults(std::vector<KnobSetting>& knobs) {
  for (const auto& set : pd::defaults_sh()) knobs.push_back({set.name, set.value});
}

/// The sysctls that the script's first command sets, as knobs.
void add_sysctls(const pd::Script& script, std::vector<KnobSetting>& knobs) {
  if (!script.init) return;
  for (const auto& step : pd::shell_steps(*script.init)) {
    if (step.kind == pd::ShellStep::Kind::sysctl) knobs.push_back({step.name, step.value});
    if (step.kind == pd::ShellStep::Kind::defaults) add_defaults(knobs);
  }
}

/// Sysctls of the real kernel that the model has no use for: setting them
/// changes nothing, and says so nowhere.
bool is_known_but_idle(const std::string& name) {
  static constexpr const char* kIdle[] = {"net.ipv4.tcp_fastopen", "net.ipv4.tcp_fastopen_key",
                                          "net.ipv4.tcp_ecn_option", "net.ipv4.tcp_fack"};
  return std::find(std::begin(kIdle), std::end(kIdle), name) != std::end(kIdle);
}

IpAddr address_or(const std::string& text, const char* otherwise) {
  return IpAddr::parse(text).value_or(*IpAddr::parse(otherwise));
}

CallContext context_of(const pd::Script& script, const DrillOptions& options, std::vector<Error>& errors) {
  CallContext context;
  context.config = pd::read_options(script, errors);
  if (options.tolerance_us != 0) context.config.tolerance = options.tolerance_us * 1000;
  const bool v6 = context.config.ip_version == pd::ScriptConfig::IpVersion::ipv6;
  context.local = address_or(context.config.local_ip, v6 ? "fd3d:a0b:17d6::1" : "192.168.0.1");
  context.remote = address_or(context.config.remote_ip, v6 ? "2001:db8::1" : "192.0.2.1");
  return context;
}

std::string kernel_of(const pd::Script& script, const DrillOptions& options) {
  if (!options.kernel.empty()) return options.kernel;
  for (const auto& directive : script.directives)
    if (directive.kind == pd::Directive::Kind::kernel)
      return directive.value.starts_with("linux-") ? directive.value.substr(6) : directive.value;
  return "4.13";
}

void keep_scenario(const Stage& stage, const CallContext& context, NicKind nic, Outcome& outcome) {
  auto input = std::make_shared<ScriptInput>();
  input->frames = stage.frames.all;
  input->local.push_back(context.local.to_string());
  outcome.scenario.input = input;
  outcome.scenario.nic = nic;
  outcome.scenario.calls = stage.calls;
}

/// `//@ set nic.driver=ixgb`: the packets reach a NIC with a ring and an
/// interrupt instead of packetdrill's TUN device. It is the script's alone, so
/// it is no knob of hosts.
NicKind take_nic(std::vector<KnobSetting>& knobs, std::vector<Error>& problems) {
  NicKind nic = NicKind::tun;
  std::erase_if(knobs, [&](const KnobSetting& knob) {
    if (knob.name != "nic.driver") return false;
    if (knob.value != "tun" && knob.value != "ixgb") {
      Error error;
      error.id = "knob.choice";
      error.args = {{"name", knob.name}, {"value", knob.value}, {"choices", "tun, ixgb"}};
      problems.push_back(std::move(error));
    }
    nic = knob.value == "ixgb" ? NicKind::ixgb : NicKind::tun;
    return true;
  });
  return nic;
}

/// Everything that a run of a script begins with.
struct Setting {
  const pd::Script& script;
  const std::string& file_name;
  const CallContext& context;
  const KernelProfile& profile;
  const std::vector<KnobSetting>& knobs;
  NicKind nic;
  std::uint64_t seed;
};

/// Runs the script once more, by what it did before. True: it did the same
/// again, or needs no second run.
bool run_once(const Setting& setting, Plan& plan, Outcome& outcome, Watcher* watcher) {
  std::vector<Error> problems;
  Stage stage(setting.profile, setting.context, setting.nic, setting.knobs, setting.seed, plan, problems);
  for (auto& problem : problems) {
    problem.file = setting.file_name;
    outcome.unsupported.push_back(std::move(problem));
  }
  if (watcher != nullptr) watcher->before(stage);
  Runner runner(setting.script, setting.file_name, setting.context, stage, outcome);
  if (outcome.unsupported.empty())
    runner.run();
  else
    outcome.verdict = Verdict::unsupported;
  if (watcher != nullptr) watcher->after(stage);
  keep_scenario(stage, setting.context, setting.nic, outcome);
  plan = stage.next_plan();
  return !stage.is_timed() || stage.kept_to_plan();
}

/// Where things take time: again and again, until the script does what it did
/// before (see Stage). Each run is right a little further than the one before,
/// so this ends.
void run_to_the_end(const Setting& setting, Outcome& outcome, Watcher* watcher) {
  constexpr int kMostRuns = 2000;
  const Outcome before = outcome;
  Plan plan;
  std::vector<Error> ignored;
  const bool timed =
      Stage(setting.profile, setting.context, setting.nic, setting.knobs, setting.seed, plan, ignored)
          .is_timed();
  for (int run = 0; timed && run < kMostRuns; ++run) {
    outcome = before;
    if (run_once(setting, plan, outcome, nullptr)) break;
  }
  if (timed && watcher == nullptr) return;
  outcome = before;
  run_once(setting, plan, outcome, watcher);
}

}  // namespace

const char* name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return "PASS";
    case Verdict::fail:
      return "FAIL";
    case Verdict::unsupported:
      return "UNSUPPORTED";
    case Verdict::unreadable:
      return "ERROR";
  }
  return "?";
}

Outcome run(const pd::ParseOutcome& parsed, const std::string& file_name, const DrillOptions& options,
            Watcher* watcher) {
  Outcome outcome;
  outcome.problems = parsed.errors;
  outcome.kernel = kernel_of(parsed.script, options);
  const CallContext context = context_of(parsed.script, options, outcome.problems);
  const KernelProfile* profile = profile_named(outcome.kernel.c_str());
  if (profile == nullptr)
    outcome.problems.push_back(
        {.id = "scenario.kernel", .file = file_name, .args = {{"value", outcome.kernel}}});
  if (!outcome.problems.empty() || profile == nullptr) {
    outcome.verdict = Verdict::unreadable;
    return outcome;
  }
  for (const auto& item : parsed.unsupported)
    outcome.unsupported.push_back({.id = "drill.unsupported",
                                   .file = file_name,
                                   .line = item.where.line,
                                   .column = item.where.column,
                                   .args = {{"kind", item.kind}, {"what", item.what}}});
  if (!outcome.unsupported.empty()) {
    outcome.verdict = Verdict::unsupported;
    return outcome;
  }
  std::vector<KnobSetting> knobs{{"cpu.count", "2"}, {"cost.preset", "none"}};
  if (options.packetdrill_defaults) add_defaults(knobs);
  add_sysctls(parsed.script, knobs);
  for (const auto& directive : parsed.script.directives)
    if (directive.kind == pd::Directive::Kind::set) knobs.push_back({directive.name, directive.value});
  knobs.insert(knobs.end(), options.knobs.begin(), options.knobs.end());
  std::erase_if(knobs, [](const KnobSetting& knob) { return is_known_but_idle(knob.name); });

  const NicKind nic = take_nic(knobs, outcome.unsupported);
  run_to_the_end({parsed.script, file_name, context, *profile, knobs, nic, options.seed}, outcome, watcher);
  outcome.scenario.kernel = outcome.kernel;
  outcome.scenario.knobs = {{"cost.preset", "none"},
                            {"cpu.count", "2"},
                            {"nic.mtu", std::to_string(context.config.mtu)},
                            {"run.after_ms", "1000"}};
  outcome.scenario.knobs.insert(outcome.scenario.knobs.end(), knobs.begin(), knobs.end());
  outcome.scenario.seed = options.seed;
  return outcome;
}

Result<std::string> read_script(const std::string& path) {
  constexpr std::uintmax_t kMost = 4 << 20;  // as parse() says
  Error error;
  error.file = path;
  error.id = "file.unreadable";
  std::error_code problem;
  const bool regular = std::filesystem::is_regular_file(path, problem);
  const std::uintmax_t size = regular ? std::filesystem::file_size(path, problem) : 0;
  if (size > kMost) {
    error.id = "packetdrill.file_too_large";
    error.args = {{"bytes", std::to_string(size)}, {"most", std::to_string(kMost)}};
    return error;
  }
  std::ifstream in(path, std::ios::binary);
  if (!in) return error;
  std::string text(regular ? size : kMost + 1, '\0');  // from a pipe: enough to be refused
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (in.bad() || std::filesystem::is_directory(path, problem)) return error;
  text.resize(static_cast<std::size_t>(in.gcount()));
  return text;
}

pd::ParseOutcome parse_script(const std::string& text, const std::string& file_name) {
  return pd::parse(text, file_name, pd::run_all_settings(false));
}

Outcome run_file(const std::string& path, const DrillOptions& options, Watcher* watcher) {
  const auto text = read_script(path);
  if (text) return run(parse_script(*text, path), path, options, watcher);
  Outcome outcome;
  outcome.verdict = Verdict::unreadable;
  outcome.problems.push_back(text.error());
  return outcome;
}

bool is_script(const std::string& path) { return path.ends_with(".pkt"); }

Result<Scenario> open_script(const std::string& path, const DrillOptions& options) {
  Outcome outcome = run_file(path, options);
  if (outcome.verdict == Verdict::unreadable) return outcome.problems.front();
  if (outcome.verdict == Verdict::unsupported) return outcome.unsupported.front();
  return std::move(outcome.scenario);
}

}  // namespace ringside::drill
