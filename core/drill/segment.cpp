#include "core/drill/segment.h"

#include <algorithm>

#include "core/scenario/packetdrill/icmp_names.h"
#include "core/wire/icmp.h"
#include "core/wire/ipv4.h"
#include "core/wire/ipv6.h"
#include "core/wire/udp.h"

namespace ringside::drill {

namespace pd = packetdrill;

namespace {

constexpr std::uint8_t kTcp = 6, kUdp = 17, kIcmp = 1, kIcmp6 = 58;
constexpr unsigned kFin = 1, kSyn = 2, kPsh = 8, kAck = 16, kUrg = 32, kCwr = 128, kAe = 256;

/// Reads the headers of a frame; the payload's length is the caller's.
bool read_headers(const Outgoing& frame, SentSegment& sent) {
  const wire::Bytes bytes(frame.header.data(), frame.header_len);
  wire::Bytes transport;
  if (frame.ethertype == 0x86dd) {
    const auto ip = wire::Ipv6Header::from(bytes);
    if (!ip) return false;
    sent.ip_version = 6;
    sent.protocol = ip->protocol;
    sent.tos = ip->traffic_class;
    sent.ttl = ip->hop_limit;
    sent.saddr = ip->saddr;
    sent.daddr = ip->daddr;
    transport = bytes.subspan(std::min(bytes.size(), ip->size()));
  } else {
    const auto ip = wire::Ipv4Header::from(bytes);
    if (!ip) return false;
    sent.protocol = ip->protocol;
    sent.tos = ip->tos;
    sent.ttl = ip->ttl;
    sent.saddr = ip->saddr;
    sent.daddr = ip->daddr;
    transport = bytes.subspan(std::min(bytes.size(), ip->size()));
  }
  if (sent.protocol == kTcp) {
    const auto tcp = wire::TcpHeader::from(transport);
    if (tcp) sent.tcp = *tcp;
    return tcp.has_value();
  }
  if (sent.protocol == kUdp && transport.size() >= 8) {
    sent.udp_source = static_cast<std::uint16_t>(transport[0] << 8 | transport[1]);
    sent.udp_dest = static_cast<std::uint16_t>(transport[2] << 8 | transport[3]);
  } else if (transport.size() >= 2) {
    sent.icmp_type = transport[0];
    sent.icmp_code = transport[1];
  }
  return true;
}

unsigned flag_bits(const wire::TcpHeader& tcp) { return tcp.flags | (tcp.ae ? kAe : 0); }

wire::TcpOption to_wire(const pd::TcpOption& option, const Connection& c) {
  struct Visitor {
    const Connection& c;
    wire::TcpOption operator()(const pd::NopOption&) const { return wire::TcpOption::nop(); }
    wire::TcpOption operator()(const pd::EndOption&) const { return wire::TcpOption::eol(); }
    wire::TcpOption operator()(const pd::SackPermittedOption&) const {
      return wire::TcpOption::sack_permitted();
    }
    wire::TcpOption operator()(const pd::MssOption& o) const { return wire::TcpOption::mss(o.mss); }
    wire::TcpOption operator()(const pd::WindowScaleOption& o) const {
      return wire::TcpOption::window_scale(o.shift);
    }
    wire::TcpOption operator()(const pd::SackOption& o) const {  // the peer's SACK is about what we sent
      wire::TcpOption option;
      option.kind = 5;
      for (const auto& block : o.blocks)
        for (const Seq edge : {c.to_live_local(block.left), c.to_live_local(block.right)})
          for (int shift = 24; shift >= 0; shift -= 8)
            option.data.push_back(static_cast<std::uint8_t>(edge >> shift));
      return option;
    }
    wire::TcpOption operator()(const pd::TimestampOption& o) const {
      std::uint32_t echo = o.ecr;
      const auto known = c.ts_by_script.find(o.ecr);
      if (known != c.ts_by_script.end())
        echo = known->second;
      else if (c.first_script_ts && c.first_live_ts && o.ecr != 0)
        echo = o.ecr - *c.first_script_ts + *c.first_live_ts;
      return wire::TcpOption::timestamps(o.val, echo);
    }
    wire::TcpOption operator()(const pd::FastOpenOption&) const { return wire::TcpOption::nop(); }
    wire::TcpOption operator()(const pd::Md5Option&) const { return wire::TcpOption::nop(); }
    wire::TcpOption operator()(const pd::AccEcnOption&) const { return wire::TcpOption::nop(); }
  };
  return std::visit(Visitor{c}, option);
}

std::uint32_t word_of(const wire::Buffer& data, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4 && at + i < data.size(); ++i) value = value << 8 | data[at + i];
  return value;
}

pd::TcpOption from_wire(const wire::TcpOption& option, const Connection& c) {
  switch (option.kind) {
    case 0:
      return pd::EndOption{};
    case 2:
      return pd::MssOption{
          static_cast<std::uint16_t>(word_of(option.data, 0) >> (option.data.size() == 2 ? 0 : 16))};
    case 3:
      return pd::WindowScaleOption{option.data.empty() ? std::uint8_t{0} : option.data[0]};
    case 4:
      return pd::SackPermittedOption{};
    case 5: {  // our SACK is about what the peer sent
      pd::SackOption sack;
      for (std::size_t at = 0; at + 8 <= option.data.size(); at += 8)
        sack.blocks.push_back({word_of(option.data, at) - c.live_remote_isn + c.script_remote_isn,
                               word_of(option.data, at + 4) - c.live_remote_isn + c.script_remote_isn});
      return sack;
    }
    case 8: {
      std::uint32_t val = word_of(option.data, 0);
      if (c.first_script_ts && c.first_live_ts) val = *c.first_script_ts + (val - *c.first_live_ts);
      return pd::TimestampOption{val, word_of(option.data, 4)};
    }
    default:
      return pd::NopOption{};
  }
}

wire::Buffer tcp_bytes(const pd::TcpSegment& tcp, const Connection& c) {
  wire::TcpHeader header;
  header.source = c.remote_port;
  header.dest = c.local_port;
  header.seq = tcp.sequence.start - c.script_remote_isn + c.live_remote_isn;
  header.ack_seq = (tcp.flags & kAck) != 0 ? c.to_live_local(tcp.ack.value_or(0)) : 0;
  header.flags = static_cast<std::uint8_t>(tcp.flags);
  header.ae = (tcp.flags & kAe) != 0;
  header.window = tcp.window.value_or(0);
  header.urg_ptr = tcp.urgent.value_or(0);
  for (const auto& option : tcp.options) header.options.push_back(to_wire(option, c));
  wire::Buffer out;
  const wire::Buffer payload(tcp.sequence.length, 0);
  header.append_to(out, c.remote, c.local, payload);
  return out;
}

/// The error's quotation: the header of the segment it is about, as the host under test had sent it.
wire::Buffer icmp_bytes(const pd::IcmpMessage& icmp, const Connection& c) {
  const bool v6 = c.local.is_v6();
  const auto numbers = pd::icmp_numbers(icmp, v6);
  wire::TcpHeader quoted;
  quoted.source = c.local_port;
  quoted.dest = c.remote_port;
  quoted.seq = c.to_live_local(icmp.quoted ? icmp.quoted->sequence.start : 0);
  quoted.flags = kAck;
  wire::Buffer tcp;
  quoted.append_to(tcp, c.local, c.remote, {});
  const std::size_t length = icmp.quoted ? icmp.quoted->sequence.length : 0;
  wire::Buffer quotation;
  if (v6) {
    wire::Ipv6Header ip;
    ip.saddr = c.local;
    ip.daddr = c.remote;
    ip.append_to(quotation, tcp.size() + length);
  } else {
    wire::Ipv4Header ip;
    ip.saddr = c.local;
    ip.daddr = c.remote;
    ip.dont_fragment = true;
    ip.append_to(quotation, tcp.size() + length);
  }
  quotation.insert(quotation.end(), tcp.begin(), tcp.end());
  wire::Buffer out{numbers ? numbers->type : std::uint8_t{0}, numbers ? numbers->code : std::uint8_t{0}, 0,
                   0};
  const std::uint32_t rest = icmp.mtu.value_or(0);
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<std::uint8_t>(rest >> shift));
  out.insert(out.end(), quotation.begin(), quotation.end());
  const std::uint16_t sum =
      v6 ? wire::transport_checksum(c.remote, c.local, kIcmp6, out) : wire::checksum(out);
  out[2] = static_cast<std::uint8_t>(sum >> 8);
  out[3] = static_cast<std::uint8_t>(sum);
  return out;
}

