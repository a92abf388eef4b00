#include "core/engine/arrivals.h"

#include <algorithm>

namespace ringside {

namespace {

Fate fate_of(nic::FrameClass c) {
  if (nic::is_injected(c)) return Fate::coming;
  if (c == nic::FrameClass::kOutgoing) return Fate::own;
  if (c == nic::FrameClass::kOtherHost) return Fate::other_host;
  return Fate::unreadable;
}

Arrival arrival_of(const FrameWindow::Entry& entry, std::int64_t t_ns, ArrivalKind kind) {
  Arrival arrival;
  arrival.t_ns = t_ns;
  arrival.number = entry.number;
  arrival.len = entry.len;
  arrival.wire_len = entry.wire_len;
  arrival.outgoing = kind != ArrivalKind::coming;
  arrival.takes_over = kind == ArrivalKind::takes_over;
  return arrival;
}

/// Between a system call and its segment on the wire the host needs some time; its applications act so much
/// before the captured host's segment was seen, though not before the frame that came in front of it.
constexpr std::int64_t kActsBeforeNs = 30'000;
/// A connection that was there before: so much earlier that its reader already sleeps in read().
constexpr std::int64_t kTakesOverBeforeNs = 1'000'000;

/// When arrival `index` is due; `captured_at(row)` is when its frame was captured.
template <class CapturedAt>
std::int64_t due_at(const ArrivalTable& table, std::uint64_t index, CapturedAt&& captured_at) {
  const ArrivalCell cell = table.get(index);
  const auto time_of = [&](std::uint64_t i) {
    const auto edited = table.edited_time(i);
    return edited ? *edited : captured_at(table.get(i).row);
  };
  const std::int64_t t_ns = time_of(index);
  if (cell.kind == ArrivalKind::coming || cell.kind == ArrivalKind::own_ack) return t_ns;
  const std::int64_t early = t_ns - (cell.kind == ArrivalKind::own ? kActsBeforeNs : kTakesOverBeforeNs);
  while (index != 0 && table.get(index - 1).row == cell.row) --index;
  return index == 0 ? early : std::max(early, time_of(index - 1));
}

}  // namespace

FirstArrivals::FirstArrivals(const Input& input, FrameForm form, TraceBuilder& builder, ArrivalTable& table,
                             CapturedIsn& isn, TakeOvers& take_overs)
    : input_(input),
      window_(input.reader(), input.local(), form, input.edits()),
      builder_(builder),
      table_(table),
      isn_(isn),
      mid_stream_(take_overs, isn) {}

nic::FrameClass FirstArrivals::classify(const nic::Frame& frame, std::int64_t t_ns) {
  if (input_.scripted()) return nic::FrameClass::kIncoming;  // a script says itself what arrives
  const auto layers = nic::dissect(frame.link, frame.bytes);
  if (!layers) return nic::FrameClass::kUnknown;
  const nic::FrameClass c = input_.local().classify(*layers);
  const bool ours = c == nic::FrameClass::kOutgoing;
  if (!layers->tcp || (!ours && c != nic::FrameClass::kIncoming)) return c;
  bare_ack_ = ours && layers->tcp_payload_len() == 0 && !layers->tcp->syn() && !layers->tcp->fin() &&
              !layers->tcp->rst();
  if (ours && layers->tcp->syn()) isn_.sent_syn(*layers, frame.number, t_ns);
  takes_over_ = mid_stream_.begins(*layers, ours, frame.number, t_ns);
  return c;
}

bool FirstArrivals::read_next() {
  const FrameWindow::Entry* entry = window_.load(next_frame_);
  if (entry == nullptr) {
    source_ended_ = window_.source().state().complete;
    return false;
  }
  // A clock that was set back does not make time run back.
  latest_ns_ = std::max(latest_ns_, std::min(entry->t_ns, kFarthestNs));
  takes_over_ = bare_ack_ = false;
  const Fate fate = fate_of(classify(window_.captured(), latest_ns_));
  const std::uint32_t number = entry->number;
  const std::uint32_t row = builder_.add_packet(latest_ns_, number, entry->wire_len, fate);
  ++next_frame_;
  bytes_read_ += 16 + window_.captured().bytes.size();
  if (input_.paced_by_calls()) return true;  // it has a row; its script's own call brings it in
  add_arrival(row, number, fate);
  return true;
}

void FirstArrivals::add_arrival(std::uint32_t row, std::uint32_t number, Fate fate) {
  if (fate != Fate::coming && fate != Fate::own) return;
  const ArrivalKind own = bare_ack_ ? ArrivalKind::own_ack : ArrivalKind::own;
  const ArrivalKind kind = fate == Fate::own ? own : ArrivalKind::coming;
  if (input_.edits().empty()) {
    if (takes_over_) table_.add({row, ArrivalKind::takes_over});
    table_.add({row, kind});
    return;
  }
  slots_.push_back({latest_ns_, row, number});
  slot_kinds_.resize(row + 1);
  slot_kinds_[row] = {kind, takes_over_};
}

void FirstArrivals::read_edited_wire() {
  while (read_next()) {
  }
  source_ended_ = true;
  apply_edits(input_.edits(), slots_);
  for (const WireSlot& slot : slots_) {
    auto& [kind, takes_over] = slot_kinds_[slot.row];
    if (takes_over) table_.add({slot.row, ArrivalKind::takes_over}, slot.t_ns);
    takes_over = false;  // once, if it is there twice
    table_.add({slot.row, kind}, slot.t_ns);
    latest_ns_ = std::max(latest_ns_, slot.t_ns);
  }
  slots_ = {};
  slot_kinds_ = {};
}

bool FirstArrivals::at(std::uint64_t index, Arrival& out) {
  if (index == peeked_index_) {
    out = peeked_;
    return true;
  }
  if (!input_.edits().empty() && !source_ended_) read_edited_wire();
  while (!source_ended_ && (table_.size() <= index || next_frame_ < table_.get(index).row + kReadAhead))
    if (!read_next()) break;
  if (table_.size() <= index) {
    at_end_ = source_ended_;
    return false;
  }
  const ArrivalCell cell = table_.get(index);
  const FrameWindow::Entry* entry = window_.load(cell.row);
  if (entry == nullptr) return false;
  const auto time_of = [this](std::uint32_t row) { return builder_.packet_time(row); };
  peeked_ = arrival_of(*entry, due_at(table_, index, time_of), cell.kind);
  if (peeked_.takes_over) mid_stream_.decide(peeked_.number, peeked_.t_ns);
  peeked_index_ = index;
  out = peeked_;
  return true;
}

std::span<const std::uint8_t> FirstArrivals::frame(std::uint32_t number) {
  const std::uint32_t row = builder_.row_of(number);
  if (row == UINT32_MAX) return {};
  const FrameWindow::Entry* entry = window_.load(row);
  return entry != nullptr ? window_.bytes(*entry) : std::span<const std::uint8_t>{};
}

ReplayArrivals::ReplayArrivals(const Input& input, FrameForm form, const Trace& trace,
                               const ArrivalTable& table)
    : window_(input.reader(), input.local(), form, input.edits()), trace_(trace), table_(table) {}

bool ReplayArrivals::at(std::uint64_t index, Arrival& out) {
  if (index == peeked_index_) {
    out = peeked_;
    return true;
  }
  if (index >= table_.size()) return false;
  const ArrivalCell cell = table_.get(index);
  const FrameWindow::Entry* entry = window_.load(cell.row);
  if (entry == nullptr) {
    lost_ = true;
    return false;
  }
  const auto time_of = [this](std::uint32_t row) { return trace_.packet(row).t_ns; };
  peeked_ = arrival_of(*entry, due_at(table_, index, time_of), cell.kind);
  peeked_index_ = index;
  out = peeked_;
  return true;
}

std::span<const std::uint8_t> ReplayArrivals::frame(std::uint32_t number) {
  const auto row = trace_.row_of(number);
  const FrameWindow::Entry* entry = row ? window_.load(*row) : nullptr;
  if (entry == nullptr) {
    lost_ = true;
    return {};
  }
  return window_.bytes(*entry);
}

}  // namespace ringside
