// Text to tokens, one at a time, so that a large file needs no list of tokens.
#pragma once
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/scenario/packetdrill/token.h"

namespace ringside::packetdrill {

/// A `//@` line, its text without the mark.
struct DirectiveLine {
  std::string_view text;
  bool continued = false;  ///< `//@+`: goes on with the directive before
  bool alone = true;       ///< nothing but blanks before it on its line
  std::size_t begin = 0;
  Where where;
};

class Lexer {
 public:
  /// `errors` takes packetdrill.unterminated (args: what); file names are filled in by the parser.
  Lexer(std::string_view text, std::vector<Error>& errors) : text_(text), errors_(errors) {}

  Token next();
  const std::vector<DirectiveLine>& directives() const { return directives_; }

 private:
  enum Quote { string_quote, back_quote, code_quote, comment_quote, quote_kinds };

  char at(std::size_t offset) const { return offset < text_.size() ? text_[offset] : '\0'; }
  void skip_blanks();
  bool skip_comment();
  void line_comment();
  void new_line(std::size_t offset);
  Token token(TokenKind kind, std::size_t length) const;
  Token quoted(Quote quote, TokenKind kind, std::string_view open, std::string_view close);
  Token number_or_word() const;
  std::size_t find_close(std::size_t from, std::string_view close, bool escapes) const;
  Token unterminated(Quote quote);
  void advance(std::size_t to);

  std::string_view text_;
  std::vector<Error>& errors_;
  std::vector<DirectiveLine> directives_;
  std::size_t offset_ = 0;
  std::size_t line_start_ = 0;
  int line_ = 1;
  bool blank_so_far_ = true;         // nothing but blanks on this line yet
  bool hopeless_[quote_kinds] = {};  // no closing mark follows: do not search the file again
};

}  // namespace ringside::packetdrill