wire::Buffer udp_bytes(const pd::UdpDatagram& udp, const Connection& c) {
  wire::UdpHeader header;
  header.source = c.remote_port;
  header.dest = c.local_port;
  wire::Buffer out;
  header.append_to(out, c.remote, c.local, wire::Buffer(udp.length, 0));
  return out;
}

}  // namespace

std::vector<SentSegment> read_back(const Outgoing& frame) {
  SentSegment whole;
  whole.t_ns = frame.t_ns;
  if (!read_headers(frame, whole)) return {};
  if (whole.protocol != kTcp || frame.gso_size == 0 || frame.payload_len <= frame.gso_size) {
    whole.payload_len = static_cast<std::uint16_t>(frame.payload_len);
    return {whole};
  }
  std::vector<SentSegment> cut;
  for (std::uint32_t at = 0; at < frame.payload_len; at += frame.gso_size) {
    SentSegment part = whole;
    part.payload_len =
        static_cast<std::uint16_t>(std::min<std::uint32_t>(frame.gso_size, frame.payload_len - at));
    part.tcp.seq = whole.tcp.seq + at;
    unsigned flags = part.tcp.flags;
    if (at + frame.gso_size < frame.payload_len) flags &= ~(kFin | kPsh);
    if (at != 0) flags &= ~kCwr;
    part.tcp.flags = static_cast<std::uint8_t>(flags);
    cut.push_back(part);
  }
  return cut;
}

