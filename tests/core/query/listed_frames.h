// Frames of many connections, for the list of packets.
#pragma once
#include "core/nic/frame_source.h"
#include "core/wire/ethernet.h"
#include "core/wire/ipv4.h"
#include "core/wire/tcp.h"

namespace ringside::test {

/// `number` chooses the address and the port: as many connections as there are numbers.
inline wire::Buffer segment(std::uint32_t number, std::uint32_t seq, std::size_t len,
                            std::uint16_t flags = 0x10) {
  wire::Buffer tcp, frame;
  wire::TcpHeader header;
  header.source = static_cast<std::uint16_t>(1024 + number % 50000);
  header.dest = 80;
  header.seq = seq;
  header.flags = static_cast<std::uint8_t>(flags);
  const IpAddr from = IpAddr::v4(0x0a000000u + number / 50000), to = IpAddr::v4(10, 66, 0, 2);
  header.append_to(tcp, from, to, wire::Buffer(len));
  wire::EthernetHeader{
      *MacAddr::parse("02:00:0a:42:00:02"), *MacAddr::parse("02:00:00:00:00:01"), {}, wire::ETH_P_IP}
      .append_to(frame);
  wire::Ipv4Header ip;
  ip.saddr = from;
  ip.daddr = to;
  ip.protocol = wire::IPPROTO_NR_TCP;
  ip.append_to(frame, tcp.size());
  wire::put(frame, tcp);
  return frame;
}

inline nic::Frame framed(std::uint32_t number, const wire::Buffer& bytes) {
  nic::Frame frame;
  frame.number = number;
  frame.t_ns = std::int64_t{number} * 1000;
  frame.wire_len = static_cast<std::uint32_t>(bytes.size());
  frame.bytes = bytes;
  return frame;
}

}  // namespace ringside::test
