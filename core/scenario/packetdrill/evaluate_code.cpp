#include "core/scenario/packetdrill/evaluate_code.h"

#include <algorithm>
#include <set>

namespace ringside::packetdrill {
namespace {

struct Constant {
  std::string_view name;
  std::int64_t value;
};

// include/net/tcp_states.h; include/uapi/linux/tcp.h: enum tcp_ca_state and TCPI_OPT_*.
constexpr Constant constants[] = {
    {"TCP_ESTABLISHED", 1},    {"TCP_SYN_SENT", 2},        {"TCP_SYN_RECV", 3},
    {"TCP_FIN_WAIT1", 4},      {"TCP_FIN_WAIT2", 5},       {"TCP_TIME_WAIT", 6},
    {"TCP_CLOSE", 7},          {"TCP_CLOSE_WAIT", 8},      {"TCP_LAST_ACK", 9},
    {"TCP_LISTEN", 10},        {"TCP_CLOSING", 11},        {"TCP_CA_Open", 0},
    {"TCP_CA_Disorder", 1},    {"TCP_CA_CWR", 2},          {"TCP_CA_Recovery", 3},
    {"TCP_CA_Loss", 4},        {"TCPI_OPT_TIMESTAMPS", 1}, {"TCPI_OPT_SACK", 2},
    {"TCPI_OPT_WSCALE", 4},    {"TCPI_OPT_ECN", 8},        {"TCPI_OPT_ECN_SEEN", 16},
    {"TCPI_OPT_SYN_DATA", 32}, {"TCPI_OPT_USEC_TS", 64},   {"TCPI_OPT_TFO_CHILD", 128}};

using Value = Result<std::int64_t>;

Error error_at(const char* id, const Where& where, std::vector<std::pair<std::string, std::string>> args) {
  Error error;
  error.id = id;
  error.line = where.line;
  error.column = where.column;
  error.args = std::move(args);
  return error;
}

Error out_of_range(const CodeExpression& expression) {
  return error_at("packetdrill.code_overflow", expression.where, {{"operator", expression.text}});
}

/// Rounded down, as Python does.
std::int64_t floor_divide(std::int64_t a, std::int64_t b) {
  const std::int64_t quotient = a / b;
  return a % b != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient;
}

Value divide(const CodeExpression& at, std::int64_t a, std::int64_t b) {
  if (b == 0) return error_at("packetdrill.code_division_by_zero", at.where, {});
  if (b == -1) {
    std::int64_t negated = 0;
    if (at.text == "%") return std::int64_t{0};
    return __builtin_sub_overflow(std::int64_t{0}, a, &negated) ? Value(out_of_range(at)) : Value(negated);
  }
  if (at.text == "//") return floor_divide(a, b);
  if (at.text == "%") return a - floor_divide(a, b) * b;
  if (a % b == 0) return a / b;
  return error_at("packetdrill.code_fraction", at.where, {});  // Python would go on with a float
}

Value shift(const CodeExpression& at, std::int64_t a, std::int64_t by) {
  constexpr std::int64_t bits = 63;
  if (by < 0) return out_of_range(at);
  if (at.text == ">>") return a >> std::min(by, bits);
  if (a == 0) return a;
  std::int64_t shifted = 0;
  if (by >= bits || __builtin_mul_overflow(a, std::int64_t{1} << by, &shifted)) return out_of_range(at);
  return shifted;
}

Value combine(const CodeExpression& at, std::int64_t a, std::int64_t b) {
  const std::string& op = at.text;
  std::int64_t result = 0;
  if (op == "|") return a | b;
  if (op == "^") return a ^ b;
  if (op == "&") return a & b;
  if (op == "<<" || op == ">>") return shift(at, a, b);
  if (op == "/" || op == "//" || op == "%") return divide(at, a, b);
  const bool wrapped = op == "+"   ? __builtin_add_overflow(a, b, &result)
                       : op == "-" ? __builtin_sub_overflow(a, b, &result)
                                   : __builtin_mul_overflow(a, b, &result);
  if (wrapped) return out_of_range(at);
  return result;
}

bool holds(const std::string& op, std::int64_t a, std::int64_t b) {
  if (op == "<") return a < b;
  if (op == "<=") return a <= b;
  if (op == ">") return a > b;
  if (op == ">=") return a >= b;
  return op == "==" ? a == b : a != b;
}

class Runner {
 public:
  Runner(CodeState& state, const CodeLookup& lookup, CodeReport& report)
      : state_(state), lookup_(lookup), report_(report) {}

  void run(const CodeStatement& statement) {
    using Kind = CodeStatement::Kind;
    if (statement.kind == Kind::check) check(statement);
    if (statement.kind == Kind::assign) assign(statement);
    if (statement.kind == Kind::print) print(statement);
  }

 private:
  void check(const CodeStatement& statement) {
    const CodeExpression& condition = statement.expressions.front();
    const Value value = evaluate(condition);
    if (!value) return report_.failures.push_back(value.error());
    if (*value != 0) return;
    std::set<std::string> seen;
    std::string values;
    list_names(condition, seen, values);
    report_.failures.push_back(error_at("packetdrill.assert_failed", statement.where,
                                        {{"check", statement.source}, {"values", values}}));
  }

