// Seam: what socket options do in the two kernels (do_tcp_setsockopt, tcp_set_rcvlowat).
#pragma once
#include <cstdint>

#include "core/model/ids.h"

namespace ringside {

class Kernel;

struct SockoptSeam {
  /// SO_RCVLOWAT. 4.13 only stores it; since 4.18 it is capped by the buffer, may raise it and may wake the
  /// reader.
  std::int32_t (*set_rcvlowat)(Kernel&, SockId, std::int32_t value) = nullptr;
  /// TCP_WINDOW_CLAMP. 0 or -errno.
  std::int32_t (*set_window_clamp)(Kernel&, SockId, std::int64_t value) = nullptr;
  /// TCP_LINGER2: seconds (>= 0) to ticks.
  std::int32_t (*linger2_ticks)(Kernel&, std::int64_t seconds) = nullptr;
};

SockoptSeam sockopt_4_13();
SockoptSeam sockopt_6_18();

}  // namespace ringside
