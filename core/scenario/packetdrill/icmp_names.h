// ICMP types and codes by packetdrill's names (RFC 792, 1812, 4443).
#pragma once
#include <cstdint>
#include <optional>

#include "core/scenario/packetdrill/ast_packet.h"

namespace ringside::packetdrill {

struct IcmpNumbers {
  std::uint8_t type = 0;
  std::uint8_t code = 0;
  friend bool operator==(const IcmpNumbers&, const IcmpNumbers&) = default;
};

/// Nothing if the family has no such type or the type no such code. `type_3` and `code_4` name numbers.
std::optional<IcmpNumbers> icmp_numbers(const IcmpMessage& message, bool ipv6);

}  // namespace ringside::packetdrill
