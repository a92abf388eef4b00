// One packet's whole way through the host, with the time it spent on each floor.
#pragma once
#include <atomic>
#include <vector>

#include "core/query/layer.h"
#include "core/trace/trace.h"

namespace ringside::query {

/// Layer::socket and Place::freed: merged into another skb, with which its bytes wait on.
struct JourneyStop {
  Layer layer = Layer::wire;
  Place place = Place::none;
  std::int64_t begin_ns = 0, end_ns = 0;
  StepIndex step = 0;  ///< that brought it here
  Context context = Context::nic;
  std::uint8_t cpu = 0;
  Fn function = Fn::none;
};

struct Journey {
  std::uint32_t packet = 0;
  PacketRow row;
  std::vector<JourneyStop> stops;
  std::int64_t begin_ns() const { return stops.empty() ? row.t_ns : stops.front().begin_ns; }
  std::int64_t end_ns() const { return stops.empty() ? row.t_ns : stops.back().end_ns; }
  /// The stop at a position of the player; nullptr before the first.
  const JourneyStop* at(StepIndex position) const;
};

/// Reads all pages between its first and last step: to be called outside of the window's thread. A packet
/// that never arrived has no stops; `cancel` gives what was found so far.
Journey journey_of(const Trace& trace, std::uint32_t packet, const std::atomic<bool>* cancel = nullptr);

}  // namespace ringside::query
