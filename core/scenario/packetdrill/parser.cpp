#include "core/scenario/packetdrill/parser.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace ringside::packetdrill {

Parser::Parser(std::string_view text, const ParseSettings& settings)
    : defines_(settings.defines.begin(), settings.defines.end()), tokens_(text, lexer_errors_) {
  tokens_.use_defines(defines_);
}

bool Parser::accept(char symbol) {
  if (!peek().is(symbol)) return false;
  next();
  return true;
}

bool Parser::accept(std::string_view word) {
  if (!peek().is(word)) return false;
  next();
  return true;
}

bool Parser::expect(char symbol) { return accept(symbol) || fail_expected(std::string(1, symbol)); }

bool Parser::expect(std::string_view word) { return accept(word) || fail_expected(std::string(word)); }

bool Parser::expect(TokenKind kind, const char* id, Token& token) {
  if (peek().kind != kind) return fail_expected(id);
  token = next();
  return true;
}

bool Parser::fail_expected(std::string expected) {
  const Token& token = peek();
  if (token.kind == TokenKind::broken) return false;  // the lexer has told
  return fail("packetdrill.expected", token.where,
              {{"expected", std::move(expected)}, {"found", shown(token)}});
}

bool Parser::fail(const char* id, const Where& where, std::vector<std::pair<std::string, std::string>> args) {
  if (too_many_errors()) return false;
  Error error;
  error.id = id;
  error.line = where.line;
  error.column = where.column;
  error.args = std::move(args);
  outcome_.errors.push_back(std::move(error));
  return false;
}

void Parser::unsupported(const char* kind, std::string what, const Where& where) {
  outcome_.unsupported.push_back({kind, std::move(what), where});
}

/// The number that an integer or hex token stands for.
bool Parser::value_of(const Token& token, std::int64_t& value) {
  const bool hex = token.kind == TokenKind::hex;
  const std::string_view digits = hex ? token.text.substr(2) : token.text;
  const char* const end = digits.data() + digits.size();
  std::uint64_t bits = 0;
  const auto read =
      hex ? std::from_chars(digits.data(), end, bits, 16) : std::from_chars(digits.data(), end, value);
  if (hex) value = static_cast<std::int64_t>(bits);
  if (read.ec == std::errc() && read.ptr == end && (!hex || value >= 0)) return true;
  const std::string range = std::to_string(std::numeric_limits<std::int64_t>::max());
  return fail("packetdrill.out_of_range", token.where,
              {{"what", "number"}, {"found", shown(token)}, {"least", "-" + range}, {"most", range}});
}

bool Parser::number(const char* id, std::int64_t least, std::int64_t most, std::int64_t& value) {
  Token token;
  if (!expect(TokenKind::integer, id, token) || !value_of(token, value)) return false;
  if (value >= least && value <= most) return true;
  return fail("packetdrill.out_of_range", token.where,
              {{"what", id},
               {"found", shown(token)},
               {"least", std::to_string(least)},
               {"most", std::to_string(most)}});
}

ParseOutcome Parser::take(const std::string& file_name) {
  std::vector<Error>& errors = outcome_.errors;
  errors.insert(errors.end(), lexer_errors_.begin(), lexer_errors_.end());
  const auto place = [](const auto& item) { return std::pair(item.line, item.column); };
  std::ranges::stable_sort(errors, {}, place);
  if (errors.size() > most_errors) errors.resize(most_errors);
  for (Error& error : errors) error.file = file_name;
  std::ranges::stable_sort(outcome_.unsupported, {}, [](const Unsupported& item) {
    return std::pair(item.where.line, item.where.column);
  });
  return std::move(outcome_);
}

ParseOutcome parse(std::string_view text, std::string file_name, const ParseSettings& settings) {
  constexpr std::size_t most_bytes = 4u << 20;
  if (text.size() > most_bytes) {
    Error error;
    error.id = "packetdrill.file_too_large";
    error.file = std::move(file_name);
    error.args = {{"bytes", std::to_string(text.size())}, {"most", std::to_string(most_bytes)}};
    ParseOutcome outcome;
    outcome.errors.push_back(std::move(error));
    return outcome;
  }
  Parser parser(text, settings);
  parser.parse_script();
  return parser.take(file_name);
}

ParseSettings run_all_settings(bool ipv6) {
  ParseSettings settings;
  if (ipv6) {
    settings.defines = {{"TFO_COOKIE", "c1d1e9742a47a9bc"},
                        {"CMSG_LEVEL_IP", "SOL_IPV6"},
                        {"CMSG_TYPE_RECVERR", "IPV6_RECVERR"}};
  } else {
    settings.defines = {{"TFO_COOKIE", "3021b9d889017eeb"},
                        {"CODE", "host_unreachable"},
                        {"CMSG_LEVEL_IP", "SOL_IP"},
                        {"CMSG_TYPE_RECVERR", "IP_RECVERR"}};
  }
  return settings;
}

}  // namespace ringside::packetdrill
