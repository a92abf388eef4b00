#include <signal.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <cstdio>
#include <thread>

#include "app/cli/command.h"
#include "app/cli/program.h"
#include "app/cli/stats.h"
#include "app/cli/tap_ways.h"
#include "core/live/open_tap.h"
#include "core/scenario/choices.h"

namespace ringside::cli {

namespace {

struct TapOptions {
  live::LiveSetup setup;
  std::string dev = "ringside0";
  std::vector<std::string> apps, sets;
  std::vector<std::string> own = {std::begin(live::kPeerAddresses), std::end(live::kPeerAddresses)};
  std::string save, session, stats;
  std::string loss = "0", duplicate = "0", corrupt = "0", reorder = "0", delay = "0", rate = "1gbit";
  double speed = 1;
  bool sandbox = false, quiet = false;
  std::vector<std::string> command;
};

template <class T>
std::optional<Error> store(Result<T> parsed, T& into) {
  if (!parsed) return parsed.error();
  into = *parsed;
  return std::nullopt;
}

std::optional<Error> take_faults(const TapOptions& o, live::LinkFaults& faults) {
  for (auto error : {store(live::parse_share("loss", o.loss), faults.loss),
                     store(live::parse_share("duplicate", o.duplicate), faults.duplicate),
                     store(live::parse_share("corrupt", o.corrupt), faults.corrupt),
                     store(live::parse_share("reorder", o.reorder), faults.reorder),
                     store(live::parse_delay("delay", o.delay), faults.delay_ns),
                     store(live::parse_rate("rate", o.rate), faults.rate_bps)})
    if (error) return error;
  return std::nullopt;
}

std::optional<Error> take_choices(TapOptions& o) {
  for (const std::string& text : o.apps) {
    auto choice = app_choice(text);
    if (!choice) return choice.error();
    o.setup.apps.push_back(*choice);
  }
  for (const std::string& text : o.sets) {
    auto knob = knob_setting(text);
    if (!knob) return knob.error();
    o.setup.knobs.push_back(*knob);
  }
  if (!o.session.empty() && o.save.empty()) o.save = o.session + ".pcapng";
  return std::nullopt;
}

/// SIGINT and SIGTERM end the session, not the program: what was seen is saved. With a command they are its.
class Ending {
 public:
  explicit Ending(bool has_command) {
    sigemptyset(&set_);
    sigaddset(&set_, SIGINT);
    sigaddset(&set_, SIGTERM);
    if (has_command)
      signal(SIGINT, SIG_IGN);
    else
      pthread_sigmask(SIG_BLOCK, &set_, nullptr);
  }
  /// True if it came.
  bool wait_a_little() const {
    const timespec little{0, 100'000'000};
    return sigtimedwait(&set_, nullptr, &little) > 0;
  }

 private:
  sigset_t set_;
};

/// SIGUSR1 holds the host, and again lets it go.
class Holding {
 public:
  /// Before there are other threads: none of them may get the signal.
  Holding() {
    sigemptyset(&set_);
    sigaddset(&set_, SIGUSR1);
    pthread_sigmask(SIG_BLOCK, &set_, nullptr);
  }
  ~Holding() {
    ended_ = true;
    if (thread_.joinable()) thread_.join();
  }
  Holding(const Holding&) = delete;
  Holding& operator=(const Holding&) = delete;
  void watch(live::TapWire& wire) {
    thread_ = std::thread([this, &wire] {
      bool held = false;
      const timespec little{0, 100'000'000};
      while (!ended_)
        if (sigtimedwait(&set_, nullptr, &little) == SIGUSR1) wire.hold(held = !held);
    });
  }

