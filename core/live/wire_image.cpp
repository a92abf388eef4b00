#include "core/live/wire_image.h"

#include <algorithm>

#include "core/wire/arp.h"
#include "core/wire/checksum.h"
#include "core/wire/ethernet.h"
#include "core/wire/ipv4.h"
#include "core/wire/ipv6.h"
#include "core/wire/tcp.h"

namespace ringside::live {

namespace {

wire::Buffer payload_of(Kernel& k, const Outgoing& frame) {
  wire::Buffer payload;
  payload.reserve(frame.payload_len);
  for (const DataRef& piece : frame.payload) {
    const auto bytes = piece.source != 0 ? k.bytes(piece) : std::span<const std::uint8_t>{};
    wire::put(payload, bytes);
    payload.resize(payload.size() + piece.len - bytes.size());  // source 0: zeros
  }
  return payload;
}

/// Of a packet that the card cuts: where its TCP header begins and under which addresses it is summed.
struct Segmented {
  IpAddr saddr, daddr;
  std::size_t tcp = 0;
  bool v6 = false;
};

std::optional<Segmented> segmented(std::uint16_t ethertype, wire::Bytes header) {
  if (ethertype == wire::ETH_P_IP) {
    const auto ip = wire::Ipv4View::parse(header);
    if (!ip || ip->protocol() != wire::IPPROTO_NR_TCP) return std::nullopt;
    return Segmented{ip->saddr(), ip->daddr(), ip->header_len(), false};
  }
  const auto ip = wire::Ipv6View::parse(header);
  if (!ip || ip->nexthdr() != wire::IPPROTO_NR_TCP) return std::nullopt;
  return Segmented{ip->saddr(), ip->daddr(), wire::Ipv6View::kHeaderLen, true};
}

constexpr std::size_t kSeqAt = 4, kFlagsAt = 13, kCheckAt = 16;  // in a TCP header

/// `packet` holds headers and payload; the headers are those of the whole and become the segment's own.
void finish_segment(wire::Buffer& packet, const Segmented& s, std::size_t at, bool last) {
  std::uint8_t* ip = packet.data();
  if (s.v6) {
    wire::store16(ip + 4, static_cast<std::uint16_t>(packet.size() - wire::Ipv6View::kHeaderLen));
  } else {
    wire::store16(ip + 2, static_cast<std::uint16_t>(packet.size()));
    wire::store16(ip + 10, 0);
    wire::store16(ip + 10, wire::checksum({ip, s.tcp}));
  }
  std::uint8_t* tcp = packet.data() + s.tcp;
  wire::store32(tcp + kSeqAt, wire::load32(tcp + kSeqAt) + static_cast<std::uint32_t>(at));
  std::uint8_t& flags = tcp[kFlagsAt];
  if (!last) flags = static_cast<std::uint8_t>(flags & ~(wire::TCPHDR_FIN | wire::TCPHDR_PSH));
  if (at != 0) flags = static_cast<std::uint8_t>(flags & ~wire::TCPHDR_CWR);
  wire::store16(tcp + kCheckAt, 0);
  const wire::Bytes segment(tcp, packet.size() - s.tcp);
  wire::store16(tcp + kCheckAt, wire::transport_checksum(s.saddr, s.daddr, wire::IPPROTO_NR_TCP, segment));
}

MacAddr neighbour(const Host& host, const IpAddr& addr) {
  for (NeighbourId id = host.net->neighbours; id; id = host[id].next)
    if (host[id].addr == addr) return MacAddr::from(host[id].mac.data());
  return MacAddr::broadcast();
}

/// RFC 1112 section 6.4, RFC 2464 section 7.
MacAddr group(const IpAddr& addr) {
  const auto& b = addr.bytes();
  if (addr.is_v6()) return {{0x33, 0x33, b[12], b[13], b[14], b[15]}};
  return {{0x01, 0x00, 0x5e, static_cast<std::uint8_t>(b[1] & 0x7f), b[2], b[3]}};
}

MacAddr destination(const Host& host, const Outgoing& frame) {
  const wire::Bytes header(frame.header.data(), frame.header_len);
  IpAddr addr;
  if (frame.ethertype == wire::ETH_P_ARP) {
    const auto arp = wire::ArpView::parse(header);
    return arp && arp->ar_op() == wire::ARPOP_REPLY ? arp->target_mac() : MacAddr::broadcast();
  }
  if (frame.ethertype == wire::ETH_P_IP) {
    if (const auto ip = wire::Ipv4View::parse(header)) addr = ip->daddr();
  } else if (const auto ip = wire::Ipv6View::parse(header)) {
    addr = ip->daddr();
  }
  if (addr.is_limited_broadcast()) return MacAddr::broadcast();
  return addr.is_multicast() ? group(addr) : neighbour(host, addr);
}

}  // namespace

std::vector<wire::Buffer> packets_of(Kernel& k, const Outgoing& frame) {
  const wire::Bytes header(frame.header.data(), frame.header_len);
  const wire::Buffer payload = payload_of(k, frame);
  std::vector<wire::Buffer> packets;
  const auto s = frame.gso_size != 0 ? segmented(frame.ethertype, header) : std::nullopt;
  const std::size_t step = s ? frame.gso_size : std::max<std::size_t>(payload.size(), 1);
  std::uint16_t id = !s || s->v6 ? std::uint16_t{0} : wire::load16(header.data() + 4);
  for (std::size_t at = 0; at == 0 || at < payload.size(); at += step) {
    const std::size_t take = std::min(step, payload.size() - at);
    wire::Buffer packet;
    packet.reserve(header.size() + take);
    wire::put(packet, header);
    wire::put(packet, wire::slice(payload, at, at + take));
    if (s) {
      if (!s->v6) wire::store16(packet.data() + 4, id++);
      finish_segment(packet, *s, at, at + take >= payload.size());
    }
    packets.push_back(std::move(packet));
  }
  return packets;
}

std::vector<wire::Buffer> ethernet_frames_of(Kernel& k, const Outgoing& frame) {
  const Host& host = k.host();
  wire::EthernetHeader link;
  link.dest = destination(host, frame);
  link.source = MacAddr::from(host.nic->mac);
  link.protocol = frame.ethertype;
  std::vector<wire::Buffer> frames = packets_of(k, frame);
  for (wire::Buffer& bytes : frames) {
    wire::Buffer whole;
    whole.reserve(wire::ETH_HLEN + bytes.size());
    link.append_to(whole);
    wire::put(whole, bytes);
    wire::pad_to_minimum(whole);
    bytes = std::move(whole);
  }
  return frames;
}

}  // namespace ringside::live
