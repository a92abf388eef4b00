#include "core/engine/mid_stream.h"

namespace ringside {

namespace {

Tuple tuple_of(const nic::Layers& l, bool ours) {
  if (ours) return {l.saddr, l.daddr, l.sport(), l.dport()};
  return {l.daddr, l.saddr, l.dport(), l.sport()};
}

std::uint64_t key_of(const Tuple& t) {
  constexpr std::uint64_t kOdd = 0x9e3779b97f4a7c15ull;
  const std::uint64_t ports = std::uint64_t{t.sport} << 16 | t.dport;
  const std::uint64_t mixed = ((t.saddr.hash() * kOdd + t.daddr.hash()) * kOdd + ports) * kOdd;
  return mixed ^ mixed >> 29;
}

}  // namespace

bool MidStream::is_known(std::uint64_t key) {
  std::uint64_t& recent = recent_[key % kRecent];
  if (recent == key) return true;
  recent = key;
  return !known_.insert(key).second;
}

void MidStream::watch(const nic::Layers& l, bool ours, std::uint64_t key, std::int64_t t_ns) {
  const auto found = watched_by_key_.find(key);
  if (found == watched_by_key_.end()) return;
  auto& segments = watched_.at(found->second).segments;
  if (segments.size() == kMostSegments) return;
  SeenSegment seen;
  seen.ours = ours;
  seen.flags = l.tcp->flags();
  seen.t_ns = t_ns;
  seen.seq = l.tcp->seq();
  seen.ack = l.tcp->ack_seq();
  seen.len = l.tcp_payload_len();
  seen.window = l.tcp->window();
  seen.options = wire::parse_tcp_options(l.tcp->options());
  seen.options.fast_open_cookie = {};  // the frame's bytes do not stay
  segments.push_back(seen);
}

bool MidStream::begins(const nic::Layers& l, bool ours, std::uint32_t frame, std::int64_t t_ns) {
  const Tuple tuple = tuple_of(l, ours);
  const std::uint64_t key = key_of(tuple);
  const bool known = is_known(key);
  const bool opens = l.tcp->syn() && !l.tcp->ack();
  const bool begins = !known && !opens && !l.tcp->rst();
  if (begins) {
    watched_[frame] = {key, tuple, {}};
    watched_by_key_[key] = frame;
  }
  if (!watched_.empty()) watch(l, ours, key, t_ns);
  return begins;
}

void MidStream::decide(std::uint32_t frame, std::int64_t t_ns) {
  const auto found = watched_.find(frame);
  if (found == watched_.end()) return;
  if (auto plan = plan_take_over(found->second.tuple, found->second.segments, t_ns)) {
    plan->frame = frame;
    if (plan->connects) isn_.assume(plan->seen, t_ns);
    plans_.add(*plan);
  }
  watched_by_key_.erase(found->second.key);
  watched_.erase(found);
}

}  // namespace ringside
