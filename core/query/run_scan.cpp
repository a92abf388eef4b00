#include "core/query/run_scan.h"

#include <algorithm>
#include <cmath>

#include "core/model/fields.h"

namespace ringside::query {

void Course::add(const ScanPoint& point) {
  if (++skipped_ < every_) return;
  skipped_ = 0;
  points_.push_back(point);
  if (points_.size() < kMost) return;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < points_.size(); i += 2) points_[kept++] = points_[i];
  points_.resize(kept);
  every_ *= 2;
}

int Histogram::bin_of(std::int64_t ns) {
  if (ns < 1) return 0;
  return std::clamp(static_cast<int>(std::log10(static_cast<double>(ns)) * 10), 0, kBins - 1);
}

double Histogram::begin_of(int bin) { return std::pow(10.0, bin / 10.0); }

void Histogram::add(std::int64_t ns, std::uint32_t of) {
  const auto bin = static_cast<std::size_t>(bin_of(ns));
  ++count[bin];
  if (packet[bin] == 0 || ns > slowest[bin]) {
    slowest[bin] = ns;
    packet[bin] = of;
  }
  ++total;
  sum_ns += ns;
  longest_ns = std::max(longest_ns, ns);
}

namespace {

class Scanner {
 public:
  Scanner(const Trace& trace, RunScan& out)
      : trace_(trace),
        out_(out),
        rcv_nxt_(field_named(ObjectKind::sock, "tp.rcv_nxt")),
        copied_seq_(field_named(ObjectKind::sock, "tp.copied_seq")) {}

  void look(const Event& e, StepIndex step) {
    if (e.packet != 0) follow(e);
    switch (e.kind) {
      case EventKind::change:
        if (e.id == rcv_nxt_ || e.id == copied_seq_) sequence(e, step);
        break;
      case EventKind::count: {
        const auto counter = static_cast<Counter>(e.id);
        sums_[counter] += e.answer;
        out_.counters[counter].add({step, e.t_ns, sums_[counter]});
        break;
      }
      case EventKind::wake:
        out_.wakes.add({step, e.t_ns, e.answer});
        break;
      default:
        break;
    }
  }

 private:
  /// A packet that is inside, and how long it has been on each floor.
  struct Guest {
    Whereabouts where;
    std::int64_t since_ns = 0;
    std::array<std::int64_t, static_cast<std::size_t>(Layer::count_)> spent{};
  };

  void sequence(const Event& e, StepIndex step) {
    const auto flow = flow_of_.find(e.object_index);
    if (flow == flow_of_.end() || flow->second == 0) return;
    SequenceCourse& course = out_.flows[flow->second];
    (e.id == rcv_nxt_ ? course.rcv_nxt : course.copied_seq).add({step, e.t_ns, e.new_value});
  }

  void follow(const Event& e) {
    const auto row_at = trace_.row_of(e.packet);
    if (!row_at) return;
    const PacketRow row = trace_.packet(*row_at);
    if (e.sock && row.flow != 0) flow_of_[e.sock.index] = row.flow;
    if (row.fate != Fate::delivered) return;
    auto [at, fresh] = guests_.try_emplace(e.packet);
    Guest& guest = at->second;
    if (fresh) guest.since_ns = row.t_ns;
    const Layer before = guest.where.layer;
    if (!guest.where.follow(e)) return;
    guest.spent[static_cast<std::size_t>(before)] += std::max<std::int64_t>(0, e.t_ns - guest.since_ns);
    guest.since_ns = e.t_ns;
    if (guest.where.layer != Layer::gone) return;
    // Merged into another skb, its bytes wait on in the socket.
    guest.spent[static_cast<std::size_t>(Layer::socket)] +=
        std::max<std::int64_t>(0, row.delivered_ns - e.t_ns);
    for (std::size_t i = 0; i < guest.spent.size(); ++i)
      if (guest.spent[i] > 0) out_.floors[i].add(guest.spent[i], e.packet);
    out_.to_read.add(row.delivered_ns - row.t_ns, e.packet);
    guests_.erase(at);
  }

  const Trace& trace_;
  RunScan& out_;
  const std::uint16_t rcv_nxt_, copied_seq_;
  std::map<std::uint32_t, std::uint32_t> flow_of_;  ///< socket -> connection
  std::map<std::uint32_t, Guest> guests_;
  std::map<Counter, std::int64_t> sums_;
};

}  // namespace

RunScan scan_run(const Trace& trace, const std::atomic<bool>* cancel, std::atomic<StepIndex>* progress) {
  RunScan out;
  Scanner scanner(trace, out);
  StepIndex at = 0;
  while (at < trace.step_count()) {
    if (cancel != nullptr && cancel->load(std::memory_order_relaxed)) return out;
    if (progress != nullptr) progress->store(at, std::memory_order_relaxed);
    const auto page = trace.page(trace.page_number_of(at));
    if (page == nullptr || !page->contains(at)) return out;
    for (; at < page->end_step(); ++at) scanner.look(page->event(at), at);
  }
  out.complete = true;
  return out;
}

}  // namespace ringside::query
