// A connection that was there before the run began: a capture that starts in the middle of a stream.
// No kernel function does this; it leaves a socket as a handshake with these results would have left it.
#pragma once
#include "core/kernel/net/inet_hashtables.h"

namespace ringside {

struct AdoptedConnection {
  Tuple tuple;
  Seq rcv_nxt = 0;            ///< next byte expected of the peer
  Seq snd_una = 0;            ///< first byte of ours that the peer has not acknowledged ...
  Seq snd_nxt = 0;            ///< ... and the next one we send; anything between counts as lost to the model
  std::uint16_t mss = 0;      ///< largest segment the peer takes; 0: what the device can do
  std::uint32_t snd_wnd = 0;  ///< the peer's window, bytes, scaled; 0: unknown, a full 65535
  std::uint32_t rcv_wnd =
      0;  ///< our last advertised window, bytes, scaled; 0: unknown, that of a new connection
  /// The largest window it is known to have announced: the receive buffer has grown as that needs.
  std::uint32_t max_rcv_wnd = 0;
  bool sack_ok = true;
  bool wscale_ok = true;  ///< the SYNs are gone: whoever knows better says so
  std::uint8_t snd_wscale = 0, rcv_wscale = 7;
  bool tstamp_ok = false;
  std::uint32_t ts_recent = 0;  ///< the peer's latest timestamp
  std::uint32_t tsval = 0;      ///< ours at this moment
};

/// A full socket in ESTABLISHED, found by its 4-tuple, accepted: the caller gives it a descriptor and
/// threads. None if the 4-tuple is already taken.
SockId tcp_adopt_established(Kernel& k, const AdoptedConnection& seen);

}  // namespace ringside
