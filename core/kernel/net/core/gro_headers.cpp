#include "core/kernel/net/core/gro_headers.h"

#include <algorithm>

#include "core/kernel/net/core/skbuff.h"
#include "core/wire/ethernet.h"
#include "core/wire/ipv4.h"
#include "core/wire/ipv6.h"
#include "core/wire/tcp.h"

namespace ringside {

namespace {

/// The network header's part; returns the offset of the TCP header, 0 if GRO does not take this packet.
std::uint32_t parse_network(wire::Bytes data, std::uint16_t protocol, GroHeaders& h, std::uint32_t& total) {
  if (protocol == wire::ETH_P_IP) {
    const auto ip = wire::Ipv4View::parse(data);
    if (!ip || ip->version() != 4 || ip->ihl() != 5 || ip->protocol() != wire::IPPROTO_NR_TCP) return 0;
    if (ip->is_fragment() || !ip->checksum_ok()) return 0;
    h.family = 4;
    h.saddr = ip->saddr();
    h.daddr = ip->daddr();
    h.ttl = ip->ttl();
    h.tos = ip->tos();
    h.ip_id = ip->id();
    h.dont_fragment = ip->dont_fragment();
    total = ip->tot_len();
    return 20;
  }
  const auto ip = wire::Ipv6View::parse(data);
  if (protocol != wire::ETH_P_IPV6 || !ip || ip->version() != 6 || ip->nexthdr() != wire::IPPROTO_NR_TCP)
    return 0;
  h.family = 6;
  h.saddr = ip->saddr();
  h.daddr = ip->daddr();
  h.ttl = ip->hop_limit();
  h.tos = ip->traffic_class();
  h.dont_fragment = true;
  total = ip->payload_len() + 40u;
  return 40;
}

}  // namespace

GroHeaders gro_parse(Kernel& k, SkbId skb) {
  GroHeaders h;
  const SkBuff& s = k[skb];
  const auto data = skb_data(k, skb);
  std::uint32_t total = 0;
  const std::uint32_t l4 = parse_network(data, s.protocol, h, total);
  if (l4 == 0 || total > s.len) return h;
  const auto tcp = wire::TcpView::parse(wire::slice(data, l4));
  if (!tcp || tcp->doff() < 5 || l4 + tcp->header_len() > total) return h;
  h.sport = tcp->source();
  h.dport = tcp->dest();
  h.seq = tcp->seq();
  h.ack = tcp->ack_seq();
  h.flags = tcp->flags();
  const auto options = tcp->options();
  h.options_len = static_cast<std::uint8_t>(options.size());
  std::copy(options.begin(), options.end(), h.options.begin());
  h.transport = l4;
  h.offset = l4 + static_cast<std::uint32_t>(tcp->header_len());
  // A frame that is padded is left alone by the kernel too: its length and the header's differ.
  h.payload = total - h.offset;
  h.valid = total == s.len || h.payload == 0;
  return h;
}

bool gro_same_flow(Kernel& k, SkbId held, const GroHeaders& h) {
  const GroHeaders p = gro_parse(k, held);
  return p.family == h.family && p.saddr == h.saddr && p.daddr == h.daddr && p.sport == h.sport &&
         p.dport == h.dport;
}

bool gro_continues(Kernel& k, SkbId held, const GroHeaders& h) {
  const GroHeaders p = gro_parse(k, held);
  const SkBuff& s = k[held];
  const std::uint16_t may_differ = GRO_FIN | GRO_PSH;
  if ((h.flags & GRO_CWR) != 0 || ((h.flags ^ p.flags) & ~may_differ) != 0) return false;
  if (h.ack != p.ack || h.options_len != p.options_len || h.options != p.options) return false;
  if (h.ttl != p.ttl || h.tos != p.tos || h.dont_fragment != p.dont_fragment) return false;
  // The sender counts its packets' ids on, or (only with DF) leaves them alone.
  const auto expected_id = static_cast<std::uint16_t>(p.ip_id + s.gso_segs);
  if (h.ip_id != expected_id && !(h.dont_fragment && h.ip_id == p.ip_id)) return false;
  return h.payload >= 1 && h.payload <= s.gso_size && h.seq == s.cb.end_seq;
}

void gro_rewrite_headers(Kernel& k, SkbId skb) {
  const SkBuff& s = k[skb];
  const GroHeaders h = gro_parse(k, skb);
  const auto all = k.bytes(s.frame);
  const std::uint32_t header_end = s.data_off + h.offset;
  std::vector<std::uint8_t> header(all.begin(), all.begin() + header_end);
  std::uint8_t* ip = &header[s.data_off];
  if (h.family == 4) {
    wire::store16(ip + 2, static_cast<std::uint16_t>(s.len));
    wire::store16(ip + 10, 0);
    wire::store16(ip + 10, wire::checksum({ip, 20}));
  } else {
    wire::store16(ip + 4, static_cast<std::uint16_t>(s.len - 40));
  }
  ip[(h.family == 4 ? 20u : 40u) + 13] |= static_cast<std::uint8_t>(s.cb.tcp_flags);
  // The first segment's payload stands behind the new header as a piece of its own.
  const std::uint32_t linear_payload = skb_headlen(s) - h.offset;
  const FragId piece = k.alloc_frag();
  k.assign(k[piece].data, DataRef{s.frame.source, s.frame.offset + header_end, linear_payload});
  k.put(k[piece].next, s.frags);
  if (!s.last_frag) k.put(s.last_frag, piece);
  k.put(s.frags, piece);
  k.put(s.data_len, s.data_len + linear_payload);
  k.assign(s.frame, k.store(std::move(header)));
}

}  // namespace ringside
