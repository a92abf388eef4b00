// One address, IPv4 or IPv6, as plain bytes in network order.
#pragma once
#include <array>
#include <compare>
#include <cstdint>

namespace ringside {

struct IpAddr {
  std::uint8_t family = 0;               ///< 4 or 6; 0: none
  std::array<std::uint8_t, 16> bytes{};  ///< IPv4 uses the first four, the rest is zero

  static constexpr IpAddr v4(std::uint32_t host_order) {
    IpAddr a;
    a.family = 4;
    for (int i = 0; i < 4; ++i)
      a.bytes[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(host_order >> (24 - 8 * i));
    return a;
  }
  /// The IPv4 address as a number in host order; meaningless for IPv6.
  constexpr std::uint32_t v4_host_order() const {
    return static_cast<std::uint32_t>(bytes[0]) << 24 | static_cast<std::uint32_t>(bytes[1]) << 16 |
           static_cast<std::uint32_t>(bytes[2]) << 8 | bytes[3];
  }
  friend constexpr bool operator==(const IpAddr&, const IpAddr&) = default;
  friend constexpr auto operator<=>(const IpAddr&, const IpAddr&) = default;
};

}  // namespace ringside
