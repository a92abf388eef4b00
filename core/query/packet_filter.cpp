#include "core/query/packet_filter.h"

#include <array>

namespace ringside::query {

namespace {

enum Name : std::uint16_t {
  kFrameNumber,
  kFrameTime,
  kFrameLen,
  kIpAddr,
  kIpSrc,
  kIpDst,
  kIpVersion,
  kIpTtl,
  kIpFragment,
  kTtlProto,
  kTcp,
  kUdp,
  kIcmp,
  kArp,
  kIp,
  kIpv6,
  kVlan,
  kVlanId,
  kStream,
  kPort,
  kSrcPort,
  kDstPort,
  kUdpPort,
  kSeq,
  kSeqRaw,
  kAck,
  kAckRaw,
  kLen,
  kWindow,
  kFlags,
  kSyn,
  kFin,
  kRst,
  kPsh,
  kAckFlag,
  kUrg,
  kEce,
  kCwr,
  kRetransmission,
  kOutOfOrder,
  kProto,
  kFate,
  kPlace,
  kWasIn,
  kReason,
  kDelivered,
  kFlow,
  kNames
};

template <class Enum>
std::vector<std::string> all_names() {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < static_cast<std::size_t>(Enum::count_); ++i)
    names.emplace_back(name_of(static_cast<Enum>(i)));
  return names;
}

Vocabulary make_vocabulary() {
  Vocabulary v(kNames);
  const auto set = [&](Name at, const char* name, Type type, std::vector<std::string> choices = {},
                       std::vector<std::string> aliases = {}) {
    v[at] = {name, type, std::move(choices), false, std::move(aliases)};
  };
  set(kFrameNumber, "frame.number", Type::number, {}, {"packet"});
  set(kFrameTime, "frame.time_relative", Type::time, {}, {"frame.time", "time"});
  set(kFrameLen, "frame.len", Type::number);
  set(kIpAddr, "ip.addr", Type::address, {}, {"ipv6.addr"});
  set(kIpSrc, "ip.src", Type::address, {}, {"ipv6.src"});
  set(kIpDst, "ip.dst", Type::address, {}, {"ipv6.dst"});
  set(kIpVersion, "ip.version", Type::number);
  set(kIpTtl, "ip.ttl", Type::number, {}, {"ipv6.hlim"});
  set(kIpFragment, "ip.fragment", Type::flag);
  set(kTtlProto, "ip.proto", Type::number);
  set(kTcp, "tcp", Type::flag);
  set(kUdp, "udp", Type::flag);
  set(kIcmp, "icmp", Type::flag, {}, {"icmpv6"});
  set(kArp, "arp", Type::flag);
  set(kIp, "ip", Type::flag);
  set(kIpv6, "ipv6", Type::flag);
  set(kVlan, "vlan", Type::flag);
  set(kVlanId, "vlan.id", Type::number);
  set(kStream, "stream", Type::number);
  set(kFlow, "flow", Type::number);
  set(kPort, "tcp.port", Type::number);
  set(kSrcPort, "tcp.srcport", Type::number);
  set(kDstPort, "tcp.dstport", Type::number);
  set(kUdpPort, "udp.port", Type::number);
  set(kSeq, "tcp.seq", Type::number);
  set(kSeqRaw, "tcp.seq_raw", Type::number);
  set(kAck, "tcp.ack", Type::number);
  set(kAckRaw, "tcp.ack_raw", Type::number);
  set(kLen, "tcp.len", Type::number, {}, {"len"});
  set(kWindow, "tcp.window_size_value", Type::number, {}, {"tcp.window"});
  set(kFlags, "tcp.flags", Type::number);
  set(kSyn, "tcp.flags.syn", Type::flag);
  set(kFin, "tcp.flags.fin", Type::flag);
  set(kRst, "tcp.flags.reset", Type::flag, {}, {"tcp.flags.rst"});
  set(kPsh, "tcp.flags.push", Type::flag, {}, {"tcp.flags.psh"});
  set(kAckFlag, "tcp.flags.ack", Type::flag);
  set(kUrg, "tcp.flags.urg", Type::flag);
  set(kEce, "tcp.flags.ece", Type::flag);
  set(kCwr, "tcp.flags.cwr", Type::flag);
  set(kRetransmission, "tcp.analysis.retransmission", Type::flag, {}, {"retransmission"});
  set(kOutOfOrder, "tcp.analysis.out_of_order", Type::flag, {}, {"out_of_order"});
  set(kProto, "proto", Type::word);
  set(kFate, "fate", Type::word, all_names<Fate>());
  set(kPlace, "place", Type::word, all_names<Place>());
  set(kWasIn, "was_in", Type::set, all_names<Place>());
  set(kReason, "reason", Type::word, all_names<Drop>(), {"drop.reason"});
  set(kDelivered, "delivered", Type::number);
  return v;
}

FieldValue tcp_field(Name name, const PacketTable& table, const PacketFacts& f) {
  if (f.protocol != 6 || f.ip_version == 0) return FieldValue::none();
  const auto bit = [&](unsigned mask) { return FieldValue::of((f.flags & mask) != 0 ? 1 : 0); };
  switch (name) {
    case kPort:
      return FieldValue::of(table.sport(f), table.dport(f));
    case kSrcPort:
      return FieldValue::of(table.sport(f));
    case kDstPort:
      return FieldValue::of(table.dport(f));
    case kSeq:
      return FieldValue::of(f.rel_seq);
    case kSeqRaw:
      return FieldValue::of(f.seq);
    case kAck:
      return FieldValue::of(f.rel_ack);
    case kAckRaw:
      return FieldValue::of(f.ack);
    case kWindow:
      return FieldValue::of(f.window);
    case kFlags:
      return FieldValue::of(f.flags);
    case kFin:
      return bit(0x01);
    case kSyn:
      return bit(0x02);
    case kRst:
      return bit(0x04);
    case kPsh:
      return bit(0x08);
    case kAckFlag:
      return bit(0x10);
    case kUrg:
      return bit(0x20);
    case kEce:
      return bit(0x40);
    case kCwr:
      return bit(0x80);
    case kRetransmission:
      return FieldValue::of(f.retransmission ? 1 : 0);
    case kOutOfOrder:
      return FieldValue::of(f.out_of_order ? 1 : 0);
    default:
      return FieldValue::none();
  }
}

/// `ends` keeps the addresses that the value is about.
FieldValue ip_field(Name name, const PacketTable& table, const PacketFacts& f, std::array<IpAddr, 2>& ends) {
  if (f.stream == 0) return FieldValue::none();
  switch (name) {
    case kIpAddr:
      ends = {table.source(f), table.destination(f)};
      return FieldValue::of(ends[0], ends[1]);
    case kIpSrc:
      ends[0] = table.source(f);
      return FieldValue::of(ends[0]);
    case kIpDst:
      ends[1] = table.destination(f);
      return FieldValue::of(ends[1]);
    case kIpVersion:
      return FieldValue::of(f.ip_version);
    case kIpTtl:
      return FieldValue::of(f.ttl);
    case kIpFragment:
      return FieldValue::of(f.fragment ? 1 : 0);
    case kTtlProto:
      return FieldValue::of(f.protocol);
    case kStream:
      return FieldValue::of(f.stream);
    case kLen:
      return FieldValue::of(f.len);
    case kUdpPort:
      return f.protocol == 17 ? FieldValue::of(table.sport(f), table.dport(f)) : FieldValue::none();
    default:
      return FieldValue::none();
  }
}

}  // namespace

