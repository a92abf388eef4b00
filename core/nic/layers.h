// One frame read from its link header up to its ports: for choosing our host, for lists and summaries.
// The modelled kernel does not use this: it reads the views itself, test by test.
#pragma once
#include <optional>

#include "core/nic/link_frame.h"
#include "core/wire/tcp.h"
#include "core/wire/udp.h"

namespace ringside::nic {

struct Layers {
  LinkFrame link;
  std::uint8_t ip_version = 0;        ///< 4, 6, or 0: no IP header that can be read
  std::uint8_t protocol = 0;          ///< of the transport; meaningless without ip_version
  bool fragment = false;              ///< part of a larger datagram
  std::uint32_t fragment_offset = 0;  ///< bytes; there are ports only at 0
  IpAddr saddr;
  IpAddr daddr;
  wire::Bytes transport;            ///< header and payload, as far as captured
  std::uint32_t transport_len = 0;  ///< what the IP header promises
  std::optional<wire::TcpView> tcp;
  std::optional<wire::UdpView> udp;

  bool has_ports() const { return tcp || udp; }
  std::uint16_t sport() const { return tcp ? tcp->source() : udp ? udp->source() : std::uint16_t{0}; }
  std::uint16_t dport() const { return tcp ? tcp->dest() : udp ? udp->dest() : std::uint16_t{0}; }
  /// Payload bytes the segment had on the wire, captured or not.
  std::uint32_t tcp_payload_len() const {
    const std::size_t header = tcp ? tcp->header_len() : 0;
    return header >= 20 && transport_len > header ? static_cast<std::uint32_t>(transport_len - header) : 0;
  }
};

/// nullopt if the frame is cut inside its link header.
std::optional<Layers> dissect(LinkType link, wire::Bytes frame);

}  // namespace ringside::nic
