// The structs that scripts spell out, `{fd=4, events=POLLIN}`: which fields, in which order.
#pragma once
#include <cstdint>
#include <span>
#include <string_view>

namespace ringside::packetdrill {

struct RecordField {
  /// What stands in parentheses behind the name.
  enum class Argument : std::uint8_t { none, ellipsis, integer };
  std::string_view name;
  Argument argument = Argument::none;
  bool optional = false;
  std::span<const std::string_view> instead = {};  ///< names that may stand in its place
};

struct RecordShape {
  std::string_view name;  ///< of the C struct
  std::span<const RecordField> fields;
};

/// The struct whose first field is `first_field`, nullptr if there is none.
const RecordShape* record_shape(std::string_view first_field);

}  // namespace ringside::packetdrill
