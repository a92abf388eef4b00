// Words and signs of the query language, with the column each begins at.
#pragma once
#include <cstddef>
#include <string_view>
#include <vector>

namespace ringside::query {

struct Token {
  enum class Kind : unsigned char { word, sign, end, bad };
  Kind kind = Kind::end;
  std::string_view text;
  std::size_t at = 0;  ///< offset in the text

  bool is(std::string_view sign) const { return kind == Kind::sign && text == sign; }
};

/// The last one is `end`, or `bad` where no token begins. A word is anything without blanks and signs, or
/// what stands between quotation marks.
std::vector<Token> tokens_of(std::string_view text);
std::string lower(std::string_view text);

}  // namespace ringside::query
