// ringside-cli check FILE...: packetdrill scripts against the model.
#include <CLI/CLI.hpp>
#include <atomic>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <thread>

#include "app/cli/program.h"
#include "core/drill/drill.h"
#include "core/words/words.h"

namespace ringside::cli {

namespace {

struct CheckOptions {
  std::vector<std::string> files;
  std::string kernel;
  std::vector<std::string> sets;
  bool json = false, defaults = false;
  unsigned jobs = 1;
  std::int64_t tolerance_us = 0;
};

std::vector<drill::Outcome> run_all(const CheckOptions& options, const drill::DrillOptions& drill_options) {
  std::vector<drill::Outcome> outcomes(options.files.size());
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t i = next++; i < outcomes.size(); i = next++)
      outcomes[i] = drill::run_file(options.files[i], drill_options);
  };
  std::vector<std::thread> others;
  for (unsigned i = 1; i < options.jobs && i < outcomes.size(); ++i) others.emplace_back(work);
  work();
  for (auto& thread : others) thread.join();
  return outcomes;
}

void tell(const std::string& file, const drill::Outcome& outcome) {
  std::printf("%-11s %s\n", name_of(outcome.verdict), file.c_str());
  for (const auto* list : {&outcome.problems, &outcome.unsupported})
    for (const Error& error : *list) {
      std::printf("            %s\n", Words::english().error(error).c_str());
      for (const auto& [name, value] : error.args)
        if (error.id.starts_with("drill.") && (name == "expected" || name == "actual"))
          std::printf("              %-8s  %s\n", name.c_str(), value.c_str());
    }
}

nlohmann::json as_json(const Error& error) {
  nlohmann::json args = nlohmann::json::object();
  for (const auto& [name, value] : error.args) args[name] = value;
  return {{"id", error.id},
          {"line", error.line},
          {"column", error.column},
          {"args", args},
          {"text", Words::english().error(error)}};
}

nlohmann::json as_json(const std::string& file, const drill::Outcome& outcome) {
  nlohmann::json problems = nlohmann::json::array(), unsupported = nlohmann::json::array();
  for (const Error& error : outcome.problems) problems.push_back(as_json(error));
  for (const Error& error : outcome.unsupported) unsupported.push_back(as_json(error));
  return {{"file", file},
          {"verdict", name_of(outcome.verdict)},
          {"kernel", outcome.kernel},
          {"problems", problems},
          {"unsupported", unsupported}};
}

int check(const CheckOptions& options) {
  drill::DrillOptions drill_options;
  drill_options.kernel = options.kernel;
  drill_options.packetdrill_defaults = options.defaults;
  drill_options.tolerance_us = options.tolerance_us;
  for (const std::string& set : options.sets) {
    const std::size_t equals = set.find('=');
    if (equals == std::string::npos || equals == 0) {
      Error error;
      error.id = "usage.set";
      error.args.emplace_back("value", set);
      complain(error);
      return kUsage;
    }
    drill_options.knobs.push_back({set.substr(0, equals), set.substr(equals + 1)});
  }
  const auto outcomes = run_all(options, drill_options);
  std::size_t count[4] = {};
  nlohmann::json all = nlohmann::json::array();
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    ++count[static_cast<std::size_t>(outcomes[i].verdict)];
    if (options.json)
      all.push_back(as_json(options.files[i], outcomes[i]));
    else
      tell(options.files[i], outcomes[i]);
  }
  if (options.json)
    std::printf("%s\n", nlohmann::json{{"scripts", all},
                                       {"pass", count[0]},
                                       {"fail", count[1]},
                                       {"unsupported", count[2]},
                                       {"unreadable", count[3]}}
                            .dump(2)
                            .c_str());
  else
    std::printf("%zu passed, %zu failed, %zu unsupported, %zu unreadable\n", count[0], count[1], count[2],
                count[3]);
  return count[0] == outcomes.size() ? kOk : kFailed;
}

}  // namespace

void add_check_command(CLI::App& app, int& exit_code) {
  auto* command = app.add_subcommand("check", "run packetdrill scripts on the model: PASS or FAIL each");
  auto options = std::make_shared<CheckOptions>();
  command->add_option("FILE", options->files, "packetdrill scripts (.pkt)")->required();
  command->add_option("--kernel", options->kernel,
                      "kernel to model: 4.13 or 6.18 (default: the script's own, or 4.13)");
  command->add_option("--set", options->sets, "knob NAME=VALUE")->take_all();
  command->add_flag("--packetdrill-defaults", options->defaults,
                    "begin with the sysctls of packetdrill's defaults.sh");
  command->add_flag("--json", options->json, "print JSON");
  command
      ->add_option(
          "--tolerance_usecs", options->tolerance_us,
          "how early or late a packet may be, as packetdrill's own option (default: the script's, or 4000)")
      ->check(CLI::Range(1, 60000000));
  command->add_option("-j,--jobs", options->jobs, "scripts to run at once")->check(CLI::Range(1u, 64u));
  command->callback([options, &exit_code] { exit_code = check(*options); });
}

}  // namespace ringside::cli
