#include "core/engine/ack_comparison.h"

#include <algorithm>
#include <numeric>
#include <optional>

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

/// One acknowledgment that either host sent. By `distance` from the first one the captured host sent, so that
/// wrapping does not disturb the order.
struct SentAck {
  std::int32_t distance = 0;
  bool model = false;
  std::uint32_t frame = 0;  ///< the captured host's
  std::uint32_t window = 0;
  std::int64_t t_ns = 0;  ///< the model's
};

void add(const SentAck& sent, AckDifference& d) {
  if (sent.model) {
    if (d.model_count++ != 0) return;
    d.model_ns = sent.t_ns;
    d.model_window = sent.window;
    return;
  }
  if (d.captured_count++ != 0) return;
  d.captured_frame = sent.frame;
  d.captured_window = sent.window;
}

/// Whether the two hosts differ in this number, and how.
bool differs(AckDifference& d) {
  if (d.model_count == 0)
    d.kind = AckDifference::Kind::only_captured;
  else if (d.captured_count == 0)
    d.kind = AckDifference::Kind::only_model;
  else if (d.captured_window != d.model_window)
    d.kind = AckDifference::Kind::window;
  else if (d.captured_count != d.model_count)
    d.kind = AckDifference::Kind::repeats;
  else
    return false;
  return true;
}

/// When that frame was captured.
std::int64_t captured_ns(const Run& run, std::uint32_t frame) {
  const auto row = run.frame_index(frame);
  return row ? run.trace()->packet(static_cast<std::uint32_t>(*row)).t_ns : -1;
}

AckComparison compare(const Run& run, const nic::HostConnection& captured,
                      const std::vector<SentRow>& model) {
  AckComparison result;
  std::vector<SentAck> acks;
  Seq base = 0;
  for (const nic::HostAck& s : captured.acks) {
    if (result.captured_segments++ == 0) base = s.ack;
    acks.push_back({seq_diff(s.ack, base), false, s.number, s.window, 0});
  }
  for (const SentRow& s : model) {
    if (!acknowledges(s.flags)) continue;
    ++result.model_segments;
    acks.push_back({seq_diff(s.ack, base), true, 0, s.win, s.t_ns});
  }
  std::stable_sort(acks.begin(), acks.end(),
                   [](const SentAck& a, const SentAck& b) { return a.distance < b.distance; });
  for (auto first = acks.cbegin(); first != acks.cend();) {
    AckDifference d;
    d.ack = base + static_cast<Seq>(first->distance);
    auto next = first;
    for (; next != acks.cend() && next->distance == first->distance; ++next) add(*next, d);
    first = next;
    if (!differs(d)) {
      ++result.same;
      continue;
    }
    if (d.captured_count != 0) d.captured_ns = captured_ns(run, d.captured_frame);
    result.differences.push_back(d);
  }
  return result;
}

/// What the model sent, connection by connection, as rows of the trace in their order.
class SentByFlow {
 public:
  explicit SentByFlow(const Trace& trace) : trace_(trace), ends_(trace.flow_count() + 1, 0) {
    const auto for_each = [&](auto&& f) {
      for (std::uint32_t i = 0; i < trace.sent_count(); ++i)
        if (const SentRow row = trace.sent(i); row.protocol == 6 && row.flow != 0 && row.flow < ends_.size())
          f(row.flow, i);
    };
    for_each([&](std::uint32_t flow, std::uint32_t) { ++ends_[flow]; });
    std::partial_sum(ends_.begin(), ends_.end(), ends_.begin());
    rows_.resize(ends_.back());
    std::vector<std::uint32_t> at(ends_.begin(), ends_.end() - 1);
    for_each([&](std::uint32_t flow, std::uint32_t i) { rows_[at[flow - 1]++] = i; });
  }
  std::vector<SentRow> of(std::uint32_t flow) const {
    std::vector<SentRow> rows;
    for (std::uint32_t i = ends_[flow - 1]; i != ends_[flow]; ++i) rows.push_back(trace_.sent(rows_[i]));
    return rows;
  }

 private:
  const Trace& trace_;
  std::vector<std::uint32_t> ends_;  ///< by flow: where its rows end in rows_
  std::vector<std::uint32_t> rows_;
};

}  // namespace

std::vector<AckComparison> compare_acks(const Run& run) {
  const Trace& trace = *run.trace();
  std::optional<nic::HostRecord> read_now;
  const nic::HostRecord* record = run.host_record();
  if (record == nullptr)
    record = &read_now.emplace(nic::record_host(*run.frames(), run.local(), nic::HostRecord::Detail::kAcks));
  const SentByFlow sent(trace);
  trace.leave_to_files();
  std::vector<AckComparison> all;
  constexpr std::uint32_t kMany = 256;
  for (std::uint32_t number = 1; number <= trace.flow_count(); ++number) {
    if (number % kMany == 0) trace.leave_to_files();
    const std::vector<SentRow> rows = sent.of(number);
    if (rows.empty()) continue;
    const FlowRow flow = trace.flow(number);
    const nic::ConnectionKey key{flow.local, flow.remote, flow.local_port, flow.remote_port};
    const auto found = record->connections().find(key);
    if (found == record->connections().end()) continue;
    // Of several connections with the same ports, the last that began before the model's first segment.
    const nic::HostConnection* connection = &found->second.front();
    for (const nic::HostConnection& c : found->second)
      if (c.first_sent_ns && *c.first_sent_ns <= rows.front().t_ns + 1'000'000'000) connection = &c;
    all.push_back(compare(run, *connection, rows));
    all.back().flow = number;
  }
  return all;
}

}  // namespace ringside
