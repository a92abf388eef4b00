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

namespace {

FrameWindow window_of(const Input& input, FrameForm form, bool first, nic::HostRecord* record) {
  const auto reader = [&] {
    return std::make_unique<FrameReader>(input.reader(), input.local(), form, input.edits());
  };
  std::unique_ptr<FrameFeed> feed;
  if (first && !input.scripted()) {  // a script's frames may still grow, and need no time to be read
    auto classifier = reader();
    classifier->classify(record);
    feed = std::make_unique<FrameFeed>(std::move(classifier));
  }
  return {reader(), std::move(feed)};
}

}  // namespace

FirstArrivals::FirstArrivals(const Input& input, FrameForm form, TraceBuilder& builder, ArrivalTable& table,
                             CapturedIsn& isn, TakeOvers& take_overs, nic::HostRecord* record)
    : input_(input),
      form_(form),
      window_(window_of(input, form, true, record)),
      builder_(builder),
      table_(table),
      isn_(isn),
      mid_stream_(take_overs, isn) {}

/// A segment to or from our host: does its connection begin here?
void FirstArrivals::look_at(std::uint64_t index, const FrameBatch::Entry& frame) {
  constexpr unsigned kOpensOrCloses = wire::TCPHDR_SYN | wire::TCPHDR_FIN | wire::TCPHDR_RST;
  const bool ours = frame.frame_class == nic::FrameClass::kOutgoing;
  bare_ack_ = ours && !frame.has_data && (frame.flags & kOpensOrCloses) == 0;
  takes_over_ = mid_stream_.begins(frame.connection, frame.flags);
  const bool syn = ours && (frame.flags & wire::TCPHDR_SYN) != 0;
  if (!syn && !takes_over_ && !mid_stream_.watches()) return;
  const auto link = form_ == FrameForm::ethernet ? nic::LinkType::kEthernet : nic::LinkType::kRaw;
  const auto layers = nic::dissect(link, window_.batch_of(index)->frame_before_edits(frame));
  if (!layers || !layers->tcp) return;
  if (syn) isn_.sent_syn(*layers, frame.number, latest_ns_, known_from(index));
  mid_stream_.note(*layers, ours, frame.number, latest_ns_, takes_over_);
}

/// Number of the first frame that is handed out when the `index`-th one has surely been read.
std::uint32_t FirstArrivals::known_from(std::uint64_t index) const {
  if (!input_.edits().empty() || index < kReadAhead) return 0;
  return builder_.number_of(static_cast<std::uint32_t>(index - kReadAhead + 1));
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
  const bool scripted = input_.scripted();  // a script says itself what arrives
  if (entry->tcp && !scripted) look_at(next_frame_, *entry);
  const Fate fate = fate_of(scripted ? nic::FrameClass::kIncoming : entry->frame_class);
  const std::uint32_t number = entry->number;
  const std::uint32_t row = builder_.add_packet(latest_ns_, number, entry->wire_len, fate);
  ++next_frame_;
  bytes_read_ += 16 + entry->captured_len;
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
  if (number == shown_.number) return shown_.bytes;
  const std::uint32_t row = builder_.row_of(number);
  if (row == UINT32_MAX) return {};
  const FrameWindow::Entry* entry = window_.load(row);
  if (entry == nullptr) return {};
  shown_ = {number, window_.batch_of(row)->frame(*entry), window_.batch_of(row)};
  return shown_.bytes;
}

ReplayArrivals::ReplayArrivals(const Input& input, FrameForm form, const Trace& trace,
                               const ArrivalTable& table)
    : window_(window_of(input, form, false, nullptr)), trace_(trace), table_(table) {}

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
  if (number == shown_.number) return shown_.bytes;
  const auto row = trace_.row_of(number);
  const FrameWindow::Entry* entry = row ? window_.load(*row) : nullptr;
  if (entry == nullptr) {
    lost_ = true;
    return {};
  }
  shown_ = {number, window_.batch_of(*row)->frame(*entry), window_.batch_of(*row)};
  return shown_.bytes;
}

}  // namespace ringside
