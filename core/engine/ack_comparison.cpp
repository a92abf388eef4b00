#include "core/engine/ack_comparison.h"

#include <algorithm>
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
  std::uint32_t model = 0;   ///< 1: it is the model's
  std::uint32_t number = 0;  ///< the captured host's frame; the model's row in Trace::sent()
  std::uint32_t window = 0;
  auto operator<=>(const SentAck&) const = default;
};

void add(const SentAck& sent, const Trace& trace, AckDifference& d) {
  if (sent.model != 0) {
    if (d.model_count++ != 0) return;
    d.model_ns = trace.sent(sent.number).t_ns;
    d.model_window = sent.window;
    return;
  }
  if (d.captured_count++ != 0) return;
  d.captured_frame = sent.number;
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

AckComparison compare(const Run& run, std::vector<SentAck> acks) {
  AckComparison result;
  std::sort(acks.begin(), acks.end());
  for (auto first = acks.cbegin(); first != acks.cend();) {
    AckDifference d;
    auto next = first;
    for (; next != acks.cend() && next->distance == first->distance; ++next) add(*next, *run.trace(), d);
    result.captured_segments += d.captured_count;
    result.model_segments += d.model_count;
    d.ack = static_cast<Seq>(first->distance);
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

/// What both hosts sent on one connection, laid side by side.
class SideBySide {
 public:
  SideBySide(const Run& run, const nic::HostRecord& record) : run_(run), record_(record) {}

  std::optional<AckComparison> of(const FlowRow& flow) {
    std::vector<SentAck> acks;
    const auto first_sent_ns = add_model(flow, acks);
    if (!first_sent_ns) return std::nullopt;
    const nic::ConnectionKey key{flow.local, flow.remote, flow.local_port, flow.remote_port};
    const auto captured = record_.find(key, *first_sent_ns + kCloseToNs);
    if (!captured) return std::nullopt;
    Seq base = 0;
    record_.each_ack(*captured, [&](const nic::HostAck& ack) {
      base = ack.ack;  // in the end: of the first
      acks.push_back({static_cast<std::int32_t>(ack.ack), 0, ack.number, ack.window});
    });
    for (SentAck& ack : acks) ack.distance = seq_diff(static_cast<Seq>(ack.distance), base);
    looked_at_ += acks.size();
    AckComparison comparison = compare(run_, std::move(acks));
    comparison.flow = flow.flow;
    for (AckDifference& d : comparison.differences) d.ack += base;
    return comparison;
  }
  std::size_t looked_at() const { return looked_at_; }

 private:
  static constexpr std::int64_t kCloseToNs = 1'000'000'000;

  /// When the model sent its first segment, if it sent any.
  std::optional<std::int64_t> add_model(const FlowRow& flow, std::vector<SentAck>& acks) {
    std::optional<std::int64_t> first_ns;
    for (std::uint32_t number = flow.latest_sent; number != 0; ++looked_at_) {
      const std::uint32_t row = number - 1;
      const SentRow sent = run_.trace()->sent(row);
      number = sent.before;
      if (sent.protocol != 6) continue;
      first_ns = sent.t_ns;
      if (acknowledges(sent.flags)) acks.push_back({static_cast<std::int32_t>(sent.ack), 1, row, sent.win});
    }
    return first_ns;
  }

  const Run& run_;
  const nic::HostRecord& record_;
  std::size_t looked_at_ = 0;
};

}  // namespace

void compare_acks(const Run& run, const std::function<void(const AckComparison&)>& take) {
  const Trace& trace = *run.trace();
  std::optional<nic::HostRecord> read_now;
  const nic::HostRecord* record = run.host_record();
  if (record == nullptr) {
    nic::record_host(*run.frames(), read_now.emplace(run.local()));
    record = &*read_now;
  }
  constexpr std::size_t kMany = 16'384;  // rows that are looked at before they leave the memory
  SideBySide both(run, *record);
  std::size_t left_at = 0;
  trace.each_flow([&](const FlowRow& flow) {
    if (const auto comparison = both.of(flow)) take(*comparison);
    if (both.looked_at() < left_at + kMany) return;
    left_at = both.looked_at();
    trace.leave_to_files();
    record->leave_to_files();
  });
}

}  // namespace ringside
