#include "core/scenario/packetdrill/lex_address.h"

#include <arpa/inet.h>

#include <array>
#include <string>

namespace ringside::packetdrill {
namespace {

/// No text of an address is longer ("ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255").
constexpr std::size_t longest_ipv6 = 45;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_address_byte(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ':' || c == '.';
}

bool valid_ipv6(std::string_view text) {
  std::array<unsigned char, 16> bytes;
  return inet_pton(AF_INET6, std::string(text).c_str(), bytes.data()) == 1;
}

}  // namespace

std::size_t ipv4_length(std::string_view text) {
  std::size_t i = 0;
  for (int part = 0; part < 4; ++part) {
    if (part > 0) {
      if (i >= text.size() || text[i] != '.') return 0;
      ++i;
    }
    const std::size_t start = i;
    while (i < text.size() && is_digit(text[i])) ++i;
    if (i == start) return 0;
  }
  return i;
}

std::size_t ipv6_length(std::string_view text) {
  std::size_t end = 0;
  std::size_t colons = 0;
  bool doubled = false;
  while (end < text.size() && end <= longest_ipv6 && is_address_byte(text[end])) {
    if (text[end] == ':') {
      ++colons;
      doubled = doubled || (end > 0 && text[end - 1] == ':');
    }
    ++end;
  }
  if (!doubled && colons < 7) return 0;
  // A colon or a dot may follow the address ("fd::1: S 0:0(0)"): give back bytes until it is one.
  for (std::size_t length = end; length >= 2; --length) {
    if (valid_ipv6(text.substr(0, length))) return length;
  }
  return 0;
}

}  // namespace ringside::packetdrill
