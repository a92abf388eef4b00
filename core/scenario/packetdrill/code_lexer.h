// The words of the Python that stands in `%{ ... }%`, as far as it is read.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/scenario/packetdrill/where.h"

namespace ringside::packetdrill {

enum class CodeTokenKind : std::uint8_t { end, new_line, name, integer, string, symbol, foreign };

struct CodeToken {
  CodeTokenKind kind = CodeTokenKind::end;
  std::string_view text;
  std::size_t begin = 0;  ///< offset in the code
  Where where;

  bool is(std::string_view word) const {
    return (kind == CodeTokenKind::symbol || kind == CodeTokenKind::name) && text == word;
  }
};

/// Line ends count only outside parentheses; comments and `\` at a line's end are skipped.
class CodeLexer {
 public:
  CodeLexer(std::string_view text, Where start)
      : text_(text), line_(start.line), column_base_(start.column) {}

  const CodeToken& peek();
  CodeToken next();
  /// True if blanks stand before the token that peek() shows and it is the first of a line.
  bool at_indented_line();

 private:
  CodeToken lex();
  void skip_blanks();
  std::size_t string_length(char quote) const;
  std::size_t name_length() const;
  std::size_t number_length() const;
  CodeToken take(CodeTokenKind kind, std::size_t length);
  void new_line();

  std::string_view text_;
  std::size_t offset_ = 0;
  std::size_t line_start_ = 0;
  int line_;
  int column_base_;  // column of offset line_start_
  int parentheses_ = 0;
  bool has_token_ = false;
  CodeToken token_;
};

}  // namespace ringside::packetdrill
