#include "core/scenario/packetdrill/evaluate.h"

#include <arpa/inet.h>

#include <optional>

#include "core/scenario/packetdrill/print.h"
#include "core/scenario/packetdrill/symbols.h"

namespace ringside::packetdrill {
namespace {

Error error_at(const Expression& expression, const char* id, std::string found) {
  Error error;
  error.id = id;
  error.line = expression.where.line;
  error.column = expression.where.column;
  error.args = {{"found", std::move(found)}};
  return error;
}

Error not_a_number(const Expression& expression) {
  return error_at(expression, "packetdrill.not_a_number", print(expression));
}

Result<std::int64_t> evaluate_call(const Expression& call) {
  const Expression& argument = call.children.front();
  if (call.text == "htons" && argument.kind == Expression::Kind::integer) {
    return std::int64_t{htons(static_cast<std::uint16_t>(argument.number))};
  }
  in_addr address{};
  if (call.text == "inet_addr" && inet_pton(AF_INET, argument.text.c_str(), &address) == 1) {
    return std::int64_t{address.s_addr};
  }
  return not_a_number(call);
}

std::optional<char> simple_escape(char letter) {
  switch (letter) {
    case '\\':
      return '\\';
    case '"':
      return '"';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case 'v':
      return '\v';
    default:
      return std::nullopt;
  }
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

const Expression* field(const Expression& record, const std::string& name) {
  for (const Field& candidate : record.fields) {
    if (candidate.name == name) return &candidate.value;
  }
  return nullptr;
}

Result<std::int64_t> evaluate(const Expression& expression) {
  using Kind = Expression::Kind;
  if (expression.kind == Kind::integer) return expression.number;
  if (expression.kind == Kind::word) {
    const auto value = symbol_value(expression.text);
    if (value) return *value;
    return error_at(expression, "packetdrill.unknown_symbol", expression.text);
  }
  if (expression.kind == Kind::call && expression.children.size() == 1) return evaluate_call(expression);
  if (expression.kind != Kind::bit_or) return not_a_number(expression);
  std::int64_t bits = 0;
  for (const Expression& operand : expression.children) {
    auto value = evaluate(operand);
    if (!value) return value;
    bits |= *value;
  }
  return bits;
}

Result<std::int64_t> evaluate_pointee(const Expression& expression) {
  const bool pointer = expression.kind == Expression::Kind::list && expression.children.size() == 1;
  return evaluate(pointer ? expression.children.front() : expression);
}

Result<std::string> unescape(const Expression& string) {
  if (string.kind != Expression::Kind::string)
    return error_at(string, "packetdrill.not_a_string", print(string));
  const std::string& text = string.text;
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      bytes += text[i];
      continue;
    }
    const char letter = ++i < text.size() ? text[i] : '\0';
    const auto simple = simple_escape(letter);
    const int high = i + 1 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
    if (simple) {
      bytes += *simple;
    } else if (letter == 'x' && high >= 0 && low >= 0) {
      bytes += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      return error_at(string, "packetdrill.bad_escape", text.substr(i - 1, 4));
    }
  }
  return bytes;
}

}  // namespace ringside::packetdrill
