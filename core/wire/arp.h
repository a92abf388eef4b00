// ARP for IPv4 over Ethernet, RFC 826. Names: include/uapi/linux/if_arp.h.
#pragma once
#include <optional>

#include "core/wire/address.h"
#include "core/wire/bytes.h"

namespace ringside::wire {

inline constexpr std::uint16_t ARPHRD_ETHER = 1;
inline constexpr std::uint16_t ARPOP_REQUEST = 1;
inline constexpr std::uint16_t ARPOP_REPLY = 2;

/// The eight fixed bytes; the addresses only if they are Ethernet's and IPv4's and there.
class ArpView {
 public:
  static constexpr std::size_t kFixedLen = 8;
  static constexpr std::size_t kEthernetIpv4Len = 28;

  static constexpr std::optional<ArpView> parse(Bytes bytes) {
    if (bytes.size() < kFixedLen) return std::nullopt;
    return ArpView(bytes);
  }
  constexpr std::uint16_t ar_hrd() const { return load16(b_.data()); }
  constexpr std::uint16_t ar_pro() const { return load16(b_.data() + 2); }
  constexpr std::uint8_t ar_hln() const { return b_[4]; }
  constexpr std::uint8_t ar_pln() const { return b_[5]; }
  constexpr std::uint16_t ar_op() const { return load16(b_.data() + 6); }
  /// True if the four addresses below can be read.
  constexpr bool is_ethernet_ipv4() const {
    return ar_hrd() == ARPHRD_ETHER && ar_pro() == 0x0800 && ar_hln() == 6 && ar_pln() == 4 &&
           b_.size() >= kEthernetIpv4Len;
  }
  /// Zero, or no address, unless is_ethernet_ipv4().
  MacAddr sender_mac() const { return is_ethernet_ipv4() ? MacAddr::from(b_.data() + 8) : MacAddr{}; }
  IpAddr sender_ip() const { return is_ethernet_ipv4() ? IpAddr::v4(b_.data() + 14) : IpAddr{}; }
  MacAddr target_mac() const { return is_ethernet_ipv4() ? MacAddr::from(b_.data() + 18) : MacAddr{}; }
  IpAddr target_ip() const { return is_ethernet_ipv4() ? IpAddr::v4(b_.data() + 24) : IpAddr{}; }

 private:
  constexpr explicit ArpView(Bytes b) : b_(b) {}
  Bytes b_;
};

struct ArpPacket {
  std::uint16_t op = ARPOP_REQUEST;
  MacAddr sender_mac;
  IpAddr sender_ip;  ///< IPv4
  MacAddr target_mac;
  IpAddr target_ip;  ///< IPv4

  static std::optional<ArpPacket> from(Bytes bytes);
  void append_to(Buffer& out) const;
  friend bool operator==(const ArpPacket&, const ArpPacket&) = default;
};

}  // namespace ringside::wire
