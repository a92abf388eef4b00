// Statements of a `%{ ... }%` block. Private to this room.
#pragma once
#include <string_view>
#include <vector>

#include "core/scenario/packetdrill/ast_code.h"
#include "core/scenario/packetdrill/code_lexer.h"

namespace ringside::packetdrill {

/// What the reader of code has no notion of, by its name: `for`, `lambda`, `.`.
struct RefusedCode {
  std::string what;
  Where where;
};

class CodeParser {
 public:
  CodeParser(std::string_view text, Where start) : text_(text), lexer_(text, start) {}
  void parse(Code& code, std::vector<RefusedCode>& refused);

 private:
  bool statement(CodeStatement& statement);
  bool check(CodeStatement& statement);
  bool print(CodeStatement& statement);
  bool assignment(CodeStatement& statement);
  bool expression(CodeExpression& expression) { return binary(0, expression); }
  bool binary(std::size_t level, CodeExpression& expression);
  bool negation(CodeExpression& expression);
  bool comparison(CodeExpression& expression);
  bool unary(CodeExpression& expression);
  bool primary(CodeExpression& expression);
  bool call(CodeExpression& expression);
  bool items(std::vector<CodeExpression>& items);
  bool accept(std::string_view word);
  bool refuse();
  bool at_statement_end();
  std::string rest_of_statement();
  void skip_refused(std::size_t begin, CodeStatement& statement);

  std::string_view text_;
  CodeLexer lexer_;
  CodeToken culprit_;
  int nodes_ = 0;
  int depth_ = 0;
};

}  // namespace ringside::packetdrill
