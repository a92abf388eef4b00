// What a frame is to our host.
#include "core/nic/local_host.h"

namespace ringside::nic {
namespace {

FrameClass by_packet_type(PacketType type) {
  switch (type) {
    case PacketType::kHost:
      return FrameClass::kIncoming;
    case PacketType::kBroadcast:
      return FrameClass::kBroadcast;
    case PacketType::kMulticast:
      return FrameClass::kMulticast;
    case PacketType::kOutgoing:
      return FrameClass::kOutgoing;
    case PacketType::kOtherHost:
      return FrameClass::kOtherHost;
    case PacketType::kUnknown:
      break;
  }
  return FrameClass::kUnknown;
}

FrameClass by_mac(const LocalHost& host, const LinkFrame& link) {
  if (link.has_source && host.mac && link.source == *host.mac) return FrameClass::kOutgoing;
  if (!link.has_dest) return FrameClass::kUnknown;
  if (link.dest.is_broadcast()) return FrameClass::kBroadcast;
  if (link.dest.is_multicast()) return FrameClass::kMulticast;
  if (!host.mac) return FrameClass::kUnknown;
  return link.dest == *host.mac ? FrameClass::kIncoming : FrameClass::kOtherHost;
}

/// Both sides are one address of ours. Every frame is seen once: it is the arrival at our side, or it left.
FrameClass within_host(const LocalHost& host, const Layers& layers) {
  if (!layers.has_ports()) return FrameClass::kIncoming;
  const SelfConnection in{layers.dport(), layers.sport()};
  const SelfConnection out{layers.sport(), layers.dport()};
  if (host.self_connections.contains(in)) return FrameClass::kIncoming;
  if (host.self_connections.contains(out)) return FrameClass::kOutgoing;
  return in.local <= in.remote ? FrameClass::kIncoming : FrameClass::kOutgoing;
}

FrameClass by_address(const LocalHost& host, const Layers& layers) {
  const bool from_us = host.is_ours(layers.saddr);
  const bool to_us = host.is_ours(layers.daddr);
  if (from_us && layers.saddr == layers.daddr) return within_host(host, layers);
  if (from_us) return FrameClass::kOutgoing;
  if (to_us) return FrameClass::kIncoming;
  if (layers.daddr.is_limited_broadcast()) return FrameClass::kBroadcast;
  return layers.daddr.is_multicast() ? FrameClass::kMulticast : FrameClass::kOtherHost;
}

}  // namespace

FrameClass LocalHost::classify(const Layers& layers) const {
  if (trust_packet_type && layers.link.packet_type != PacketType::kUnknown) {
    return by_packet_type(layers.link.packet_type);
  }
  const bool has_mac = layers.link.has_dest && mac.has_value();
  if (layers.ip_version == 0 || has_mac) {
    const FrameClass by_link = by_mac(*this, layers.link);
    // Both ends of a connection within the host share the MAC address, and forwarded frames keep the IP ones.
    const bool within = layers.ip_version != 0 && layers.saddr == layers.daddr;
    if (!within) return by_link;
  }
  return by_address(*this, layers);
}

FrameClass LocalHost::classify(const Frame& frame) const {
  const auto layers = dissect(frame.link, frame.bytes);
  return layers ? classify(*layers) : FrameClass::kUnknown;
}

}  // namespace ringside::nic
