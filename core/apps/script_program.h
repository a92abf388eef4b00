// The threads of a packetdrill script: they make its system calls (and write
// its packets to the TUN device) at the times the list says. A list that is
// complete from the start and one that grows while the machine runs give the
// same steps.
#pragma once
#include <array>
#include <vector>

#include "core/machine/machine.h"
#include "core/scenario/scenario.h"

namespace ringside {

/// A script's two threads: 0 makes the calls that return at once and writes
/// packets, 1 makes those that block.
inline constexpr std::uint16_t kScriptThreads = 2;

/// A call that has returned, with what it gave, and when.
struct ReturnedCall {
  Syscall call;
  std::int64_t t_ns = 0;
};
using ReturnedCalls = std::array<std::vector<ReturnedCall>, kScriptThreads>;  ///< by thread

class ScriptProgram : public Program {
 public:
  /// `calls` in order of time; each thread finds its own by
  /// ScriptedCall::process. `returned` (may be null) gets each call's end: no
  /// part of the host, and no part of its state.
  explicit ScriptProgram(const std::vector<ScriptedCall>& calls, ReturnedCalls* returned = nullptr)
      : calls_(calls), returned_(returned) {}
  void next(Kernel& k, ProcessId self) const override;

  /// Words of Process::app.
  enum Word : std::size_t {
    kThread,    ///< its number in the script
    kNextCall,  ///< index in the list up to which it has looked
    kDone,      ///< how many calls have returned
    kDoneAt,    ///< when the last one returned, ns
    kInCall,    ///< 1: the system call under way is one of the script's
  };

 private:
  const std::vector<ScriptedCall>& calls_;
  ReturnedCalls* returned_;
};

/// Starts the threads with program 0; they share one descriptor table.
void spawn_script_threads(Kernel& k);

}  // namespace ringside
