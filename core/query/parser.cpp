// Recursive descent, with a limit to the depth so that no text can exhaust the stack.
#include <algorithm>
#include <optional>

#include "core/base/nearest.h"
#include "core/query/expression.h"
#include "core/query/lexer.h"
#include "core/query/literals.h"

namespace ringside::query {

namespace {
constexpr std::size_t kLongest = 4096;
constexpr int kDeepest = 60;
using Op = Expression::Op;
using Node = Expression::Node;

std::optional<Op> comparison(const Token& token) {
  if (token.is("==")) return Op::equal;
  if (token.is("!=")) return Op::unequal;
  if (token.is("<")) return Op::less;
  if (token.is("<=")) return Op::at_most;
  if (token.is(">")) return Op::more;
  if (token.is(">=")) return Op::at_least;
  if (token.kind == Token::Kind::word && lower(token.text) == "contains") return Op::contains;
  return std::nullopt;
}

bool ordered(Op op) { return op != Op::equal && op != Op::unequal && op != Op::contains; }

Op opposite(Op op) {
  switch (op) {
    case Op::both:
      return Op::either;
    case Op::either:
      return Op::both;
    case Op::equal:
      return Op::unequal;
    case Op::unequal:
      return Op::equal;
    case Op::less:
      return Op::at_least;
    case Op::at_most:
      return Op::more;
    case Op::more:
      return Op::at_most;
    case Op::at_least:
      return Op::less;
    default:
      return op;
  }
}

std::vector<std::string> names_of(const Vocabulary& vocabulary) {
  std::vector<std::string> names;
  for (const Field& field : vocabulary) names.push_back(field.name);
  return names;
}

const std::string& itself(const std::string& name) { return name; }
}  // namespace

class Parser {
 public:
  Parser(std::string_view text, const Vocabulary& vocabulary)
      : text_(text), vocabulary_(vocabulary), tokens_(tokens_of(text)) {}

  Result<Expression> run() {
    if (text_.size() > kLongest) return error("query.too_long", 0);
    if (here().kind == Token::Kind::end) return out_;
    const auto root = either(0);
    if (root && here().kind != Token::Kind::end) fail_here();
    if (error_) return *error_;
    out_.root_ = *root;
    return out_;
  }

 private:
  using At = std::optional<std::uint32_t>;

  const Token& here() const { return tokens_[at_]; }
  void next() {
    if (at_ + 1 < tokens_.size()) ++at_;
  }

  static Error error(const char* id, std::size_t at,
                     std::vector<std::pair<std::string, std::string>> args = {}) {
    Error made;
    made.id = id;
    made.column = static_cast<int>(at) + 1;
    made.args = std::move(args);
    return made;
  }
  At fail(Error what) {
    if (!error_) error_ = std::move(what);
    return std::nullopt;
  }
  At fail_here() {
    return fail(error("query.syntax", here().at, {{"near", std::string(text_.substr(here().at, 12))}}));
  }
  std::uint32_t add(Node node) {
    out_.nodes_.push_back(std::move(node));
    return static_cast<std::uint32_t>(out_.nodes_.size() - 1);
  }
  At join(Op op, At left, At right, std::size_t at) {
    if (!left || !right) return std::nullopt;
    if (op == Op::both && changes(*left) && changes(*right))
      return fail(error("query.two_changes", at, {{"field", vocabulary_[edge_field_].name}}));
    Node node;
    node.op = op;
    node.left = *left;
    node.right = *right;
    return add(std::move(node));
  }

  At either(int depth) {
    At left = both(depth);
    while (left && here().is("||")) {
      const std::size_t at = here().at;
      next();
      left = join(Op::either, left, both(depth), at);
    }
    return left;
  }
  At both(int depth) {
    At left = single(depth);
    while (left && here().is("&&")) {
      const std::size_t at = here().at;
      next();
      left = join(Op::both, left, single(depth), at);
    }
    return left;
  }
  At single(int depth) {
    if (depth > kDeepest) return fail(error("query.too_long", here().at));
    if (here().is("!")) {
      next();
      const At inner = single(depth + 1);
      return inner ? At(negated(*inner)) : std::nullopt;
    }
    if (here().is("(")) {
      next();
      const At inner = either(depth + 1);
      if (!inner) return std::nullopt;
      if (!here().is(")")) return fail_here();
      next();
      return inner;
    }
    if (here().kind != Token::Kind::word) return fail_here();
    return comparison_of_field();
  }

