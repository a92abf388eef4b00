#include "core/query/expression.h"

#include <algorithm>

#include "core/query/lexer.h"

namespace ringside::query {

namespace {

using Op = Expression::Op;
using Node = Expression::Node;

bool compare(Op op, std::int64_t value, std::int64_t literal) {
  switch (op) {
    case Op::equal:
      return value == literal;
    case Op::unequal:
      return value != literal;
    case Op::less:
      return value < literal;
    case Op::at_most:
      return value <= literal;
    case Op::more:
      return value > literal;
    case Op::at_least:
      return value >= literal;
    default:
      return false;
  }
}

bool in_network(const IpAddr& address, const Expression::Literal& network) {
  if (address.family() != network.address.family()) return false;
  for (std::size_t bit = 0; bit < network.prefix; ++bit) {
    const auto mask = static_cast<std::uint8_t>(0x80u >> (bit % 8));
    if (((address.bytes()[bit / 8] ^ network.address.bytes()[bit / 8]) & mask) != 0) return false;
  }
  return true;
}

bool same_word(std::string_view word, const std::string& wanted) {
  return word.size() == wanted.size() &&
         std::equal(word.begin(), word.end(), wanted.begin(), [](char a, char b) {
           return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
         });
}

bool numbers_match(const Node& node, const FieldValue& value) {
  if (node.edge)
    return compare(node.op, value.numbers[0], node.literal.number) &&
           !compare(node.op, value.before, node.literal.number);
  if (node.op == Op::unequal) {  // none of them is equal
    for (std::size_t i = 0; i < value.count; ++i)
      if (value.numbers[i] == node.literal.number) return false;
    return true;
  }
  for (std::size_t i = 0; i < value.count; ++i)
    if (compare(node.op, value.numbers[i], node.literal.number)) return true;
  return false;
}

bool addresses_match(const Node& node, const FieldValue& value) {
  bool any = false;
  for (std::size_t i = 0; i < value.count; ++i) any = any || in_network(*value.addresses[i], node.literal);
  return node.op == Op::unequal ? !any : any;
}

bool word_matches(const Node& node, const FieldValue& value) {
  const auto fits = [&node](std::string_view word) {
    return node.op == Op::contains ? lower(word).find(node.literal.word) != std::string::npos
                                   : same_word(word, node.literal.word);
  };
  const bool any = fits(value.word) || (value.count == 2 && fits(value.other_word));
  return any != (node.op == Op::unequal);
}

}  // namespace

bool Expression::node_matches(std::uint32_t at, const std::function<FieldValue(std::uint16_t)>& read) const {
  const Node& node = nodes_[at];
  switch (node.op) {
    case Op::both:
      return node_matches(node.left, read) && node_matches(node.right, read);
    case Op::either:
      return node_matches(node.left, read) || node_matches(node.right, read);
    case Op::negation:
      return !node_matches(node.left, read);
    default:
      break;
  }
  const FieldValue value = read(node.field);
  if (value.count == 0) return false;
  switch (node.type) {
    case Type::flag:
      return value.numbers[0] != 0;
    case Type::address:
      return addresses_match(node, value);
    case Type::word:
      return word_matches(node, value);
    case Type::set:
      return ((value.numbers[0] >> node.literal.number & 1) != 0) == (node.op == Op::equal);
    default:
      return numbers_match(node, value);
  }
}

}  // namespace ringside::query
