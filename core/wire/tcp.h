// TCP, RFC 9293. Field names are those of struct tcphdr, include/uapi/linux/tcp.h.
#pragma once
#include <optional>
#include <vector>

#include "core/base/seq.h"
#include "core/wire/address.h"
#include "core/wire/bytes.h"
#include "core/wire/tcp_options.h"

namespace ringside::wire {

// The flag byte, as TCP_SKB_CB(skb)->tcp_flags holds it (TCPHDR_*, include/net/tcp.h).
inline constexpr std::uint8_t TCPHDR_FIN = 0x01;
inline constexpr std::uint8_t TCPHDR_SYN = 0x02;
inline constexpr std::uint8_t TCPHDR_RST = 0x04;
inline constexpr std::uint8_t TCPHDR_PSH = 0x08;
inline constexpr std::uint8_t TCPHDR_ACK = 0x10;
inline constexpr std::uint8_t TCPHDR_URG = 0x20;
inline constexpr std::uint8_t TCPHDR_ECE = 0x40;
inline constexpr std::uint8_t TCPHDR_CWR = 0x80;

/// At least 20 bytes. doff may lie until tcp_v4_rcv() has tested it; options and payload are cut to what is
/// there.
class TcpView {
 public:
  static constexpr std::size_t kMinHeaderLen = 20;

  static constexpr std::optional<TcpView> parse(Bytes segment) {
    if (segment.size() < kMinHeaderLen) return std::nullopt;
    return TcpView(segment);
  }
  constexpr std::uint16_t source() const { return load16(b_.data()); }
  constexpr std::uint16_t dest() const { return load16(b_.data() + 2); }
  constexpr Seq seq() const { return load32(b_.data() + 4); }
  constexpr Seq ack_seq() const { return load32(b_.data() + 8); }
  constexpr std::uint8_t doff() const { return b_[12] >> 4; }  ///< in 32-bit words
  constexpr bool ae() const { return (b_[12] & 1) != 0; }      ///< accurate ECN (formerly NS)
  constexpr std::uint8_t flags() const { return b_[13]; }
  constexpr bool has(std::uint8_t flag) const { return (flags() & flag) != 0; }
  constexpr bool fin() const { return has(TCPHDR_FIN); }
  constexpr bool syn() const { return has(TCPHDR_SYN); }
  constexpr bool rst() const { return has(TCPHDR_RST); }
  constexpr bool psh() const { return has(TCPHDR_PSH); }
  constexpr bool ack() const { return has(TCPHDR_ACK); }
  constexpr bool urg() const { return has(TCPHDR_URG); }
  constexpr bool ece() const { return has(TCPHDR_ECE); }
  constexpr bool cwr() const { return has(TCPHDR_CWR); }
  constexpr std::uint16_t window() const { return load16(b_.data() + 14); }  ///< not scaled
  constexpr std::uint16_t check() const { return load16(b_.data() + 16); }
  constexpr std::uint16_t urg_ptr() const { return load16(b_.data() + 18); }

  constexpr std::size_t header_len() const { return std::size_t{doff()} * 4; }
  constexpr Bytes options() const { return slice(b_, kMinHeaderLen, header_len()); }
  /// The payload bytes that were captured (none if doff is too small).
  constexpr Bytes payload() const { return doff() < 5 ? Bytes{} : slice(b_, header_len()); }
  constexpr Bytes bytes() const { return b_; }

 private:
  constexpr explicit TcpView(Bytes b) : b_(b) {}
  Bytes b_;
};

/// A TCP header as a value. doff and the checksum are computed when it is written.
struct TcpHeader {
  std::uint16_t source = 0;
  std::uint16_t dest = 0;
  Seq seq = 0;
  Seq ack_seq = 0;
  bool ae = false;
  std::uint8_t flags = 0;
  std::uint16_t window = 0;
  std::uint16_t urg_ptr = 0;
  std::vector<TcpOption> options;  ///< at most 40 bytes when written; padded to a multiple of 4 with EOL

  /// nullopt if the header is cut or doff is below 5. Options are taken up to the first malformed one.
  static std::optional<TcpHeader> from(Bytes segment);
  /// Bytes of header and options; at most 60.
  std::size_t size() const;
  /// Writes header and payload with the checksum under the pseudo header of these addresses.
  void append_to(Buffer& out, const IpAddr& saddr, const IpAddr& daddr, Bytes payload) const;
  friend bool operator==(const TcpHeader&, const TcpHeader&) = default;
};

}  // namespace ringside::wire
