// A captured frame as the modelled Ethernet NIC receives it.
#pragma once
#include "core/nic/local_host.h"

namespace ringside::nic {

/// The MAC address of the modelled NIC when the capture tells none (cooked, raw, loopback).
inline constexpr MacAddr kModelMac{{0x02, 0x00, 0x00, 0x00, 0x00, 0x02}};
/// And of whoever sends to it.
inline constexpr MacAddr kModelPeerMac{{0x02, 0x00, 0x00, 0x00, 0x00, 0x01}};

/// The MAC address the modelled NIC is to have.
inline MacAddr nic_mac(const LocalHost& local) { return local.mac.value_or(kModelMac); }

struct ReceivedFrame {
  wire::Bytes bytes;           ///< an Ethernet frame, captured part; VLAN tags in place
  std::uint32_t wire_len = 0;  ///< what it measures on the wire
  bool rebuilt = false;        ///< the capture holds no Ethernet header, or none addressed to anybody
};

/// Puts an Ethernet header in front where the capture has none: to nic_mac() (or to the group or to all, by
/// `frame_class`), from the sender a cooked capture names, else from kModelPeerMac. A frame that is Ethernet
/// already is passed on as it is. The bytes point into `frame` or into `scratch`.
ReceivedFrame as_received(const Frame& frame, const LinkFrame& link, FrameClass frame_class,
                          const LocalHost& local, wire::Buffer& scratch);

}  // namespace ringside::nic
