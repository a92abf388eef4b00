// The Internet checksum, RFC 1071, with the pseudo headers of RFC 9293 section 3.1 and RFC 8200 section 8.1.
#pragma once
#include <cstdint>

#include "core/wire/address.h"
#include "core/wire/bytes.h"

namespace ringside::wire {

/// A one's-complement sum that is still being added to. Parts may be added in any order, but each part
/// must start at an even place of the summed sequence: only the last one may have an odd length.
class ChecksumSum {
 public:
  void add(Bytes bytes);
  void add16(std::uint16_t v) { add_word(v); }
  void add32(std::uint32_t v) {
    add_word(v >> 16);
    add_word(v & 0xffff);
  }
  void add(const IpAddr& addr) { add(Bytes(addr.bytes().data(), addr.size())); }
  /// The sum folded to 16 bits, in host order, not yet complemented. 0xffff when a received packet with its
  /// checksum in place is intact.
  std::uint16_t folded() const {
    std::uint64_t s = sum_;
    while (s >> 16 != 0) s = (s & 0xffff) + (s >> 16);
    return static_cast<std::uint16_t>(s);
  }
  /// What goes into the checksum field.
  std::uint16_t finish() const { return static_cast<std::uint16_t>(~folded()); }

 private:
  void add_word(std::uint64_t v) { sum_ += v; }
  std::uint64_t sum_ = 0;  ///< of 16-bit words in host order; 2^48 words fit
};

/// The checksum of `bytes`, to be stored in them (the field itself being 0 while summing).
std::uint16_t checksum(Bytes bytes);
/// True if `bytes`, checksum field included, sum up as they should.
bool checksum_ok(Bytes bytes);

/// The sum of the pseudo header of a transport segment of `length` bytes. Both addresses of one family.
ChecksumSum pseudo_header(const IpAddr& saddr, const IpAddr& daddr, std::uint8_t protocol,
                          std::uint32_t length);
/// The checksum of a transport segment under its pseudo header (its own field being 0 while summing).
std::uint16_t transport_checksum(const IpAddr& saddr, const IpAddr& daddr, std::uint8_t protocol,
                                 Bytes segment);
bool transport_checksum_ok(const IpAddr& saddr, const IpAddr& daddr, std::uint8_t protocol, Bytes segment);
/// True if the field holds only the sum of the pseudo header: what a sender's stack leaves for its NIC to
/// finish (CHECKSUM_PARTIAL), as captures taken on the sender show it.
bool transport_checksum_partial(const IpAddr& saddr, const IpAddr& daddr, std::uint8_t protocol,
                                Bytes segment, std::uint16_t field);

/// `check` after one 16-bit word it covers changed from `from` to `to`. RFC 1624 equation 3.
constexpr std::uint16_t checksum_update16(std::uint16_t check, std::uint16_t from, std::uint16_t to) {
  std::uint32_t s =
      static_cast<std::uint16_t>(~check) + std::uint32_t{static_cast<std::uint16_t>(~from)} + to;
  s = (s & 0xffff) + (s >> 16);
  s = (s & 0xffff) + (s >> 16);
  return static_cast<std::uint16_t>(~s);
}
constexpr std::uint16_t checksum_update32(std::uint16_t check, std::uint32_t from, std::uint32_t to) {
  check =
      checksum_update16(check, static_cast<std::uint16_t>(from >> 16), static_cast<std::uint16_t>(to >> 16));
  return checksum_update16(check, static_cast<std::uint16_t>(from), static_cast<std::uint16_t>(to));
}

}  // namespace ringside::wire
