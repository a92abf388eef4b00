#include "core/scenario/packetdrill/print.h"

namespace ringside::packetdrill {
namespace {

std::string hex(std::uint32_t number) {
  constexpr const char* digits = "0123456789abcdef";
  std::string text;
  do {
    text.insert(text.begin(), digits[number & 15]);
    number >>= 4;
  } while (number != 0);
  return "0x" + text;
}

std::string print_info(const IpInfo& info) {
  constexpr const char* ecn_names[] = {"noecn", "ect1", "ect0", "ce"};
  std::string text;
  switch (info.check) {
    case IpInfo::Check::none:
      break;
    case IpInfo::Check::ecn:
      text = ecn_names[info.tos & 3];
      break;
    case IpInfo::Check::ect01:
      text = "ect01";
      break;
    case IpInfo::Check::tos:
      text = "tos " + hex(info.tos);
      break;
  }
  if (info.flow_label) text += (text.empty() ? "flowlabel " : ", flowlabel ") + hex(*info.flow_label);
  if (info.ttl) text += "ttl " + std::to_string(*info.ttl);
  return text.empty() ? text : "[" + text + "] ";
}

std::string print_outer(const OuterIp& outer) {
  return (outer.ipv6 ? "ipv6 " : "ipv4 ") + print_info(outer.info) + outer.source + " > " +
         outer.destination + " : ";
}

std::string print_ports(const std::optional<Ports>& ports) {
  if (!ports) return {};
  return std::to_string(ports->source) + ">" + std::to_string(ports->destination) + " ";
}

std::string print_range(const SequenceRange& range) {
  const std::uint64_t end = std::uint64_t{range.start} + range.length;
  return std::to_string(range.start) + ":" + std::to_string(end) + "(" + std::to_string(range.length) + ")";
}

std::string print_flags(const TcpSegment& tcp) {
  constexpr const char* letters = "FSRP";
  std::string text;
  for (int bit = 0; bit < 4; ++bit) {
    if ((tcp.flags >> bit & 1) != 0) text += letters[bit];
  }
  if ((tcp.flags & tcp_flag::urg) != 0) text += 'U';
  if (!tcp.ace) {
    if ((tcp.flags & tcp_flag::ece) != 0) text += 'E';
    if ((tcp.flags & tcp_flag::cwr) != 0) text += 'W';
    if ((tcp.flags & tcp_flag::ae) != 0) text += 'A';
  }
  if ((tcp.flags & tcp_flag::ack) != 0) text += '.';
  if (tcp.ace) text += std::to_string(*tcp.ace);
  return text.empty() ? "-" : text;
}

struct PrintOption {
  std::string operator()(const NopOption&) const { return "nop"; }
  std::string operator()(const EndOption&) const { return "eol"; }
  std::string operator()(const SackPermittedOption&) const { return "sackOK"; }
  std::string operator()(const MssOption& option) const { return "mss " + std::to_string(option.mss); }
  std::string operator()(const WindowScaleOption& option) const {
    return "wscale " + std::to_string(option.shift);
  }
  std::string operator()(const SackOption& option) const {
    std::string text = "sack";
    for (const SackBlock& block : option.blocks) {
      text += " " + std::to_string(block.left) + ":" + std::to_string(block.right);
    }
    return text;
  }
  std::string operator()(const TimestampOption& option) const {
    return "TS val " + std::to_string(option.val) + " ecr " + std::to_string(option.ecr);
  }
  std::string operator()(const FastOpenOption& option) const {
    return std::string(option.experimental ? "FOEXP" : "FO") +
           (option.cookie.empty() ? "" : " " + option.cookie);
  }
  std::string operator()(const Md5Option& option) const { return "md5 " + option.digest; }
  std::string operator()(const AccEcnOption& option) const {
    const char* const names[] = {option.e1b_first ? " e1b " : " e0b ", " ceb ",
                                 option.e1b_first ? " e0b " : " e1b "};
    std::string text = "ECN";
    for (std::size_t i = 0; i < option.counters.size() && i < 3; ++i) {
      text += names[i] + std::to_string(option.counters[i]);
    }
    return text;
  }
};

std::string print_options(const TcpSegment& tcp) {
  if (tcp.any_options) return " <...>";
  std::string text;
  for (const TcpOption& option : tcp.options) text += (text.empty() ? " <" : ",") + print(option);
  return text.empty() ? text : text + ">";
}

struct PrintContent {
  std::string operator()(const TcpSegment& tcp) const {
    std::string text = print_ports(tcp.ports) + print_flags(tcp) + " " + print_range(tcp.sequence);
    if (tcp.ack) text += " ack " + std::to_string(*tcp.ack);
    if (tcp.window) text += " win " + std::to_string(*tcp.window);
    if (tcp.urgent) text += " urg " + std::to_string(*tcp.urgent);
    return text + print_options(tcp);
  }
  std::string operator()(const UdpDatagram& udp) const {
    return "udp " + print_ports(udp.ports) + "(" + std::to_string(udp.length) + ")";
  }
  std::string operator()(const IcmpMessage& icmp) const {
    std::string text = "icmp " + icmp.type;
    if (!icmp.code.empty()) text += " " + icmp.code;
    if (icmp.mtu) text += " mtu " + std::to_string(*icmp.mtu);
    if (icmp.echo_id) text += " id " + std::to_string(*icmp.echo_id);
    if (!icmp.quoted) return text;
    const IcmpEcho& quoted = *icmp.quoted;
    const std::string length = "(" + std::to_string(quoted.length) + ")";
    if (quoted.kind == IcmpEcho::Kind::tcp) return text + " [" + print_range(quoted.sequence) + "]";
    return text + (quoted.kind == IcmpEcho::Kind::udp ? " [udp " : " [raw ") + length + "]";
  }
  std::string operator()(const OpaquePacket& packet) const { return packet.text; }
};

}  // namespace

std::string print(const TcpOption& option) { return std::visit(PrintOption{}, option); }

std::string print(const Packet& packet) {
  std::string text = packet.direction == Direction::inbound ? "< " : "> ";
  for (const OuterIp& outer : packet.outer) text += print_outer(outer);
  return text + print_info(packet.ip) + std::visit(PrintContent{}, packet.content);
}

}  // namespace ringside::packetdrill
