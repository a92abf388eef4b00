// Counts who talks to whom in a capture: what the choice of our host is made from.
#pragma once
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "core/nic/local_host.h"

namespace ringside::nic {

struct AddressCount {
  std::uint64_t frames = 0;          ///< it is source or destination of
  std::uint64_t bytes_received = 0;  ///< of TCP and UDP payload
  std::uint64_t bytes_sent = 0;
  std::uint64_t syns_received = 0;        ///< connection requests
  std::uint64_t marked_ours = 0;          ///< a cooked capture says that a frame was to it, or sent by it
  std::map<MacAddr, std::uint64_t> macs;  ///< on its side of the frame
};

class HostCensus {
 public:
  void add(const Frame& frame);

  const std::map<IpAddr, AddressCount>& addresses() const { return addresses_; }
  std::uint64_t frames_of(IpAddr::Family family) const;
  const IpAddr& first_destination() const { return first_destination_; }
  /// Connections that an address has with itself: payload bytes received by each side, per pair of ports with
  /// the lower port first.
  struct SelfCount {
    std::uint64_t to_lower = 0;
    std::uint64_t to_higher = 0;
    std::uint16_t connected_to = 0;  ///< port a SYN went to; 0: none seen
  };
  const std::map<std::pair<std::uint16_t, std::uint16_t>, SelfCount>& self() const { return self_; }
  std::uint64_t self_frames(const IpAddr& addr) const;

 private:
  void add_self(const Layers& layers, std::uint64_t payload);

  std::map<IpAddr, AddressCount> addresses_;
  std::map<IpAddr, std::uint64_t> self_frames_;
  std::map<std::pair<std::uint16_t, std::uint16_t>, SelfCount> self_;
  std::uint64_t v4_frames_ = 0;
  std::uint64_t v6_frames_ = 0;
  IpAddr first_destination_;
};

}  // namespace ringside::nic
