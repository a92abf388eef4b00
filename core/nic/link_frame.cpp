#include "core/nic/link_frame.h"

#include <pcap/dlt.h>

namespace ringside::nic {
namespace {

using wire::Bytes;
using wire::load16;
using wire::load32;

/// Takes the VLAN tags off the front of l3.
bool strip_tags(LinkFrame& frame) {
  while (wire::is_vlan_type(frame.protocol) && frame.tag_count < LinkFrame::kMaxTags) {
    const auto vlan = wire::VlanView::parse(frame.l3);
    if (!vlan) return false;
    frame.tags[frame.tag_count++] = {frame.protocol, vlan->tci()};
    frame.protocol = vlan->encapsulated_proto();
    frame.l3 = vlan->payload();
  }
  if (frame.protocol < wire::ETH_P_802_3_MIN) frame.protocol = wire::ETH_P_802_2;
  return true;
}

std::optional<LinkFrame> parse_ethernet(Bytes bytes) {
  const auto eth = wire::EthernetView::parse(bytes);
  if (!eth) return std::nullopt;
  LinkFrame frame;
  frame.has_dest = frame.has_source = true;
  frame.dest = eth->dest();
  frame.source = eth->source();
  frame.protocol = eth->h_proto();
  frame.l3 = eth->payload();
  if (!strip_tags(frame)) return std::nullopt;
  return frame;
}

PacketType packet_type(unsigned sll_type) {
  constexpr PacketType kTypes[] = {PacketType::kHost, PacketType::kBroadcast, PacketType::kMulticast,
                                   PacketType::kOtherHost, PacketType::kOutgoing};
  return sll_type < std::size(kTypes) ? kTypes[sll_type] : PacketType::kUnknown;
}

/// LINKTYPE_LINUX_SLL: type 2, ARPHRD 2, address length 2, address 8, protocol 2.
/// LINKTYPE_LINUX_SLL2: protocol 2, zero 2, interface 4, ARPHRD 2, type 1, address length 1, address 8.
std::optional<LinkFrame> parse_cooked(Bytes bytes, bool v2) {
  constexpr unsigned kArphrdNetlink = 824;  // its "protocol" is a netlink family
  const std::size_t header = v2 ? 20 : 16;
  if (bytes.size() < header) return std::nullopt;
  const std::uint8_t* p = bytes.data();
  LinkFrame frame;
  const unsigned arphrd = load16(p + (v2 ? 8 : 2));
  const unsigned address_len = v2 ? p[11] : load16(p + 4);
  frame.packet_type = packet_type(v2 ? p[10] : load16(p));
  if (address_len == MacAddr::kSize) {
    frame.has_source = true;
    frame.source = MacAddr::from(p + (v2 ? 12 : 6));
  }
  frame.l3 = bytes.subspan(header);
  if (arphrd == kArphrdNetlink) return frame;
  frame.protocol = load16(p + (v2 ? 0 : 14));
  if (!strip_tags(frame)) return std::nullopt;
  return frame;
}

/// AF_INET is 2 everywhere; AF_INET6 is 24, 28 or 30 on the BSDs and macOS, 10 on Linux.
std::uint16_t protocol_of_family(std::uint32_t family) {
  if (family == 2) return wire::ETH_P_IP;
  if (family == 24 || family == 28 || family == 30 || family == 10) return wire::ETH_P_IPV6;
  return 0;
}

std::optional<LinkFrame> parse_loopback(Bytes bytes, bool network_order) {
  if (bytes.size() < 4) return std::nullopt;
  LinkFrame frame;
  frame.protocol = protocol_of_family(load32(bytes.data()));
  if (frame.protocol == 0 && !network_order) {
    frame.protocol = protocol_of_family(__builtin_bswap32(load32(bytes.data())));
  }
  frame.l3 = bytes.subspan(4);
  return frame;
}

std::optional<LinkFrame> parse_raw(Bytes bytes) {
  if (bytes.empty()) return std::nullopt;
  LinkFrame frame;
  const unsigned version = bytes[0] >> 4;
  frame.protocol = version == 4 ? wire::ETH_P_IP : version == 6 ? wire::ETH_P_IPV6 : std::uint16_t{0};
  frame.l3 = bytes;
  return frame;
}

}  // namespace

std::optional<LinkFrame> parse_link(LinkType link, Bytes frame) {
  switch (link) {
    case LinkType::kEthernet:
      return parse_ethernet(frame);
    case LinkType::kLinuxSll:
      return parse_cooked(frame, false);
    case LinkType::kLinuxSll2:
      return parse_cooked(frame, true);
    case LinkType::kNull:
      return parse_loopback(frame, false);
    case LinkType::kLoop:
      return parse_loopback(frame, true);
    case LinkType::kRaw:
      return parse_raw(frame);
  }
  return std::nullopt;
}

std::optional<LinkType> link_type_of_dlt(int dlt) {
  switch (dlt) {
    case DLT_EN10MB:
      return LinkType::kEthernet;
    case DLT_LINUX_SLL:
      return LinkType::kLinuxSll;
    case DLT_LINUX_SLL2:
      return LinkType::kLinuxSll2;
    case DLT_NULL:
      return LinkType::kNull;
    case DLT_LOOP:
      return LinkType::kLoop;
    case DLT_RAW:
    case DLT_IPV4:
    case DLT_IPV6:
      return LinkType::kRaw;
    default:
      return std::nullopt;
  }
}

}  // namespace ringside::nic
