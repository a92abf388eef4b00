// Turns what the captured host sent into things its applications have to do.
#pragma once
#include "core/apps/options.h"
#include "core/apps/take_over.h"
#include "core/machine/machine.h"

namespace ringside {

class CapturedSegments : public CapturedOutput {
 public:
  CapturedSegments(AppPlan apps, const TakeOvers& take_overs)
      : apps_(std::move(apps)), take_overs_(&take_overs) {}
  /// A frame (with an Ethernet header) that the captured host sent: its SYN makes an application connect, its
  /// new payload is written, its FIN shuts down, its RST aborts. Retransmissions and pure ACKs: nothing.
  /// Arrival::takes_over: the connection is set up as it stood, with its threads.
  void sent(Kernel& k, const Arrival& frame) const override;

 private:
  void take_over(Kernel& k, std::uint32_t frame) const;
  AppPlan apps_;
  const TakeOvers* take_overs_;
};

}  // namespace ringside
