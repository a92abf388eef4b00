#include "core/wire/address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>

namespace ringside {
namespace {

/// splitmix64's finalizer: spreads a few changed bits over all 64.
std::uint64_t mix(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

std::uint64_t big_endian(const std::uint8_t* p, int count) {
  std::uint64_t v = 0;
  for (int i = 0; i < count; ++i) v = v << 8 | p[i];
  return v;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

IpAddr IpAddr::v6(const std::uint8_t* p) {
  IpAddr addr;
  addr.family_ = Family::kV6;
  std::copy_n(p, 16, addr.bytes_.begin());
  return addr;
}

std::optional<IpAddr> IpAddr::parse(std::string_view text) {
  if (text.empty() || text.size() >= INET6_ADDRSTRLEN || text.find('\0') != text.npos) return std::nullopt;
  char copy[INET6_ADDRSTRLEN] = {};
  std::copy(text.begin(), text.end(), copy);
  std::uint8_t raw[16];
  if (inet_pton(AF_INET, copy, raw) == 1) return v4(raw);
  if (inet_pton(AF_INET6, copy, raw) == 1) return v6(raw);
  return std::nullopt;
}

bool IpAddr::is_unspecified() const {
  return std::all_of(bytes_.begin(), bytes_.end(), [](std::uint8_t b) { return b == 0; });
}

bool IpAddr::is_loopback() const {
  if (is_v4()) return bytes_[0] == 127;
  return is_v6() && bytes_[15] == 1 &&
         std::all_of(bytes_.begin(), bytes_.end() - 1, [](std::uint8_t b) { return b == 0; });
}

bool IpAddr::is_multicast() const {
  return is_v4() ? (bytes_[0] & 0xf0) == 0xe0 : is_v6() && bytes_[0] == 0xff;
}

bool IpAddr::is_limited_broadcast() const { return is_v4() && v4_number() == 0xffffffffu; }

bool IpAddr::is_link_local() const {
  if (is_v4()) return bytes_[0] == 169 && bytes_[1] == 254;
  return is_v6() && bytes_[0] == 0xfe && (bytes_[1] & 0xc0) == 0x80;
}

std::string IpAddr::to_string() const {
  if (size() == 0) return {};
  char text[INET6_ADDRSTRLEN] = {};
  inet_ntop(is_v4() ? AF_INET : AF_INET6, bytes_.data(), text, sizeof text);
  return text;
}

std::uint64_t IpAddr::hash() const {
  const auto family = static_cast<std::uint64_t>(family_);
  return mix(mix(big_endian(bytes_.data(), 8) + family) ^ big_endian(bytes_.data() + 8, 8));
}

std::optional<MacAddr> MacAddr::parse(std::string_view text) {
  if (text.size() != 17) return std::nullopt;
  const char between = text[2];
  if (between != ':' && between != '-') return std::nullopt;
  MacAddr mac;
  for (std::size_t i = 0; i < kSize; ++i) {
    const int high = hex_digit(text[i * 3]);
    const int low = hex_digit(text[i * 3 + 1]);
    if (high < 0 || low < 0 || (i + 1 < kSize && text[i * 3 + 2] != between)) return std::nullopt;
    mac.bytes[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return mac;
}

std::string MacAddr::to_string() const {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (std::uint8_t b : bytes) {
    if (!text.empty()) text += ':';
    text += kDigits[b >> 4];
    text += kDigits[b & 15];
  }
  return text;
}

std::uint64_t MacAddr::hash() const { return mix(big_endian(bytes.data(), 6)); }

}  // namespace ringside
