// IPv4, RFC 791. Field names are those of struct iphdr, include/uapi/linux/ip.h.
#pragma once
#include <optional>

#include "core/wire/address.h"
#include "core/wire/bytes.h"
#include "core/wire/checksum.h"

namespace ringside::wire {

inline constexpr std::uint8_t IPPROTO_NR_ICMP = 1;
inline constexpr std::uint8_t IPPROTO_NR_TCP = 6;
inline constexpr std::uint8_t IPPROTO_NR_UDP = 17;
inline constexpr std::uint8_t IPPROTO_NR_ICMPV6 = 58;

/// At least 20 bytes. Whether they make a good header is for ip_rcv() to test, one field at a time; until
/// then lengths may lie, and everything variable is cut to the bytes that are there.
class Ipv4View {
 public:
  static constexpr std::size_t kMinHeaderLen = 20;

  static constexpr std::optional<Ipv4View> parse(Bytes bytes) {
    if (bytes.size() < kMinHeaderLen) return std::nullopt;
    return Ipv4View(bytes);
  }
  constexpr std::uint8_t version() const { return b_[0] >> 4; }
  constexpr std::uint8_t ihl() const { return b_[0] & 0x0f; }  ///< in 32-bit words
  constexpr std::uint8_t tos() const { return b_[1]; }
  constexpr std::uint8_t ecn() const { return b_[1] & 3; }
  constexpr std::uint16_t tot_len() const { return load16(b_.data() + 2); }
  constexpr std::uint16_t id() const { return load16(b_.data() + 4); }
  constexpr std::uint16_t frag_off() const { return load16(b_.data() + 6); }  ///< with the three flag bits
  constexpr bool dont_fragment() const { return (frag_off() & 0x4000) != 0; }
  constexpr bool more_fragments() const { return (frag_off() & 0x2000) != 0; }
  constexpr std::uint32_t fragment_offset() const { return (frag_off() & 0x1fffu) * 8; }  ///< in bytes
  /// ip_is_fragment(): part of a datagram, not a whole one.
  constexpr bool is_fragment() const { return (frag_off() & 0x3fff) != 0; }
  constexpr std::uint8_t ttl() const { return b_[8]; }
  constexpr std::uint8_t protocol() const { return b_[9]; }
  constexpr std::uint16_t check() const { return load16(b_.data() + 10); }
  IpAddr saddr() const { return IpAddr::v4(b_.data() + 12); }
  IpAddr daddr() const { return IpAddr::v4(b_.data() + 16); }

  constexpr std::size_t header_len() const { return std::size_t{ihl()} * 4; }
  /// ip_fast_csum() == 0 over ihl words; false if the header is not all there.
  bool checksum_ok() const;
  constexpr Bytes options() const { return slice(b_, kMinHeaderLen, header_len()); }
  /// From the end of the header to tot_len, cut to what was captured: link padding is not in it.
  constexpr Bytes payload() const { return slice(b_, header_len(), tot_len()); }
  /// Payload bytes the header promises, captured or not.
  constexpr std::uint32_t payload_len() const {
    return tot_len() > header_len() ? static_cast<std::uint32_t>(tot_len() - header_len()) : 0;
  }
  constexpr Bytes bytes() const { return b_; }

 private:
  constexpr explicit Ipv4View(Bytes b) : b_(b) {}
  Bytes b_;
};

/// An IPv4 header as a value. Lengths and the checksum are computed when it is written.
struct Ipv4Header {
  IpAddr saddr;
  IpAddr daddr;
  std::uint8_t tos = 0;
  std::uint16_t id = 0;
  bool dont_fragment = false;
  bool more_fragments = false;
  bool reserved_flag = false;         ///< the bit that must be zero
  std::uint32_t fragment_offset = 0;  ///< bytes, a multiple of 8, at most 65528
  std::uint8_t ttl = 64;
  std::uint8_t protocol = IPPROTO_NR_TCP;
  Buffer options;  ///< at most 40 bytes; padded with zeros to a multiple of 4 when written

  /// nullopt if the header is not whole or is no IPv4 header.
  static std::optional<Ipv4Header> from(Bytes bytes);
  std::size_t size() const { return Ipv4View::kMinHeaderLen + (options.size() + 3) / 4 * 4; }
  /// Writes the header of a packet that carries `payload_len` bytes (header and payload at most 65535).
  void append_to(Buffer& out, std::size_t payload_len) const;
  /// The same to `p`, where size() bytes of zeros are.
  void write_to(std::uint8_t* p, std::size_t payload_len) const;
  friend bool operator==(const Ipv4Header&, const Ipv4Header&) = default;
};

}  // namespace ringside::wire
