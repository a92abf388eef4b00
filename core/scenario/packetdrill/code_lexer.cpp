#include "core/scenario/packetdrill/code_lexer.h"

#include <algorithm>

namespace ringside::packetdrill {
namespace {

// Longest first, so that the first that fits is the right one.
constexpr std::string_view symbols[] = {
    "**=", "//=", "<<=", ">>=", "**", "//", "<<", ">>", "<=", ">=", "==", "!=", "+=",
    "-=",  "*=",  "/=",  "%=",  "&=", "|=", "^=", "+",  "-",  "*",  "/",  "%",  "&",
    "|",   "^",   "~",   "<",   ">",  "=",  "(",  ")",  ",",  ";",  ":"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

}  // namespace

void CodeLexer::new_line() {
  ++line_;
  line_start_ = offset_;
  column_base_ = 1;
}

void CodeLexer::skip_blanks() {
  while (offset_ < text_.size()) {
    const char c = text_[offset_];
    const bool continued = c == '\\' && offset_ + 1 < text_.size() && text_[offset_ + 1] == '\n';
    if (is_blank(c)) {
      ++offset_;
    } else if (c == '#') {
      offset_ = std::min(text_.find('\n', offset_), text_.size());
    } else if (continued || (c == '\n' && parentheses_ > 0)) {
      offset_ += continued ? 2 : 1;
      new_line();
    } else {
      return;
    }
  }
}

CodeToken CodeLexer::take(CodeTokenKind kind, std::size_t length) {
  CodeToken token;
  token.kind = kind;
  token.text = text_.substr(offset_, length);
  token.begin = offset_;
  token.where = {line_, static_cast<int>(offset_ - line_start_) + column_base_};
  offset_ += length;
  return token;
}

/// With both quotes; 0 if it does not end on its line.
std::size_t CodeLexer::string_length(char quote) const {
  for (std::size_t i = offset_ + 1; i < text_.size() && text_[i] != '\n'; ++i) {
    if (text_[i] == quote) return i + 1 - offset_;
    if (text_[i] == '\\') ++i;
  }
  return 0;
}

std::size_t CodeLexer::name_length() const {
  std::size_t end = offset_;
  while (end < text_.size() && (is_digit(text_[end]) || is_letter(text_[end]))) ++end;
  return end - offset_;
}

/// Of anything that starts like a number; what it is worth, the parser finds out.
std::size_t CodeLexer::number_length() const {
  std::size_t end = offset_;
  while (end < text_.size() && (is_digit(text_[end]) || is_letter(text_[end]) || text_[end] == '.')) ++end;
  return end - offset_;
}

CodeToken CodeLexer::lex() {
  skip_blanks();
  if (offset_ >= text_.size()) return take(CodeTokenKind::end, 0);
  const char c = text_[offset_];
  if (c == '\n') {
    const CodeToken token = take(CodeTokenKind::new_line, 1);
    new_line();
    return token;
  }
  if (is_letter(c)) return take(CodeTokenKind::name, name_length());
  if (is_digit(c)) return take(CodeTokenKind::integer, number_length());
  if (c == '\'' || c == '"') {
    const std::size_t length = string_length(c);
    if (length == 0) return take(CodeTokenKind::foreign, 1);
    return take(CodeTokenKind::string, length);
  }
  for (const std::string_view symbol : symbols) {
    if (!text_.substr(offset_).starts_with(symbol)) continue;
    if (symbol == "(") ++parentheses_;
    if (symbol == ")" && parentheses_ > 0) --parentheses_;
    return take(CodeTokenKind::symbol, symbol.size());
  }
  return take(CodeTokenKind::foreign, 1);
}

const CodeToken& CodeLexer::peek() {
  if (!has_token_) token_ = lex();
  has_token_ = true;
  return token_;
}

CodeToken CodeLexer::next() {
  peek();
  has_token_ = false;
  return token_;
}

bool CodeLexer::at_indented_line() {
  const std::size_t begin = peek().begin;
  return begin > 0 && is_blank(text_[begin - 1]);
}

}  // namespace ringside::packetdrill
