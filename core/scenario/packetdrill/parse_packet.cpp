// Packets but for TCP's own header.
#include "core/scenario/packetdrill/icmp_names.h"
#include "core/scenario/packetdrill/parser.h"

namespace ringside::packetdrill {
namespace {

constexpr std::uint8_t ecn_ect1 = 1;
constexpr std::uint8_t ecn_ect0 = 2;
constexpr std::uint8_t ecn_ce = 3;

bool starts_opaque_header(const Token& token) {
  return token.is("gre") || token.is("GREv0") || token.is("mpls") || token.is("encap");
}

}  // namespace

bool Parser::parse_packet(Packet& packet) {
  const Token direction = next();
  packet.where = direction.where;
  packet.direction = direction.is('<') ? Direction::inbound : Direction::outbound;
  while (peek().is("ipv4") || peek().is("ipv6")) {
    if (!parse_outer(packet)) return false;
  }
  if (starts_opaque_header(peek())) return parse_opaque(packet);
  const Where info_place = peek().where;
  if (!parse_ip_info(packet.ip)) return false;
  if (starts_opaque_header(peek())) return fail_expected("packet");
  if (packet.ip.check == IpInfo::Check::ect01 && packet.direction == Direction::inbound) {
    return fail("packetdrill.ect01_only_outbound", info_place);
  }
  if (accept("icmp")) return parse_icmp(packet);
  if (!peek().is("udp")) return parse_tcp(packet);
  if (packet.ip.check == IpInfo::Check::ecn) return fail("packetdrill.ecn_only_tcp", info_place);
  return parse_udp(packet);
}

/// `ipv4 [tos 0x1] 192.0.2.1 > 192.168.0.1:`
bool Parser::parse_outer(Packet& packet) {
  const Token family = next();
  OuterIp outer;
  outer.ipv6 = family.text == "ipv6";
  const TokenKind kind = outer.ipv6 ? TokenKind::ipv6 : TokenKind::ipv4;
  const char* const id = outer.ipv6 ? "ipv6_address" : "ipv4_address";
  Token source;
  Token destination;
  if (!parse_ip_info(outer.info) || !expect(kind, id, source) || !expect('>') ||
      !expect(kind, id, destination) || !expect(':')) {
    return false;
  }
  outer.source = source.text;
  outer.destination = destination.text;
  unsupported("header", std::string(family.text), family.where);
  packet.outer.push_back(std::move(outer));
  return true;
}

/// Keeps the words of a packet whose headers nothing here knows, one blank between them.
bool Parser::parse_opaque(Packet& packet) {
  const Token header = peek();
  OpaquePacket opaque;
  while (peek().kind != TokenKind::end && !at_event_start()) {
    if (peek().kind == TokenKind::broken) return false;
    if (!opaque.text.empty()) opaque.text += ' ';
    opaque.text += next().text;
  }
  unsupported("header", std::string(header.text), header.where);
  packet.content = std::move(opaque);
  return true;
}

bool Parser::parse_ip_info(IpInfo& info) {
  const bool square = peek().is('[');
  if (!square && !peek().is('(')) return true;
  next();
  if (!parse_ip_info_item(info)) return false;
  return expect(square ? ']' : ')');
}

bool Parser::parse_ip_info_item(IpInfo& info) {
  if (accept("ttl")) return unsigned_number("ttl_value", info.ttl.emplace());
  if (!peek().is("flowlabel")) {
    if (!parse_traffic_class(info)) return false;
    if (!accept(',')) return true;
    if (!peek().is("flowlabel")) return fail_expected("flowlabel");
  }
  next();
  constexpr std::int64_t most = 0xfffff;
  Token token;
  std::int64_t value = 0;
  if (!expect(TokenKind::hex, "hex_number", token) || !value_of(token, value)) return false;
  info.flow_label = static_cast<std::uint32_t>(value);
  return value <= most || fail("packetdrill.out_of_range", token.where,
                               {{"what", "flowlabel"},
                                {"found", shown(token)},
                                {"least", "0"},
                                {"most", std::to_string(most)}});
}

bool Parser::parse_traffic_class(IpInfo& info) {
  info.check = IpInfo::Check::ecn;
  if (accept("noecn")) return true;
  if (accept("ect0")) return info.tos = ecn_ect0, true;
  if (accept("ect1")) return info.tos = ecn_ect1, true;
  if (accept("ce")) return info.tos = ecn_ce, true;
  if (accept("ect01")) return info.check = IpInfo::Check::ect01, true;
  if (!accept("tos")) return fail_expected("ip_info");
  info.check = IpInfo::Check::tos;
  constexpr std::int64_t most = 0xff;
  Token token;
  std::int64_t value = 0;
  if (!expect(TokenKind::hex, "hex_number", token) || !value_of(token, value)) return false;
  info.tos = static_cast<std::uint8_t>(value);
  return value <= most ||
         fail("packetdrill.out_of_range", token.where,
              {{"what", "tos"}, {"found", shown(token)}, {"least", "0"}, {"most", std::to_string(most)}});
}

bool Parser::parse_ports(std::optional<Ports>& ports) {
  if (peek().kind != TokenKind::integer) return true;
  Ports found;
  if (!unsigned_number("port", found.source) || !expect('>') || !unsigned_number("port", found.destination)) {
    return false;
  }
  ports = found;
  return true;
}

/// `(1000)`
bool Parser::parse_length(std::uint32_t most, std::uint32_t& length) {
  std::int64_t value = 0;
  if (!expect('(') || !number("length", 0, most, value) || !expect(')')) return false;
  length = static_cast<std::uint32_t>(value);
  return true;
}

bool Parser::parse_udp(Packet& packet) {
  constexpr std::uint32_t most = 0xffff;
  next();
  UdpDatagram& udp = packet.content.emplace<UdpDatagram>();
  std::uint32_t length = 0;
  if (!parse_ports(udp.ports) || !parse_length(most, length)) return false;
  udp.length = static_cast<std::uint16_t>(length);
  return true;
}

bool Parser::parse_icmp(Packet& packet) {
  IcmpMessage& icmp = packet.content.emplace<IcmpMessage>();
  Token type;
  if (!expect(TokenKind::word, "icmp_type", type)) return false;
  icmp.type = type.text;
  if (peek().kind == TokenKind::word && !is_reserved(peek().text)) icmp.code = next().text;
  if (accept("mtu") && !unsigned_number("mtu_value", icmp.mtu.emplace())) return false;
  if (accept("id") && !unsigned_number("echo_id", icmp.echo_id.emplace())) return false;
  if (!parse_icmp_quote(icmp)) return false;
  if (!icmp_numbers(icmp, false) && !icmp_numbers(icmp, true)) {
    unsupported("symbol", icmp.type + (icmp.code.empty() ? "" : " " + icmp.code), type.where);
  }
  return true;
}

/// `[1:1001(1000)]`, `[udp (100)]`, `[raw (64)]`
bool Parser::parse_icmp_quote(IcmpMessage& icmp) {
  constexpr std::uint32_t most = 0xffff;
  if (!accept('[')) return true;
  IcmpEcho& quoted = icmp.quoted.emplace();
  if (peek().is("udp") || peek().is("raw")) {
    quoted.kind = next().text == "udp" ? IcmpEcho::Kind::udp : IcmpEcho::Kind::raw;
    if (!parse_length(most, quoted.length)) return false;
  } else if (!parse_sequence(quoted.sequence)) {
    return false;
  }
  return expect(']');
}

}  // namespace ringside::packetdrill