std::vector<std::uint8_t> build_inbound(const pd::Packet& packet, const Connection& c) {
  wire::Buffer transport;
  std::uint8_t protocol = kTcp;
  if (const auto* tcp = std::get_if<pd::TcpSegment>(&packet.content)) {
    transport = tcp_bytes(*tcp, c);
  } else if (const auto* udp = std::get_if<pd::UdpDatagram>(&packet.content)) {
    protocol = kUdp;
    transport = udp_bytes(*udp, c);
  } else if (const auto* icmp = std::get_if<pd::IcmpMessage>(&packet.content)) {
    protocol = c.local.is_v6() ? kIcmp6 : kIcmp;
    transport = icmp_bytes(*icmp, c);
  }
  wire::Buffer out;
  if (c.local.is_v6()) {
    wire::Ipv6Header ip;
    ip.saddr = c.remote;
    ip.daddr = c.local;
    ip.traffic_class = packet.ip.tos;
    ip.flow_label = packet.ip.flow_label.value_or(0);
    ip.hop_limit = packet.ip.ttl.value_or(255);
    ip.protocol = protocol;
    ip.append_to(out, transport.size());
  } else {
    wire::Ipv4Header ip;
    ip.saddr = c.remote;
    ip.daddr = c.local;
    ip.tos = packet.ip.tos;
    ip.ttl = packet.ip.ttl.value_or(255);
    ip.protocol = protocol;
    ip.append_to(out, transport.size());
  }
  out.insert(out.end(), transport.begin(), transport.end());
  return out;
}

void learn_inbound(const pd::TcpSegment& tcp, Connection& c) {
  if ((tcp.flags & kSyn) == 0 || c.knows_remote_isn) return;
  c.script_remote_isn = tcp.sequence.start;
  c.live_remote_isn = tcp.sequence.start;
  c.knows_remote_isn = true;
}

