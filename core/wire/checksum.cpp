#include "core/wire/checksum.h"

#include <bit>
#include <cstring>

namespace ringside::wire {
namespace {

/// Adds `v` to `sum`, putting the carry out of the top back in at the bottom.
inline void add_carry(std::uint64_t& sum, std::uint64_t v) {
  sum += v;
  sum += sum < v ? 1 : 0;
}

inline std::uint64_t load_native(const std::uint8_t* p) {
  std::uint64_t v;
  std::memcpy(&v, p, sizeof v);
  return v;
}

}  // namespace

// Sums eight bytes at a time in the machine's own order, four independent sums so that the adds overlap;
// the byte order is put right once at the end (RFC 1071 section 2, "byte order independence").
void ChecksumSum::add(Bytes bytes) {
  const std::uint8_t* p = bytes.data();
  std::size_t n = bytes.size();
  std::uint64_t s[4] = {};
  for (; n >= 32; p += 32, n -= 32) {
    for (int i = 0; i < 4; ++i) add_carry(s[i], load_native(p + 8 * i));
  }
  for (int i = 1; i < 4; ++i) add_carry(s[0], s[i]);
  for (; n >= 8; p += 8, n -= 8) add_carry(s[0], load_native(p));
  if (n > 0) {
    std::uint64_t tail = 0;
    std::memcpy(&tail, p, n);
    add_carry(s[0], tail);
  }
  std::uint64_t native = s[0];
  while (native >> 16 != 0) native = (native & 0xffff) + (native >> 16);
  if constexpr (std::endian::native == std::endian::little) native = (native >> 8 | native << 8) & 0xffff;
  add_word(native);
}

std::uint16_t checksum(Bytes bytes) {
  ChecksumSum sum;
  sum.add(bytes);
  return sum.finish();
}

bool checksum_ok(Bytes bytes) { return checksum(bytes) == 0; }

ChecksumSum pseudo_header(const IpAddr& saddr, const IpAddr& daddr, std::uint8_t protocol,
                          std::uint32_t length) {
  ChecksumSum sum;
  sum.add(saddr);
  sum.add(daddr);
  sum.add16(protocol);
  sum.add32(length);
  return sum;
}

std::uint16_t transport_checksum(const IpAddr& saddr, const IpAddr& daddr, std::uint8_t protocol,
                                 Bytes segment) {
  ChecksumSum sum = pseudo_header(saddr, daddr, protocol, static_cast<std::uint32_t>(segment.size()));
  sum.add(segment);
  return sum.finish();
}

bool transport_checksum_ok(const IpAddr& saddr, const IpAddr& daddr, std::uint8_t protocol, Bytes segment) {
  return transport_checksum(saddr, daddr, protocol, segment) == 0;
}

bool transport_checksum_partial(const IpAddr& saddr, const IpAddr& daddr, std::uint8_t protocol,
                                Bytes segment, std::uint16_t field) {
  return pseudo_header(saddr, daddr, protocol, static_cast<std::uint32_t>(segment.size())).folded() == field;
}

}  // namespace ringside::wire
