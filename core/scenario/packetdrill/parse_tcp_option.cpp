// TCP's options, one function for each that has values.
#include <algorithm>
#include <string>

#include "core/scenario/packetdrill/parser.h"

namespace ringside::packetdrill {
namespace {

constexpr const char* option_names = "nop,eol,mss,wscale,sackOK,sack,TS,FO,FOEXP,md5,ECN";

bool is_hex(std::string_view text) {
  return text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

/// Bytes that `text` spells in hex; -1 if it is a name that was to be defined.
int blob_length(const std::string& text) {
  constexpr int unknown = -1;
  return is_hex(text) ? static_cast<int>(text.size() / 2) : unknown;
}

int blob_option_length(int header, const std::string& blob) {
  const int bytes = blob_length(blob);
  return bytes < 0 ? bytes : header + bytes;
}

struct LengthOf {
  int operator()(const NopOption&) const { return 1; }
  int operator()(const EndOption&) const { return 1; }
  int operator()(const SackPermittedOption&) const { return 2; }
  int operator()(const MssOption&) const { return 4; }
  int operator()(const WindowScaleOption&) const { return 3; }
  int operator()(const SackOption& sack) const { return 2 + 8 * static_cast<int>(sack.blocks.size()); }
  int operator()(const TimestampOption&) const { return 10; }
  int operator()(const FastOpenOption& option) const {
    return blob_option_length(option.experimental ? 4 : 2, option.cookie);
  }
  int operator()(const Md5Option& option) const { return blob_option_length(2, option.digest); }
  int operator()(const AccEcnOption& option) const {
    return 2 + 3 * static_cast<int>(option.counters.size());
  }
};

}  // namespace

int wire_length(const TcpOption& option) { return std::visit(LengthOf{}, option); }

bool Parser::parse_tcp_option(TcpSegment& tcp) {
  std::vector<TcpOption>& options = tcp.options;
  const Token name = peek();
  if (accept("nop")) return options.emplace_back(NopOption{}), true;
  if (accept("eol")) return options.emplace_back(EndOption{}), true;
  if (accept("sackOK")) return options.emplace_back(SackPermittedOption{}), true;
  if (accept("mss")) {
    MssOption option;
    if (!unsigned_number("mss_value", option.mss)) return false;
    return options.emplace_back(option), true;
  }
  if (accept("wscale")) {
    WindowScaleOption option;
    if (!unsigned_number("window_scale", option.shift)) return false;
    return options.emplace_back(option), true;
  }
  if (accept("sack")) return parse_sack(tcp);
  if (accept("TS")) return parse_timestamp(tcp);
  const bool known = name.is("FO") || name.is("FOEXP") || name.is("md5") || name.is("ECN");
  if (!known) return fail_expected(option_names);
  unsupported("tcp_option", std::string(name.text), name.where);
  next();
  if (name.is("md5")) return parse_md5(tcp);
  if (name.is("ECN")) return parse_acc_ecn(tcp);
  return parse_fast_open(name.is("FOEXP"), tcp);
}

bool Parser::parse_sack(TcpSegment& tcp) {
  SackOption sack;
  do {
    SackBlock block;
    if (!unsigned_number("sack_block", block.left) || !expect(':') ||
        !unsigned_number("sack_block", block.right)) {
      return false;
    }
    sack.blocks.push_back(block);
  } while (peek().kind == TokenKind::integer);
  tcp.options.emplace_back(std::move(sack));
  return true;
}

bool Parser::parse_timestamp(TcpSegment& tcp) {
  TimestampOption option;
  if (!expect("val") || !unsigned_number("timestamp", option.val) || !expect("ecr") ||
      !unsigned_number("timestamp", option.ecr)) {
    return false;
  }
  tcp.options.emplace_back(option);
  return true;
}

bool Parser::parse_fast_open(bool experimental, TcpSegment& tcp) {
  const int most_bytes = experimental ? 36 : 38;  // what the 40 bytes for options leave
  FastOpenOption option;
  option.experimental = experimental;
  if (peek().kind == TokenKind::word || peek().kind == TokenKind::integer) {
    const Token cookie = next();
    option.cookie = cookie.text;
    if (is_hex(cookie.text) && (cookie.text.size() % 2 != 0 || blob_length(option.cookie) > most_bytes)) {
      return fail("packetdrill.bad_hex", cookie.where, {{"found", shown(cookie)}});
    }
  }
  tcp.options.emplace_back(std::move(option));
  return true;
}

bool Parser::parse_md5(TcpSegment& tcp) {
  constexpr std::size_t most_digits = 32;
  if (peek().kind != TokenKind::word && peek().kind != TokenKind::integer) return fail_expected("hex_digits");
  const Token digest = next();
  if (!is_hex(digest.text) || digest.text.size() % 2 != 0 || digest.text.size() > most_digits) {
    return fail("packetdrill.bad_hex", digest.where, {{"found", shown(digest)}});
  }
  tcp.options.emplace_back(Md5Option{std::string(digest.text)});
  return true;
}

/// `ECN e0b 1 ceb 2 e1b 3` or the other way round; from the right, counters may be missing.
bool Parser::parse_acc_ecn(TcpSegment& tcp) {
  constexpr std::int64_t most = 0xffffff;
  if (!peek().is("e0b") && !peek().is("e1b")) return fail_expected("e0b,e1b");
  AccEcnOption option;
  option.e1b_first = peek().is("e1b");
  for (const char* name : {option.e1b_first ? "e1b" : "e0b", "ceb", option.e1b_first ? "e0b" : "e1b"}) {
    if (!accept(std::string_view(name))) break;
    std::int64_t value = 0;
    if (!number("counter", 0, most, value)) return false;
    option.counters.push_back(static_cast<std::uint32_t>(value));
  }
  tcp.options.emplace_back(std::move(option));
  return true;
}

}  // namespace ringside::packetdrill
