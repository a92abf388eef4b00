#include "core/nic/host_census.h"

#include <algorithm>

namespace ringside::nic {
namespace {

bool is_host(const IpAddr& addr) {
  return addr.size() != 0 && !addr.is_multicast() && !addr.is_limited_broadcast() && !addr.is_unspecified();
}

std::uint64_t payload_bytes(const Layers& layers) {
  if (layers.tcp) return layers.tcp_payload_len();
  if (layers.udp) return layers.transport_len > 8 ? layers.transport_len - 8 : 0;
  return 0;
}

}  // namespace

void HostCensus::add(const Frame& frame) {
  const auto layers = dissect(frame.link, frame.bytes);
  if (!layers || layers->ip_version == 0) return;
  const LinkFrame& link = layers->link;
  // A frame to all says nothing about who its receiver is.
  if ((link.has_dest && link.dest.is_multicast()) || !is_host(layers->saddr) || !is_host(layers->daddr))
    return;
  const std::uint64_t payload = payload_bytes(*layers);
  const bool syn = layers->tcp && layers->tcp->syn() && !layers->tcp->ack();
  ++(layers->ip_version == 4 ? v4_frames_ : v6_frames_);
  if (first_destination_.size() == 0) first_destination_ = layers->daddr;

  AddressCount& to = addresses_[layers->daddr];
  ++to.frames;
  to.bytes_received += payload;
  to.syns_received += syn ? 1 : 0;
  if (link.has_dest) ++to.macs[link.dest];
  if (link.packet_type == PacketType::kHost) ++to.marked_ours;
  if (layers->saddr == layers->daddr) {
    add_self(*layers, payload);
    return;
  }
  AddressCount& from = addresses_[layers->saddr];
  ++from.frames;
  from.bytes_sent += payload;
  if (link.has_source) ++from.macs[link.source];
  if (link.packet_type == PacketType::kOutgoing) ++from.marked_ours;
}

void HostCensus::add_self(const Layers& layers, std::uint64_t payload) {
  ++self_frames_[layers.saddr];
  if (!layers.has_ports()) return;
  const auto ports = std::minmax({layers.sport(), layers.dport()});
  SelfCount& count = self_[{ports.first, ports.second}];
  (layers.dport() == ports.first ? count.to_lower : count.to_higher) += payload;
  if (layers.tcp && layers.tcp->syn() && !layers.tcp->ack()) count.connected_to = layers.dport();
}

std::uint64_t HostCensus::frames_of(IpAddr::Family family) const {
  return family == IpAddr::Family::kV4 ? v4_frames_ : v6_frames_;
}

std::uint64_t HostCensus::self_frames(const IpAddr& addr) const {
  const auto it = self_frames_.find(addr);
  return it == self_frames_.end() ? 0 : it->second;
}

}  // namespace ringside::nic
