// What stands in every frame of an input, in columns: read once, then sorted and filtered without the file.
#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <vector>

#include "core/base/chunked.h"
#include "core/base/spill.h"
#include "core/nic/frame_source.h"
#include "core/wire/address.h"

namespace ringside::query {

/// A conversation of two ends; the one with the lower address (and port) is called the source.
struct Stream {
  IpAddr saddr, daddr;
  std::uint16_t sport = 0, dport = 0;
  std::uint8_t protocol = 0;  ///< IPPROTO_*
};

struct alignas(8) PacketFacts {
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

/// One thread adds, any number of others read at the same time: rows that are there stay as they are. What
/// has grown long lies in files (Chunked), as a live host's list has no end; memory holds the newest part of
/// it.
class PacketTable {
 public:
  /// For the one thread that fills it.
  void add(const nic::Frame& frame);

  std::size_t size() const { return facts_.size(); }
  PacketFacts operator[](std::size_t row) const { return facts_.get(row); }
  /// From 1 to streams().
  Stream stream(std::uint32_t number) const;
  std::uint32_t streams() const { return static_cast<std::uint32_t>(streams_.size()); }
  /// Without a stream: no address, port 0.
  IpAddr source(const PacketFacts& facts) const;
  IpAddr destination(const PacketFacts& facts) const;
  std::uint16_t sport(const PacketFacts& facts) const;
  std::uint16_t dport(const PacketFacts& facts) const;
  /// All of it, and what of it lies in files.
  std::size_t bytes() const { return facts_.bytes() + streams_.bytes(); }
  std::size_t bytes_in_file() const { return facts_.bytes_in_file() + streams_.bytes_in_file(); }

 private:
  static_assert(sizeof(PacketFacts) == 56);
  /// A stream and, by direction, how far it has been seen.
  struct alignas(8) StreamCell {
    IpAddr saddr, daddr;
    std::uint16_t sport = 0, dport = 0;
    std::uint8_t protocol = 0;
    std::array<std::uint8_t, 2> begun{};
    std::array<std::uint32_t, 2> first{}, next{};
    std::uint32_t next_in_bucket = 0;  ///< number of another stream, 0: none
    bool is(const Stream& ends) const;
  };
  struct Hole {
    std::uint32_t begin = 0, end = 0;
  };
  /// A stream's direction: twice its number, and one more if it is the reverse one.
  using Side = std::uint64_t;
  std::uint32_t number_of(const Stream& ends);
  void grow_buckets();
  void begin(std::uint32_t stream, std::size_t way, std::uint32_t seq);
  void classify(PacketFacts& facts);
  void place(PacketFacts& facts, std::size_t way);
  bool fill_holes(Side side, std::uint32_t from, std::uint32_t to);

  Chunked<PacketFacts> facts_;
  Chunked<StreamCell> streams_;  ///< by number, from 1
  SpilledMemory buckets_;        ///< of uint32_t, a power of two: the latest stream there
  /// Few sides have any; of too many the oldest streams' are forgotten.
  std::map<Side, std::vector<Hole>> holes_;
};

}  // namespace ringside::query
