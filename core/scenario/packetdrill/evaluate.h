// What the expressions of system calls are worth.
#pragma once
#include <cstdint>
#include <string>

#include "core/base/result.h"
#include "core/scenario/packetdrill/ast_expression.h"

namespace ringside::packetdrill {

/// Number of an integer, symbol, `|` of such, or htons()/inet_addr() (in network order as on x86).
/// Errors: packetdrill.unknown_symbol, packetdrill.not_a_number (args: found).
Result<std::int64_t> evaluate(const Expression& expression);

/// The only element of `[4]` evaluated, or the expression itself if it is no list: values passed by pointer.
Result<std::int64_t> evaluate_pointee(const Expression& expression);

/// Bytes of a string literal: \\ \" \f \n \r \t \v \xhh. Errors: packetdrill.bad_escape,
/// packetdrill.not_a_string.
Result<std::string> unescape(const Expression& string);

}  // namespace ringside::packetdrill
