#include "core/query/difference.h"

#include <map>
#include <vector>

namespace ringside::query {

namespace {

struct Visit {
  StepIndex step = 0;
  std::int64_t t_ns = 0;
  Place place = Place::none;
};
using Ways = std::map<std::uint32_t, std::vector<Visit>>;

bool counts(Place place) {
  return place != Place::in_flight && place != Place::none && place != Place::wire &&
         place != Place::packet_tap;
}

Ways ways_of(const Trace& trace, const std::atomic<bool>* cancel) {
  Ways ways;
  StepIndex at = 0;
  while (at < trace.step_count()) {
    if (cancel != nullptr && cancel->load(std::memory_order_relaxed)) break;
    const auto page = trace.page(trace.page_number_of(at));
    if (page == nullptr || !page->contains(at)) break;
    for (; at < page->end_step(); ++at) {
      const Event& e = page->event(at);
      if (e.packet == 0 || !counts(e.to)) continue;
      const bool moves = e.kind == EventKind::move || e.kind == EventKind::drop;
      const bool read = e.kind == EventKind::copy && e.to == Place::user_buffer;
      if (!moves && !read) continue;
      std::vector<Visit>& way = ways[e.packet];
      if (read && !way.empty() && way.back().place == e.to) continue;  // the next piece of it
      way.push_back({at, e.t_ns, e.to});
    }
  }
  return ways;
}

/// The other run's moment, where nothing happens in it.
StepIndex step_near(const Trace& trace, std::int64_t t_ns) { return trace.series().step_near(t_ns); }

std::optional<Difference> way_difference(const Trace& a, const Trace& b, const Ways& in_a, const Ways& in_b) {
  std::optional<Difference> first;
  const auto note = [&](std::uint32_t packet, const Visit* va, const Visit* vb) {
    const std::int64_t t = va != nullptr ? va->t_ns : vb->t_ns;
    if (first && first->t_ns <= t) return;
    Difference d;
    d.packet = packet;
    d.t_ns = t;
    d.a = va != nullptr ? va->place : Place::none;
    d.b = vb != nullptr ? vb->place : Place::none;
    d.step_a = va != nullptr ? va->step : step_near(a, t);
    d.step_b = vb != nullptr ? vb->step : step_near(b, t);
    first = d;
  };
  static const std::vector<Visit> kNone;
  const auto compare = [&](std::uint32_t packet, const std::vector<Visit>& x, const std::vector<Visit>& y) {
    for (std::size_t i = 0; i < std::max(x.size(), y.size()); ++i) {
      const Visit* va = i < x.size() ? &x[i] : nullptr;
      const Visit* vb = i < y.size() ? &y[i] : nullptr;
      if (va != nullptr && vb != nullptr && va->place == vb->place) continue;
      return note(packet, va, vb);
    }
  };
  for (const auto& [packet, way] : in_a) {
    const auto other = in_b.find(packet);
    compare(packet, way, other != in_b.end() ? other->second : kNone);
  }
  for (const auto& [packet, way] : in_b)
    if (!in_a.contains(packet)) compare(packet, kNone, way);
  return first;
}

bool same(const SentRow& x, const SentRow& y) {
  return x.protocol == y.protocol && x.seq == y.seq && x.ack == y.ack && x.win == y.win && x.len == y.len &&
         x.flags == y.flags && x.sack_count == y.sack_count && x.sack == y.sack;
}

std::optional<Difference> answer_difference(const Trace& a, const Trace& b) {
  for (std::uint32_t i = 0; i < std::max(a.sent_count(), b.sent_count()); ++i) {
    Difference d;
    d.kind = Difference::Kind::answer;
    d.number = i;
    if (i < a.sent_count()) d.sent_a = a.sent(i);
    if (i < b.sent_count()) d.sent_b = b.sent(i);
    if (d.sent_a && d.sent_b && same(*d.sent_a, *d.sent_b)) continue;
    d.t_ns = d.sent_a ? d.sent_a->t_ns : d.sent_b->t_ns;
    d.step_a = d.sent_a ? d.sent_a->step : step_near(a, d.t_ns);
    d.step_b = d.sent_b ? d.sent_b->step : step_near(b, d.t_ns);
    return d;
  }
  return std::nullopt;
}

}  // namespace

std::optional<Difference> first_difference(const Trace& a, const Trace& b, const std::atomic<bool>* cancel) {
  const Ways in_a = ways_of(a, cancel);
  const Ways in_b = ways_of(b, cancel);
  if (cancel != nullptr && cancel->load()) return std::nullopt;
  auto way = way_difference(a, b, in_a, in_b);
  auto answer = answer_difference(a, b);
  if (way && answer) return answer->t_ns < way->t_ns ? answer : way;
  return way ? way : answer;
}

}  // namespace ringside::query
