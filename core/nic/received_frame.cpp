#include "core/nic/received_frame.h"

#include <algorithm>

namespace ringside::nic {
namespace {

/// RFC 1112 section 6.4 and RFC 2464 section 7: the group's number goes into the MAC address.
MacAddr group_mac(const LinkFrame& link) {
  const wire::Bytes l3 = link.l3;
  if (link.protocol == wire::ETH_P_IP && l3.size() >= 20) {
    return {{0x01, 0x00, 0x5e, static_cast<std::uint8_t>(l3[17] & 0x7f), l3[18], l3[19]}};
  }
  if (link.protocol == wire::ETH_P_IPV6 && l3.size() >= 40)
    return {{0x33, 0x33, l3[36], l3[37], l3[38], l3[39]}};
  return MacAddr::broadcast();
}

MacAddr destination(const LinkFrame& link, FrameClass frame_class, const LocalHost& local) {
  switch (frame_class) {
    case FrameClass::kIncoming:
      return nic_mac(local);
    case FrameClass::kBroadcast:
      return MacAddr::broadcast();
    case FrameClass::kMulticast:
      return group_mac(link);
    case FrameClass::kOutgoing:
    case FrameClass::kOtherHost:
    case FrameClass::kUnknown:
      break;
  }
  return kModelPeerMac;
}

}  // namespace

ReceivedFrame as_received(const Frame& frame, const LinkFrame& link, FrameClass frame_class,
                          const LocalHost& local, wire::Buffer& scratch) {
  const bool addressed = link.has_dest && !(link.dest.is_zero() && frame_class == FrameClass::kIncoming);
  if (addressed) return {frame.bytes, frame.wire_len, false};
  const std::size_t old_header = frame.bytes.size() - link.l3.size();
  scratch.clear();
  wire::EthernetHeader header;
  header.dest = destination(link, frame_class, local);
  header.source = link.has_source && !link.source.is_zero() ? link.source : kModelPeerMac;
  header.tags.assign(link.tags.begin(), link.tags.begin() + link.tag_count);
  header.protocol = link.protocol;
  header.append_to(scratch);
  wire::put(scratch, link.l3);
  const std::size_t wire_len = frame.wire_len - old_header + header.size();
  return {scratch, static_cast<std::uint32_t>(std::max(wire_len, scratch.size())), true};
}

}  // namespace ringside::nic
