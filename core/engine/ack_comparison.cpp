#include "core/engine/ack_comparison.h"

#include <algorithm>
#include <map>

namespace ringside {

const char* name_of(AckDifference::Kind kind) {
  switch (kind) {
    case AckDifference::Kind::only_captured:
      return "only_captured";
    case AckDifference::Kind::only_model:
      return "only_model";
    case AckDifference::Kind::window:
      return "window";
    case AckDifference::Kind::repeats:
      return "repeats";
  }
  return "?";
}

namespace {

constexpr std::uint32_t kSynOrRst = wire::TCPHDR_SYN | wire::TCPHDR_RST;

bool acknowledges(std::uint32_t flags) { return (flags & wire::TCPHDR_ACK) != 0 && (flags & kSynOrRst) == 0; }

/// By distance from the first number seen, so that wrapping does not disturb the order.
using ByAck = std::map<std::int32_t, AckDifference>;

void add_captured(ByAck& acks, Seq base, const nic::HostSegment& s) {
  AckDifference& d = acks[seq_diff(s.ack, base)];
  d.ack = s.ack;
  if (d.captured_count++ != 0) return;
  d.captured_ns = s.t_ns;
  d.captured_frame = s.number;
  d.captured_window = s.window;
}

void add_model(ByAck& acks, Seq base, const SentRow& s) {
  AckDifference& d = acks[seq_diff(s.ack, base)];
  d.ack = s.ack;
  if (d.model_count++ != 0) return;
  d.model_ns = s.t_ns;
  d.model_window = s.win;
}

AckComparison compare(const nic::HostConnection& captured, const std::vector<SentRow>& model) {
  AckComparison result;
  ByAck acks;
  Seq base = 0;
  for (const nic::HostSegment& s : captured.sent) {
    if (!acknowledges(s.flags)) continue;
    if (result.captured_segments++ == 0) base = s.ack;
    add_captured(acks, base, s);
  }
  for (const SentRow& s : model) {
    if (!acknowledges(s.flags)) continue;
    ++result.model_segments;
    add_model(acks, base, s);
  }
  for (auto& [distance, d] : acks) {
    if (d.model_count == 0)
      d.kind = AckDifference::Kind::only_captured;
    else if (d.captured_count == 0)
      d.kind = AckDifference::Kind::only_model;
    else if (d.captured_window != d.model_window)
      d.kind = AckDifference::Kind::window;
    else if (d.captured_count != d.model_count)
      d.kind = AckDifference::Kind::repeats;
    else {
      ++result.same;
      continue;
    }
    result.differences.push_back(d);
  }
  return result;
}

}  // namespace

std::vector<AckComparison> compare_acks(const Run& run) {
  const Trace& trace = *run.trace();
  const auto frames = run.frames();
  const nic::HostRecord record = nic::record_host(*frames, run.local());
  std::map<std::uint32_t, std::vector<SentRow>> sent;
  for (std::uint32_t i = 0; i < trace.sent_count(); ++i) {
    const SentRow row = trace.sent(i);
    if (row.protocol == 6 && row.flow != 0) sent[row.flow].push_back(row);
  }
  std::vector<AckComparison> all;
  for (const auto& [number, rows] : sent) {
    const FlowRow flow = trace.flow(number);
    const nic::ConnectionKey key{flow.local, flow.remote, flow.local_port, flow.remote_port};
    const auto found = record.connections().find(key);
    if (found == record.connections().end()) continue;
    // Of several connections with the same ports, the last that began before the model's first segment.
    const nic::HostConnection* connection = &found->second.front();
    for (const nic::HostConnection& c : found->second)
      if (!c.sent.empty() && c.sent.front().t_ns <= rows.front().t_ns + 1'000'000'000) connection = &c;
    all.push_back(compare(*connection, rows));
    all.back().flow = number;
  }
  return all;
}

}  // namespace ringside
