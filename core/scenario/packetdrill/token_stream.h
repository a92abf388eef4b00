// Tokens with a little look-ahead, defines put in place.
#pragma once
#include <array>
#include <map>
#include <string>
#include <string_view>

#include "core/scenario/packetdrill/lexer.h"

namespace ringside::packetdrill {

class TokenStream {
 public:
  using Defines = std::map<std::string, std::string, std::less<>>;

  TokenStream(std::string_view text, std::vector<Error>& errors) : lexer_(text, errors) {}

  /// The token `ahead` places on, at most 2.
  const Token& peek(int ahead = 0);
  Token next();

  /// From now on words are replaced by their definitions (names of the language excepted). Values may name
  /// other defines, up to 16 deep; a circle is left as it stands. `defines` must outlive the stream.
  void use_defines(const Defines& defines);

  /// Line on which the last token taken ended.
  int last_line() const { return last_line_; }
  const std::vector<DirectiveLine>& directives() const { return lexer_.directives(); }

 private:
  void replace(Token& token) const;

  static constexpr int look_ahead = 3;
  Lexer lexer_;
  std::array<Token, look_ahead> ahead_;
  int first_ = 0;
  int filled_ = 0;
  int last_line_ = 0;
  const Defines* defines_ = nullptr;
};

/// True for the words that have a meaning of their own and cannot be redefined or used as symbols.
bool is_reserved(std::string_view word);

}  // namespace ringside::packetdrill
