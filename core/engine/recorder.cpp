#include "core/engine/recorder.h"

#include <algorithm>

#include "core/engine/sent_row.h"
#include "core/engine/wire_tap.h"

namespace ringside {

namespace {

/// Places that hold packets for a while: a run is not over while one of them has any.
bool is_waiting_place(Place place) {
  return place != Place::none && place != Place::wire && place != Place::freed &&
         place != Place::user_buffer && place != Place::forwarded && place != Place::packet_tap;
}

}  // namespace

Recorder::Track& Recorder::track(SkbId skb) {
  if (skb.index >= tracks_.size()) tracks_.resize(std::max<std::size_t>(skb.index + 1, 2 * tracks_.size()));
  return tracks_[skb.index];
}

/// The number of the socket's connection, 0: none.
std::uint32_t Recorder::flow_of(SockId sock) { return sock ? noted(machine_->host()[sock].flow, sock) : 0; }

/// Sees to it that the connection has a row, which says whose it is. Gives its number back.
std::uint32_t Recorder::noted(std::uint32_t flow, SockId sock) {
  if (flow == 0) return 0;
  const auto cell = builder_.flow(flow);
  const bool is_new = cell->flow == 0, unknown = sock && cell->remote_port == 0;
  if (!is_new && !unknown) return flow;
  FlowRow row = *cell.operator->();
  if (is_new) {
    row.flow = flow;
    row.first_step = step();
    row.first_ns = machine_->kernel().now_ns();
  }
  if (unknown) {
    const Sock& s = machine_->host()[sock];
    row.family = s.family;
    row.protocol = s.protocol;
    row.local = s.saddr;
    row.remote = s.daddr;
    row.local_port = s.sport;
    row.remote_port = s.dport;
    row.adopted = s.adopted;
  }
  cell.write(row);
  return flow;
}

void Recorder::leave(const Track& t) {
  if (is_waiting_place(t.place)) --inside_;
  const SeriesId id = series_of(t.place);
  if (id != SeriesId::count_) deepen(id, -1);
  if (t.flow == 0) return;
  const auto flow = builder_.flow(t.flow);
  const auto at = static_cast<std::size_t>(t.place);
  flow.write(&FlowRow::depth, at, flow->depth[at] - 1);
}

void Recorder::enter(const Track& t) {
  if (is_waiting_place(t.place)) ++inside_;
  const SeriesId id = series_of(t.place);
  if (id != SeriesId::count_) deepen(id, 1);
  if (t.flow == 0) return;
  const auto flow = builder_.flow(t.flow);
  const auto at = static_cast<std::size_t>(t.place);
  const std::uint32_t depth = flow->depth[at] + 1;
  flow.write(&FlowRow::entered, at, flow->entered[at] + 1);
  flow.write(&FlowRow::depth, at, depth);
  if (depth > flow->highest[at]) flow.write(&FlowRow::highest, at, depth);
}

void Recorder::mark(MarkerKind kind, std::uint32_t packet, std::uint32_t flow, Drop reason) {
  Marker marker;
  marker.t_ns = machine_->kernel().now_ns();
  marker.step = step() - 1;
  marker.packet = packet;
  marker.flow = flow;
  marker.kind = kind;
  marker.reason = reason;
  builder_.add_marker(marker);
}

void Recorder::arrived(const Arrival& arrival) {
  if (arrival.outgoing) return;
  const std::uint32_t row = row_of(arrival.number);
  if (row != UINT32_MAX) builder_.packet_arrived(row, step());
  if (tap_ != nullptr) tap_->received(machine_->kernel(), arrival);
}

void Recorder::moved(SkbId skb, SockId sock, Place, Place to) {
  const std::uint32_t packet = machine_->host()[skb].packet;
  Track& t = track(skb);
  if (t.place == Place::none || t.place == Place::freed) {  // a new skb, perhaps in an old one's place
    t = {row_of(packet), 0, Place::none};
  } else {
    leave(t);
  }
  if (const std::uint32_t number = flow_of(sock); number != 0) {
    const auto flow = builder_.flow(number);
    if (t.flow == 0 && t.row != UINT32_MAX) flow.write(&FlowRow::packets, flow->packets + 1);
    t.flow = number;
  }
  t.place = to;
  enter(t);
  if (t.row != UINT32_MAX) builder_.packet_moved(t.row, step() - 1, to, t.flow);
  if (to == Place::out_of_order_queue) mark(MarkerKind::out_of_order, packet, t.flow);
}

void Recorder::moved_request(RequestId request, Place from, Place to) {
  const std::uint32_t flow = machine_->host()[request].flow;
  noted(flow, {});
  leave({UINT32_MAX, flow, from == Place::wire ? Place::none : from});
  enter({UINT32_MAX, flow, to});
}

void Recorder::dropped(SkbId skb, std::uint32_t packet, SockId sock, Drop reason) {
  const std::uint32_t row = row_of(packet);
  if (row != UINT32_MAX) builder_.packet_dropped(row, step() - 1, reason);
  std::uint32_t number = flow_of(sock);
  if (number == 0 && skb) number = track(skb).flow;
  if (number != 0) {
    const auto flow = builder_.flow(number);
    flow.write(&FlowRow::dropped, flow->dropped + 1);
  }
  mark(MarkerKind::drop, packet, number, reason);
}

void Recorder::freed(SkbId skb) {
  Track& t = track(skb);
  leave(t);
  if (t.row != UINT32_MAX && machine_->host()[skb].cloned == 0)
    builder_.packet_freed(t.row, step() == 0 ? 0 : step() - 1);
  t = Track{};
}

void Recorder::counted(Counter counter, std::uint32_t packet, SockId sock) {
  const bool squeeze = counter == Counter::softnet_time_squeeze;
  const MarkerKind kind = squeeze ? MarkerKind::time_squeeze : MarkerKind::prune;
  mark(kind, packet, flow_of(sock));
}

void Recorder::locked(SockId, bool owned) { deepen(SeriesId::locks_owned, owned ? 1 : -1); }

void Recorder::transmitted(const Outgoing& frame) {
  SentRow row = sent_row(frame);
  if (frame.sock) {
    const Sock& s = machine_->host()[frame.sock];
    row.flow = s.flow;
    if ((row.flags & 2) == 0) row.win <<= s.tp.rx_opt.rcv_wscale;
  } else if (frame.flow != 0) {
    row.flow = frame.flow;
  }
  row.step = step() - 1;
  if (noted(row.flow, frame.sock) != 0) {
    const auto flow = builder_.flow(row.flow);
    flow.write(&FlowRow::sent, flow->sent + 1);
    row.before = flow->latest_sent;
    flow.write(&FlowRow::latest_sent, builder_.add_sent(row));
  } else {
    builder_.add_sent(row);
  }
  if (row.protocol != 6) return;
  if ((row.flags & 4) != 0) mark(MarkerKind::reset, 0, row.flow);
  if ((row.flags & 6) == 0 && row.win == 0) mark(MarkerKind::zero_window, 0, row.flow);
}

void Recorder::delivered(std::int64_t t_ns, SockId sock, std::uint32_t flow, const DataRef& bytes,
                         bool peeked) {
  if (peeked) return;
  if (noted(flow, sock) != 0) {
    const auto cell = builder_.flow(flow);
    cell.write(&FlowRow::delivered, cell->delivered + bytes.len);
    if (hashes_ != nullptr) hash(flow, bytes);
  }
  if ((bytes.source & ByteStore::kStored) != 0) return;
  const std::uint32_t row = row_of(bytes.source);
  if (row != UINT32_MAX) builder_.packet_delivered(row, step() == 0 ? 0 : step() - 1, t_ns, bytes.len, flow);
}

void Recorder::deepen(SeriesId id, std::int32_t by) {
  if (builder_.series().splits_at(step())) close_stretch();
  builder_.series().add(id, by, step());
}

void Recorder::close_stretch() {
  BusyTable busy;
  for (std::uint8_t cpu = 0; cpu < kMaxCpus; ++cpu)
    for (std::size_t c = 0; c < kContexts; ++c)
      busy[cpu][c] = machine_->busy_ns(cpu, static_cast<Context>(c));
  builder_.series().close(machine_->now_ns(), step(), busy);
}

void Recorder::hash(std::uint32_t flow, const DataRef& bytes) {
  const auto held = machine_->kernel().bytes(bytes);
  const bool of_a_frame = bytes.source != 0 && (bytes.source & ByteStore::kStored) == 0;
  if (of_a_frame && !held.empty())
    hashes_->add(flow, held, arrivals_.holder());
  else
    hashes_->add_copy(flow, held);
  hashes_->add_zeros(flow, bytes.len - held.size());  // cut by the snap length
}

}  // namespace ringside
