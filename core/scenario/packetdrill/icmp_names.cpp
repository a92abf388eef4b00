#include "core/scenario/packetdrill/icmp_names.h"

#include <charconv>
#include <span>
#include <string_view>

namespace ringside::packetdrill {
namespace {

struct Name {
  std::string_view name;
  std::uint8_t number;
};

struct Type {
  std::string_view name;
  std::uint8_t number;
  std::span<const Name> codes = {};
};

// RFC 792 and RFC 1812 5.2.7.1
constexpr Name unreachable_codes[] = {{"net_unreachable", 0},
                                      {"host_unreachable", 1},
                                      {"protocol_unreachable", 2},
                                      {"port_unreachable", 3},
                                      {"frag_needed", 4},
                                      {"source_route_failed", 5},
                                      {"net_unknown", 6},
                                      {"host_unknown", 7},
                                      {"source_host_isolated", 8},
                                      {"net_prohibited", 9},
                                      {"host_prohibited", 10},
                                      {"net_unreachable_for_tos", 11},
                                      {"host_unreachable_for_tos", 12},
                                      {"packet_filtered", 13},
                                      {"precedence_violation", 14},
                                      {"precedence_cutoff", 15}};
constexpr Type icmp_types[] = {{"echo_reply", 0},         {"unreachable", 3, unreachable_codes},
                               {"source_quench", 4},      {"redirect", 5},
                               {"echo_request", 8},       {"time_exceeded", 11},
                               {"parameter_problem", 12}, {"timestamp_request", 13},
                               {"timestamp_reply", 14},   {"information_request", 15},
                               {"information_reply", 16}, {"address_mask_request", 17},
                               {"address_mask_reply", 18}};

// RFC 4443
constexpr Name unreachable6_codes[] = {{"net_unreachable", 0},     {"no_route", 0},
                                       {"admin_prohibited", 1},    {"not_neighbour", 2},
                                       {"address_unreachable", 3}, {"port_unreachable", 4}};
constexpr Name time_exceeded6_codes[] = {{"exceeded_hop_limit", 0}, {"exceeded_frag_time", 1}};
constexpr Name parameter6_codes[] = {{"header_field", 0}, {"unknown_next_header", 1}, {"unknown_option", 2}};
constexpr Type icmp6_types[] = {{"unreachable", 1, unreachable6_codes},
                                {"packet_too_big", 2},
                                {"time_exceeded", 3, time_exceeded6_codes},
                                {"parameter_problem", 4, parameter6_codes},
                                {"echo_request", 128},
                                {"echo_reply", 129}};

/// `type_3`, `code_4`
std::optional<std::uint8_t> numbered(std::string_view text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return std::nullopt;
  const std::string_view digits = text.substr(prefix.size());
  std::uint8_t number = 0;
  const char* const end = digits.data() + digits.size();
  const auto read = std::from_chars(digits.data(), end, number);
  if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
  return number;
}

template <class Entry>
const Entry* find(std::span<const Entry> entries, std::string_view name) {
  for (const Entry& entry : entries) {
    if (entry.name == name) return &entry;
  }
  return nullptr;
}

}  // namespace

std::optional<IcmpNumbers> icmp_numbers(const IcmpMessage& message, bool ipv6) {
  const auto types = ipv6 ? std::span<const Type>(icmp6_types) : std::span<const Type>(icmp_types);
  const Type* const type = find(types, message.type);
  const auto type_number = type != nullptr ? std::optional(type->number) : numbered(message.type, "type_");
  if (!type_number) return std::nullopt;
  if (message.code.empty()) return IcmpNumbers{*type_number, 0};
  const Name* const code = type != nullptr ? find(type->codes, message.code) : nullptr;
  const auto code_number = code != nullptr ? std::optional(code->number) : numbered(message.code, "code_");
  if (!code_number) return std::nullopt;
  return IcmpNumbers{*type_number, *code_number};
}

}  // namespace ringside::packetdrill
