#include "core/scenario/packetdrill/timeline.h"

#include <algorithm>
#include <limits>

namespace ringside::packetdrill {
namespace {

/// Sums of absurd stamps stop at the end of time instead of wrapping.
std::int64_t later(std::int64_t time, std::int64_t by) {
  constexpr std::int64_t last = std::numeric_limits<std::int64_t>::max();
  return time > last - by ? last : time + by;
}

}  // namespace

std::vector<Moment> timeline(const Script& script) {
  using Kind = TimeStamp::Kind;
  std::vector<Moment> moments;
  moments.reserve(script.events.size());
  std::int64_t before = 0;
  for (const Event& event : script.events) {
    const Kind kind = event.time.kind;
    const bool absolute = kind == Kind::absolute || kind == Kind::absolute_range;
    const bool range = kind == Kind::absolute_range || kind == Kind::relative_range;
    const std::int64_t base = absolute ? 0 : before;
    Moment moment;
    moment.event = static_cast<int>(moments.size());
    moment.any_time = kind == Kind::any;
    moment.start = later(base, event.time.start);
    moment.end = range ? later(base, event.time.end) : moment.start;
    const auto* const call = std::get_if<Syscall>(&event.action);
    if (call != nullptr && call->end) moment.end = later(base, *call->end);
    before = moment.start;
    moments.push_back(moment);
  }
  return moments;
}

std::vector<Moment> sorted_timeline(const Script& script) {
  std::vector<Moment> moments = timeline(script);
  std::ranges::stable_sort(moments, {}, &Moment::start);
  return moments;
}

}  // namespace ringside::packetdrill
