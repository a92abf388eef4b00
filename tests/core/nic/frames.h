// Frames for tests, built from the wire's values.
#pragma once
#include "core/nic/memory_frames.h"
#include "core/wire/ethernet.h"
#include "core/wire/ipv4.h"
#include "core/wire/ipv6.h"
#include "core/wire/tcp.h"

namespace ringside::nic {

inline MacAddr mac_of(const IpAddr& addr) {
  return MacAddr{{2, 0, addr.bytes()[0], addr.bytes()[1], addr.bytes()[2], addr.bytes()[3]}};
}

inline wire::Buffer tcp_frame(const IpAddr& from, const IpAddr& to, const wire::TcpHeader& tcp,
                              std::size_t payload_len, MacAddr from_mac, MacAddr to_mac) {
  const wire::Buffer payload(payload_len, 'x');
  const std::size_t len = tcp.size() + payload_len;
  wire::Buffer out;
  wire::EthernetHeader{to_mac, from_mac, {}, from.is_v4() ? wire::ETH_P_IP : wire::ETH_P_IPV6}.append_to(out);
  if (from.is_v4()) {
    wire::Ipv4Header ip;
    ip.saddr = from;
    ip.daddr = to;
    ip.append_to(out, len);
  } else {
    wire::Ipv6Header ip;
    ip.saddr = from;
    ip.daddr = to;
    ip.append_to(out, len);
  }
  tcp.append_to(out, from, to, payload);
  return out;
}

inline wire::Buffer tcp_frame(const IpAddr& from, const IpAddr& to, const wire::TcpHeader& tcp,
                              std::size_t payload_len = 0) {
  return tcp_frame(from, to, tcp, payload_len, mac_of(from), mac_of(to));
}

inline wire::TcpHeader segment(std::uint16_t source, std::uint16_t dest, std::uint8_t flags, Seq seq,
                               Seq ack = 0, std::uint16_t window = 1000) {
  wire::TcpHeader tcp;
  tcp.source = source;
  tcp.dest = dest;
  tcp.flags = flags;
  tcp.seq = seq;
  tcp.ack_seq = ack;
  tcp.window = window;
  return tcp;
}

}  // namespace ringside::nic
