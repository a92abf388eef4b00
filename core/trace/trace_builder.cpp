#include "core/trace/trace_builder.h"

#include <algorithm>

#include "core/trace/columns.h"

namespace ringside {

TraceBuilder::TraceBuilder(std::shared_ptr<Trace> trace, bool numbered)
    : trace_(std::move(trace)), columns_(*trace_->columns_), numbered_(numbered) {
  columns_.numbered = numbered;
  columns_.pages.push_back({0, 0});
}

std::uint32_t TraceBuilder::add_packet(std::int64_t t_ns, std::uint32_t number, std::uint32_t wire_len,
                                       Fate fate) {
  const std::uint32_t row = packets_++;
  PacketCell cell;
  cell.t_ns = t_ns;
  cell.wire_len = wire_len;
  cell.fate = fate;
  if (columns_.numbered)
    columns_.numbers.push_back({number});  // first: whoever sees the row finds its number
  columns_.packets.push_back(cell);
  auto& sum = columns_.packets_of[static_cast<std::size_t>(fate)];
  sum.store(sum.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  return row;
}

std::uint32_t TraceBuilder::find_row(std::uint32_t number) const {
  return trace_->row_of(number).value_or(UINT32_MAX);
}

void TraceBuilder::find_flow(std::uint32_t number) {
  while (columns_.flows.size() < number) columns_.flows.push_back({});
  latest_flow_cell_ = columns_.flows.cell(number - 1);
  latest_flow_ = number;
}

/// Writes what became of a packet, and keeps the sums.
void TraceBuilder::set_fate(std::uint32_t row, Fate fate, Drop reason) {
  const auto cell = columns_.packets.cell(row);
  const auto add = [this](Fate f, Drop r, std::uint32_t n) {
    const auto to = [n](std::atomic<std::uint32_t>& sum) {
      sum.store(sum.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
    };
    to(columns_.packets_of[static_cast<std::size_t>(f)]);
    if (f == Fate::dropped) to(columns_.packets_dropped_for[static_cast<std::size_t>(r)]);
  };
  add(cell->fate, cell->reason, UINT32_MAX);  // one less
  add(fate, reason, 1);
  cell.write(&PacketCell::fate, fate);
  cell.write(&PacketCell::reason, reason);
}

std::int64_t TraceBuilder::packet_time(std::uint32_t row) const {
  return columns_.packets.last_written(row).t_ns;
}

std::uint32_t TraceBuilder::number_of(std::uint32_t row) const {
  return numbered_ ? static_cast<std::uint32_t>(columns_.numbers.last_written(row).number) : row + 1;
}

namespace {
std::uint32_t steps_after(StepIndex first, StepIndex step) {
  return static_cast<std::uint32_t>(std::min<StepIndex>(step - first, UINT32_MAX));
}
}  // namespace

bool TraceBuilder::has_arrived(std::uint32_t row) const {
  return columns_.packets.last_written(row).fate >= Fate::inside;
}

void TraceBuilder::packet_arrived(std::uint32_t row, StepIndex step) {
  const auto cell = columns_.packets.cell(row);
  cell.write(&PacketCell::first_step, step);
  set_fate(row, Fate::inside, cell->reason);
}

void TraceBuilder::packet_moved(std::uint32_t row, StepIndex step, Place to, std::uint32_t flow) {
  const auto cell = columns_.packets.cell(row);
  if (cell->fate < Fate::inside) packet_arrived(row, step);
  cell.write(&PacketCell::last_after, steps_after(cell->first_step, step));
  cell.write(&PacketCell::place, to);
  cell.write(&PacketCell::places, cell->places | 1u << static_cast<unsigned>(to));
  if (flow != 0 && cell->flow == 0) cell.write(&PacketCell::flow, flow);
}

void TraceBuilder::packet_dropped(std::uint32_t row, StepIndex step, Drop reason) {
  const auto cell = columns_.packets.cell(row);
  cell.write(&PacketCell::last_after, steps_after(cell->first_step, step));
  set_fate(row, cell->fate == Fate::delivered ? Fate::delivered : Fate::dropped, reason);
}

void TraceBuilder::packet_freed(std::uint32_t row, StepIndex step) {
  const auto cell = columns_.packets.cell(row);
  cell.write(&PacketCell::last_after, steps_after(cell->first_step, step));
  cell.write(&PacketCell::place, Place::freed);
  if (cell->fate == Fate::inside) set_fate(row, Fate::consumed, cell->reason);
}

void TraceBuilder::packet_delivered(std::uint32_t row, StepIndex step, std::int64_t t_ns, std::uint32_t bytes,
                                    std::uint32_t flow) {
  const auto cell = columns_.packets.cell(row);
  cell.write(&PacketCell::last_after, steps_after(cell->first_step, step));
  cell.write(&PacketCell::delivered_ns, t_ns);
  cell.write(&PacketCell::delivered_len, cell->delivered_len + bytes);
  cell.write(&PacketCell::places, cell->places | 1u << static_cast<unsigned>(Place::user_buffer));
  if (cell->fate != Fate::delivered) set_fate(row, Fate::delivered, cell->reason);
  if (cell->flow == 0) cell.write(&PacketCell::flow, flow);
}

std::uint32_t TraceBuilder::add_sent(const SentRow& row) {
  SentCell cell;
  cell.t_ns = row.t_ns;
  cell.step = row.step;
  cell.flow = row.flow;
  cell.seq = row.seq;
  cell.ack = row.ack;
  cell.win = row.win;
  cell.len = row.len;
  cell.flags = row.flags;
  cell.protocol = row.protocol;
  cell.sack_count = row.sack_count;
  cell.before = row.before;
  cell.sack_at = static_cast<std::uint32_t>(columns_.sacks.size());
  for (std::size_t i = 0; i < row.sack_count; ++i)
    columns_.sacks.push_back({row.sack[i][0], row.sack[i][1], 0});
  columns_.sent.push_back(cell);
  return static_cast<std::uint32_t>(columns_.sent.size());
}

void TraceBuilder::add_marker(const Marker& marker) { columns_.markers.push_back(marker); }

void TraceBuilder::begin_page(StepIndex step, std::int64_t t_ns) {
  columns_.pages.push_back({step, t_ns});
  columns_.end_ns.store(t_ns, std::memory_order_relaxed);
  columns_.steps.store(step, std::memory_order_release);
}

void TraceBuilder::publish_counters(const Net& net) {
  const std::lock_guard lock(columns_.mutex);
  columns_.counters.clear();
  for (std::size_t i = 0; i < net.mib.size(); ++i)
    if (net.mib[i] != 0) columns_.counters.emplace_back(static_cast<Counter>(i), net.mib[i]);
  columns_.drops.clear();
  for (std::size_t i = 1; i < net.drops.size(); ++i)
    if (net.drops[i] != 0) columns_.drops.emplace_back(static_cast<Drop>(i), net.drops[i]);
}

void TraceBuilder::set_source(std::shared_ptr<PageSource> source) {
  const std::lock_guard lock(columns_.mutex);
  columns_.source = std::move(source);
}

void TraceBuilder::finish(StepIndex steps, std::int64_t t_ns) {
  columns_.end_ns.store(t_ns, std::memory_order_relaxed);
  columns_.steps.store(steps, std::memory_order_release);
  trace_->complete_.store(true, std::memory_order_release);
}

}  // namespace ringside
