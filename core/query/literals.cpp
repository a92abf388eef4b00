#include "core/query/literals.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/query/lexer.h"

namespace ringside::query {

namespace {

std::optional<std::int64_t> whole_number(std::string_view text) {
  const bool negative = text.substr(0, 1) == "-";
  std::string_view digits = negative ? text.substr(1) : text;
  int base = 10;
  if (digits.substr(0, 2) == "0x" || digits.substr(0, 2) == "0X") {
    base = 16;
    digits.remove_prefix(2);
  }
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number, base);
  if (error != std::errc() || end != digits.data() + digits.size() || digits.empty()) return std::nullopt;
  if (digits.front() == '-') return std::nullopt;
  return negative ? -number : number;
}

std::optional<std::int64_t> duration(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return std::nullopt;
  const std::string unit = lower(text.substr(static_cast<std::size_t>(end - text.data())));
  double scale = 0;
  if (unit.empty() || unit == "s") scale = 1e9;
  if (unit == "ms") scale = 1e6;
  if (unit == "us") scale = 1e3;
  if (unit == "ns") scale = 1;
  const double ns = number * scale;
  if (scale == 0 || !(std::abs(ns) < 9e18)) return std::nullopt;
  return std::llround(ns);
}

std::optional<Expression::Literal> network(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto address = IpAddr::parse(text.substr(0, slash));
  if (!address) return std::nullopt;
  std::int64_t bits = static_cast<std::int64_t>(address->size()) * 8;
  if (slash != std::string_view::npos) {
    const auto wanted = whole_number(text.substr(slash + 1));
    if (!wanted || *wanted < 0 || *wanted > bits) return std::nullopt;
    bits = *wanted;
  }
  Expression::Literal literal;
  literal.address = *address;
  literal.prefix = static_cast<std::uint8_t>(bits);
  return literal;
}

}  // namespace

std::optional<Expression::Literal> literal_of(const Field& field, std::string_view text) {
  Expression::Literal literal;
  switch (field.type) {
    case Type::address:
      return network(text);
    case Type::number:
    case Type::time: {
      const auto number = field.type == Type::number ? whole_number(text) : duration(text);
      if (!number) return std::nullopt;
      literal.number = *number;
      return literal;
    }
    case Type::word: {
      literal.word = lower(text);
      const auto same = [&](const std::string& choice) { return lower(choice) == literal.word; };
      if (!field.choices.empty() && std::none_of(field.choices.begin(), field.choices.end(), same))
        return std::nullopt;
      return literal;
    }
    case Type::set: {
      const auto same = [&](const std::string& choice) { return lower(choice) == lower(text); };
      const auto found = std::find_if(field.choices.begin(), field.choices.end(), same);
      if (found == field.choices.end()) return std::nullopt;
      literal.number = found - field.choices.begin();
      return literal;
    }
    case Type::flag:
      break;
  }
  return std::nullopt;
}

}  // namespace ringside::query
