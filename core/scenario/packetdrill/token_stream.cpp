#include "core/scenario/packetdrill/token_stream.h"

#include <algorithm>

namespace ringside::packetdrill {
namespace {

// Sorted.
constexpr std::string_view reserved[] = {
    "ECN",     "FO",       "FOEXP",     "Flags",      "GREv0",       "TS",        "ack",       "ce",
    "ceb",     "checksum", "cmsg_data", "cmsg_level", "cmsg_type",   "e0b",       "e1b",       "ecr",
    "ect0",    "ect01",    "ect1",      "ee_code",    "ee_data",     "ee_errno",  "ee_info",   "ee_origin",
    "ee_type", "encap",    "eol",       "events",     "fd",          "flags",     "flowlabel", "gre",
    "htons",   "icmp",     "id",        "inet6_addr", "inet_addr",   "ipv4",      "ipv6",      "key",
    "label",   "linger",   "md5",       "mpls",       "msg_control", "msg_flags", "msg_iov",   "msg_name",
    "mss",     "mtu",      "noecn",     "none",       "nop",         "off",       "onoff",     "present",
    "psp",     "ptr",      "raw",       "revents",    "sa_family",   "sack",      "sackOK",    "scm_nsec",
    "scm_sec", "seq",      "sin_addr",  "sin_port",   "spi",         "sum",       "tc",        "tos",
    "ttl",     "u32",      "u64",       "udp",        "urg",         "val",       "win",       "wscale"};
static_assert(std::ranges::is_sorted(reserved));

TokenKind kind_of_value(std::string_view value) {
  Token probe;
  std::vector<Error> ignored;
  probe = Lexer(value, ignored).next();
  if (probe.text.size() == value.size()) {
    const bool literal = probe.kind == TokenKind::integer || probe.kind == TokenKind::hex ||
                         probe.kind == TokenKind::string || probe.kind == TokenKind::backquote;
    if (literal) return probe.kind;
  }
  return TokenKind::word;
}

}  // namespace

bool is_reserved(std::string_view word) { return std::ranges::binary_search(reserved, word); }

void TokenStream::replace(Token& token) const {
  constexpr int deepest = 16;
  std::string_view value = token.text;
  for (int depth = 0; depth <= deepest; ++depth) {
    const TokenKind kind = depth == 0 ? token.kind : kind_of_value(value);
    const auto found = defines_->find(value);
    const bool final = kind != TokenKind::word || is_reserved(value) || found == defines_->end();
    if (!final) {
      value = found->second;
      continue;
    }
    if (depth == 0) return;
    const bool quoted = kind == TokenKind::string || kind == TokenKind::backquote;
    token.kind = kind;
    token.text = value;
    token.body = quoted ? value.substr(1, value.size() - 2) : value;
    return;
  }
}

const Token& TokenStream::peek(int ahead) {
  while (filled_ <= ahead) {
    Token& slot = ahead_[(first_ + filled_) % look_ahead];
    slot = lexer_.next();
    if (defines_ != nullptr) replace(slot);
    ++filled_;
  }
  return ahead_[(first_ + ahead) % look_ahead];
}

Token TokenStream::next() {
  Token token = peek();
  if (token.kind != TokenKind::end) {
    first_ = (first_ + 1) % look_ahead;
    --filled_;
    last_line_ = token.last_line;
  }
  return token;
}

void TokenStream::use_defines(const Defines& defines) {
  defines_ = &defines;
  for (int i = 0; i < filled_; ++i) replace(ahead_[(first_ + i) % look_ahead]);
}

}  // namespace ringside::packetdrill
