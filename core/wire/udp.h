// UDP, RFC 768. Field names are those of struct udphdr.
#pragma once
#include <optional>

#include "core/wire/address.h"
#include "core/wire/bytes.h"

namespace ringside::wire {

class UdpView {
 public:
  static constexpr std::size_t kHeaderLen = 8;

  static constexpr std::optional<UdpView> parse(Bytes bytes) {
    if (bytes.size() < kHeaderLen) return std::nullopt;
    return UdpView(bytes);
  }
  constexpr std::uint16_t source() const { return load16(b_.data()); }
  constexpr std::uint16_t dest() const { return load16(b_.data() + 2); }
  constexpr std::uint16_t len() const { return load16(b_.data() + 4); }    ///< header included
  constexpr std::uint16_t check() const { return load16(b_.data() + 6); }  ///< 0: the sender gave none (IPv4)
  /// Cut to len and to what was captured.
  constexpr Bytes payload() const { return slice(b_, kHeaderLen, len()); }
  constexpr Bytes bytes() const { return b_; }

 private:
  constexpr explicit UdpView(Bytes b) : b_(b) {}
  Bytes b_;
};

struct UdpHeader {
  std::uint16_t source = 0;
  std::uint16_t dest = 0;

  static std::optional<UdpHeader> from(Bytes bytes);
  static constexpr std::size_t size() { return UdpView::kHeaderLen; }
  /// Writes header and payload; a checksum that computes to 0 is sent as 0xffff.
  void append_to(Buffer& out, const IpAddr& saddr, const IpAddr& daddr, Bytes payload) const;
  friend bool operator==(const UdpHeader&, const UdpHeader&) = default;
};

}  // namespace ringside::wire
