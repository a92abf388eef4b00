#include "ui/stage/motion.h"

#include <algorithm>
#include <map>

#include "ui/stage/read_parts.h"

namespace ringside::ui {

namespace {

constexpr StepIndex kFarthest = 20000;
constexpr std::size_t kMostFlights = 16;

class Collector {
 public:
  Collector(const Player& player, const std::function<ChipPicture(std::uint32_t)>& summary)
      : player_(player), summary_(summary) {}

  void take(const Event& event) {
    switch (event.kind) {
      case EventKind::call:
        if (event.packet != 0 && event.context != Context::process) at_function(event);
        break;
      case EventKind::move:
        leave(event, event.from);
        add(motion_of(event), event.to == Place::in_flight ? stop_at(event) : Stop{event.to});
        break;
      case EventKind::drop:
        leave(event, event.from);
        add(motion_of(event), {Place::freed});
        motion_of(event).dropped = true;
        break;
      case EventKind::copy:
        if (event.to != Place::rx_ring) copy(event);  // the DMA of what has just come into the ring
        break;
      case EventKind::send:
        add(motion_of(event), {Place::none, Node::count_, true});
        break;
      default:
        break;
    }
  }

  std::vector<Motion> finish(bool backward) {
    std::vector<Motion> all;
    for (auto& [order, motion] : motions_) {
      if (motion.stops.size() < 2) continue;
      if (backward) std::reverse(motion.stops.begin(), motion.stops.end());
      all.push_back(std::move(motion));
    }
    return all.size() > kMostFlights ? together(all) : all;
  }

 private:
  static void add(Motion& motion, const Stop& stop) {
    if (stop.place == Place::none && stop.node == Node::count_ && !stop.sent) return;
    if (motion.stops.empty() || motion.stops.back() != stop) motion.stops.push_back(stop);
  }

  /// A packet in no queue is where the code is that holds it.
  static Stop stop_at(const Event& event) { return {Place::none, node_of(event.function, Fn::none)}; }

  void leave(const Event& event, Place from) {
    Motion& motion = motion_of(event);
    if (!motion.stops.empty() || from == Place::none) return;
    add(motion, from == Place::in_flight ? stop_at(event) : Stop{from});
  }

  void at_function(const Event& event) {
    Motion& motion = motion_of(event);
    Node node = node_of(event.function, Fn::none);
    if (node == Node::count_) return;
    const bool hook_above =
        node == Node::pre_routing && !motion.stops.empty() &&
        (motion.stops.back().node == Node::ip_local_deliver || motion.stops.back().node == Node::defrag);
    if (hook_above) node = Node::local_in;
    add(motion, {Place::none, node});
  }

  /// Copies are motions of their own: the packet itself stays where it is.
  void copy(const Event& event) {
    Motion motion;
    describe(motion.chip, event);
    motion.copied = true;
    motion.chip.place = Place::user_buffer;
    add(motion, {event.from == Place::none ? Place::sk_receive_queue : event.from});
    if (event.from == Place::in_flight) add(motion, {Place::none, Node::tcp_data_queue});
    add(motion, {event.to});
    motions_.emplace_back(0, std::move(motion));
  }

  Motion& motion_of(const Event& event) {
    const std::uint64_t key = event.packet != 0 ? event.packet : 1ull << 32 | event.skb.index;
    const auto found = by_key_.find(key);
    if (found != by_key_.end()) return motions_[found->second].second;
    by_key_[key] = motions_.size();
    motions_.emplace_back(key, Motion{});
    Motion& motion = motions_.back().second;
    describe(motion.chip, event);
    // It begins where its last step left it.
    return motion;
  }

  void describe(ChipPicture& chip, const Event& event) const {
    const Host& host = player_.host();
    if (event.skb && host.skbs.is_live(event.skb.index))
      chip = chip_of(host, event.skb);
    else if (event.packet != 0 && summary_)
      chip = summary_(event.packet);
    if (chip.seq == 0 && chip.end_seq == 0 && event.packet != 0 && summary_) {
      const Place place = chip.place;  // below TCP only the frame knows its sequence numbers
      chip = summary_(event.packet);
      chip.place = place;
    }
    chip.packet = event.packet;
    if (event.skb) chip.skb = event.skb.index;
    if (chip.place == Place::none) chip.place = event.to;
  }

  /// Too many to follow: those with the same beginning and end become one stream with a number.
  static std::vector<Motion> together(const std::vector<Motion>& all) {
    std::vector<Motion> streams;
    for (const Motion& motion : all) {
      const auto same = std::find_if(streams.begin(), streams.end(), [&](const Motion& stream) {
        return stream.stops.front() == motion.stops.front() && stream.stops.back() == motion.stops.back();
      });
      if (same == streams.end())
        streams.push_back(motion);
      else
        ++same->count;
    }
    return streams;
  }

  const Player& player_;
  const std::function<ChipPicture(std::uint32_t)>& summary_;
  std::vector<std::pair<std::uint64_t, Motion>> motions_;
  std::map<std::uint64_t, std::size_t> by_key_;
};

}  // namespace

std::vector<Motion> motions_between(const Player& player, StepIndex from, StepIndex to,
                                    const std::function<ChipPicture(std::uint32_t)>& summary) {
  const bool backward = to < from;
  const StepIndex begin = std::min(from, to), end = std::max(from, to);
  if (end - begin > kFarthest) return {};
  Collector collector(player, summary);
  std::shared_ptr<const Page> page;
  for (StepIndex step = begin; step < end; ++step) {
    if (page == nullptr || !page->contains(step)) page = player.trace().step(step).page;
    if (page == nullptr) break;
    collector.take(page->event(step));
  }
  return collector.finish(backward);
}

}  // namespace ringside::ui
