// Listens to the modelled wire: what reaches the NIC, and what the host sends.
#pragma once
#include "core/machine/machine.h"
#include "core/machine/outgoing.h"

namespace ringside {

/// Called from the thread that runs, in the order in which it happens there: of two CPUs, the times of one
/// may be a little behind the other's.
class WireTap {
 public:
  virtual ~WireTap() = default;
  /// Its bytes are to be had from `k` now, as the NIC gets them.
  virtual void received(Kernel& k, const Arrival& frame) = 0;
  virtual void sent(Kernel& k, const Outgoing& frame) = 0;
};

}  // namespace ringside
