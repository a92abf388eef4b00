// Floors of the path, from the wire up: which one a packet is on at a step.
#pragma once
#include <cstdint>

#include "core/model/journal.h"

namespace ringside::query {

enum class Layer : std::uint8_t { wire, nic, driver, core, ip, transport, socket, user, gone, count_ };
/// "wire", "nic", "driver", "core" (net/core), "ip", "transport", "socket", "user", "gone".
const char* name_of(Layer layer);

/// By the place it lies in; on its way between places by the function that has it.
Layer layer_of(Place place, Fn function);

/// Follows one packet: where it is after each of its steps.
struct Whereabouts {
  Place place = Place::wire;
  Layer layer = Layer::wire;
  /// False: the event leaves it where it was. To be called with events about this packet only.
  bool follow(const Event& event);
};

}  // namespace ringside::query
