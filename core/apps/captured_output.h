// Turns what the captured host sent into things its applications have to do.
#pragma once
#include "core/apps/options.h"
#include "core/machine/machine.h"

namespace ringside {

class CapturedSegments : public CapturedOutput {
 public:
  explicit CapturedSegments(const AppOptions& options) : options_(options) {}
  /// A frame (with an Ethernet header) that the captured host sent: its SYN makes an application connect, its
  /// new payload is written, its FIN shuts down, its RST aborts. Retransmissions and pure ACKs: nothing.
  void sent(Kernel& k, const Arrival& frame) const override;

 private:
  AppOptions options_;
};

}  // namespace ringside
