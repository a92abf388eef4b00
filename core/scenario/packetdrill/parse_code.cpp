// From statements to values. Only what can be checked without a Python interpreter is read.
#include <algorithm>
#include <charconv>

#include "core/scenario/packetdrill/code_parser.h"
#include "core/scenario/packetdrill/parser.h"

namespace ringside::packetdrill {
namespace {

constexpr int most_nodes = 500;
constexpr int deepest_parentheses = 64;

// Operators by rising precedence; level `comparison_level` stands for not and the comparisons.
constexpr std::size_t comparison_level = 2;
constexpr std::size_t unary_level = 8;
const std::vector<std::vector<std::string_view>>& levels() {
  static const std::vector<std::vector<std::string_view>> table = {
      {"or"}, {"and"}, {}, {"|"}, {"^"}, {"&"}, {"<<", ">>"}, {"+", "-"}, {"*", "/", "//", "%"}};
  return table;
}

bool is_one_of(const CodeToken& token, std::initializer_list<std::string_view> words) {
  return std::ranges::any_of(words, [&](std::string_view word) { return token.is(word); });
}

bool is_keyword(std::string_view word) {
  constexpr std::string_view keywords[] = {"and",    "assert", "else", "for",   "if",   "in",    "is",
                                           "lambda", "not",    "or",   "print", "True", "False", "None"};
  return std::ranges::find(keywords, word) != std::ranges::end(keywords);
}

std::string_view trimmed(std::string_view text) {
  constexpr const char* blanks = " \t\r";
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

}  // namespace

bool CodeParser::accept(std::string_view word) {
  if (!lexer_.peek().is(word)) return false;
  lexer_.next();
  return true;
}

bool CodeParser::refuse() {
  culprit_ = lexer_.peek();
  return false;
}

bool CodeParser::at_statement_end() {
  const CodeToken& token = lexer_.peek();
  return token.kind == CodeTokenKind::end || token.kind == CodeTokenKind::new_line || token.is(";");
}

void CodeParser::parse(Code& code, std::vector<RefusedCode>& refused) {
  while (lexer_.peek().kind != CodeTokenKind::end) {
    if (at_statement_end()) {
      lexer_.next();
      continue;
    }
    CodeStatement made;
    made.where = lexer_.peek().where;
    const CodeToken first = lexer_.peek();
    nodes_ = 0;
    depth_ = 0;
    if (!statement(made)) {
      const bool cut_short = culprit_.kind == CodeTokenKind::end || culprit_.kind == CodeTokenKind::new_line;
      refused.push_back({std::string((cut_short ? first : culprit_).text.substr(0, 40)), culprit_.where});
      skip_refused(first.begin, made);
    } else {
      made.source = trimmed(text_.substr(first.begin, lexer_.peek().begin - first.begin));
    }
    code.statements.push_back(std::move(made));
  }
}

/// The whole line, and the indented lines below it that belong to it.
void CodeParser::skip_refused(std::size_t begin, CodeStatement& statement) {
  statement = CodeStatement{CodeStatement::Kind::refused, "", "", {}, "", "", statement.where};
  std::size_t end = text_.size();
  while (lexer_.peek().kind != CodeTokenKind::end) {
    const CodeToken token = lexer_.next();
    if (token.kind != CodeTokenKind::new_line || lexer_.at_indented_line()) continue;
    end = token.begin;
    break;
  }
  statement.source = trimmed(text_.substr(begin, end - begin));
}

bool CodeParser::statement(CodeStatement& statement) {
  bool good = false;
  if (accept("assert")) {
    good = check(statement);
  } else if (accept("print")) {
    good = print(statement);
  } else if (accept("pass")) {
    good = true;
  } else {
    good = assignment(statement);
  }
  return good && (at_statement_end() || refuse());
}

bool CodeParser::check(CodeStatement& statement) {
  statement.kind = CodeStatement::Kind::check;
  if (!expression(statement.expressions.emplace_back())) return false;
  if (accept(",")) statement.message = rest_of_statement();
  return true;
}

std::string CodeParser::rest_of_statement() {
  const std::size_t begin = lexer_.peek().begin;
  std::size_t end = begin;
  while (!at_statement_end()) {
    const CodeToken token = lexer_.next();
    end = token.begin + token.text.size();
  }
  return std::string(text_.substr(begin, end - begin));
}

bool CodeParser::print(CodeStatement& statement) {
  statement.kind = CodeStatement::Kind::print;
  return (accept("(") || refuse()) && items(statement.expressions);
}

bool CodeParser::assignment(CodeStatement& statement) {
  const CodeToken& target = lexer_.peek();
  if (target.kind != CodeTokenKind::name || is_keyword(target.text)) return refuse();
  culprit_ = target;
  statement.kind = CodeStatement::Kind::assign;
  statement.target = lexer_.next().text;
  if (!is_one_of(lexer_.peek(), {"=", "+=", "-=", "*=", "//=", "%=", "&=", "|="})) return false;
  statement.op = lexer_.next().text;
  return expression(statement.expressions.emplace_back());
}

/// Items up to the closing parenthesis, which is taken too.
bool CodeParser::items(std::vector<CodeExpression>& items) {
  if (accept(")")) return true;
  do {
    if (!expression(items.emplace_back())) return false;
  } while (accept(","));
  return accept(")") || refuse();
}

bool CodeParser::binary(std::size_t level, CodeExpression& expression) {
  if (level == comparison_level) return negation(expression);
  if (level > unary_level) return unary(expression);
  if (!binary(level + 1, expression)) return false;
  while (true) {
    const CodeToken& op = lexer_.peek();
    const auto& operators = levels()[level];
    const bool mine = std::ranges::any_of(operators, [&](std::string_view word) { return op.is(word); });
    if (!mine) return true;
    if (++nodes_ > most_nodes) return refuse();
    CodeExpression both;
    both.kind = CodeExpression::Kind::binary;
    both.text = op.text;
    both.where = op.where;
    lexer_.next();
    both.children.push_back(std::move(expression));
    if (!binary(level + 1, both.children.emplace_back())) return false;
    expression = std::move(both);
  }
}

bool CodeParser::negation(CodeExpression& expression) {
  if (!lexer_.peek().is("not")) return comparison(expression);
  if (++nodes_ > most_nodes) return refuse();
  expression.kind = CodeExpression::Kind::unary;
  expression.where = lexer_.peek().where;
  expression.text = lexer_.next().text;
  return negation(expression.children.emplace_back());
}

bool CodeParser::comparison(CodeExpression& expression) {
  if (!binary(comparison_level + 1, expression)) return false;
  if (!is_one_of(lexer_.peek(), {"<", "<=", ">", ">=", "==", "!="})) return true;
  CodeExpression chain;
  chain.kind = CodeExpression::Kind::comparison;
  chain.where = expression.where;
  chain.children.push_back(std::move(expression));
  while (is_one_of(lexer_.peek(), {"<", "<=", ">", ">=", "==", "!="})) {
    if (++nodes_ > most_nodes) return refuse();
    chain.operators.emplace_back(lexer_.next().text);
    if (!binary(comparison_level + 1, chain.children.emplace_back())) return false;
  }
  expression = std::move(chain);
  return true;
}

bool CodeParser::unary(CodeExpression& expression) {
  if (!is_one_of(lexer_.peek(), {"-", "+", "~"})) return primary(expression);
  if (++nodes_ > most_nodes) return refuse();
  expression.kind = CodeExpression::Kind::unary;
  expression.where = lexer_.peek().where;
  expression.text = lexer_.next().text;
  return unary(expression.children.emplace_back());
}

bool CodeParser::primary(CodeExpression& expression) {
  const CodeToken token = lexer_.peek();
  expression.where = token.where;
  if (++nodes_ > most_nodes) return refuse();
  if (token.is("(")) {
    const Deeper level(depth_);
    if (depth_ > deepest_parentheses) return refuse();
    lexer_.next();
    return this->expression(expression) && (accept(")") || refuse());
  }
  if (token.kind == CodeTokenKind::name && !is_keyword(token.text)) return call(expression);
  if (token.kind == CodeTokenKind::string) {
    expression.kind = CodeExpression::Kind::string;
    expression.text = lexer_.next().text;
    return true;
  }
  if (token.kind != CodeTokenKind::integer) return refuse();
  const bool hex = token.text.starts_with("0x");
  const std::string_view digits = hex ? token.text.substr(2) : token.text;
  const char* const end = digits.data() + digits.size();
  const auto read = std::from_chars(digits.data(), end, expression.number, hex ? 16 : 10);
  if (read.ec != std::errc() || read.ptr != end) return refuse();
  lexer_.next();
  return true;
}

/// A name, or min(...), max(...), abs(...).
bool CodeParser::call(CodeExpression& expression) {
  const CodeToken name = lexer_.next();
  expression.text = name.text;
  expression.kind = CodeExpression::Kind::name;
  if (!lexer_.peek().is("(")) return true;
  if (!is_one_of(name, {"min", "max", "abs"})) {
    culprit_ = name;
    return false;
  }
  const Deeper level(depth_);
  if (depth_ > deepest_parentheses) return refuse();
  lexer_.next();
  expression.kind = CodeExpression::Kind::call;
  return items(expression.children);
}

void Parser::parse_code(const Token& token, Code& code) {
  const std::string_view text = trimmed(token.body);
  code.text = text;
  const int cut = text.empty() ? 0 : static_cast<int>(text.data() - token.text.data());
  CodeParser parser(text, {token.where.line, token.where.column + cut});
  std::vector<RefusedCode> refused;
  parser.parse(code, refused);
  for (RefusedCode& item : refused) unsupported("code", std::move(item.what), item.where);
}

}  // namespace ringside::packetdrill
