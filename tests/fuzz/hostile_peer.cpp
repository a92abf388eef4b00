#include "tests/fuzz/hostile_peer.h"

#include <algorithm>
#include <string_view>

#include "core/wire/checksum.h"
#include "core/wire/ethernet.h"
#include "core/wire/icmp.h"
#include "core/wire/tcp.h"

namespace ringside::fuzz {

namespace {

constexpr std::int64_t kMs = 1'000'000;
/// What a segment carries, over and over: sense to a web server, bytes to the others.
constexpr std::string_view kText = "GET /bytes/3000 HTTP/1.1\r\nHost: x\r\n\r\n";

}  // namespace

std::uint8_t Input::byte() {
  if (rest_.empty()) return 0;
  const std::uint8_t b = rest_.front();
  rest_ = rest_.subspan(1);
  return b;
}

std::int64_t Input::offset() {
  static constexpr std::int64_t kUnits[] = {1, 1, 100, 1000, 1460, 65536, 1 << 24, 1 << 28};
  const std::uint8_t b = byte();
  return (static_cast<std::int64_t>(b & 31) - 8) * kUnits[b >> 5];
}

wire::Buffer Input::bytes(std::size_t n) {
  wire::Buffer out;
  while (n-- > 0 && !empty()) out.push_back(byte());
  return out;
}

std::int64_t HostilePeer::obey(Input& in, std::vector<wire::Buffer>& frames) {
  for (const wire::ArpPacket& question : asked_) {
    wire::Buffer answer;
    wire::ArpPacket{wire::ARPOP_REPLY, ends_.peer_mac, question.target_ip, question.sender_mac,
                    question.sender_ip}
        .append_to(answer);
    frames.push_back(ethernet(wire::ETH_P_ARP, answer));
  }
  asked_.clear();
  const std::uint8_t op = in.byte();
  switch (op & 7) {
    case 6:
      icmp(in, frames);
      break;
    case 7:
      frames.push_back(in.bytes(in.byte()));
      break;
    default:
      segment(in, (op & 8) != 0 ? in.byte() : 0, frames);
  }
  for (wire::Buffer& bytes : frames) wire::pad_to_minimum(bytes);
  return (op & 128) != 0 ? 300 * kMs : (op & 64) != 0 ? 2 * kMs : 10'000;
}

wire::Buffer HostilePeer::options(Input& in) {
  static constexpr std::uint8_t kRawToo = 7;
  std::vector<wire::TcpOption> all;
  const std::uint8_t which = in.byte();
  if ((which & 1) != 0) all.push_back(wire::TcpOption::mss(in.two()));
  if ((which & 2) != 0) all.push_back(wire::TcpOption::sack_permitted());
  if ((which & 4) != 0) all.push_back(wire::TcpOption::window_scale(in.byte()));
  if ((which & 8) != 0)
    all.push_back(wire::TcpOption::timestamps(ts_ += static_cast<std::uint32_t>(in.offset()),
                                              echo_ + static_cast<std::uint32_t>(in.byte() % 4 / 3)));
  if ((which & 16) != 0) {
    wire::SackList blocks;
    for (int n = in.byte() % 3; n >= 0; --n) {
      const auto start = host_una_ + static_cast<Seq>(in.offset());
      blocks.push_back({start, start + static_cast<Seq>(in.offset())});
    }
    all.push_back(wire::TcpOption::sack(blocks));
  }
  wire::Buffer out;
  for (const wire::TcpOption& option : all) option.append_to(out);
  if (which >> 5 == kRawToo) wire::put(out, in.bytes(in.byte() % 12));
  out.resize(std::min((out.size() + 3) / 4 * 4, wire::kMaxTcpOptionBytes));
  return out;
}

/// `odd`: bits that spoil it.
void HostilePeer::segment(Input& in, std::uint8_t odd, std::vector<wire::Buffer>& frames) {
  wire::TcpHeader tcp;
  tcp.source = ends_.peer_port;
  tcp.dest = ends_.host_port;
  if ((odd & 1) != 0) tcp.source = static_cast<std::uint16_t>(tcp.source + in.byte());
  tcp.flags = in.byte();
  tcp.seq = next_ + static_cast<Seq>(in.offset());
  tcp.ack_seq = host_next_ + static_cast<Seq>(in.offset());
  tcp.window = in.two();
  if ((odd & 2) != 0) tcp.urg_ptr = in.two();
  const wire::Buffer option_bytes = options(in);
  const std::uint8_t l = in.byte();
  const std::size_t len = l < 128 ? l : (l - 128u) * 64;
  wire::Buffer body;
  tcp.append_to(body, ends_.peer, ends_.host, {});
  body[12] = static_cast<std::uint8_t>((5 + option_bytes.size() / 4) << 4);
  wire::put(body, option_bytes);
  for (std::size_t i = 0; i < len; ++i) body.push_back(static_cast<std::uint8_t>(kText[i % kText.size()]));
  if ((odd & 4) != 0) body[12] = in.byte();
  if ((odd & 8) != 0) body.resize(in.byte());
  const Seq end = tcp.seq + static_cast<Seq>(len) + (tcp.flags >> 1 & 1u) + (tcp.flags & 1u);  // SYN, FIN
  if (end - next_ < 1u << 20) next_ = end;
  if (body.size() > wire::TcpView::kMinHeaderLen && (odd & 128) == 0) {
    wire::store16(body.data() + 16, 0);
    wire::store16(body.data() + 16,
                  wire::transport_checksum(ends_.peer, ends_.host, wire::IPPROTO_NR_TCP, body));
  }
  packet(body, wire::IPPROTO_NR_TCP, odd, in, frames);
}

void HostilePeer::icmp(Input& in, std::vector<wire::Buffer>& frames) {
  wire::IcmpHeader header;
  header.type = in.byte() % 16;
  header.code = in.byte() % 16;
  header.rest = in.two();
  wire::Buffer quoted = last_sent_;
  const std::uint8_t keep = in.byte();
  quoted.resize(std::min<std::size_t>(quoted.size(), keep));
  if (keep > 200 && !quoted.empty()) quoted[in.byte() % quoted.size()] = in.byte();
  wire::Buffer body;
  header.append_v4(body, quoted);
  packet(body, wire::IPPROTO_NR_ICMP, 0, in, frames);
}

/// As one IP packet, or (odd) as two fragments, or with a lie in its header.
void HostilePeer::packet(const wire::Buffer& body, std::uint8_t protocol, std::uint8_t odd, Input& in,
                         std::vector<wire::Buffer>& frames) {
  wire::Ipv4Header ip;
  ip.saddr = ends_.peer;
  ip.daddr = ends_.host;
  ip.protocol = protocol;
  ip.id = ++id_;
  ip.tos = (odd & 16) != 0 ? in.byte() : 0;
  const std::size_t cut = (odd & 32) != 0 ? in.byte() / 8 * 8 : 0;
  if (cut != 0 && cut < body.size()) {
    wire::Ipv4Header first = ip;
    first.more_fragments = true;
    ip.fragment_offset = static_cast<std::uint32_t>(cut);
    frames.push_back(frame(ip, wire::slice(body, cut)));
    frames.push_back(frame(first, wire::slice(body, 0, cut)));
    return;
  }
  frames.push_back(frame(ip, body));
  constexpr std::size_t kEthernet = 14;
  if ((odd & 64) != 0) frames.back()[kEthernet + in.byte() % 20] = in.byte();
}

wire::Buffer HostilePeer::frame(const wire::Ipv4Header& ip, wire::Bytes body) const {
  wire::Buffer packet;
  ip.append_to(packet, body.size());
  wire::put(packet, body);
  return ethernet(wire::ETH_P_IP, packet);
}

wire::Buffer HostilePeer::ethernet(std::uint16_t protocol, wire::Bytes body) const {
  wire::Buffer out;
  wire::EthernetHeader header;
  header.dest = ends_.host_mac;
  header.source = ends_.peer_mac;
  header.protocol = protocol;
  header.append_to(out);
  wire::put(out, body);
  return out;
}

void HostilePeer::saw(std::uint16_t ethertype, wire::Bytes packet, std::uint32_t payload_len) {
  if (ethertype == wire::ETH_P_ARP) {
    const auto arp = wire::ArpPacket::from(packet);
    if (arp && arp->op == wire::ARPOP_REQUEST && asked_.size() < 4) asked_.push_back(*arp);
    return;
  }
  last_sent_.assign(packet.begin(), packet.end());
  last_sent_.resize(last_sent_.size() + std::min(payload_len, 64u));
  const auto ip = wire::Ipv4View::parse(packet);
  if (!ip || ip->version() != 4 || ip->protocol() != wire::IPPROTO_NR_TCP) return;
  const auto tcp = wire::TcpView::parse(packet.subspan(ip->header_len()));
  if (!tcp || tcp->rst()) return;
  ends_.host_port = tcp->source();
  if (tcp->syn()) host_next_ = host_una_ = tcp->seq() + 1;
  const Seq end = tcp->seq() + payload_len + (tcp->syn() ? 1u : 0u) + (tcp->fin() ? 1u : 0u);
  if (end - host_next_ < 1u << 30) host_next_ = end;
  const wire::TcpOptions seen = wire::parse_tcp_options(tcp->options());
  if (seen.saw_tstamp) echo_ = seen.ts_val;
}

}  // namespace ringside::fuzz
