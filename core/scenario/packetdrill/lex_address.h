// Addresses inside a script, told from sequence ranges that look alike (1:1001).
#pragma once
#include <cstddef>
#include <string_view>

namespace ringside::packetdrill {

/// Bytes of `text`'s start that form a dotted quad (whatever its numbers); 0 if none.
std::size_t ipv4_length(std::string_view text);

/// Bytes of `text`'s start that form an IPv6 address, which has `::` or seven colons; 0 if none.
std::size_t ipv6_length(std::string_view text);

}  // namespace ringside::packetdrill
