#include "core/apps/take_over.h"

#include <algorithm>

#include "core/wire/tcp.h"

namespace ringside {

namespace {

using Segments = std::span<const SeenSegment>;

bool has(const SeenSegment& s, unsigned flags) { return (s.flags & flags) != 0; }
bool is_ack(const SeenSegment& s) { return has(s, wire::TCPHDR_ACK); }
Seq first_byte(const SeenSegment& s) { return s.seq + (has(s, wire::TCPHDR_SYN) ? 1 : 0); }
Seq end_of(const SeenSegment& s) { return first_byte(s) + s.len + (has(s, wire::TCPHDR_FIN) ? 1 : 0); }
Seq later(Seq a, Seq b) { return after(a, b) ? a : b; }

const SeenSegment* first_of(Segments segments, bool ours) {
  const auto found = std::ranges::find(segments, ours, &SeenSegment::ours);
  return found == segments.end() ? nullptr : &*found;
}

struct Range {
  Seq start, end;
};

/// What the peer has sent in these frames, in order of sequence numbers.
std::vector<Range> received(Segments segments) {
  std::vector<Range> ranges;
  for (const SeenSegment& s : segments)
    if (!s.ours && end_of(s) != first_byte(s)) ranges.push_back({first_byte(s), end_of(s)});
  std::ranges::sort(ranges, [](const Range& a, const Range& b) { return before(a.start, b.start); });
  return ranges;
}

/// Where our host stood when it had not yet got the segments in front of the first one it sent: what it
/// acknowledges there, less what those segments brought it in order.
Seq before_the_first_answer(Segments segments, const SeenSegment& answer) {
  Seq at = answer.ack;
  const auto ranges = received(segments.first(static_cast<std::size_t>(&answer - segments.data())));
  for (std::size_t i = ranges.size(); i-- > 0;)
    if (before(ranges[i].start, at) && !before(ranges[i].end, at)) at = ranges[i].start;
  return at;
}

Seq lowest_sent(Segments segments, const SeenSegment& peer) {
  Seq lowest = first_byte(peer);
  for (const Range& range : received(segments))
    if (before(range.start, lowest)) lowest = range.start;
  return lowest;
}

/// What our host acknowledged, but no frame brings, it had before the capture began.
Seq behind_unknown_bytes(Segments segments, Seq from) {
  Seq acknowledged = from;
  for (const SeenSegment& s : segments)
    if (s.ours && is_ack(s)) acknowledged = later(acknowledged, s.ack);
  Seq start = from, reached = from;
  for (const Range& range : received(segments)) {
    if (!before(reached, acknowledged)) break;
    if (after(range.start, reached)) start = before(range.start, acknowledged) ? range.start : acknowledged;
    reached = later(reached, range.end);
  }
  return before(reached, acknowledged) ? acknowledged : start;
}

Seq next_expected(Segments segments, const SeenSegment* ours, const SeenSegment* peer) {
  if (ours != nullptr && is_ack(*ours)) return before_the_first_answer(segments, *ours);
  return peer != nullptr ? lowest_sent(segments, *peer) : 0;
}

/// The next byte that our host will send, as far as it is seen to have sent or the peer to have got.
Seq next_to_send(Segments segments, const SeenSegment* ours, const SeenSegment* peer) {
  if (ours == nullptr) return peer != nullptr ? peer->ack : 0;
  Seq next = first_byte(*ours);
  for (const SeenSegment& s : segments) {
    if (&s == ours) break;
    if (!s.ours && is_ack(s)) next = later(next, s.ack);
  }
  return next;
}

/// A scale that is too small would make a side send beyond the other's window.
std::uint8_t scale_of(Segments segments, bool window_is_ours) {
  std::uint8_t scale = kAssumedWscale;
  const SeenSegment* offer = nullptr;
  for (const SeenSegment& s : segments) {
    if (s.ours == window_is_ours) {
      if (is_ack(s) && !has(s, wire::TCPHDR_SYN)) offer = &s;
      continue;
    }
    if (offer == nullptr || offer->window == 0 || s.len == 0) continue;
    const std::uint32_t in_flight = after(end_of(s), offer->ack) ? end_of(s) - offer->ack : 0;
    while (scale < wire::TCP_MAX_WSCALE && in_flight > std::uint32_t{offer->window} << scale) ++scale;
  }
  return scale;
}

void plan_windows(Segments segments, const SeenSegment* ours, const SeenSegment* peer, TakeOver& plan) {
  AdoptedConnection& c = plan.seen;
  c.snd_wscale = scale_of(segments, false);
  c.rcv_wscale = scale_of(segments, true);
  if (ours != nullptr && has(*ours, wire::TCPHDR_SYN)) {  // our SYN-ACK: one side's options are known
    c.wscale_ok = ours->options.wscale.has_value();
    c.rcv_wscale = std::min(ours->options.wscale.value_or(0), wire::TCP_MAX_WSCALE);
    if (!c.wscale_ok) c.snd_wscale = 0;
    c.sack_ok = ours->options.sack_permitted;
    plan.wscale_assumed = c.wscale_ok;
    c.rcv_wnd = ours->window;
  } else if (ours != nullptr && is_ack(*ours)) {
    const Seq edge = ours->ack + (std::uint32_t{ours->window} << c.rcv_wscale);
    c.rcv_wnd = after(edge, c.rcv_nxt) ? edge - c.rcv_nxt : 0;
  }
  for (const SeenSegment& s : segments)
    if (s.ours && is_ack(s) && !has(s, wire::TCPHDR_SYN))
      c.max_rcv_wnd = std::max(c.max_rcv_wnd, std::uint32_t{s.window} << c.rcv_wscale);
  if (peer != nullptr) c.snd_wnd = std::uint32_t{peer->window} << c.snd_wscale;
}

void plan_timestamps(const SeenSegment& first, const SeenSegment* ours, const SeenSegment* peer,
                     std::int64_t t_ns, AdoptedConnection& c) {
  c.tstamp_ok = first.options.saw_tstamp;
  if (!c.tstamp_ok) return;
  const bool peer_first = peer != nullptr && !first.ours;
  if (ours != nullptr) c.ts_recent = ours->options.ts_ecr;
  if (peer_first && (ours == nullptr || before(peer->options.ts_val, c.ts_recent)))
    c.ts_recent = peer->options.ts_val;
  if (ours != nullptr)
    c.tsval = ours->options.ts_val - static_cast<std::uint32_t>((ours->t_ns - t_ns) / 1'000'000);
  else if (peer != nullptr)
    c.tsval = peer->options.ts_ecr;
}

}  // namespace

std::optional<TakeOver> plan_take_over(const Tuple& tuple, Segments segments, std::int64_t t_ns) {
  const SeenSegment& first = segments.front();
  const SeenSegment* ours = first_of(segments, true);
  const SeenSegment* peer = first_of(segments, false);
  if (has(first, wire::TCPHDR_RST) || (ours != nullptr && has(*ours, wire::TCPHDR_RST))) return std::nullopt;
  TakeOver plan;
  plan.seen.tuple = tuple;
  plan.connects = !first.ours && has(first, wire::TCPHDR_SYN);
  plan.seen.snd_nxt = next_to_send(segments, ours, peer);
  plan.seen.snd_una = peer != nullptr ? peer->ack : plan.seen.snd_nxt;
  if (plan.connects) plan.seen.snd_nxt = plan.seen.snd_una = first.ack;
  const Seq expected = next_expected(segments, ours, peer);
  plan.seen.rcv_nxt = behind_unknown_bytes(segments, expected);
  plan.unknown_bytes = plan.seen.rcv_nxt - expected;
  plan_windows(segments, ours, peer, plan);
  plan_timestamps(first, ours, peer, t_ns, plan.seen);
  return plan;
}

void TakeOvers::add(const TakeOver& plan) {
  const std::lock_guard lock(mutex_);
  plans_.emplace(plan.frame, plan);
}

std::optional<TakeOver> TakeOvers::at(std::uint32_t frame) const {
  const std::lock_guard lock(mutex_);
  const auto found = plans_.find(frame);
  if (found == plans_.end()) return std::nullopt;
  return found->second;
}

std::vector<TakeOver> TakeOvers::all() const {
  const std::lock_guard lock(mutex_);
  std::vector<TakeOver> all;
  for (const auto& [frame, plan] : plans_) all.push_back(plan);
  return all;
}

}  // namespace ringside
