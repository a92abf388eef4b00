// Which host of a capture is ours, and which frames are for it.
#pragma once
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/nic/layers.h"

namespace ringside::nic {

/// What a frame is to our host; what eth_type_trans() would put into skb->pkt_type, and who sent it.
enum class FrameClass : std::uint8_t {
  kIncoming,   ///< unicast to us: to be injected
  kBroadcast,  ///< to all, not sent by us: to be injected
  kMulticast,  ///< to a group, not sent by us: to be injected
  kOutgoing,   ///< sent by us: to be compared with what the model sends
  kOtherHost,  ///< between others
  kUnknown,    ///< cut inside its link header, or nothing in it tells
};
constexpr bool is_injected(FrameClass c) {
  return c == FrameClass::kIncoming || c == FrameClass::kBroadcast || c == FrameClass::kMulticast;
}

/// Two ports of one address: a connection a host has with itself, seen from the side chosen to be ours.
struct SelfConnection {
  std::uint16_t local = 0;
  std::uint16_t remote = 0;
  // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 takes <=> for a comparison with a pointer
  friend constexpr auto operator<=>(const SelfConnection&, const SelfConnection&) = default;
};

/// The host whose receive path is modelled.
struct LocalHost {
  IpAddr address;                  ///< the one it was chosen by; none if the capture has no IP
  std::set<IpAddr> addresses;      ///< all that are its own, `address` included
  std::optional<MacAddr> mac;      ///< most frames to and from `address` carry it
  bool trust_packet_type = false;  ///< chosen by the marks of a cooked capture, so classify by them too
  /// Of connections within one address (loopback): those whose local side is known. Of others the side with
  /// the lower port is ours: servers have low ports.
  std::set<SelfConnection> self_connections;

  /// Why: a key of the catalogue's "local" section and its values.
  ///   local.explicit       address
  ///   local.cooked         address, frames: the capture itself marks frames as to us or sent by us
  ///   local.every_packet   address, frames, total: it takes part in (nearly) all, no other does
  ///   local.receives       address, bytes, sent: of those that qualify it receives the most data
  ///   local.accepts        address, connections: no data tells, but this side is connected to
  ///   local.first          address: nothing else tells; the first packet goes there
  ///   local.loopback       address, connections: both sides are this host; of each connection the side that
  ///                        receives more data is ours
  ///   local.none           the capture has no IP packet: by MAC address only, or not at all
  std::string reason;
  std::vector<std::pair<std::string, std::string>> values;

  bool is_ours(const IpAddr& addr) const { return addresses.contains(addr); }
  FrameClass classify(const Layers& layers) const;
  FrameClass classify(const Frame& frame) const;
};

/// Chooses from the first `max_frames` frames of `source`.
LocalHost choose_local_host(FrameSource& source, std::uint64_t max_frames = 20'000);

/// Takes `address`; MAC and further addresses are found as above. Reads on to the end until the address
/// occurs. Error: local.not_in_capture (args address; seen: the busiest addresses, comma-separated).
Result<LocalHost> explicit_local_host(FrameSource& source, const IpAddr& address,
                                      std::uint64_t max_frames = 20'000);

}  // namespace ringside::nic
