// IPv6 and its extension headers, RFC 8200. Field names are those of struct ipv6hdr and struct frag_hdr.
#pragma once
#include <optional>
#include <vector>

#include "core/wire/address.h"
#include "core/wire/bytes.h"

namespace ringside::wire {

inline constexpr std::uint8_t NEXTHDR_HOP = 0;
inline constexpr std::uint8_t NEXTHDR_ROUTING = 43;
inline constexpr std::uint8_t NEXTHDR_FRAGMENT = 44;
inline constexpr std::uint8_t NEXTHDR_AUTH = 51;
inline constexpr std::uint8_t NEXTHDR_NONE = 59;
inline constexpr std::uint8_t NEXTHDR_DEST = 60;

/// Extension headers whose length this reader knows (ipv6_ext_hdr() without ESP and NONE, which end a chain).
constexpr bool is_ipv6_extension(std::uint8_t nexthdr) {
  return nexthdr == NEXTHDR_HOP || nexthdr == NEXTHDR_ROUTING || nexthdr == NEXTHDR_FRAGMENT ||
         nexthdr == NEXTHDR_AUTH || nexthdr == NEXTHDR_DEST;
}

/// At least 40 bytes; everything variable is cut to the bytes that are there.
class Ipv6View {
 public:
  static constexpr std::size_t kHeaderLen = 40;

  static constexpr std::optional<Ipv6View> parse(Bytes bytes) {
    if (bytes.size() < kHeaderLen) return std::nullopt;
    return Ipv6View(bytes);
  }
  constexpr std::uint8_t version() const { return b_[0] >> 4; }
  constexpr std::uint8_t traffic_class() const { return static_cast<std::uint8_t>(b_[0] << 4 | b_[1] >> 4); }
  constexpr std::uint8_t ecn() const { return traffic_class() & 3; }
  constexpr std::uint32_t flow_label() const { return load32(b_.data()) & 0xfffff; }
  constexpr std::uint16_t payload_len() const {
    return load16(b_.data() + 4);
  }  ///< extension headers included
  constexpr std::uint8_t nexthdr() const { return b_[6]; }
  constexpr std::uint8_t hop_limit() const { return b_[7]; }
  IpAddr saddr() const { return IpAddr::v6(b_.data() + 8); }
  IpAddr daddr() const { return IpAddr::v6(b_.data() + 24); }
  /// Extension headers and what follows them, cut to payload_len and to what was captured.
  constexpr Bytes payload() const { return slice(b_, kHeaderLen, kHeaderLen + payload_len()); }
  constexpr Bytes bytes() const { return b_; }

 private:
  constexpr explicit Ipv6View(Bytes b) : b_(b) {}
  Bytes b_;
};

/// One extension header that is all there.
class Ipv6ExtensionView {
 public:
  /// nullopt if `type` is none that is_ipv6_extension() knows, or the header is cut.
  static constexpr std::optional<Ipv6ExtensionView> parse(std::uint8_t type, Bytes bytes) {
    if (!is_ipv6_extension(type) || bytes.size() < 8) return std::nullopt;
    std::size_t len = (std::size_t{bytes[1]} + 1) * 8;
    if (type == NEXTHDR_FRAGMENT) len = 8;
    if (type == NEXTHDR_AUTH) len = (std::size_t{bytes[1]} + 2) * 4;
    if (len > bytes.size()) return std::nullopt;
    return Ipv6ExtensionView(type, bytes, len);
  }
  constexpr std::uint8_t type() const { return type_; }
  constexpr std::uint8_t nexthdr() const { return b_[0]; }
  constexpr std::size_t size() const { return len_; }
  constexpr Bytes bytes() const { return b_.first(len_); }
  constexpr Bytes payload() const { return b_.subspan(len_); }  ///< what follows this header
  // Of a fragment header only:
  constexpr std::uint32_t fragment_offset() const { return load16(b_.data() + 2) & 0xfff8u; }  ///< in bytes
  constexpr bool more_fragments() const { return (b_[3] & 1) != 0; }
  constexpr std::uint32_t identification() const { return load32(b_.data() + 4); }

 private:
  constexpr Ipv6ExtensionView(std::uint8_t type, Bytes b, std::size_t len) : type_(type), b_(b), len_(len) {}
  std::uint8_t type_;
  Bytes b_;
  std::size_t len_;
};

/// Where the chain of extension headers ends (ipv6_skip_exthdr() on a whole packet).
struct Ipv6Upper {
  std::uint8_t protocol = NEXTHDR_NONE;  ///< of `payload`; an extension's number if the chain is cut there
  Bytes payload;
  bool whole = true;  ///< false if the chain was cut before its end
  bool has_fragment_header = false;
  bool more_fragments = false;
  std::uint32_t fragment_offset = 0;  ///< bytes
  std::uint32_t fragment_id = 0;
  /// Of a larger datagram (an "atomic fragment", the only one of its datagram, is not).
  bool is_fragment() const { return more_fragments || fragment_offset != 0; }
};
/// Stops behind the fragment header of a later fragment: what follows is the middle of a payload.
Ipv6Upper ipv6_upper(const Ipv6View& ip);

/// One extension header as a value: its bytes as they stand, but for the next-header field in front.
struct Ipv6Extension {
  std::uint8_t type = NEXTHDR_DEST;
  Buffer body;  ///< bytes from the second on (length field included); with the first a multiple of 8
                ///< (of 4 for an authentication header)
  static Ipv6Extension fragment(std::uint32_t id, std::uint32_t offset, bool more);
  friend bool operator==(const Ipv6Extension&, const Ipv6Extension&) = default;
};

/// An IPv6 header with its extensions as a value. Lengths and next-header fields are computed when written.
struct Ipv6Header {
  IpAddr saddr;
  IpAddr daddr;
  std::uint8_t traffic_class = 0;
  std::uint32_t flow_label = 0;  ///< 20 bits
  std::uint8_t hop_limit = 64;
  std::vector<Ipv6Extension> extensions;
  std::uint8_t protocol = 6;  ///< what follows the last extension

  /// nullopt if this is no IPv6 header, or it or its extensions are cut.
  static std::optional<Ipv6Header> from(Bytes bytes);
  std::size_t size() const;
  void append_to(Buffer& out, std::size_t payload_len) const;
  friend bool operator==(const Ipv6Header&, const Ipv6Header&) = default;
};

}  // namespace ringside::wire
