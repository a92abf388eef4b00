// The command that `ringside-cli tap` runs beside its host.
#pragma once
#include <sys/types.h>

#include <string>
#include <vector>

#include "core/base/result.h"

namespace ringside::cli {

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
