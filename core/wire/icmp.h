// ICMP (RFC 792) and ICMPv6 (RFC 4443, 4861): one layout, two checksums.
// Field names are those of struct icmphdr and struct icmp6hdr.
#pragma once
#include <optional>

#include "core/wire/address.h"
#include "core/wire/bytes.h"

namespace ringside::wire {

inline constexpr std::uint8_t ICMP_ECHOREPLY = 0;
inline constexpr std::uint8_t ICMP_DEST_UNREACH = 3;
inline constexpr std::uint8_t ICMP_ECHO = 8;
inline constexpr std::uint8_t ICMP_TIME_EXCEEDED = 11;
inline constexpr std::uint8_t ICMP_PROT_UNREACH = 2;  ///< code of DEST_UNREACH
inline constexpr std::uint8_t ICMP_PORT_UNREACH = 3;  ///< code of DEST_UNREACH
inline constexpr std::uint8_t ICMP_FRAG_NEEDED = 4;   ///< code of DEST_UNREACH
inline constexpr std::uint8_t ICMP_EXC_FRAGTIME = 1;  ///< code of TIME_EXCEEDED

inline constexpr std::uint8_t ICMPV6_DEST_UNREACH = 1;
inline constexpr std::uint8_t ICMPV6_PKT_TOOBIG = 2;
inline constexpr std::uint8_t ICMPV6_TIME_EXCEED = 3;
inline constexpr std::uint8_t ICMPV6_ECHO_REQUEST = 128;
inline constexpr std::uint8_t ICMPV6_ECHO_REPLY = 129;
inline constexpr std::uint8_t NDISC_ROUTER_SOLICITATION = 133;
inline constexpr std::uint8_t NDISC_ROUTER_ADVERTISEMENT = 134;
inline constexpr std::uint8_t NDISC_NEIGHBOUR_SOLICITATION = 135;
inline constexpr std::uint8_t NDISC_NEIGHBOUR_ADVERTISEMENT = 136;

/// At least the eight bytes every message has.
class IcmpView {
 public:
  static constexpr std::size_t kHeaderLen = 8;

  static constexpr std::optional<IcmpView> parse(Bytes bytes) {
    if (bytes.size() < kHeaderLen) return std::nullopt;
    return IcmpView(bytes);
  }
  constexpr std::uint8_t type() const { return b_[0]; }
  constexpr std::uint8_t code() const { return b_[1]; }
  constexpr std::uint16_t check() const { return load16(b_.data() + 2); }
  constexpr std::uint32_t rest() const { return load32(b_.data() + 4); }  ///< meaning depends on the type
  constexpr std::uint16_t echo_id() const { return load16(b_.data() + 4); }
  /// Behind the eight bytes: echo data, or the packet an error quotes.
  constexpr Bytes payload() const { return b_.subspan(kHeaderLen); }
  /// The address a neighbour solicitation or advertisement is about; none if the message is cut.
  IpAddr ndisc_target() const { return b_.size() >= 24 ? IpAddr::v6(b_.data() + 8) : IpAddr{}; }
  constexpr Bytes bytes() const { return b_; }

 private:
  constexpr explicit IcmpView(Bytes b) : b_(b) {}
  Bytes b_;
};

struct IcmpHeader {
  std::uint8_t type = ICMP_ECHO;
  std::uint8_t code = 0;
  std::uint32_t rest = 0;

  static std::optional<IcmpHeader> from(Bytes bytes);
  static constexpr std::size_t size() { return IcmpView::kHeaderLen; }
  /// Header and payload with ICMP's checksum.
  void append_v4(Buffer& out, Bytes payload) const;
  /// Header and payload with ICMPv6's checksum, which covers the pseudo header.
  void append_v6(Buffer& out, const IpAddr& saddr, const IpAddr& daddr, Bytes payload) const;
  friend bool operator==(const IcmpHeader&, const IcmpHeader&) = default;
};

}  // namespace ringside::wire
