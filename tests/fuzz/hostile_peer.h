// A peer that does what bytes tell it: they are read as a little program of frames, most of them TCP segments
// near the numbers that the host stands at. No capture that a fuzzer makes up would get behind a handshake.
#pragma once
#include <vector>

#include "core/base/seq.h"
#include "core/wire/address.h"
#include "core/wire/arp.h"
#include "core/wire/bytes.h"
#include "core/wire/ipv4.h"

namespace ringside::fuzz {

/// The input, byte by byte; zeros behind its end.
class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size) : rest_(data, size) {}
  bool empty() const { return rest_.empty(); }
  std::uint8_t byte();
  std::uint16_t two() { return static_cast<std::uint16_t>(byte() << 8 | byte()); }
  /// A number near 0: most values are small steps, some are segments, some are far away.
  std::int64_t offset();
  wire::Buffer bytes(std::size_t n);

 private:
  wire::Bytes rest_;
};

/// The two ends, as the peer sees them.
struct Ends {
  IpAddr host, peer;  ///< IPv4
  MacAddr host_mac, peer_mac;
  std::uint16_t host_port = 0, peer_port = 0;  ///< host_port 0: learnt from what the host sends
};

class HostilePeer {
 public:
  explicit HostilePeer(const Ends& ends) : ends_(ends) {}
  /// One instruction: frames (Ethernet) that reach the host, after a pause of that many nanoseconds.
  std::int64_t obey(Input& in, std::vector<wire::Buffer>& frames);
  /// What the host has sent: a packet from its IP (or ARP) header on, of which `payload_len` bytes may be
  /// missing at the end.
  void saw(std::uint16_t ethertype, wire::Bytes packet, std::uint32_t payload_len);

 private:
  wire::Buffer options(Input& in);
  void segment(Input& in, std::uint8_t odd, std::vector<wire::Buffer>& frames);
  void icmp(Input& in, std::vector<wire::Buffer>& frames);
  void packet(const wire::Buffer& body, std::uint8_t protocol, std::uint8_t odd, Input& in,
              std::vector<wire::Buffer>& frames);
  wire::Buffer frame(const wire::Ipv4Header& ip, wire::Bytes body) const;
  wire::Buffer ethernet(std::uint16_t protocol, wire::Bytes body) const;

  Ends ends_;
  wire::Buffer last_sent_;
  std::vector<wire::ArpPacket> asked_;  ///< ARP questions to be answered
  Seq next_ = 1'000'000, host_next_ = 0, host_una_ = 0;
  std::uint32_t ts_ = 1000, echo_ = 0;
  std::uint16_t id_ = 0;
};

}  // namespace ringside::fuzz
