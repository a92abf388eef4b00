// A TCP header: flags, numbers and the frame of the option list.
#include "core/scenario/packetdrill/parser.h"

namespace ringside::packetdrill {
namespace {

constexpr std::uint16_t ecn_flags = tcp_flag::ece | tcp_flag::cwr | tcp_flag::ae;

std::uint16_t flag_of(char letter) {
  switch (letter) {
    case 'F':
      return tcp_flag::fin;
    case 'S':
      return tcp_flag::syn;
    case 'R':
      return tcp_flag::rst;
    case 'P':
      return tcp_flag::psh;
    case '.':
      return tcp_flag::ack;
    case 'U':
      return tcp_flag::urg;
    case 'E':
      return tcp_flag::ece;
    case 'W':
      return tcp_flag::cwr;
    case 'A':
      return tcp_flag::ae;
    default:
      return 0;
  }
}

/// AccECN's counter occupies the bits AE, CWR and ECE, highest first.
std::uint16_t ace_bits(std::uint8_t ace) {
  return static_cast<std::uint16_t>(((ace & 1) != 0 ? tcp_flag::ece : 0) |
                                    ((ace & 2) != 0 ? tcp_flag::cwr : 0) |
                                    ((ace & 4) != 0 ? tcp_flag::ae : 0));
}

}  // namespace

bool Parser::parse_tcp(Packet& packet) {
  TcpSegment& tcp = packet.content.emplace<TcpSegment>();
  return parse_ports(tcp.ports) && parse_flags(tcp) && parse_sequence(tcp.sequence) &&
         parse_tcp_fields(packet, tcp) && parse_tcp_options(packet, tcp);
}

bool Parser::parse_flags(TcpSegment& tcp) {
  if (accept('-')) return true;
  const Token token = peek();
  const bool letters = token.kind == TokenKind::word && !is_reserved(token.text);
  const bool dot = token.is('.') || (token.kind == TokenKind::decimal && token.text[0] == '.');
  if (!letters && !dot) return fail_expected("tcp_flags");
  next();
  if (!parse_flag_letters(token, tcp)) return false;
  if (!letters) return true;
  const Token after = peek();
  const bool more = after.is('.') || (after.kind == TokenKind::decimal && after.text[0] == '.');
  if (!more) return true;
  next();
  return parse_flag_letters(after, tcp);
}

bool Parser::parse_flag_letters(const Token& token, TcpSegment& tcp) {
  for (const char letter : token.text) {
    const bool digit = letter >= '0' && letter <= '7';
    const std::uint16_t flag = flag_of(letter);
    if (!digit && flag == 0) {
      return fail("packetdrill.bad_tcp_flag", token.where,
                  {{"found", shown(token)}, {"flag", std::string(1, letter)}});
    }
    const bool ecn = digit || (flag & ecn_flags) != 0;
    if (ecn && (tcp.ace || (digit && (tcp.flags & ecn_flags) != 0))) {
      return fail("packetdrill.conflicting_tcp_flags", token.where, {{"found", shown(token)}});
    }
    if (!digit) {
      tcp.flags |= flag;
      continue;
    }
    tcp.ace = static_cast<std::uint8_t>(letter - '0');
    tcp.flags |= ace_bits(*tcp.ace);
    unsupported("header", "ACE " + std::string(1, letter), token.where);
  }
  return true;
}

/// `1:1001(1000)`. As in packetdrill the end does not wrap.
bool Parser::parse_sequence(SequenceRange& range) {
  const Where where = peek().where;
  if (peek().kind != TokenKind::integer) return fail_expected("sequence_range");
  std::uint32_t end = 0;
  if (!unsigned_number("sequence_number", range.start) || !expect(':') ||
      !unsigned_number("sequence_number", end) || !expect('(') || !unsigned_number("length", range.length) ||
      !expect(')')) {
    return false;
  }
  const std::uint64_t real_end = std::uint64_t{range.start} + range.length;
  if (end == real_end) return true;
  return fail("packetdrill.sequence_mismatch", where,
              {{"found", std::to_string(end)}, {"expected", std::to_string(real_end)}});
}

bool Parser::parse_tcp_fields(Packet& packet, TcpSegment& tcp) {
  if (accept("ack") && !unsigned_number("ack_number", tcp.ack.emplace())) return false;
  if (accept("win")) {
    if (!unsigned_number("window", tcp.window.emplace())) return false;
  } else if (packet.direction == Direction::inbound) {
    return fail_expected(tcp.ack ? "win" : "ack,win");
  }
  return !accept("urg") || unsigned_number("urgent_pointer", tcp.urgent.emplace());
}

bool Parser::parse_tcp_options(const Packet& packet, TcpSegment& tcp) {
  const Where where = peek().where;
  if (!accept('<')) return true;
  if (peek().kind == TokenKind::ellipsis) {
    if (packet.direction == Direction::inbound) return fail("packetdrill.any_only_outbound", where);
    next();
    tcp.any_options = true;
    return expect('>');
  }
  do {
    if (!parse_tcp_option(tcp)) return false;
  } while (accept(','));
  if (!accept('>')) return fail_expected("',',>");
  return check_option_bytes(tcp, where);
}

/// The header counts in words of four bytes and ends after fifteen of them.
bool Parser::check_option_bytes(const TcpSegment& tcp, const Where& where) {
  constexpr int most = 40;
  constexpr int word = 4;
  int bytes = 0;
  for (const TcpOption& option : tcp.options) {
    const int length = wire_length(option);
    if (length < 0) return true;
    bytes += length;
    if (bytes > most) {
      return fail("packetdrill.options_too_long", where, {{"most", std::to_string(most)}});
    }
  }
  if (bytes % word == 0) return true;
  return fail("packetdrill.options_unpadded", where,
              {{"bytes", std::to_string(bytes)}, {"excess", std::to_string(bytes % word)}});
}

}  // namespace ringside::packetdrill
