#include <CLI/CLI.hpp>

#include "app/cli/program.h"

namespace ringside::cli {

namespace {

struct ReadOptions {
  ScenarioOptions scenario;
  std::uint32_t flow = 0;
  std::string output;
};

ExitCode read_flow(const ReadOptions& options) {
  ExitCode exit_code = kOk;
  const auto run = run_scenario(options.scenario, {}, exit_code);
  if (run == nullptr) return exit_code;
  auto output = Output::open(options.output);
  if (!output) {
    complain(output.error());
    return kInput;
  }
  const auto bytes = run->read_stream(options.flow, [&](wire::Bytes piece) {
    (*output)->write(reinterpret_cast<const char*>(piece.data()), piece.size());
  });
  if (!bytes) {
    Error error = bytes.error();
    error.file = options.scenario.file;
    complain(error);
    return exit_code_of(error);
  }
  if (const auto error = (*output)->finish()) {
    complain(*error);
    return kInput;
  }
  return kOk;
}

}  // namespace

void add_read_command(CLI::App& app, int& exit_code) {
  auto* command = app.add_subcommand("read", "write the bytes that read() returned on one connection");
  auto options = std::make_shared<ReadOptions>();
  options->scenario.add_to(*command);
  command->add_option("--flow", options->flow, "number of the connection, as `stats` lists them")
      ->required()
      ->check(CLI::PositiveNumber);
  command->add_option("-o,--output", options->output, "write to this file instead of standard output");
  command->callback([options, &exit_code] { exit_code = read_flow(*options); });
}

}  // namespace ringside::cli
