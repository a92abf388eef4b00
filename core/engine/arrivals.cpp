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

Arrival arrival_of(const FrameWindow::Entry& entry, std::int64_t t_ns, bool outgoing) {
  Arrival arrival;
  arrival.t_ns = t_ns;
  arrival.number = entry.number;
  arrival.len = entry.len;
  arrival.wire_len = entry.wire_len;
  arrival.outgoing = outgoing;
  return arrival;
}

}  // namespace

FirstArrivals::FirstArrivals(const Input& input, FrameForm form, TraceBuilder& builder, ArrivalTable& table)
    : input_(input), window_(input.reader(), input.local(), form), builder_(builder), table_(table) {}

nic::FrameClass FirstArrivals::classify(const nic::Frame& frame) const {
  // A script says itself what arrives.
  return input_.scripted() ? nic::FrameClass::kIncoming : input_.local().classify(frame);
}

bool FirstArrivals::read_next() {
  const FrameWindow::Entry* entry = window_.load(next_frame_);
  if (entry == nullptr) {
    at_end_ = window_.source().state().complete;
    return false;
  }
  const nic::FrameClass c = classify(window_.captured());
  const Fate fate = fate_of(c);
  latest_ns_ = std::max(latest_ns_, entry->t_ns);  // a clock that was set back does not make time run back
  const std::uint32_t row = builder_.add_packet(latest_ns_, entry->number, entry->wire_len, fate);
  ++next_frame_;
  bytes_read_ += 16 + window_.captured().bytes.size();
  if (input_.paced_by_calls()) return true;
  if (fate == Fate::coming || fate == Fate::own) table_.add({row, fate == Fate::own ? 1u : 0u});
  return true;
}

bool FirstArrivals::at(std::uint64_t index, Arrival& out) {
  if (index == peeked_index_) {
    out = peeked_;
    return true;
  }
  while (table_.size() <= index)
    if (!read_next()) return false;
  const ArrivalCell cell = table_.get(index);
  const FrameWindow::Entry* entry = window_.load(cell.row);
  if (entry == nullptr) return false;
  peeked_ = arrival_of(*entry, builder_.packet_time(cell.row), cell.outgoing != 0);
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
    : window_(input.reader(), input.local(), form), trace_(trace), table_(table) {}

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
  peeked_ = arrival_of(*entry, trace_.packet(cell.row).t_ns, cell.outgoing != 0);
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
