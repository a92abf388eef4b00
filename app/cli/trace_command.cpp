#include <CLI/CLI.hpp>

#include "app/cli/program.h"
#include "core/trace/json_lines.h"

namespace ringside::cli {

namespace {

struct TraceOptions {
  ScenarioOptions scenario;
  std::string level = "decision";
  std::uint32_t packet = 0;
  std::string output;
  bool csv = false;
};

Error no_such_packet(const TraceOptions& options, const Trace& trace) {
  Error error;
  error.id = "usage.packet";
  error.file = options.scenario.file;
  error.args.emplace_back("packet", std::to_string(options.packet));
  error.args.emplace_back("frames", std::to_string(trace.packet_count()));
  return error;
}

ExitCode trace_file(const TraceOptions& options) {
  ExitCode exit_code = kOk;
  const auto run = run_scenario(options.scenario, {}, exit_code);
  if (run == nullptr) return exit_code;
  if (options.packet != 0 && !run->trace()->row_of(options.packet)) {
    complain(no_such_packet(options, *run->trace()));
    return kUsage;
  }
  auto output = Output::open(options.output);
  if (!output) {
    complain(output.error());
    return kInput;
  }
  JsonLinesOptions lines;
  lines.level = *level_named(options.level);
  lines.packet = options.packet;
  if (options.csv) lines.form = JsonLinesOptions::Form::csv;
  std::string text;
  const bool all = write_json_lines(*run->trace(), lines, [&](const std::string& line) {
    text = line;
    text += '\n';
    return (*output)->write(text);
  });
  if (const auto error = (*output)->finish()) {
    complain(*error);
    return kInput;
  }
  if (all || (*output)->broken_pipe()) return kOk;
  Error changed;
  changed.id = "capture.changed";
  changed.file = options.scenario.file;
  complain(changed);
  return kInput;
}

}  // namespace

void add_trace_command(CLI::App& app, int& exit_code) {
  auto* command = app.add_subcommand("trace", "print every step of a run as JSON Lines (see core/README.md)");
  auto options = std::make_shared<TraceOptions>();
  options->scenario.add_to(*command);
  command->add_option("--level", options->level, "how closely: packet, function or decision")
      ->check(CLI::IsMember({"packet", "function", "decision"}))
      ->capture_default_str();
  command->add_option("--packet", options->packet, "only steps about this frame of the file")
      ->check(CLI::PositiveNumber);
  command->add_flag("--csv", options->csv, "comma-separated values instead of JSON Lines");
  command->add_option("-o,--output", options->output, "write to this file instead of standard output");
  command->callback([options, &exit_code] { exit_code = trace_file(*options); });
}

}  // namespace ringside::cli
