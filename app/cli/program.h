// What all subcommands of ringside-cli share: the scenario's options, running it, telling what is wrong.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/engine/engine.h"

namespace CLI {
class App;
}

namespace ringside::cli {

/// As scripts see them; documented in --help.
enum ExitCode : int { kOk = 0, kFailed = 1, kUsage = 2, kInput = 3 };

/// FILE and the options that make a scenario of it.
struct ScenarioOptions {
  std::string file;
  std::string kernel;  ///< "": a script's own, else 4.13
  std::string local, filter;
  std::vector<std::string> apps;
  std::vector<std::string> sets;
  std::vector<std::string> edits;
  std::uint64_t seed = 1;

  void add_to(CLI::App& command);
  Result<Scenario> scenario() const;
};

/// One line on stderr: "ringside-cli: FILE: what is wrong".
void complain(const Error& error);
/// What it means for the exit code: the user's words (kUsage) or the input (kInput).
ExitCode exit_code_of(const Error& error);

/// Runs to the end, with progress on stderr if that is a terminal and it takes a while. Null: complained, and
/// `exit_code` says how to end.
std::shared_ptr<Run> run_scenario(const ScenarioOptions& options, RunOptions run_options,
                                  ExitCode& exit_code);

/// Where results go: standard output, or a file that takes its name only when all is written.
class Output {
 public:
  /// Error: output.open (args detail).
  static Result<std::unique_ptr<Output>> open(const std::string& path);
  ~Output();
  /// False once nobody reads any more, or nothing can be written.
  bool write(const char* data, std::size_t size);
  bool write(const std::string& text) { return write(text.data(), text.size()); }
  /// The reader went away (a closed pipe): no failure, but nothing more to do.
  bool broken_pipe() const { return broken_pipe_; }
  std::optional<Error> finish();

 private:
  explicit Output(std::string path) : path_(std::move(path)) {}
  std::string path_, partial_;
  std::FILE* file_ = nullptr;
  bool broken_pipe_ = false;
  int failure_ = 0;  ///< errno
};

void add_trace_command(CLI::App& app, int& exit_code);
void add_stats_command(CLI::App& app, int& exit_code);
void add_check_command(CLI::App& app, int& exit_code);
void add_read_command(CLI::App& app, int& exit_code);
void add_functions_command(CLI::App& app, int& exit_code);
void add_knobs_command(CLI::App& app, int& exit_code);
void add_capture_command(CLI::App& app, int& exit_code);
void add_tap_command(CLI::App& app, int& exit_code);

}  // namespace ringside::cli
