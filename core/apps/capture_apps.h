// The applications of a host whose traffic was captured. They listen where the captured host listened, read
// as the user chose, and write, shut down and connect when the captured host did, so that the peer's ACKs
// make sense.
//
// Per connection there are two threads on one socket: a reader (the user's choice) and a writer, which does
// what the capture shows the host sent. The thread that is last closes the socket.
#pragma once
#include <memory>
#include <set>
#include <vector>

#include "core/apps/options.h"
#include "core/apps/take_over.h"
#include "core/machine/machine.h"

namespace ringside {

/// Which ports of the host are open, read off the capture's beginning (see port_plan.h). Those that an
/// application names are open, too.
struct OpenPorts {
  std::set<std::uint16_t> tcp;       ///< something listens here
  std::set<std::uint16_t> udp_read;  ///< a datagram socket that an application reads
  bool v4 = true, v6 = false;
};

class CaptureApps {
 public:
  /// `take_overs` outlives it.
  CaptureApps(const AppPlan& apps, OpenPorts ports, const TakeOvers& take_overs);
  ~CaptureApps();

  /// For MachineConfig::programs and ::captured_output.
  std::vector<std::shared_ptr<const Program>> programs() const;
  const CapturedOutput* captured_output() const;
  /// Starts the servers; call it once the host has booted, in process or nic context.
  void start(Kernel& k) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ringside
