#include "core/nic/layers.h"

#include "core/wire/ipv4.h"
#include "core/wire/ipv6.h"

namespace ringside::nic {
namespace {

bool read_ipv4(Layers& out) {
  const auto ip = wire::Ipv4View::parse(out.link.l3);
  if (!ip || ip->version() != 4 || ip->ihl() < 5) return false;
  out.ip_version = 4;
  out.protocol = ip->protocol();
  out.fragment = ip->is_fragment();
  out.fragment_offset = ip->fragment_offset();
  out.saddr = ip->saddr();
  out.daddr = ip->daddr();
  out.transport = ip->payload();
  out.transport_len = ip->payload_len();
  return true;
}

bool read_ipv6(Layers& out) {
  const auto ip = wire::Ipv6View::parse(out.link.l3);
  if (!ip || ip->version() != 6) return false;
  const wire::Ipv6Upper upper = wire::ipv6_upper(*ip);
  out.ip_version = 6;
  out.protocol = upper.protocol;
  out.fragment = upper.is_fragment();
  out.fragment_offset = upper.fragment_offset;
  out.saddr = ip->saddr();
  out.daddr = ip->daddr();
  out.transport = upper.payload;
  const std::size_t extensions = ip->payload().size() - upper.payload.size();
  out.transport_len = static_cast<std::uint32_t>(ip->payload_len() - extensions);
  return upper.whole;
}

}  // namespace

std::optional<Layers> dissect(LinkType link, wire::Bytes frame) {
  const auto parsed = parse_link(link, frame);
  if (!parsed) return std::nullopt;
  Layers out;
  out.link = *parsed;
  bool readable = false;
  if (out.link.protocol == wire::ETH_P_IP) readable = read_ipv4(out);
  if (out.link.protocol == wire::ETH_P_IPV6) readable = read_ipv6(out);
  if (!readable || out.fragment_offset != 0) return out;
  if (out.protocol == wire::IPPROTO_NR_TCP) out.tcp = wire::TcpView::parse(out.transport);
  if (out.protocol == wire::IPPROTO_NR_UDP) out.udp = wire::UdpView::parse(out.transport);
  return out;
}

}  // namespace ringside::nic
