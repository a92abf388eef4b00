#include "ui/stage/streams.h"

#include <algorithm>
#include <cmath>

namespace ringside::ui {

void Streams::add(const Flight& flight, const Stop& first, const Stop& last) {
  const auto same = [&](const Stream& s) {
    return s.from == first.place && s.first == first.node && s.to == last.place && s.last == last.node &&
           s.drops == flight.fades;
  };
  auto found = std::find_if(streams_.begin(), streams_.end(), same);
  if (found == streams_.end()) {
    Stream fresh;
    fresh.from = first.place;
    fresh.first = first.node;
    fresh.to = last.place;
    fresh.last = last.node;
    fresh.drops = flight.fades;
    streams_.push_back(std::move(fresh));
    found = streams_.end() - 1;
  }
  found->way = flight.way;
  found->heat = std::min(1.0, found->heat + 0.25 + 0.05 * flight.count);
  found->packets += flight.count;
}

bool Streams::advance(qreal milliseconds) {
  constexpr qreal kGlowMs = 450, kSecondMs = 1000, kPixelsAMs = 0.16;
  for (Stream& s : streams_) {
    s.heat *= std::exp(-milliseconds / kGlowMs);
    s.packets *= std::exp(-milliseconds / kSecondMs);
    s.phase += milliseconds * kPixelsAMs;
  }
  std::erase_if(streams_, [](const Stream& s) { return s.heat < 0.04; });
  return !streams_.empty();
}

}  // namespace ringside::ui