  void assign(const CodeStatement& statement) {
    Value value = evaluate(statement.expressions.front());
    if (value && statement.op != "=") {
      CodeExpression both;
      both.text = statement.op.substr(0, statement.op.size() - 1);
      both.where = statement.where;
      const Value before = name(statement.target, statement.where);
      value = before ? combine(both, *before, *value) : before;
    }
    if (!value) return report_.failures.push_back(value.error());
    state_.variables[statement.target] = *value;
  }

  void print(const CodeStatement& statement) {
    std::string line;
    for (const CodeExpression& item : statement.expressions) {
      const bool text = item.kind == CodeExpression::Kind::string;
      const Value value = text ? Value(std::int64_t{0}) : evaluate(item);
      if (!value) return report_.failures.push_back(value.error());
      if (!line.empty()) line += ' ';
      line += text ? item.text.substr(1, item.text.size() - 2) : std::to_string(*value);
    }
    report_.printed.push_back(std::move(line));
  }

  Value name(const std::string& text, const Where& where) const {
    const auto variable = state_.variables.find(text);
    if (variable != state_.variables.end()) return variable->second;
    if (const auto value = lookup_(text)) return *value;
    for (const Constant& constant : constants) {
      if (constant.name == text) return constant.value;
    }
    return error_at("packetdrill.code_unknown_name", where, {{"name", text}});
  }

  Value evaluate(const CodeExpression& expression) const {
    using Kind = CodeExpression::Kind;
    switch (expression.kind) {
      case Kind::integer:
        return expression.number;
      case Kind::name:
        return name(expression.text, expression.where);
      case Kind::unary:
        return unary(expression);
      case Kind::binary:
        return binary(expression);
      case Kind::comparison:
        return comparison(expression);
      case Kind::call:
        return call(expression);
      case Kind::string:
        break;
    }
    return error_at("packetdrill.code_not_a_number", expression.where, {{"found", expression.text}});
  }

  Value unary(const CodeExpression& expression) const {
    Value value = evaluate(expression.children.front());
    if (!value || expression.text == "+") return value;
    if (expression.text == "not") return std::int64_t{*value == 0};
    if (expression.text == "~") return ~*value;
    std::int64_t negated = 0;
    if (__builtin_sub_overflow(std::int64_t{0}, *value, &negated)) return out_of_range(expression);
    return negated;
  }

  /// `or` and `and` give the operand that decided, as in Python, and leave the other alone.
  Value binary(const CodeExpression& expression) const {
    Value left = evaluate(expression.children[0]);
    if (!left) return left;
    if (expression.text == "or") return *left != 0 ? left : evaluate(expression.children[1]);
    if (expression.text == "and") return *left == 0 ? left : evaluate(expression.children[1]);
    const Value right = evaluate(expression.children[1]);
    return right ? combine(expression, *left, *right) : right;
  }

  Value comparison(const CodeExpression& chain) const {
    Value left = evaluate(chain.children.front());
    for (std::size_t i = 0; left && i < chain.operators.size(); ++i) {
      Value right = evaluate(chain.children[i + 1]);
      if (right && !holds(chain.operators[i], *left, *right)) return std::int64_t{0};
      left = std::move(right);
    }
    return left ? Value(std::int64_t{1}) : left;
  }

  Value call(const CodeExpression& expression) const {
    std::vector<std::int64_t> values;
    for (const CodeExpression& child : expression.children) {
      Value value = evaluate(child);
      if (!value) return value;
      values.push_back(*value);
    }
    const bool absolute = expression.text == "abs";
    if (values.empty() || (absolute && values.size() != 1)) {
      return error_at("packetdrill.code_bad_call", expression.where, {{"name", expression.text}});
    }
    if (expression.text == "min") return std::ranges::min(values);
    if (expression.text == "max") return std::ranges::max(values);
    std::int64_t negated = 0;
    if (values[0] >= 0) return values[0];
    if (__builtin_sub_overflow(std::int64_t{0}, values[0], &negated)) return out_of_range(expression);
    return negated;
  }

  /// `tcpi_snd_cwnd=9 cwnd=10`, each name once, in the order of the text.
  void list_names(const CodeExpression& expression, std::set<std::string>& seen, std::string& values) const {
    if (expression.kind == CodeExpression::Kind::name && seen.insert(expression.text).second) {
      const Value value = name(expression.text, expression.where);
      if (value) values += (values.empty() ? "" : " ") + expression.text + "=" + std::to_string(*value);
    }
    for (const CodeExpression& child : expression.children) list_names(child, seen, values);
  }

  CodeState& state_;
  const CodeLookup& lookup_;
  CodeReport& report_;
};

}  // namespace

CodeReport run_code(const Code& code, CodeState& state, const CodeLookup& lookup) {
  CodeReport report;
  Runner runner(state, lookup, report);
  for (const CodeStatement& statement : code.statements) runner.run(statement);
  return report;
}

}  // namespace ringside::packetdrill
