#include "core/query/journey.h"

namespace ringside::query {

const JourneyStop* Journey::at(StepIndex position) const {
  const JourneyStop* found = nullptr;
  for (const JourneyStop& stop : stops)
    if (stop.step < position) found = &stop;
  return found;
}

Journey journey_of(const Trace& trace, std::uint32_t packet, const std::atomic<bool>* cancel) {
  Journey journey;
  journey.packet = packet;
  const auto row = trace.row_of(packet);
  if (!row) return journey;
  journey.row = trace.packet(*row);
  if (journey.row.fate < Fate::inside) return journey;
  Whereabouts where;
  StepIndex at = journey.row.first_step;
  const StepIndex last = journey.row.last_step;
  journey.stops.push_back(
      {Layer::wire, Place::wire, journey.row.t_ns, journey.row.t_ns, at, Context::nic, 0, Fn::none});
  const auto step = [&](const Event& e) {
    JourneyStop& before = journey.stops.back();
    before.end_ns = std::max(before.begin_ns, e.t_ns);
    if (!where.follow(e)) return;
    journey.stops.push_back(
        {where.layer, where.place, before.end_ns, before.end_ns, at, e.context, e.cpu, e.function});
  };
  while (at <= last) {
    if (cancel != nullptr && cancel->load(std::memory_order_relaxed)) break;
    const auto page = trace.page(trace.page_number_of(at));
    if (page == nullptr || !page->contains(at)) break;
    for (; at < page->end_step() && at <= last; ++at)
      if (page->event(at).packet == packet) step(page->event(at));
  }
  JourneyStop& end = journey.stops.back();
  if (end.layer == Layer::gone && journey.row.delivered_ns > end.begin_ns) {
    end.layer = Layer::socket;
    end.end_ns = journey.row.delivered_ns;
  }
  return journey;
}

}  // namespace ringside::query
