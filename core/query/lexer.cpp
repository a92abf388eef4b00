#include "core/query/lexer.h"

#include <algorithm>
#include <array>
#include <string>

namespace ringside::query {

namespace {

constexpr std::array<std::string_view, 15> kSigns{"&&", "||", "==", "!=", "<=", ">=", "<", ">",
                                                  "!",  "(",  ")",  "{",  "}",  ",",  "="};
/// Their names in words, as Wireshark has them.
constexpr std::array<std::array<std::string_view, 2>, 9> kSpelled{{{"and", "&&"},
                                                                   {"or", "||"},
                                                                   {"not", "!"},
                                                                   {"eq", "=="},
                                                                   {"ne", "!="},
                                                                   {"lt", "<"},
                                                                   {"le", "<="},
                                                                   {"gt", ">"},
                                                                   {"ge", ">="}}};

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
         c == ':' || c == '/' || c == '-' || c == '+';
}

Token sign_at(std::string_view text, std::size_t at) {
  for (const std::string_view sign : kSigns) {
    if (text.substr(at, sign.size()) != sign) continue;
    return {Token::Kind::sign, sign == "=" ? "==" : sign, at};
  }
  return {Token::Kind::bad, text.substr(at, 1), at};
}

Token word_at(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && is_word(text[end])) ++end;
  const std::string_view word = text.substr(at, end - at);
  for (const auto& [name, sign] : kSpelled)
    if (lower(word) == name) return {Token::Kind::sign, sign, at};
  return {Token::Kind::word, word, at};
}

}  // namespace

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return out;
}

std::vector<Token> tokens_of(std::string_view text) {
  std::vector<Token> all;
  std::size_t at = 0;
  while (true) {
    while (at < text.size() && is_blank(text[at])) ++at;
    if (at >= text.size()) break;
    if (text[at] == '"') {
      const std::size_t close = text.find('"', at + 1);
      if (close == std::string_view::npos) {
        all.push_back({Token::Kind::bad, text.substr(at), at});
        return all;
      }
      all.push_back({Token::Kind::word, text.substr(at + 1, close - at - 1), at});
      at = close + 1;
      continue;
    }
    const Token token = is_word(text[at]) ? word_at(text, at) : sign_at(text, at);
    all.push_back(token);
    if (token.kind == Token::Kind::bad) return all;
    // Signs that are written in words, and "=", are longer or shorter than what they stand for.
    std::size_t length = token.text.size();
    if (token.kind == Token::Kind::sign) {
      length = 0;
      if (is_word(text[at]))
        while (at + length < text.size() && is_word(text[at + length])) ++length;
      else
        length = text[at] == '=' && text.substr(at, 2) != "==" ? 1 : token.text.size();
    }
    at += length;
  }
  all.push_back({Token::Kind::end, {}, text.size()});
  return all;
}

}  // namespace ringside::query
