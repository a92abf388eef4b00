// What is compared with: numbers, times, addresses, words.
#pragma once
#include <optional>

#include "core/query/expression.h"

namespace ringside::query {

/// nullopt: it is no value for that field.
std::optional<Expression::Literal> literal_of(const Field& field, std::string_view text);

}  // namespace ringside::query
