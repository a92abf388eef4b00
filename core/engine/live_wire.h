// Where a live run meets the world: frames come when they come, and time passes by itself. The engine knows
// this interface only; it reads no clock.
#pragma once
#include <cstdint>
#include <optional>

#include "core/machine/outgoing.h"

namespace ringside {

class Kernel;

/// Called from the thread that runs.
class LiveWire {
 public:
  virtual ~LiveWire() = default;
  /// Waits until there is something to do: a frame has come (it now stands in the scenario's
  /// LiveHost::frames, stamped later than `reached_ns` and all this has returned before), or the time of the
  /// host's next event, `next_ns`. Returns up to which time the host may run; nullopt: the wire is gone, or
  /// shut. `reached_ns`: the latest time that any CPU has reached.
  virtual std::optional<std::int64_t> wait(std::int64_t next_ns, std::int64_t reached_ns) = 0;
  /// Asked after each wait() and what the host has done: is it time to let those who watch see it?
  virtual bool shows() { return false; }
  /// Stopped by whoever watches, and what has come since: the latest frames of the scenario's LiveHost.
  struct Held {
    std::uint64_t frames = 0;
    std::uint32_t first = 0;  ///< number of the first of them
  };
  /// From any thread. nullopt: the host runs.
  virtual std::optional<Held> held() const { return std::nullopt; }
  /// The host sends this frame; its payload is to be had from `k` now.
  virtual void sent(Kernel& k, const Outgoing& frame) = 0;
};

}  // namespace ringside
