// Addresses as plain values: IPv4 and IPv6 in one type, and MAC. Text without a resolver.
#pragma once
#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace ringside {

/// An IPv4 or IPv6 address, in network order. An IPv4 address fills the first four bytes, the others are 0,
/// so that comparison is bytewise; all IPv4 addresses order before all IPv6 ones.
class IpAddr {
 public:
  enum class Family : std::uint8_t { kNone = 0, kV4 = 4, kV6 = 6 };

  constexpr IpAddr() = default;
  static constexpr IpAddr v4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d) {
    IpAddr addr;
    addr.family_ = Family::kV4;
    addr.bytes_ = {a, b, c, d};
    return addr;
  }
  /// From a number in host order: 0x0a000001 is 10.0.0.1.
  static constexpr IpAddr v4(std::uint32_t n) {
    return v4(static_cast<std::uint8_t>(n >> 24), static_cast<std::uint8_t>(n >> 16),
              static_cast<std::uint8_t>(n >> 8), static_cast<std::uint8_t>(n));
  }
  /// From 4 (v4) or 16 (v6) bytes in network order at `p`.
  static IpAddr v4(const std::uint8_t* p) { return v4(p[0], p[1], p[2], p[3]); }
  static IpAddr v6(const std::uint8_t* p);
  /// Dotted quad or RFC 4291 text; nullopt for anything else (names, ports and zones included).
  static std::optional<IpAddr> parse(std::string_view text);

  constexpr Family family() const { return family_; }
  constexpr bool is_v4() const { return family_ == Family::kV4; }
  constexpr bool is_v6() const { return family_ == Family::kV6; }
  constexpr const std::array<std::uint8_t, 16>& bytes() const { return bytes_; }
  /// 4, 16, or 0 when there is no address.
  constexpr std::size_t size() const { return is_v4() ? 4 : is_v6() ? 16 : 0; }
  /// An IPv4 address as a number in host order; 0 for others.
  constexpr std::uint32_t v4_number() const {
    if (!is_v4()) return 0;
    return std::uint32_t{bytes_[0]} << 24 | std::uint32_t{bytes_[1]} << 16 | std::uint32_t{bytes_[2]} << 8 |
           bytes_[3];
  }
  bool is_unspecified() const;
  bool is_loopback() const;           ///< 127/8, ::1
  bool is_multicast() const;          ///< 224/4, ff00::/8
  bool is_limited_broadcast() const;  ///< 255.255.255.255
  bool is_link_local() const;         ///< 169.254/16, fe80::/10
  std::string to_string() const;      ///< RFC 5952 for IPv6; "" when there is no address
  std::uint64_t hash() const;         ///< the same on every machine and in every run

  // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 takes <=> for a comparison with a pointer
  friend constexpr auto operator<=>(const IpAddr&, const IpAddr&) = default;

 private:
  Family family_ = Family::kNone;
  std::array<std::uint8_t, 16> bytes_{};
};

/// An IEEE 802 address, in transmission order.
struct MacAddr {
  std::array<std::uint8_t, 6> bytes{};

  static constexpr std::size_t kSize = 6;
  static constexpr MacAddr from(const std::uint8_t* p) { return {{p[0], p[1], p[2], p[3], p[4], p[5]}}; }
  static constexpr MacAddr broadcast() { return {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}}; }
  /// Six two-digit hexadecimal numbers with ':' or '-' between them.
  static std::optional<MacAddr> parse(std::string_view text);

  constexpr bool is_broadcast() const { return *this == broadcast(); }
  constexpr bool is_multicast() const { return (bytes[0] & 1) != 0; }  ///< true for broadcast too
  constexpr bool is_zero() const { return *this == MacAddr{}; }
  std::string to_string() const;
  std::uint64_t hash() const;

  // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 takes <=> for a comparison with a pointer
  friend constexpr auto operator<=>(const MacAddr&, const MacAddr&) = default;
};

}  // namespace ringside

template <>
struct std::hash<ringside::IpAddr> {
  std::size_t operator()(const ringside::IpAddr& a) const noexcept {
    return static_cast<std::size_t>(a.hash());
  }
};
template <>
struct std::hash<ringside::MacAddr> {
  std::size_t operator()(const ringside::MacAddr& a) const noexcept {
    return static_cast<std::size_t>(a.hash());
  }
};
