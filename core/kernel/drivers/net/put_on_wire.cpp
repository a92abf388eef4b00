// The last step of every driver: headers as bytes, payload by reference, checksum as the card (or
// skb_checksum_help) finishes it; and the numbers of the `send` step.
#include <algorithm>
#include <cstring>

#include "core/kernel/drivers/net/ixgb.h"
#include "core/kernel/net/core/skbuff.h"
#include "core/wire/checksum.h"
#include "core/wire/ethernet.h"
#include "core/wire/ipv4.h"
#include "core/wire/ipv6.h"
#include "core/wire/tcp.h"

namespace ringside {

namespace {

/// Where the transport header stands in what is sent, and under which addresses.
struct Transport {
  IpAddr saddr, daddr;
  std::uint8_t protocol = 0;
  std::size_t offset = 0;
  bool whole = true;  ///< no fragment
};

Transport transport_of(std::uint16_t ethertype, wire::Bytes packet) {
  Transport t;
  if (ethertype == wire::ETH_P_IP) {
    if (const auto ip = wire::Ipv4View::parse(packet))
      t = {ip->saddr(), ip->daddr(), ip->protocol(), ip->header_len(), !ip->is_fragment()};
  } else if (ethertype == wire::ETH_P_IPV6) {
    if (const auto ip = wire::Ipv6View::parse(packet))
      t = {ip->saddr(), ip->daddr(), ip->nexthdr(), wire::Ipv6View::kHeaderLen,
           ip->nexthdr() != wire::NEXTHDR_FRAGMENT};
  }
  return t;
}

/// TCP's or UDP's checksum over header and payload. A GSO packet is summed anew in each of its segments by
/// the device; a fragmented datagram was summed before it was cut.
void finish_checksum(Kernel& k, Outgoing& out, const Transport& t) {
  const bool udp = t.protocol == wire::IPPROTO_NR_UDP;
  if ((t.protocol != wire::IPPROTO_NR_TCP && !udp) || !t.whole || out.gso_size != 0) return;
  if (!k.checksums_are_seen()) return;
  const std::size_t at = udp ? 6 : 16;
  if (t.offset + at + 2 > out.header_len) return;
  std::uint8_t* header = out.header.data() + t.offset;
  wire::store16(header + at, 0);
  std::vector<std::uint8_t> segment(header, out.header.data() + out.header_len);
  for (const DataRef& piece : out.payload) {
    const auto bytes = piece.source != 0 ? k.bytes(piece) : std::span<const std::uint8_t>{};
    segment.insert(segment.end(), bytes.begin(), bytes.end());
    segment.insert(segment.end(), piece.len - bytes.size(), 0);
  }
  const std::uint16_t sum = wire::transport_checksum(t.saddr, t.daddr, t.protocol, segment);
  wire::store16(header + at, udp && sum == 0 ? 0xffff : sum);
}

void transmit_tcp(Kernel& k, Outgoing& out, SkbId skb, SockId sk, std::size_t offset) {
  const auto tcp = wire::TcpView::parse(wire::Bytes(out.header.data(), out.header_len).subspan(offset));
  if (!tcp) {
    k.transmit(out, skb, sk, {{"len", out.payload_len}});
    return;
  }
  const auto options = wire::parse_tcp_options(tcp->options());
  const auto block = [&](std::size_t i) {
    return i < options.sack.size() ? options.sack[i] : wire::SackBlock{};
  };
  const std::int64_t len = out.payload_len, seq = tcp->seq(), ack = tcp->ack_seq();
  const std::int64_t win = tcp->window(), flags = tcp->flags();
  const auto sacks = static_cast<std::int64_t>(options.sack.size());
  if (sacks == 0) {
    k.transmit(out, skb, sk, {{"seq", seq}, {"ack", ack}, {"win", win}, {"len", len}, {"flags", flags}});
    return;
  }
  k.transmit(out, skb, sk,
             {{"seq", seq},
              {"ack", ack},
              {"win", win},
              {"len", len},
              {"flags", flags},
              {"sacks", sacks},
              {"sack0_start", block(0).start},
              {"sack0_end", block(0).end},
              {"sack1_start", block(1).start},
              {"sack1_end", block(1).end},
              {"sack2_start", block(2).start},
              {"sack2_end", block(2).end},
              {"sack3_start", block(3).start},
              {"sack3_end", block(3).end}});
}

}  // namespace

void put_on_wire(Kernel& k, SkbId skb) {
  const SkBuff& s = k[skb];
  const auto pushed = skb_pushed(k, skb);
  Outgoing out;
  out.ethertype = s.protocol;
  out.header_len = static_cast<std::uint8_t>(pushed.size());
  std::memcpy(out.header.data(), pushed.data(), pushed.size());
  skb_for_each_piece(k.host(), skb, 0, s.len, [&](const DataRef& piece) { out.payload.push_back(piece); });
  out.payload_len = s.len;
  out.gso_size = s.gso_size;
  if (s.sk) out.flow = k[s.sk].flow;
  const wire::Bytes packet(out.header.data(), out.header_len);
  const Transport t = transport_of(out.ethertype, packet);
  finish_checksum(k, out, t);
  if (t.protocol == wire::IPPROTO_NR_TCP && t.whole) {
    transmit_tcp(k, out, skb, s.sk, t.offset);
    return;
  }
  const std::int64_t protocol = t.protocol, len = s.len + static_cast<std::int64_t>(pushed.size());
  k.transmit(out, skb, s.sk, {{"protocol", protocol}, {"len", len}});
}

}  // namespace ringside
