#include "core/query/packet_table.h"

#include <algorithm>

#include "core/base/seq.h"
#include "core/nic/layers.h"

namespace ringside::query {

namespace {
constexpr std::size_t kMostHoles = 256;
const IpAddr kNoAddress;
bool older(std::uint32_t a, std::uint32_t b) { return static_cast<std::int32_t>(a - b) < 0; }
}  // namespace

void PacketTable::add(const nic::Frame& frame) {
  PacketFacts facts;
  facts.t_ns = frame.t_ns;
  facts.number = frame.number;
  facts.wire_len = frame.wire_len;
  const auto layers = nic::dissect(frame.link, frame.bytes);
  facts.unreadable = !layers;
  if (layers) {
    facts.ethertype = layers->link.protocol;
    if (layers->link.tag_count > 0) facts.vlan = layers->link.tags[0].tci & 0x0fff;
    facts.ip_version = layers->ip_version;
  }
  if (facts.ip_version == 0) {
    facts_.push_back(facts);
    return;
  }
  const wire::Bytes l3 = layers->link.l3;
  const std::size_t ttl_at = facts.ip_version == 4 ? 8 : 7;
  facts.ttl = l3.size() > ttl_at ? l3[ttl_at] : std::uint8_t{0};
  facts.protocol = layers->protocol;
  facts.fragment = layers->fragment;
  if (layers->tcp) {
    facts.seq = layers->tcp->seq();
    facts.ack = layers->tcp->ack_seq();
    facts.window = layers->tcp->window();
    facts.flags = layers->tcp->flags();
    facts.len = layers->tcp_payload_len();
  } else if (layers->udp) {
    facts.len = layers->transport_len > 8 ? layers->transport_len - 8 : 0;
  } else {
    facts.len = layers->transport_len;
  }
  facts.reverse = std::tuple(layers->daddr, layers->dport()) < std::tuple(layers->saddr, layers->sport());
  Key key{facts.protocol, layers->saddr, layers->daddr, layers->sport(), layers->dport()};
  if (facts.reverse) key = {facts.protocol, layers->daddr, layers->saddr, layers->dport(), layers->sport()};
  const auto [entry, fresh] = by_ends_.try_emplace(key, static_cast<std::uint32_t>(streams_.size() + 1));
  if (fresh) {
    Known known;
    known.ends = {std::get<1>(key), std::get<2>(key), std::get<3>(key), std::get<4>(key), facts.protocol};
    streams_.push_back(std::move(known));
  }
  facts.stream = entry->second;
  if (layers->tcp) classify(facts, streams_[facts.stream - 1]);
  facts_.push_back(facts);
}

void PacketTable::classify(PacketFacts& facts, Known& known) const {
  Side& mine = known.side[facts.reverse ? 1 : 0];
  Side& other = known.side[facts.reverse ? 0 : 1];
  const bool syn = (facts.flags & 2) != 0;
  const bool reset = (facts.flags & 4) != 0;
  if (syn && mine.begun && facts.seq != mine.first) mine = {};  // the ports are used again
  if (!mine.begun && !reset) {
    mine.begun = true;
    mine.first = mine.next = facts.seq;
  }
  if (!other.begun && (facts.flags & 0x10) != 0 && !reset) {  // what is acknowledged was sent
    other.begun = true;
    other.first = other.next = facts.ack;
  }
  facts.rel_seq = mine.begun ? facts.seq - mine.first : 0;
  facts.rel_ack = other.begun && (facts.flags & 0x10) != 0 ? facts.ack - other.first : 0;
  if (!reset) place(facts, mine);
}

/// Which bytes of the stream were there before: the list of holes says it.
void PacketTable::place(PacketFacts& facts, Side& side) {
  const std::uint32_t end = facts.seq + facts.len + (facts.flags & 1u) + (facts.flags >> 1 & 1u);
  if (end == facts.seq) return;
  if (!older(facts.seq, side.next)) {
    if (facts.seq != side.next && side.holes.size() < kMostHoles)
      side.holes.push_back({side.next, facts.seq});
    side.next = end;
    return;
  }
  bool filled = false;
  std::vector<Hole> left;
  for (const Hole& hole : side.holes) {
    const bool touches = older(facts.seq, hole.end) && older(hole.begin, end);
    filled = filled || touches;
    if (!touches) {
      left.push_back(hole);
      continue;
    }
    if (older(hole.begin, facts.seq)) left.push_back({hole.begin, facts.seq});
    if (older(end, hole.end)) left.push_back({end, hole.end});
  }
  side.holes = std::move(left);
  const bool beyond = older(side.next, end);
  if (beyond) side.next = end;
  facts.out_of_order = filled;
  facts.retransmission = !filled && !beyond;
}

const IpAddr& PacketTable::source(const PacketFacts& facts) const {
  if (facts.stream == 0) return kNoAddress;
  return facts.reverse ? stream(facts.stream).daddr : stream(facts.stream).saddr;
}
const IpAddr& PacketTable::destination(const PacketFacts& facts) const {
  if (facts.stream == 0) return kNoAddress;
  return facts.reverse ? stream(facts.stream).saddr : stream(facts.stream).daddr;
}
std::uint16_t PacketTable::sport(const PacketFacts& facts) const {
  if (facts.stream == 0) return 0;
  return facts.reverse ? stream(facts.stream).dport : stream(facts.stream).sport;
}
std::uint16_t PacketTable::dport(const PacketFacts& facts) const {
  if (facts.stream == 0) return 0;
  return facts.reverse ? stream(facts.stream).sport : stream(facts.stream).dport;
}

}  // namespace ringside::query
