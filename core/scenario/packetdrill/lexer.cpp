#include "core/scenario/packetdrill/lexer.h"

#include <array>

#include "core/scenario/packetdrill/lex_address.h"

namespace ringside::packetdrill {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

template <class Predicate>
std::size_t span(std::string_view text, std::size_t from, Predicate belongs) {
  while (from < text.size() && belongs(text[from])) ++from;
  return from;
}

constexpr std::array<const char*, 4> quote_ids = {"string", "command", "code", "comment"};

}  // namespace

void Lexer::new_line(std::size_t offset) {
  ++line_;
  line_start_ = offset + 1;
  blank_so_far_ = true;
}

/// Moves on over text whose line ends have to be counted.
void Lexer::advance(std::size_t to) {
  for (; offset_ < to; ++offset_) {
    if (text_[offset_] == '\n') {
      new_line(offset_);
    } else {
      blank_so_far_ = false;
    }
  }
}

void Lexer::line_comment() {
  std::size_t end = text_.find('\n', offset_);
  if (end == std::string_view::npos) end = text_.size();
  std::string_view line = text_.substr(offset_, end - offset_);
  if (line.starts_with("//@")) {
    DirectiveLine found;
    found.where = {line_, static_cast<int>(offset_ - line_start_) + 1};
    found.begin = offset_;
    found.alone = blank_so_far_;
    line.remove_prefix(3);
    found.continued = line.starts_with('+');
    if (found.continued) line.remove_prefix(1);
    found.text = line;
    directives_.push_back(found);
  }
  offset_ = end;
}

/// True if a comment stood here. `#` counts only at the start of a line, for the sake of `#!`.
bool Lexer::skip_comment() {
  if (at(offset_) == '#' && blank_so_far_) return line_comment(), true;
  if (at(offset_) != '/') return false;
  if (at(offset_ + 1) == '/') return line_comment(), true;
  if (at(offset_ + 1) != '*' || hopeless_[comment_quote]) return false;
  const std::size_t close = text_.find("*/", offset_ + 2);
  if (close == std::string_view::npos) return false;
  advance(close + 2);
  return true;
}

void Lexer::skip_blanks() {
  while (offset_ < text_.size()) {
    const char c = text_[offset_];
    if (c == '\n') {
      new_line(offset_++);
    } else if (c == ' ' || c == '\t' || c == '\r') {
      ++offset_;
    } else if (!skip_comment()) {
      return;
    }
  }
}

Token Lexer::token(TokenKind kind, std::size_t length) const {
  Token result;
  result.kind = kind;
  result.text = text_.substr(offset_, length);
  result.body = result.text;
  result.begin = offset_;
  result.where = {line_, static_cast<int>(offset_ - line_start_) + 1};
  result.last_line = line_;
  result.first_on_line = blank_so_far_;
  return result;
}

std::size_t Lexer::find_close(std::size_t from, std::string_view close, bool escapes) const {
  if (!escapes) return text_.find(close, from);
  for (std::size_t i = from; i < text_.size(); ++i) {
    if (text_[i] == '\\') {
      ++i;
    } else if (text_[i] == close[0]) {
      return i;
    }
  }
  return std::string_view::npos;
}

/// Says so once and goes on with the next line, to find the file's other errors.
Token Lexer::unterminated(Quote quote) {
  Token result = token(TokenKind::broken, 1);
  if (!hopeless_[quote]) {
    hopeless_[quote] = true;
    Error error;
    error.id = "packetdrill.unterminated";
    error.line = result.where.line;
    error.column = result.where.column;
    error.args = {{"what", quote_ids[quote]}};
    errors_.push_back(std::move(error));
  }
  std::size_t end = text_.find('\n', offset_);
  if (end == std::string_view::npos) end = text_.size();
  advance(end);
  return result;
}

Token Lexer::quoted(Quote quote, TokenKind kind, std::string_view open, std::string_view close) {
  const bool escapes = quote != code_quote;
  if (hopeless_[quote]) return unterminated(quote);
  const std::size_t end = find_close(offset_ + open.size(), close, escapes);
  if (end == std::string_view::npos) return unterminated(quote);
  Token result = token(kind, end + close.size() - offset_);
  result.body = text_.substr(offset_ + open.size(), end - offset_ - open.size());
  advance(end + close.size());
  result.last_line = line_;
  blank_so_far_ = false;
  return result;
}

/// The longest of number, word and address that starts here; one byte if there is none.
Token Lexer::number_or_word() const {
  const std::string_view rest = text_.substr(offset_);
  const std::size_t word = span(rest, 0, is_word);
  const std::size_t digits_from = rest[0] == '-' ? 1 : 0;
  const std::size_t digits = span(rest, digits_from, is_digit);
  std::size_t best = 0;
  TokenKind kind = TokenKind::symbol;
  const auto offer = [&](TokenKind candidate, std::size_t length) {
    if (length > best) best = length, kind = candidate;
  };
  if (digits < rest.size() && rest[digits] == '.') {
    const std::size_t fraction = span(rest, digits + 1, is_digit);
    if (fraction > digits + 1) offer(TokenKind::decimal, fraction);
  }
  if (digits > digits_from) offer(TokenKind::integer, digits);
  if (rest.starts_with("0x")) {
    const std::size_t hex = span(rest, 2, is_hex);
    if (hex > 2) offer(TokenKind::hex, hex);
  }
  offer(TokenKind::word, word);
  offer(TokenKind::ipv4, ipv4_length(rest));
  offer(TokenKind::ipv6, ipv6_length(rest));
  return token(kind, best == 0 ? 1 : best);
}

Token Lexer::next() {
  skip_blanks();
  if (offset_ >= text_.size()) return token(TokenKind::end, 0);
  const std::string_view rest = text_.substr(offset_);
  if (rest[0] == '"') return quoted(string_quote, TokenKind::string, "\"", "\"");
  if (rest[0] == '`') return quoted(back_quote, TokenKind::backquote, "`", "`");
  if (rest.starts_with("%{")) return quoted(code_quote, TokenKind::code, "%{", "}%");
  if (rest.starts_with("/*")) return unterminated(comment_quote);
  Token result;
  if (rest.starts_with("...")) {
    result = token(TokenKind::ellipsis, 3);
  } else if (rest.starts_with("--") && rest.size() > 2 && is_word(rest[2])) {
    result = token(TokenKind::option, span(rest, 2, is_word));
    result.body = result.text.substr(2);
  } else {
    result = number_or_word();
  }
  offset_ += result.text.size();
  blank_so_far_ = false;
  return result;
}

std::string shown(const Token& token) {
  constexpr std::size_t longest = 40;
  constexpr const char* digits = "0123456789abcdef";
  std::string result;
  for (const char c : token.text.substr(0, longest)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7f) {
      result += c;
    } else if (c == '\n') {
      result += "\\n";
    } else {
      result += "\\x";
      result += digits[byte >> 4];
      result += digits[byte & 15];
    }
  }
  if (token.text.size() > longest) result += "...";
  return result;
}

}  // namespace ringside::packetdrill
