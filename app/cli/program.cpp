#include "app/cli/program.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "core/drill/drill.h"
#include "core/live/wall_clock.h"
#include "core/scenario/choices.h"
#include "core/scenario/wire_edits.h"
#include "core/words/words.h"

namespace ringside::cli {

void ScenarioOptions::add_to(CLI::App& command) {
  command.add_option("FILE", file, "capture file (pcap, pcapng) or packetdrill script (.pkt)")->required();
  command.add_option("--kernel", kernel,
                     "kernel to model: 4.13 or 6.18 (default: 4.13, or the one a script names)");
  command.add_option("--local", local, "address of our host (default: chosen, see `stats`)");
  command.add_option("--filter", filter, "only these frames, in libpcap's language");
  command
      .add_option(
          "--app", apps,
          "application NAME[:KEY=VALUE,...]: reader, sleeper, poller (after 1,000 empty reads in a row it "
          "waits), epoll, never; more than one if each but one has its port=N (ours, or the peer's if we "
          "connect)")
      ->take_all()
      ->allow_extra_args(false);
  command
      .add_option("--edit", edits,
                  "change the wire: 'drop N', 'duplicate N [TIME]', 'delay N TIME', 'reorder N behind M', "
                  "'corrupt N OFFSET [MASK]'; N: frame; TIME: as 5ms, -20us")
      ->take_all()
      ->allow_extra_args(false);
  command.add_option("--set", sets, "knob NAME=VALUE, as `ringside-cli knobs` lists them")
      ->take_all()
      ->allow_extra_args(false);
  command.add_option("--seed", seed, "seed of the run's randomness")->capture_default_str();
}

Result<Scenario> ScenarioOptions::scenario() const {
  Scenario scenario;
  std::vector<KnobSetting> knobs;
  for (const std::string& text : sets) {
    auto setting = knob_setting(text);
    if (!setting) return setting.error();
    knobs.push_back(*setting);
  }
  if (drill::is_script(file))
    return drill::open_script(file, {.kernel = kernel, .knobs = knobs, .seed = seed});
  scenario.kernel = kernel.empty() ? "4.13" : kernel;
  scenario.input = CaptureInput{file, filter, local};
  scenario.seed = seed;
  scenario.knobs = std::move(knobs);
  for (const std::string& text : edits) {
    const auto edit = parse_wire_edit(text);
    if (!edit) return edit.error();
    scenario.edits.push_back(*edit);
  }
  for (const std::string& text : apps) {
    auto choice = app_choice(text);
    if (!choice) return choice.error();
    scenario.apps.push_back(*choice);
  }
  return scenario;
}

void complain(const Error& error) {
  std::fprintf(stderr, "ringside-cli: %s\n", Words::english().error(error).c_str());
}

ExitCode exit_code_of(const Error& error) {
  for (const char* own_words : {"usage.", "knob.", "scenario.", "edit.", "filter.", "local.", "read.",
                                "live.", "tap.name", "tap.address"})
    if (error.id.starts_with(own_words)) return kUsage;
  return kInput;
}

namespace {

/// A line that rewrites itself, if stderr is a terminal and the run takes longer than a moment.
class ProgressLine {
 public:
  void show(const RunProgress& progress) {
    if (!terminal_) return;
    const std::int64_t now = live::monotonic_ns();
    if (progress.done) {
      if (shown_) std::fprintf(stderr, "\r\033[K");
      return;
    }
    constexpr std::int64_t kMs = 1'000'000;
    if (now - last_ < (shown_ ? 100 : 500) * kMs) return;
    last_ = now;
    shown_ = true;
    const double share = progress.total_bytes == 0 ? 0.0
                                                   : 100.0 * static_cast<double>(progress.bytes) /
                                                         static_cast<double>(progress.total_bytes);
    std::fprintf(stderr, "\r%llu frames, %llu steps, %.0f %%",
                 static_cast<unsigned long long>(progress.frames),
                 static_cast<unsigned long long>(progress.steps), share);
    std::fflush(stderr);
  }

 private:
  bool terminal_ = isatty(STDERR_FILENO) != 0;
  bool shown_ = false;
  std::int64_t last_ = live::monotonic_ns();
};

}  // namespace

std::shared_ptr<Run> run_scenario(const ScenarioOptions& options, RunOptions run_options,
                                  ExitCode& exit_code) {
  const auto give_up = [&](const Error& error) {
    complain(error);
    exit_code = exit_code_of(error);
    return nullptr;
  };
  auto scenario = options.scenario();
  if (!scenario) return give_up(scenario.error());
  ProgressLine line;
  run_options.progress = [&line](const RunProgress& progress) { line.show(progress); };
  auto run = Run::prepare(std::move(*scenario), std::move(run_options));
  if (!run) return give_up(run.error());
  (*run)->run_here();
  for (const Error& problem : (*run)->problems()) {
    complain(problem);
    if (problem.id != "run.memory") continue;  // what there is of the input was run
    exit_code = kInput;
    return nullptr;
  }
  return *run;
}

// --- output

namespace {

bool is_no_regular_file(const std::string& path) {
  std::error_code none;
  const auto status = std::filesystem::status(path, none);
  return std::filesystem::exists(status) && !std::filesystem::is_regular_file(status);
}

}  // namespace

Result<std::unique_ptr<Output>> Output::open(const std::string& path) {
  std::unique_ptr<Output> output(new Output(path));
  if (path.empty() || path == "-") {
    output->path_.clear();
    output->file_ = stdout;
    return output;
  }
  if (is_no_regular_file(path)) {  // a device or a pipe: it must not be replaced by a file
    output->file_ = std::fopen(path.c_str(), "wb");
  } else {
    std::error_code none;
    const auto target = std::filesystem::canonical(path, none);  // a link stays a link
    if (!none) output->path_ = target.string();
    output->partial_ = output->path_ + ".part" + std::to_string(getpid());
    output->file_ = std::fopen(output->partial_.c_str(), "wb");
  }
  if (output->file_ != nullptr) return output;
  output->partial_.clear();
  Error error;
  error.id = "output.open";
  error.file = path;
  error.args.emplace_back("detail", std::strerror(errno));
  return error;
}

Output::~Output() {
  if (file_ == nullptr || file_ == stdout) return;
  std::fclose(file_);
  if (!partial_.empty()) std::remove(partial_.c_str());
}

bool Output::write(const char* data, std::size_t size) {
  if (broken_pipe_ || failure_ != 0) return false;
  if (std::fwrite(data, 1, size, file_) == size) return true;
  if (errno == EPIPE)
    broken_pipe_ = true;
  else
    failure_ = errno;
  return false;
}

std::optional<Error> Output::finish() {
  if (!broken_pipe_ && failure_ == 0 && std::fflush(file_) != 0) {
    if (errno == EPIPE)
      broken_pipe_ = true;
    else
      failure_ = errno;
  }
  if (broken_pipe_) return std::nullopt;
  if (file_ != stdout) {
    if (std::fclose(file_) != 0 && failure_ == 0) failure_ = errno;
    file_ = nullptr;
    const bool beside = !partial_.empty();
    if (failure_ == 0 && beside && std::rename(partial_.c_str(), path_.c_str()) != 0) failure_ = errno;
    if (failure_ != 0 && beside) std::remove(partial_.c_str());
  }
  if (failure_ == 0) return std::nullopt;
  Error error;
  error.id = "capture.write";
  error.file = path_.empty() ? "standard output" : path_;
  error.args.emplace_back("detail", std::strerror(failure_));
  return error;
}

}  // namespace ringside::cli
