// The options of TCP: one by one as they stand, and summed up as tcp_parse_options() does.
// Kinds: IANA "TCP Option Kind Numbers"; RFC 9293 (EOL, NOP, MSS), 7323 (scale, timestamps), 2018 (SACK),
// 2883 (D-SACK), 2385 (MD5), 5925 (AO), 7413 (fast open), 6994 (experiments).
#pragma once
#include <array>
#include <optional>
#include <vector>

#include "core/base/seq.h"
#include "core/wire/bytes.h"

namespace ringside::wire {

inline constexpr std::uint8_t TCPOPT_EOL = 0;
inline constexpr std::uint8_t TCPOPT_NOP = 1;
inline constexpr std::uint8_t TCPOPT_MSS = 2;
inline constexpr std::uint8_t TCPOPT_WINDOW = 3;
inline constexpr std::uint8_t TCPOPT_SACK_PERM = 4;
inline constexpr std::uint8_t TCPOPT_SACK = 5;
inline constexpr std::uint8_t TCPOPT_TIMESTAMP = 8;
inline constexpr std::uint8_t TCPOPT_MD5SIG = 19;
inline constexpr std::uint8_t TCPOPT_AO = 29;
inline constexpr std::uint8_t TCPOPT_FASTOPEN = 34;
inline constexpr std::uint8_t TCPOPT_EXP = 254;
inline constexpr std::uint8_t TCP_MAX_WSCALE = 14;
inline constexpr std::size_t kMaxTcpOptionBytes = 40;

struct SackBlock {
  Seq start = 0;
  Seq end = 0;  ///< one past the last byte
  friend constexpr bool operator==(const SackBlock&, const SackBlock&) = default;
};

/// One option in place: its kind and the bytes behind kind and length (none for EOL and NOP).
struct TcpOptionView {
  std::uint8_t kind = TCPOPT_EOL;
  Bytes data;
};

/// Walks the option bytes; stops at EOL (which it does return), at the end, or at a length that lies.
class TcpOptionReader {
 public:
  explicit constexpr TcpOptionReader(Bytes options) : rest_(options) {}
  constexpr std::optional<TcpOptionView> next() {
    if (rest_.empty() || malformed_) return std::nullopt;
    const std::uint8_t kind = rest_[0];
    if (kind == TCPOPT_EOL) {
      rest_ = {};
      return TcpOptionView{kind, {}};
    }
    if (kind == TCPOPT_NOP) {
      rest_ = rest_.subspan(1);
      return TcpOptionView{kind, {}};
    }
    if (rest_.size() < 2 || rest_[1] < 2 || rest_[1] > rest_.size()) {
      malformed_ = true;
      return std::nullopt;
    }
    const TcpOptionView option{kind, rest_.subspan(2, rest_[1] - 2u)};
    rest_ = rest_.subspan(rest_[1]);
    return option;
  }
  /// True once an option with a length below 2 or beyond the header was met.
  constexpr bool malformed() const { return malformed_; }

 private:
  Bytes rest_;
  bool malformed_ = false;
};

/// The blocks of a SACK option, at most four (RFC 2018 section 3), without an allocation.
class SackList {
 public:
  static constexpr std::size_t kMax = 4;
  constexpr std::size_t size() const { return size_; }
  constexpr bool empty() const { return size_ == 0; }
  constexpr const SackBlock& operator[](std::size_t i) const { return blocks_[i]; }
  constexpr const SackBlock* begin() const { return blocks_.data(); }
  constexpr const SackBlock* end() const { return blocks_.data() + size_; }
  /// Ignored once four are there.
  constexpr void push_back(SackBlock block) {
    if (size_ < kMax) blocks_[size_++] = block;
  }
  constexpr void clear() { *this = {}; }
  friend constexpr bool operator==(const SackList&, const SackList&) = default;

 private:
  std::array<SackBlock, kMax> blocks_{};
  std::uint8_t size_ = 0;
};

/// What the options of one segment say. An option of the wrong length counts as absent, as in the kernel.
struct TcpOptions {
  std::optional<std::uint16_t> mss;
  std::optional<std::uint8_t> wscale;  ///< as sent; the kernel uses at most TCP_MAX_WSCALE
  bool sack_permitted = false;
  bool saw_tstamp = false;
  std::uint32_t ts_val = 0;
  std::uint32_t ts_ecr = 0;
  SackList sack;
  bool md5 = false;
  bool ao = false;
  bool fast_open = false;  ///< kind 34, or its experimental form (254, magic 0xf989)
  Bytes fast_open_cookie;  ///< points into the segment; empty: a request for a cookie
  bool unknown = false;    ///< there was an option of another kind
  bool malformed = false;  ///< reading stopped at a length that lies
};
TcpOptions parse_tcp_options(Bytes options);

/// One option as a value. Written as it stands: NOPs and EOL are options like the others.
struct TcpOption {
  std::uint8_t kind = TCPOPT_NOP;
  Buffer data;  ///< behind kind and length; must be empty for EOL and NOP

  static TcpOption eol() { return {TCPOPT_EOL, {}}; }
  static TcpOption nop() { return {TCPOPT_NOP, {}}; }
  static TcpOption mss(std::uint16_t bytes);
  static TcpOption window_scale(std::uint8_t shift);
  static TcpOption sack_permitted() { return {TCPOPT_SACK_PERM, {}}; }
  static TcpOption sack(const SackList& blocks);
  static TcpOption timestamps(std::uint32_t value, std::uint32_t echo_reply);
  static TcpOption fast_open(Bytes cookie);

  std::size_t size() const { return kind == TCPOPT_EOL || kind == TCPOPT_NOP ? 1 : 2 + data.size(); }
  void append_to(Buffer& out) const;
  friend bool operator==(const TcpOption&, const TcpOption&) = default;
};

}  // namespace ringside::wire
