#include "core/query/packet_table.h"

#include <algorithm>
#include <span>
#include <tuple>

#include "core/base/seq.h"
#include "core/nic/layers.h"

namespace ringside::query {

namespace {
constexpr std::size_t kMostHoles = 256;
constexpr std::size_t kMostSidesWithHoles = 4096;
bool older(std::uint32_t a, std::uint32_t b) { return static_cast<std::int32_t>(a - b) < 0; }
std::uint64_t hash_of(const Stream& ends) {
  std::uint64_t hash = ends.saddr.hash();
  for (const std::uint64_t part :
       {ends.daddr.hash(), std::uint64_t{ends.sport} << 32 | std::uint64_t{ends.dport} << 8 | ends.protocol})
    hash = (hash ^ part) * 0x9e3779b97f4a7c15u, hash ^= hash >> 32;
  return hash;
}

std::span<std::uint32_t> buckets_of(const SpilledMemory& memory) {
  return {static_cast<std::uint32_t*>(memory.data()), memory.size() / sizeof(std::uint32_t)};
}

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
  Stream ends{layers->saddr, layers->daddr, layers->sport(), layers->dport(), facts.protocol};
  facts.reverse = std::tie(ends.daddr, ends.dport) < std::tie(ends.saddr, ends.sport);
  if (facts.reverse) ends = {ends.daddr, ends.saddr, ends.dport, ends.sport, ends.protocol};
  facts.stream = number_of(ends);
  if (layers->tcp) classify(facts);
  facts_.push_back(facts);
}

bool PacketTable::StreamCell::is(const Stream& ends) const {
  return sport == ends.sport && dport == ends.dport && protocol == ends.protocol && saddr == ends.saddr &&
         daddr == ends.daddr;
}

std::uint32_t PacketTable::number_of(const Stream& ends) {
  if (streams_.size() >= buckets_.size() / sizeof(std::uint32_t)) grow_buckets();
  const auto buckets = buckets_of(buckets_);
  std::uint32_t& bucket = buckets[hash_of(ends) % buckets.size()];
  for (std::uint32_t n = bucket; n != 0; n = streams_.last_written(n - 1).next_in_bucket)
    if (streams_.last_written(n - 1).is(ends)) return n;
  StreamCell cell;
  cell.saddr = ends.saddr;
  cell.daddr = ends.daddr;
  cell.sport = ends.sport;
  cell.dport = ends.dport;
  cell.protocol = ends.protocol;
  cell.next_in_bucket = bucket;
  streams_.push_back(cell);
  return bucket = streams();
}

void PacketTable::grow_buckets() {
  const std::size_t count = std::max<std::size_t>(1024, 2 * buckets_of(buckets_).size());
  buckets_ = SpilledMemory::allocate(count * sizeof(std::uint32_t));
  const auto buckets = buckets_of(buckets_);
  for (std::uint32_t n = 1; n <= streams(); ++n) {
    std::uint32_t& bucket = buckets[hash_of(stream(n)) % count];
    streams_.cell(n - 1).write(&StreamCell::next_in_bucket, bucket);
    bucket = n;
  }
}

/// That way's first byte is `seq`, whatever was there before.
void PacketTable::begin(std::uint32_t stream, std::size_t way, std::uint32_t seq) {
  const auto cell = streams_.cell(stream - 1);
  cell.write(&StreamCell::begun, way, std::uint8_t{1});
  cell.write(&StreamCell::first, way, seq);
  cell.write(&StreamCell::next, way, seq);
  holes_.erase(Side{stream} * 2 + way);
}

void PacketTable::classify(PacketFacts& facts) {
  const std::size_t mine = facts.reverse ? 1 : 0, other = 1 - mine;
  const StreamCell& known = streams_.last_written(facts.stream - 1);
  const bool syn = (facts.flags & 2) != 0;
  const bool reset = (facts.flags & 4) != 0;
  const bool ack = (facts.flags & 0x10) != 0;
  const bool again = syn && facts.seq != known.first[mine];  // the ports are used again
  if (!reset && (known.begun[mine] == 0 || again)) begin(facts.stream, mine, facts.seq);
  if (!reset && known.begun[other] == 0 && ack) begin(facts.stream, other, facts.ack);  // it was sent
  facts.rel_seq = known.begun[mine] != 0 ? facts.seq - known.first[mine] : 0;
  facts.rel_ack = known.begun[other] != 0 && ack ? facts.ack - known.first[other] : 0;
  if (!reset) place(facts, mine);
}

/// Which bytes of the stream were there before: the list of holes says it.
void PacketTable::place(PacketFacts& facts, std::size_t way) {
  const std::uint32_t end = facts.seq + facts.len + (facts.flags & 1u) + (facts.flags >> 1 & 1u);
  if (end == facts.seq) return;
  const std::uint32_t next = streams_.last_written(facts.stream - 1).next[way];
  const Side side = Side{facts.stream} * 2 + way;
  const bool late = older(facts.seq, next);
  const bool beyond = older(next, end);
  if (!late && facts.seq != next) {
    auto& holes = holes_[side];
    if (holes.size() < kMostHoles) holes.push_back({next, facts.seq});
    if (holes_.size() > kMostSidesWithHoles) holes_.erase(holes_.begin());
  }
  if (!late || beyond) streams_.cell(facts.stream - 1).write(&StreamCell::next, way, end);
  if (!late) return;
  facts.out_of_order = fill_holes(side, facts.seq, end);
  facts.retransmission = !facts.out_of_order && !beyond;
}

/// True if something of [from, to) was missing.
bool PacketTable::fill_holes(Side side, std::uint32_t from, std::uint32_t to) {
  const auto found = holes_.find(side);
  if (found == holes_.end()) return false;
  bool filled = false;
  std::vector<Hole> left;
  for (const Hole& hole : found->second) {
    const bool touches = older(from, hole.end) && older(hole.begin, to);
    filled = filled || touches;
    if (!touches) {
      left.push_back(hole);
      continue;
    }
    if (older(hole.begin, from)) left.push_back({hole.begin, from});
    if (older(to, hole.end)) left.push_back({to, hole.end});
  }
  if (left.empty())
    holes_.erase(found);
  else
    found->second = std::move(left);
  return filled;
}

Stream PacketTable::stream(std::uint32_t number) const {
  const StreamCell cell = streams_.get(number - 1);
  return {cell.saddr, cell.daddr, cell.sport, cell.dport, cell.protocol};
}

IpAddr PacketTable::source(const PacketFacts& facts) const {
  if (facts.stream == 0) return {};
  return facts.reverse ? stream(facts.stream).daddr : stream(facts.stream).saddr;
}
IpAddr PacketTable::destination(const PacketFacts& facts) const {
  if (facts.stream == 0) return {};
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
