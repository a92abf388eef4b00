// One shape for all link layers: protocol, VLAN tags, addresses as far as there are any, and what follows.
#pragma once
#include <array>
#include <optional>
#include <string_view>

#include "core/nic/frame_source.h"
#include "core/wire/ethernet.h"

namespace ringside::nic {

/// What the capturing kernel said of the frame: PACKET_HOST ... PACKET_OUTGOING of if_packet.h, which only
/// the cooked link layers record.
enum class PacketType : std::uint8_t { kUnknown, kHost, kBroadcast, kMulticast, kOtherHost, kOutgoing };

struct LinkFrame {
  static constexpr std::size_t kMaxTags = 4;

  std::uint16_t protocol = 0;  ///< Ethernet type after the tags; ETH_P_802_2 for 802.3 frames, 0 if unknown
  bool has_dest = false;       ///< Ethernet only
  bool has_source = false;     ///< Ethernet and cooked
  MacAddr dest;
  MacAddr source;
  std::array<wire::VlanTag, kMaxTags> tags;  ///< outermost first
  std::uint8_t tag_count = 0;                ///< deeper tags stay in l3, protocol then being a VLAN type
  PacketType packet_type = PacketType::kUnknown;
  wire::Bytes l3;  ///< what the protocol's handler gets, padding included
};

/// nullopt if the frame is cut inside its link header (or inside a VLAN tag).
std::optional<LinkFrame> parse_link(LinkType link, wire::Bytes frame);

/// By libpcap's DLT_ number; nullopt for a link layer that is not read here.
std::optional<LinkType> link_type_of_dlt(int dlt);

}  // namespace ringside::nic
