// Arguments of system calls.
#include "core/scenario/packetdrill/parser.h"
#include "core/scenario/packetdrill/symbols.h"

namespace ringside::packetdrill {

bool Parser::parse_expression(Expression& expression) {
  const Deeper level(depth_);
  expression.where = peek().where;
  if (depth_ > deepest_nesting) {
    return fail("packetdrill.nested_too_deeply", expression.where,
                {{"most", std::to_string(deepest_nesting)}});
  }
  if (!parse_operand(expression)) return false;
  if (!peek().is('|')) return true;
  Expression first = std::move(expression);
  expression = Expression{};
  expression.kind = Expression::Kind::bit_or;
  expression.where = first.where;
  expression.children.push_back(std::move(first));
  while (accept('|')) {
    Expression& operand = expression.children.emplace_back();
    operand.where = peek().where;
    if (!parse_operand(operand)) return false;
  }
  return true;
}

bool Parser::parse_operand(Expression& expression) {
  using Kind = Expression::Kind;
  const Token& token = peek();
  switch (token.kind) {
    case TokenKind::ellipsis:
      next();
      return true;
    case TokenKind::integer:
    case TokenKind::hex:
      expression.kind = Kind::integer;
      expression.hex = token.kind == TokenKind::hex;
      return value_of(next(), expression.number);
    case TokenKind::word:
      return parse_word_operand(expression);
    case TokenKind::string:
      return parse_string_operand(expression);
    default:
      break;
  }
  if (token.is('{')) return parse_braces(expression);
  if (!token.is('[')) return fail_expected("expression");
  next();
  expression.kind = Kind::list;
  return parse_items(']', expression.children);
}

/// Items up to the closing bracket, which is taken too.
bool Parser::parse_items(char close, std::vector<Expression>& items) {
  if (accept(close)) return true;
  do {
    if (!parse_expression(items.emplace_back())) return false;
  } while (accept(','));
  return accept(close) || fail_expected(std::string("',',") + close);
}

/// A symbol, `symbol = expression`, or a call.
bool Parser::parse_word_operand(Expression& expression) {
  const Token word = peek();
  if (word.is("htons") || word.is("inet_addr") || word.is("inet6_addr")) return parse_call(expression);
  if (is_reserved(word.text)) return fail_expected("expression");
  next();
  expression.text = word.text;
  if (accept('=')) {
    expression.kind = Expression::Kind::assign;
    return parse_expression(expression.children.emplace_back());
  }
  expression.kind = Expression::Kind::word;
  if (!symbol_value(word.text)) unsupported("symbol", std::string(word.text), word.where);
  return true;
}

bool Parser::parse_call(Expression& expression) {
  const Token name = next();
  expression.kind = Expression::Kind::call;
  expression.text = name.text;
  if (!expect('(')) return false;
  const TokenKind wanted = name.text == "htons" ? TokenKind::integer : TokenKind::string;
  if (peek().kind != wanted) return fail_expected(name.text == "htons" ? "port" : "address");
  Expression& argument = expression.children.emplace_back();
  argument.where = peek().where;
  return parse_operand(argument) && expect(')');
}

/// `"a" "b"` is one string in two pieces; `"a"...` may go on.
bool Parser::parse_string_operand(Expression& expression) {
  expression.kind = Expression::Kind::string;
  expression.text = next().body;
  if (peek().kind == TokenKind::ellipsis) {
    next();
    expression.open_ended = true;
    return true;
  }
  while (peek().kind == TokenKind::string) expression.text += next().body;
  return true;
}

}  // namespace ringside::packetdrill
