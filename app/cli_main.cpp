// ringside-cli: the engine without a window. Links no Qt.
#include <signal.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <new>
#include <system_error>

#include "app/cli/program.h"
#include "app/out_of_memory.h"

int main(int argc, char** argv) {
  using namespace ringside::cli;
  std::set_terminate(ringside::end_with_a_word);
  signal(SIGXFSZ, SIG_IGN);  // a file that may not grow further is a failed write, not the end
  signal(SIGPIPE, SIG_IGN);  // a reader that goes away (head, less) is noticed when writing
  CLI::App app("Plays a packet capture through a model of the Linux receive path, from the wire to read().",
               "ringside-cli");
  app.require_subcommand(1);
  app.footer(
      "Exit codes: 0 all is well, 1 a verification failed, 2 the command line is wrong, 3 the input is.\n"
      "`ringside-cli COMMAND --help` explains one command.");
  int exit_code = kOk;
  add_trace_command(app, exit_code);
  add_stats_command(app, exit_code);
  add_capture_command(app, exit_code);
  add_check_command(app, exit_code);
  add_read_command(app, exit_code);
  add_functions_command(app, exit_code);
  add_knobs_command(app, exit_code);
  add_tap_command(app, exit_code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& problem) {
    if (problem.get_exit_code() == 0) return app.exit(problem);
    std::fprintf(stderr, "ringside-cli: %s\n", problem.what());
    return kUsage;
  } catch (const std::bad_alloc&) {
    std::fprintf(stderr, "ringside-cli: out of memory\n");
    return kInput;
  } catch (const std::system_error& refused) {
    std::fprintf(stderr, "ringside-cli: out of memory for a thread: %s\n", refused.what());
    return kInput;
  }
  return exit_code;
}