std::string protocol_of(const PacketFacts& f) {
  if (f.unreadable) return "?";
  if (f.ip_version == 0) return f.ethertype == 0x0806 ? "ARP" : "ethertype";
  switch (f.protocol) {
    case 1:
      return "ICMP";
    case 6:
      return f.fragment && f.seq == 0 && f.len != 0 && f.flags == 0 ? "fragment" : "TCP";
    case 17:
      return f.fragment && f.len == 0 ? "fragment" : "UDP";
    case 58:
      return "ICMPv6";
    default:
      return "IP " + std::to_string(f.protocol);
  }
}

const Vocabulary& packet_vocabulary() {
  static const Vocabulary vocabulary = make_vocabulary();
  return vocabulary;
}

Result<PacketFilter> PacketFilter::parse(std::string_view text) {
  auto parsed = Expression::parse(text, packet_vocabulary());
  if (!parsed) return parsed.error();
  PacketFilter filter;
  filter.expression_ = std::move(*parsed);
  return filter;
}

bool PacketFilter::matches(const PacketTable& table, const PacketFacts& f, const PacketRow& row) const {
  std::string protocol;
  std::array<IpAddr, 2> ends;
  const auto yes = [](bool is) { return FieldValue::of(is ? 1 : 0); };
  const auto read = [&](std::uint16_t field) -> FieldValue {
    const auto name = static_cast<Name>(field);
    switch (name) {
      case kFrameNumber:
        return FieldValue::of(f.number);
      case kFrameTime:
        return FieldValue::of(row.t_ns);
      case kFrameLen:
        return FieldValue::of(f.wire_len);
      case kTcp:
        return yes(f.ip_version != 0 && f.protocol == 6);
      case kUdp:
        return yes(f.ip_version != 0 && f.protocol == 17);
      case kIcmp:
        return yes(f.ip_version != 0 && (f.protocol == 1 || f.protocol == 58));
      case kArp:
        return yes(f.ethertype == 0x0806);
      case kIp:
        return yes(f.ip_version == 4);
      case kIpv6:
        return yes(f.ip_version == 6);
      case kVlan:
        return yes(f.vlan != 0xffff);
      case kVlanId:
        return f.vlan != 0xffff ? FieldValue::of(f.vlan) : FieldValue::none();
      case kProto:
        protocol = protocol_of(f);
        return FieldValue::of_word(protocol);
      case kFate:
        return FieldValue::of_word(name_of(row.fate));
      case kPlace:
        return FieldValue::of_word(name_of(row.place));
      case kWasIn:
        return FieldValue::of(row.places);
      case kReason:
        return row.reason != Drop::none ? FieldValue::of_word(name_of(row.reason)) : FieldValue::none();
      case kDelivered:
        return FieldValue::of(row.delivered_len);
      case kFlow:
        return row.flow != 0 ? FieldValue::of(row.flow) : FieldValue::none();
      default:
        break;
    }
    const FieldValue value = ip_field(name, table, f, ends);
    return value.count != 0 ? value : tcp_field(name, table, f);
  };
  return expression_.matches(read);
}

}  // namespace ringside::query
