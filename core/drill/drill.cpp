#include "core/drill/drill.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "core/drill/runner.h"
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

/// Sysctls of the real kernel that the model has no use for: setting them changes nothing, and says so
/// nowhere.
bool is_known_but_idle(const std::string& name) {
  static constexpr const char* kIdle[] = {"net.ipv4.tcp_fastopen", "net.ipv4.tcp_fastopen_key",
                                          "net.ipv4.tcp_ecn_option", "net.ipv4.tcp_fack",
                                          "net.ipv4.tcp_early_retrans"};
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

void keep_scenario(const Stage& stage, const CallContext& context, Outcome& outcome) {
  auto input = std::make_shared<ScriptInput>();
  input->frames = stage.frames.all;
  input->local.push_back(context.local.to_string());
  outcome.scenario.input = input;
  outcome.scenario.nic = NicKind::tun;
  outcome.scenario.calls = stage.calls;
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

  std::vector<Error> knob_problems;
  Stage stage(*profile, context, knobs, options.seed, knob_problems);
  for (auto& problem : knob_problems) {
    problem.file = file_name;
    outcome.unsupported.push_back(std::move(problem));
  }
  if (watcher != nullptr) watcher->before(stage);
  Runner runner(parsed.script, file_name, context, stage, outcome);
  if (outcome.unsupported.empty())
    runner.run();
  else
    outcome.verdict = Verdict::unsupported;
  if (watcher != nullptr) watcher->after(stage);
  keep_scenario(stage, context, outcome);
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
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  if (in) text << in.rdbuf();
  if (in && text) return text.str();
  Error error;
  error.id = "file.unreadable";
  error.file = path;
  return error;
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
