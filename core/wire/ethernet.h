// Ethernet II and the 802.1Q / 802.1ad tags between it and the protocol. Names:
// include/uapi/linux/if_ether.h.
#pragma once
#include <optional>
#include <vector>

#include "core/wire/address.h"
#include "core/wire/bytes.h"

namespace ringside::wire {

inline constexpr std::uint16_t ETH_P_LOOP = 0x0060;
inline constexpr std::uint16_t ETH_P_IP = 0x0800;
inline constexpr std::uint16_t ETH_P_ARP = 0x0806;
inline constexpr std::uint16_t ETH_P_8021Q = 0x8100;
inline constexpr std::uint16_t ETH_P_IPV6 = 0x86dd;
inline constexpr std::uint16_t ETH_P_8021AD = 0x88a8;
inline constexpr std::uint16_t ETH_P_802_3_MIN = 0x0600;  ///< smaller values are 802.3 lengths
inline constexpr std::uint16_t ETH_P_802_2 = 0x0004;      ///< what eth_type_trans says of an 802.3 frame
inline constexpr std::size_t ETH_HLEN = 14;
inline constexpr std::size_t ETH_ZLEN = 60;  ///< smallest frame without its FCS
inline constexpr std::size_t VLAN_HLEN = 4;

/// One VLAN tag: the type that announced it and its tag control information.
struct VlanTag {
  std::uint16_t tpid = ETH_P_8021Q;
  std::uint16_t tci = 0;

  constexpr std::uint16_t vid() const { return tci & 0x0fff; }
  constexpr std::uint8_t priority() const { return static_cast<std::uint8_t>(tci >> 13); }
  friend constexpr bool operator==(const VlanTag&, const VlanTag&) = default;
};

constexpr bool is_vlan_type(std::uint16_t type) { return type == ETH_P_8021Q || type == ETH_P_8021AD; }

/// A frame that has at least its 14 header bytes.
class EthernetView {
 public:
  static constexpr std::optional<EthernetView> parse(Bytes frame) {
    if (frame.size() < ETH_HLEN) return std::nullopt;
    return EthernetView(frame);
  }
  MacAddr dest() const { return MacAddr::from(b_.data()); }
  MacAddr source() const { return MacAddr::from(b_.data() + 6); }
  /// The type field as it stands: a VLAN type if the frame is tagged, below 0x600 a length (802.3).
  constexpr std::uint16_t h_proto() const { return load16(b_.data() + 12); }
  constexpr Bytes payload() const { return b_.subspan(ETH_HLEN); }
  constexpr Bytes bytes() const { return b_; }

 private:
  constexpr explicit EthernetView(Bytes b) : b_(b) {}
  Bytes b_;
};

/// The four bytes behind a VLAN type: the tag and the type that comes after it.
class VlanView {
 public:
  static constexpr std::optional<VlanView> parse(Bytes bytes) {
    if (bytes.size() < VLAN_HLEN) return std::nullopt;
    return VlanView(bytes);
  }
  constexpr std::uint16_t tci() const { return load16(b_.data()); }
  constexpr std::uint16_t encapsulated_proto() const { return load16(b_.data() + 2); }
  constexpr Bytes payload() const { return b_.subspan(VLAN_HLEN); }

 private:
  constexpr explicit VlanView(Bytes b) : b_(b) {}
  Bytes b_;
};

/// An Ethernet header as a value, its tags included (outermost first).
struct EthernetHeader {
  MacAddr dest;
  MacAddr source;
  std::vector<VlanTag> tags;
  std::uint16_t protocol = ETH_P_IP;  ///< after the tags

  /// Header and tags of a frame, as far as they are there; nullopt if it is cut inside them.
  static std::optional<EthernetHeader> from(Bytes frame);
  std::size_t size() const { return ETH_HLEN + VLAN_HLEN * tags.size(); }
  void append_to(Buffer& out) const;
  friend bool operator==(const EthernetHeader&, const EthernetHeader&) = default;
};

/// Zeros up to the smallest frame Ethernet carries, as a NIC adds them.
void pad_to_minimum(Buffer& frame);

}  // namespace ringside::wire