void learn_outbound(const pd::TcpSegment& script, const SentSegment& sent, Connection& c) {
  if ((sent.tcp.flags & kSyn) != 0 && !c.knows_local_isn) {
    c.live_local_isn = sent.tcp.seq;
    c.script_local_isn = script.sequence.start;
    c.knows_local_isn = true;
  }
  const pd::TimestampOption* wanted = nullptr;
  for (const auto& option : script.options)
    if (const auto* ts = std::get_if<pd::TimestampOption>(&option)) wanted = ts;
  for (const auto& option : sent.tcp.options) {
    if (option.kind != 8 || option.data.size() < 8 || wanted == nullptr) continue;
    const std::uint32_t live = word_of(option.data, 0);
    c.ts_by_script[wanted->val] = live;
    if (!c.first_live_ts) {
      c.first_live_ts = live;
      c.first_script_ts = wanted->val;
    }
  }
}

pd::Packet in_script_terms(const SentSegment& sent, const Connection& c) {
  pd::Packet packet;
  packet.direction = pd::Direction::outbound;
  if (sent.protocol == kUdp) {
    packet.content = pd::UdpDatagram{{}, sent.payload_len};
    return packet;
  }
  if (sent.protocol != kTcp) {
    pd::IcmpMessage icmp;
    icmp.type = "type_" + std::to_string(sent.icmp_type);
    icmp.code = "code_" + std::to_string(sent.icmp_code);
    packet.content = icmp;
    return packet;
  }
  pd::TcpSegment tcp;
  tcp.flags = static_cast<std::uint16_t>(flag_bits(sent.tcp));
  tcp.sequence.start = c.to_script_local(sent.tcp.seq);
  tcp.sequence.length = sent.payload_len;
  if ((tcp.flags & kAck) != 0) tcp.ack = sent.tcp.ack_seq - c.live_remote_isn + c.script_remote_isn;
  tcp.window = sent.tcp.window;
  if ((tcp.flags & kUrg) != 0) tcp.urgent = sent.tcp.urg_ptr;
  for (const auto& option : sent.tcp.options) tcp.options.push_back(from_wire(option, c));
  packet.content = tcp;
  return packet;
}

namespace {

bool same_options(const std::vector<pd::TcpOption>& wanted, const std::vector<pd::TcpOption>& got,
                  const pd::ScriptConfig& config, std::int64_t tolerance_ns) {
  if (wanted.size() != got.size()) return false;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const auto* a = std::get_if<pd::TimestampOption>(&wanted[i]);
    const auto* b = std::get_if<pd::TimestampOption>(&got[i]);
    if (a == nullptr || b == nullptr) {
      if (!(wanted[i] == got[i])) return false;
      continue;
    }
    if (a->ecr != b->ecr) return false;
    const std::int64_t off = std::abs(std::int64_t{seq_diff(a->val, b->val)}) * config.timestamp_tick;
    if (config.timestamp_tick != 0 && off > tolerance_ns) return false;
  }
  return true;
}

std::string tcp_difference(const pd::TcpSegment& want, const pd::TcpSegment& got,
                           const pd::ScriptConfig& config, std::int64_t tolerance_ns) {
  if (want.flags != got.flags) return "flags";
  if (want.sequence.start != got.sequence.start) return "seq";
  if (want.sequence.length != got.sequence.length) return "len";
  if ((want.flags & kAck) != 0 && want.ack.value_or(0) != got.ack.value_or(0)) return "ack";
  if (want.window && *want.window != got.window.value_or(0)) return "win";
  if (want.urgent.value_or(0) != got.urgent.value_or(0)) return "urg";
  if (!want.any_options && !same_options(want.options, got.options, config, tolerance_ns)) return "options";
  return {};
}

}  // namespace

std::string difference(const pd::Packet& expected, const pd::Packet& actual, const pd::ScriptConfig& config,
                       std::int64_t tolerance_ns) {
  if (expected.content.index() != actual.content.index()) return "protocol";
  if (const auto* want = std::get_if<pd::TcpSegment>(&expected.content))
    return tcp_difference(*want, std::get<pd::TcpSegment>(actual.content), config, tolerance_ns);
  if (const auto* want = std::get_if<pd::UdpDatagram>(&expected.content))
    return want->length == std::get<pd::UdpDatagram>(actual.content).length ? "" : "len";
  return {};
}

}  // namespace ringside::drill