 private:
  sigset_t set_;
  std::atomic<bool> ended_{false};
  std::thread thread_;
};

struct Session {
  live::LiveSession live;
  std::shared_ptr<Run> run;
};

Result<Session> open_session(const TapOptions& o, const live::LinkFaults& faults,
                             std::unique_ptr<live::TapDevice> tap) {
  auto live = live::open_session(o.setup, std::move(tap), o.speed, faults, o.save);
  if (!live) return live.error();
  RunOptions options;
  options.hash_delivered = !o.stats.empty();
  options.live = live->wire.get();
  auto run = Run::prepare(live->scenario, options);
  if (!run) return run.error();
  return Session{std::move(*live), *run};
}

void tell_start(const TapOptions& o, const std::string& dev) {
  if (o.quiet) return;
  std::fprintf(stderr, "ringside-cli: a modelled Linux %s host answers at", o.setup.kernel.c_str());
  for (const std::string& address : o.setup.addresses) std::fprintf(stderr, " %s", address.c_str());
  std::fprintf(stderr, " on %s%s\n", dev.c_str(), o.command.empty() ? "; Ctrl-C ends" : "");
}

void tell_end(const TapOptions& o, const Session& s) {
  if (o.quiet) return;
  const live::TapStatus status = s.live.wire->status();
  const auto count = [](std::uint64_t n) { return static_cast<unsigned long long>(n); };
  std::fprintf(
      stderr,
      "ringside-cli: %.3f s of the host's time; %llu frames came (%llu bytes), %llu left (%llu bytes)",
      static_cast<double>(status.now_ns) / 1e9, count(status.received), count(status.received_bytes),
      count(status.sent), count(status.sent_bytes));
  if (status.lost != 0) std::fprintf(stderr, "; the link lost %llu", count(status.lost));
  if (status.overflowed != 0) std::fprintf(stderr, "; its queue was full for %llu", count(status.overflowed));
  if (status.behind_ns > 1'000'000)
    std::fprintf(stderr, "; the model was late by %.3f s", static_cast<double>(status.behind_ns) / 1e9);
  std::fprintf(stderr, "\n");
}

/// Writes what was asked for; false: complained.
bool save_all(const TapOptions& o, const Session& s) {
  std::optional<Error> error;
  if (s.live.save != nullptr) {
    const auto written = s.live.save->finish();
    if (!written) error = written.error();
  }
  if (!error && !o.session.empty())
    error = live::write_session(o.session, o.setup, {o.save, s.live.save->first_ns(), s.run->end()});
  if (!error && !o.stats.empty()) {
    auto output = Output::open(o.stats);
    if (output) {
      write_stats_json(*s.run, [&](const std::string& text) { (*output)->write(text); });
      error = (*output)->finish();
    } else {
      error = output.error();
    }
  }
  if (error) complain(*error);
  return !error;
}

int run_session(const TapOptions& o, Session& s, std::optional<Command>& command, const Ending& ending,
                Holding& holding) {
  holding.watch(*s.live.wire);
  tell_start(o, s.live.wire->dev());
  s.run->start();
  int code = kOk;
  if (command) {
    command->start();
    code = command->wait();
    std::this_thread::sleep_for(std::chrono::milliseconds(100));  // its last segments
  } else {
    while (!s.run->done() && !ending.wait_a_little()) {
    }
  }
  s.live.wire->shut();
  s.run->wait();
  tell_end(o, s);
  for (const Error& problem : s.run->problems()) complain(problem);
  if (const auto problem = s.live.wire->problem()) {
    complain(*problem);
    code = code == kOk ? kInput : code;
  }
  return save_all(o, s) || code != kOk ? code : kInput;
}

int tap(TapOptions o) {
  const auto give_up = [](const Error& error) {
    complain(error);
    return exit_code_of(error);
  };
  live::LinkFaults faults;
  if (auto error = take_faults(o, faults)) return give_up(*error);
  if (auto error = take_choices(o)) return give_up(*error);
  auto device = open_tap({o.dev, o.own, o.sandbox});
  if (!device) {
    complain(device.error());
    if (exit_code_of(device.error()) != kUsage) explain_ways(o.dev, o.own);
    return exit_code_of(device.error());
  }
  std::optional<Command> command;
  if (!o.command.empty()) {
    auto prepared = Command::prepare(o.command);
    if (!prepared) return give_up(prepared.error());
    command = *prepared;
  }
  // Signals are for the thread that waits for them: not for those of the run, nor for the command's process.
  const Ending ending(command.has_value());
  Holding holding;
  auto session = open_session(o, faults, std::move(*device));
  if (session) return run_session(o, *session, command, ending, holding);
  if (command) command->abandon();
  return give_up(session.error());
}

void add_options(CLI::App& command, TapOptions& o) {
  command.add_option("--dev", o.dev, "the TAP device")->capture_default_str();
  command.add_option("--kernel", o.setup.kernel, "kernel to model: 4.13 or 6.18")->capture_default_str();
  command
      .add_option(
          "--app", o.apps,
          "application NAME[:KEY=VALUE,...]: echo (port 7), discard (9), chargen (19), http (80), slow "
          "(2000), late (3000), iperf3 (5201), connect (4000, on the peer); without: the first four")
      ->take_all()
      ->allow_extra_args(false);
  command.add_option("--set", o.sets, "knob NAME=VALUE, as `ringside-cli knobs` lists them")
      ->take_all()
      ->allow_extra_args(false);
  command.add_option("--host", o.setup.addresses, "the host's address, of each family")
      ->take_all()
      ->allow_extra_args(false)
      ->capture_default_str();
  command.add_option("--address", o.own, "ADDRESS/PREFIX of this machine's end, of each family")
      ->take_all()
      ->allow_extra_args(false)
      ->capture_default_str();
  command.add_option("--peer", o.setup.peer, "where `connect` connects to")->capture_default_str();
  command.add_option("--seed", o.setup.seed, "seed of the host's and the link's randomness")
      ->capture_default_str();
  command.add_option("--save", o.save, "write both directions to this pcapng file");
  command.add_option("--session", o.session, "write what replays identically to this file (.ringside)");
  command.add_option("--stats", o.stats, "at the end, write the run's figures to this file (JSON; -: here)");
  command.add_option("--speed", o.speed, "seconds of the host per second of the world")
      ->check(CLI::Range(1e-6, 1000.0))
      ->capture_default_str();
  command.add_option("--loss", o.loss, "share of frames lost, in each direction, as 1%");
  command.add_option("--duplicate", o.duplicate, "share of frames that come twice");
  command.add_option("--corrupt", o.corrupt, "share of frames with one bit turned over");
  command.add_option("--reorder", o.reorder, "share of frames that others overtake");
  command.add_option("--delay", o.delay, "of every frame, in each direction, as 20ms");
  command.add_option("--rate", o.rate, "of the cable, as 10mbit; 0: no limit")->capture_default_str();
  command.add_flag("--sandbox", o.sandbox,
                   "in a user and network namespace of its own, with COMMAND in there: needs no privilege");
  command.add_flag("--quiet", o.quiet, "say only what is wrong");
  command.add_option("COMMAND", o.command,
                     "behind `--`: run it once the host answers; it ends the session, with its exit code");
}

int replay(const std::string& file, const std::string& stats) {
  auto loaded = live::read_session(file);
  if (!loaded) {
    complain(loaded.error());
    return exit_code_of(loaded.error());
  }
  const RunEnd wanted = loaded->saved.end;
  RunOptions options;
  options.hash_delivered = !stats.empty();
  auto run = Run::prepare(std::move(loaded->scenario), options);
  if (!run) {
    complain(run.error());
    return exit_code_of(run.error());
  }
  (*run)->run_here();
  if (!stats.empty()) {
    auto output = Output::open(stats);
    if (output) {
      write_stats_json(**run, [&](const std::string& text) { (*output)->write(text); });
      (*output)->finish();
    }
  }
  const RunEnd end = (*run)->end();
  const bool same = end.steps == wanted.steps && end.state_hash == wanted.state_hash;
  std::printf("%s: %llu steps, state %016llx; saved: %llu steps, state %016llx\n",
              same ? "same" : "DIFFERENT", static_cast<unsigned long long>(end.steps),
              static_cast<unsigned long long>(end.state_hash), static_cast<unsigned long long>(wanted.steps),
              static_cast<unsigned long long>(wanted.state_hash));
  return same ? kOk : kFailed;
}

}  // namespace

void add_tap_command(CLI::App& app, int& exit_code) {
  auto* command = app.add_subcommand("tap", "a live host on a TAP device: real clients talk to the model");
  command->footer(
      "SIGUSR1 holds the host as a debugger would, and the next one lets it go.\n"
      "Memory stays bounded: frames, and all of the trace but its newest part, lie in files without names in "
      "TMPDIR (or /var/tmp); nothing is forgotten.");
  auto options = std::make_shared<TapOptions>();
  add_options(*command, *options);
  command->callback([options, &exit_code] { exit_code = tap(*options); });

  auto* again = app.add_subcommand("replay", "run a saved live session again: its end must be the same");
  auto file = std::make_shared<std::string>(), stats = std::make_shared<std::string>();
  again->add_option("FILE", *file, "the session")->required();
  again->add_option("--stats", *stats, "write the run's figures to this file (JSON; -: here)");
  again->callback([file, stats, &exit_code] { exit_code = replay(*file, *stats); });
}

}  // namespace ringside::cli
