// `{...}`: positional and named structs.
#include "core/scenario/packetdrill/parser.h"
#include "core/scenario/packetdrill/record_shapes.h"

namespace ringside::packetdrill {
namespace {

std::string names_of(const RecordField& field) {
  std::string names(field.name);
  for (const std::string_view other : field.instead) names.append(",").append(other);
  return names;
}

bool matches(const Token& token, const RecordField& field) {
  if (token.is(field.name)) return true;
  for (const std::string_view other : field.instead) {
    if (token.is(other)) return true;
  }
  return false;
}

}  // namespace

bool Parser::parse_braces(Expression& expression) {
  const Token& first = peek(1);
  if (first.kind == TokenKind::word && record_shape(first.text) != nullptr) return parse_record(expression);
  if (first.is('(') || first.is('}') || first.is("flags")) return parse_opaque_braces(expression);
  next();
  expression.kind = Expression::Kind::braces;
  return parse_items('}', expression.children);
}

bool Parser::parse_record(Expression& expression) {
  next();
  expression.kind = Expression::Kind::record;
  const RecordShape& shape = *record_shape(peek().text);
  bool first = true;
  for (const RecordField& field : shape.fields) {
    if (!first) {
      if (field.optional && peek().is('}')) break;
      if (!expect(',')) return false;
    }
    first = false;
    if (!matches(peek(), field)) return fail_expected(names_of(field));
    const Token name = next();
    Field& made = expression.fields.emplace_back();
    made.name = name.text;
    if (field.argument != RecordField::Argument::none) {
      const bool any = field.argument == RecordField::Argument::ellipsis;
      Token argument;
      Expression& value = made.argument.emplace_back();
      if (!expect('(')) return false;
      value.where = peek().where;
      if (!expect(any ? TokenKind::ellipsis : TokenKind::integer, any ? "..." : "count", argument))
        return false;
      value.kind = any ? Expression::Kind::ellipsis : Expression::Kind::integer;
      if (!any && !value_of(argument, value.number)) return false;
      if (!expect(')')) return false;
    }
    if (!expect('=') || !parse_expression(made.value)) return false;
  }
  return expect('}');
}

/// GRE and MPLS structs: the words up to the closing brace, one blank between them.
bool Parser::parse_opaque_braces(Expression& expression) {
  expression.kind = Expression::Kind::opaque;
  const Token open = peek();
  int braces = 0;
  do {
    const Token& token = peek();
    if (token.kind == TokenKind::end || token.kind == TokenKind::broken || at_event_start()) {
      return fail_expected("}");
    }
    if (token.is('{')) ++braces;
    if (token.is('}')) --braces;
    if (!expression.text.empty()) expression.text += ' ';
    expression.text += next().text;
  } while (braces > 0);
  unsupported("struct", expression.text.substr(0, 40), open.where);
  return true;
}

}  // namespace ringside::packetdrill
