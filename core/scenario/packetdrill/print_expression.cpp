#include "core/scenario/packetdrill/print.h"

namespace ringside::packetdrill {
namespace {

std::string print_number(const Expression& expression) {
  if (!expression.hex) return std::to_string(expression.number);
  constexpr const char* digits = "0123456789abcdef";
  auto rest = static_cast<std::uint64_t>(expression.number);
  std::string text;
  do {
    text.insert(text.begin(), digits[rest & 15]);
    rest >>= 4;
  } while (rest != 0);
  return "0x" + text;
}

std::string joined(const std::vector<Expression>& items, const char* between) {
  std::string text;
  for (const Expression& item : items) {
    if (!text.empty()) text += between;
    text += print(item);
  }
  return text;
}

std::string print_record(const Expression& record) {
  std::string text = "{";
  for (const Field& field : record.fields) {
    if (text.size() > 1) text += ", ";
    text += field.name;
    if (!field.argument.empty()) text += "(" + print(field.argument.front()) + ")";
    text += "=" + print(field.value);
  }
  return text + "}";
}

}  // namespace

std::string print(const Expression& expression) {
  using Kind = Expression::Kind;
  switch (expression.kind) {
    case Kind::ellipsis:
      return "...";
    case Kind::integer:
      return print_number(expression);
    case Kind::word:
      return expression.text;
    case Kind::string:
      return "\"" + expression.text + "\"" + (expression.open_ended ? "..." : "");
    case Kind::bit_or:
      return joined(expression.children, "|");
    case Kind::assign:
      return expression.text + "=" + joined(expression.children, "");
    case Kind::list:
      return "[" + joined(expression.children, ", ") + "]";
    case Kind::braces:
      return "{" + joined(expression.children, ", ") + "}";
    case Kind::record:
      return print_record(expression);
    case Kind::call:
      return expression.text + "(" + joined(expression.children, ", ") + ")";
    case Kind::opaque:
      return expression.text;
  }
  return {};
}

std::string print(const Syscall& call) {
  std::string text = call.name + "(" + joined(call.arguments, ", ") + ") = " + print(call.result);
  if (call.error) text += " " + call.error->name + " (" + call.error->note + ")";
  if (call.note) text += " (" + *call.note + ")";
  return text;
}

}  // namespace ringside::packetdrill
