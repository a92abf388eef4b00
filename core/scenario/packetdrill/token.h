// The words of the language.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/scenario/packetdrill/where.h"

namespace ringside::packetdrill {

enum class TokenKind : std::uint8_t {
  end,        ///< of the file
  integer,    ///< -12
  hex,        ///< 0x1f
  decimal,    ///< 0.5, .5
  word,       ///< letters, digits, underscores
  string,     ///< "..."
  backquote,  ///< `...`
  code,       ///< %{ ... }%
  option,     ///< --name
  ellipsis,   ///< ...
  ipv4,       ///< 192.0.2.1
  ipv6,       ///< fd::1
  symbol,     ///< any other single byte
  broken,     ///< a quote or comment that never ends; the lexer has said so
};

/// Views point into the script or into the values of defines, both of which outlive the parser.
struct Token {
  TokenKind kind = TokenKind::end;
  std::string_view text;  ///< as written
  std::string_view body;  ///< without quotes, dashes or braces
  std::size_t begin = 0;  ///< offset in the file
  Where where;
  int last_line = 0;  ///< differs from where.line for strings over several lines
  bool first_on_line = false;

  bool is(char c) const { return kind == TokenKind::symbol && text[0] == c; }
  bool is(std::string_view name) const { return kind == TokenKind::word && text == name; }
};

/// For messages: control characters escaped, long text cut; empty at the end of the file.
std::string shown(const Token& token);

}  // namespace ringside::packetdrill
