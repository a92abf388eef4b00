// The threads of a packetdrill script: they make its system calls (and write its packets to the TUN device)
// at the times the list says. A list that is complete from the start and one that grows while the machine
// runs give the same steps.
#pragma once
#include <vector>

#include "core/machine/machine.h"
#include "core/scenario/scenario.h"

namespace ringside {

class ScriptProgram : public Program {
 public:
  /// `calls` in order of time; each thread finds its own by ScriptedCall::process.
  explicit ScriptProgram(const std::vector<ScriptedCall>& calls) : calls_(calls) {}
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
};

/// A script's two threads: 0 makes the calls that return at once and writes packets, 1 makes those that
/// block.
inline constexpr std::uint16_t kScriptThreads = 2;
/// Starts them with program 0; they share one descriptor table.
void spawn_script_threads(Kernel& k);

}  // namespace ringside
