// What stands in every frame of an input, in columns: read once, then sorted and filtered without the file.
#pragma once
#include <cstdint>
#include <map>
#include <tuple>
#include <vector>

#include "core/nic/frame_source.h"
#include "core/wire/address.h"

namespace ringside::query {

/// A conversation of two ends; the one with the lower address (and port) is called the source.
struct Stream {
  IpAddr saddr, daddr;
  std::uint16_t sport = 0, dport = 0;
  std::uint8_t protocol = 0;  ///< IPPROTO_*
};

struct PacketFacts {
  std::int64_t t_ns = 0;
  std::uint32_t number = 0;  ///< frame number in the file
  std::uint32_t wire_len = 0;
  std::uint32_t stream = 0;  ///< from 1; 0: it belongs to none
  std::uint32_t seq = 0, ack = 0;
  std::uint32_t rel_seq = 0, rel_ack = 0;  ///< since the stream's beginning (as far as captured)
  std::uint32_t len = 0;                   ///< payload bytes
  std::uint16_t window = 0;                ///< as in the header
  std::uint16_t ethertype = 0;
  std::uint16_t vlan = 0xffff;  ///< outermost VLAN id; 0xffff: none
  std::uint8_t flags = 0;       ///< TCPHDR_*
  std::uint8_t protocol = 0, ip_version = 0;
  std::uint8_t ttl = 0;
  bool reverse = false;  ///< from the stream's second end to its first
  bool fragment = false;
  bool unreadable = false;
  bool retransmission = false;  ///< all of it came before
  bool out_of_order = false;    ///< it fills a hole left by earlier ones
};

class PacketTable {
 public:
  void add(const nic::Frame& frame);
  std::size_t size() const { return facts_.size(); }
  const PacketFacts& operator[](std::size_t row) const { return facts_[row]; }
  /// From 1 to streams().
  const Stream& stream(std::uint32_t number) const { return streams_[number - 1].ends; }
  std::uint32_t streams() const { return static_cast<std::uint32_t>(streams_.size()); }
  const IpAddr& source(const PacketFacts& facts) const;
  const IpAddr& destination(const PacketFacts& facts) const;
  std::uint16_t sport(const PacketFacts& facts) const;
  std::uint16_t dport(const PacketFacts& facts) const;
  std::size_t bytes() const { return facts_.capacity() * sizeof(PacketFacts); }

 private:
  struct Hole {
    std::uint32_t begin = 0, end = 0;
  };
  /// One direction of a stream, as far as it has been seen.
  struct Side {
    bool begun = false;
    std::uint32_t first = 0, next = 0;
    std::vector<Hole> holes;
  };
  struct Known {
    Stream ends;
    Side side[2];
  };
  using Key = std::tuple<std::uint8_t, IpAddr, IpAddr, std::uint16_t, std::uint16_t>;
  void classify(PacketFacts& facts, Known& known) const;
  static void place(PacketFacts& facts, Side& side);

  std::vector<PacketFacts> facts_;
  std::vector<Known> streams_;
  std::map<Key, std::uint32_t> by_ends_;
};

}  // namespace ringside::query
