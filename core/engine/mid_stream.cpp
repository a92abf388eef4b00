#include "core/engine/mid_stream.h"

#include "core/engine/frame_batch.h"

namespace ringside {

namespace {

Tuple tuple_of(const nic::Layers& l, bool ours) {
  if (ours) return {l.saddr, l.daddr, l.sport(), l.dport()};
  return {l.daddr, l.saddr, l.dport(), l.sport()};
}

}  // namespace

bool MidStream::is_known(std::uint64_t key) {
  std::uint64_t& recent = recent_[key % kRecent];
  if (recent == key) return true;
  recent = key;
  const auto same = [&](std::uint32_t number) { return known_.last_written(number - 1) == key; };
  if (by_key_.find(key, same) != 0) return true;
  known_.push_back(key);
  by_key_.add(key, static_cast<std::uint32_t>(known_.size()));
  return false;
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

bool MidStream::begins(std::uint64_t connection, std::uint8_t flags) {
  const bool known = is_known(connection);
  const bool opens = (flags & (wire::TCPHDR_SYN | wire::TCPHDR_ACK)) == wire::TCPHDR_SYN;
  return !known && !opens && (flags & wire::TCPHDR_RST) == 0;
}

void MidStream::note(const nic::Layers& l, bool ours, std::uint32_t frame, std::int64_t t_ns, bool first) {
  const std::uint64_t key = nic::connection_key(l, ours).hash();
  if (first) {
    watched_[frame] = {key, tuple_of(l, ours), {}};
    watched_by_key_[key] = frame;
  }
  if (!watched_.empty()) watch(l, ours, key, t_ns);
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
