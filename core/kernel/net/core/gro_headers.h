// net/ipv4/af_inet.c inet_gro_receive(), net/ipv4/tcp_offload.c: what GRO reads and writes of headers.
#pragma once
#include <array>

#include "core/machine/kernel.h"

namespace ringside {

inline constexpr std::uint16_t GRO_FIN = 0x01, GRO_SYN = 0x02, GRO_RST = 0x04, GRO_PSH = 0x08, GRO_URG = 0x20,
                               GRO_CWR = 0x80;

/// A segment as GRO looks at it. Offsets count from skb->data (the network header).
struct GroHeaders {
  bool valid = false;  ///< TCP over IPv4 without options or fragments, or over IPv6; sums good
  std::uint8_t family = 4;
  IpAddr saddr, daddr;
  std::uint16_t sport = 0, dport = 0;
  std::uint32_t transport = 0;  ///< where the TCP header begins
  std::uint32_t offset = 0;     ///< where the payload begins
  std::uint32_t payload = 0;    ///< bytes
  Seq seq = 0, ack = 0;
  std::uint16_t flags = 0, ip_id = 0;
  bool dont_fragment = false;
  std::uint8_t ttl = 0, tos = 0;
  std::array<std::uint8_t, 40> options{};  ///< `options_len` of them
  std::uint8_t options_len = 0;
};

GroHeaders gro_parse(Kernel& k, SkbId skb);
bool gro_same_flow(Kernel& k, SkbId held, const GroHeaders& h);
/// The segment is the very next of the held packet and looks like it but for FIN and PSH.
bool gro_continues(Kernel& k, SkbId held, const GroHeaders& h);
/// The merged packet gets headers of its own: length, IP checksum, the flags of all segments.
void gro_rewrite_headers(Kernel& k, SkbId skb);

}  // namespace ringside