  /// Something that becomes true cannot be denied as it stands: its opposite becomes true instead.
  std::uint32_t negated(std::uint32_t at) {
    if (!changes(at)) {
      Node node;
      node.op = Op::negation;
      node.left = at;
      return add(std::move(node));
    }
    const Op op = out_.nodes_[at].op;
    if (op == Op::both || op == Op::either) {
      const std::uint32_t left = negated(out_.nodes_[at].left);
      const std::uint32_t right = negated(out_.nodes_[at].right);
      out_.nodes_[at].left = left;
      out_.nodes_[at].right = right;
    }
    if (op == Op::negation) return out_.nodes_[at].left;
    out_.nodes_[at].op = opposite(op);
    return at;
  }
  bool changes(std::uint32_t at) {
    const Node& node = out_.nodes_[at];
    if (node.op == Op::both || node.op == Op::either) return changes(node.left) || changes(node.right);
    if (node.op == Op::negation) return changes(node.left);
    if (node.edge) edge_field_ = node.field;
    return node.edge;
  }

  At comparison_of_field() {
    const Token name = here();
    const std::string wanted = lower(name.text);
    const auto called = [&](const Field& field) {
      return lower(field.name) == wanted ||
             std::any_of(field.aliases.begin(), field.aliases.end(),
                         [&](const std::string& alias) { return lower(alias) == wanted; });
    };
    const auto found = std::find_if(vocabulary_.begin(), vocabulary_.end(), called);
    if (found == vocabulary_.end())
      return fail(error(
          "query.unknown_field", name.at,
          {{"name", std::string(name.text)}, {"nearest", nearest(wanted, names_of(vocabulary_), itself)}}));
    next();
    Node node;
    node.field = static_cast<std::uint16_t>(found - vocabulary_.begin());
    node.type = found->type;
    node.edge = found->edge;
    if (here().kind == Token::Kind::word && lower(here().text) == "in") return one_of(*found, node);
    const auto op = comparison(here());
    if (!op) {
      if (found->type != Type::flag)
        return fail(error("query.not_a_flag", name.at, {{"field", found->name}}));
      node.op = Op::flag;
      return add(std::move(node));
    }
    const bool orderable = found->type == Type::number || found->type == Type::time;
    if (found->type == Type::flag || (ordered(*op) && !orderable) ||
        (*op == Op::contains && found->type != Type::word))
      return fail_here();
    node.op = *op;
    next();
    return with_value(*found, node);
  }

  At with_value(const Field& field, Node node) {
    if (here().kind != Token::Kind::word) return fail_here();
    auto literal = node.op == Op::contains ? std::optional(Expression::Literal{0, {}, 0, lower(here().text)})
                                           : literal_of(field, here().text);
    if (!literal)
      return fail(error("query.value", here().at,
                        {{"field", field.name},
                         {"value", std::string(here().text)},
                         {"nearest", nearest(lower(here().text), field.choices, itself)}}));
    node.literal = std::move(*literal);
    next();
    return add(std::move(node));
  }

  At one_of(const Field& field, Node node) {
    next();
    if (!here().is("{") || field.type == Type::flag) return fail_here();
    next();
    node.op = Op::equal;
    At all = with_value(field, node);
    while (all && !here().is("}")) {
      if (here().is(",")) next();
      const std::size_t at = here().at;
      all = join(Op::either, all, with_value(field, node), at);
    }
    if (all) next();
    return all;
  }

  std::string_view text_;
  const Vocabulary& vocabulary_;
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  std::uint16_t edge_field_ = 0;
  std::optional<Error> error_;
  Expression out_;
};

Result<Expression> Expression::parse(std::string_view text, const Vocabulary& vocabulary) {
  return Parser(text, vocabulary).run();
}

Completion complete(std::string_view text, std::size_t cursor, const Vocabulary& vocabulary) {
  Completion out;
  cursor = std::min(cursor, text.size());
  out.begin = out.end = cursor;
  const std::vector<Token> tokens = tokens_of(text.substr(0, cursor));
  std::size_t last = tokens.size() - 1;
  if (tokens[last].kind == Token::Kind::bad) return out;
  std::string prefix;
  if (last > 0 && tokens[last - 1].kind == Token::Kind::word &&
      tokens[last - 1].at + tokens[last - 1].text.size() == cursor) {
    --last;
    prefix = lower(tokens[last].text);
    out.begin = tokens[last].at;
  }
  // After a comparison stands a value, elsewhere a field.
  const Field* compared = nullptr;
  for (std::size_t i = last; i-- > 1 && compared == nullptr;) {
    if (tokens[i].is(",") || tokens[i].is("{") || (tokens[i].kind == Token::Kind::word && i + 1 < last))
      continue;
    if (!comparison(tokens[i]) && lower(tokens[i].text) != "in") break;
    for (const Field& field : vocabulary)
      if (field.name == lower(tokens[i - 1].text)) compared = &field;
    break;
  }
  const std::vector<std::string> all = compared != nullptr ? compared->choices : names_of(vocabulary);
  for (const std::string& name : all)
    if (lower(name).substr(0, prefix.size()) == prefix) out.candidates.push_back(name);
  return out;
}

}  // namespace ringside::query
