#include <CLI/CLI.hpp>
#include <cstdio>

#include "app/cli/program.h"
#include "core/live/model_capture.h"

namespace ringside::cli {

namespace {

struct CaptureOptions {
  ScenarioOptions scenario;
  std::string output;
};

ExitCode write_capture(const CaptureOptions& options) {
  const auto scenario = options.scenario.scenario();
  if (!scenario) {
    complain(scenario.error());
    return exit_code_of(scenario.error());
  }
  const auto written = live::write_model_capture(*scenario, options.output);
  if (!written) {
    complain(written.error());
    return exit_code_of(written.error());
  }
  std::fprintf(stderr, "ringside-cli: %s: %llu frames received, %llu sent by the model\n",
               options.output.c_str(), static_cast<unsigned long long>(written->received),
               static_cast<unsigned long long>(written->sent));
  return kOk;
}

}  // namespace

void add_capture_command(CLI::App& app, int& exit_code) {
  auto* command = app.add_subcommand(
      "capture", "write what the modelled host received and sent as pcapng, for Wireshark");
  auto options = std::make_shared<CaptureOptions>();
  options->scenario.add_to(*command);
  command->add_option("-o,--output", options->output, "the file to write")->required();
  command->callback([options, &exit_code] { exit_code = write_capture(*options); });
}

}  // namespace ringside::cli
