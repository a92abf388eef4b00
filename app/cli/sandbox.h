// A user and network namespace of one's own: a place to have a TAP device and an address in, without being
// root.
#pragma once
#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"

namespace ringside::cli {

/// From here on this process (which must have one thread yet) and its children live in new user and network
/// namespaces. Error: sandbox.denied (args detail).
std::optional<Error> enter_sandbox();

/// A command that waits for its start. Made before there are threads.
class Command {
 public:
  /// Errors: sandbox.command (args value, detail).
  static Result<Command> prepare(const std::vector<std::string>& words);
  void start();
  /// Waits for its end; its exit code, or 128 and its signal.
  int wait();
  /// It is still to be started: lets it go.
  void abandon();

 private:
  pid_t pid_ = -1;
  int gate_ = -1;
};

}  // namespace ringside::cli
