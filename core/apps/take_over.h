// Connections of a capture that begins in their middle: what the first segments tell of where they stood, and
// what is assumed because no segment tells it.
#pragma once
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "core/kernel/net/tcp_adopt.h"
#include "core/wire/tcp_options.h"

namespace ringside {

/// A segment of the connection near the capture's beginning.
struct SeenSegment {
  bool ours = false;
  std::uint8_t flags = 0;  ///< TCPHDR_*
  std::int64_t t_ns = 0;
  Seq seq = 0, ack = 0;
  std::uint32_t len = 0;
  std::uint16_t window = 0;  ///< as it stands in the header
  wire::TcpOptions options;
};

struct TakeOver {
  std::uint32_t frame = 0;  ///< the connection's first in the capture
  /// A SYN-ACK comes first: only our SYN is missing, so an application connects just before it.
  bool connects = false;
  AdoptedConnection seen;
  /// Windows are scaled by an assumed factor: the SYNs that said it are not in the capture.
  bool wscale_assumed = true;
  /// Bytes the peer had sent ahead of a hole before the capture began: they are in no frame of it, so what is
  /// delivered begins behind them.
  std::uint32_t unknown_bytes = 0;
};

/// Linux's usual scale for its usual buffers: taken where the capture does not tell.
inline constexpr std::uint8_t kAssumedWscale = 7;

/// `segments` in the order of the file, the first of the connection in front; at `t_ns` it is taken over.
/// Nothing if our host had no such connection: it answers with a RST, or a RST is all there is.
std::optional<TakeOver> plan_take_over(const Tuple& tuple, std::span<const SeenSegment> segments,
                                       std::int64_t t_ns);

/// By number of the connection's first frame. Filled by the first run as it reads ahead, read by replays.
class TakeOvers {
 public:
  void add(const TakeOver& plan);
  std::optional<TakeOver> at(std::uint32_t frame) const;
  std::vector<TakeOver> all() const;

 private:
  mutable std::mutex mutex_;  // guards what follows
  std::map<std::uint32_t, TakeOver> plans_;
};

}  // namespace ringside
