#include <CLI/CLI.hpp>
#include <cstdio>

#include "app/cli/program.h"
#include "app/cli/stats.h"

namespace ringside::cli {

namespace {

struct StatsOptions {
  ScenarioOptions scenario;
  bool json = false;
};

ExitCode stats_file(const StatsOptions& options) {
  ExitCode exit_code = kOk;
  RunOptions run_options;
  run_options.hash_delivered = true;
  run_options.record_host = true;
  const auto run = run_scenario(options.scenario, run_options, exit_code);
  if (run == nullptr) return exit_code;
  auto output = Output::open("");
  const auto write = [&](const std::string& text) { (*output)->write(text); };
  options.json ? write_stats_json(*run, write) : write_stats_text(*run, write);
  if (const auto error = (*output)->finish()) {
    complain(*error);
    return kInput;
  }
  return kOk;
}

}  // namespace

void add_stats_command(CLI::App& app, int& exit_code) {
  auto* command = app.add_subcommand(
      "stats", "what became of every packet: connections, queues, drops, counters, bytes delivered");
  auto options = std::make_shared<StatsOptions>();
  options->scenario.add_to(*command);
  command->add_flag("--json", options->json, "as one JSON object");
  command->callback([options, &exit_code] { exit_code = stats_file(*options); });
}

}  // namespace ringside::cli
