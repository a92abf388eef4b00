// The tour's second part: IPv4, fragments, netfilter, ARP, ICMP, UDP, and whatever else has no TCP in it.
#include <sys/socket.h>

#include "core/wire/arp.h"
#include "core/wire/icmp.h"
#include "core/wire/udp.h"
#include "tests/core/engine/tour.h"
#include "tests/core/kernel/host_fixture.h"

namespace ringside::test {

namespace {

using wire::Buffer;

/// A socket for datagrams to port 53, and a reader if told so.
void listen_udp(MachineStory& m, bool reads = true) {
  constexpr std::int64_t kBefore = -2'000'000;
  m.call(kBefore, 0, call_of(Sys::socket, -1, {AF_INET, SOCK_DGRAM, 0}));
  Syscall bind = call_of(Sys::bind, MachineStory::kListener);
  bind.port = 53;
  m.call(kBefore, 0, bind);
  if (reads) m.call(0, 1, call_of(Sys::recvfrom, MachineStory::kListener, {2000, 0}));
}

/// An IPv4 packet with something changed, its header checksum right again.
using Change = std::function<void(Buffer&)>;

Buffer datagram(const Change& change = {}, bool right_sum = true) {
  Buffer packet = ipv4(ipv4_to_us(wire::IPPROTO_NR_UDP), udp(53, 10));
  if (change) change(packet);
  if (right_sum && packet.size() >= 20) {
    packet[10] = packet[11] = 0;
    const std::uint16_t sum = wire::checksum(wire::Bytes(packet).first(20));
    packet[10] = static_cast<std::uint8_t>(sum >> 8);
    packet[11] = static_cast<std::uint8_t>(sum);
  }
  return to_model_nic(ethernet(wire::ETH_P_IP, packet));
}

std::function<void(MachineStory&)> one(Buffer frame) {
  return [frame](MachineStory& m) {
    listen_udp(m);
    m.frame(0, frame);
  };
}

Buffer set(Buffer bytes, std::size_t at, std::uint8_t value) {
  bytes[at] = value;
  return bytes;
}

Change byte(std::size_t at, std::uint8_t value) {
  return [at, value](Buffer& packet) { packet[at] = value; };
}

Buffer with_options(Buffer options) {
  wire::Ipv4Header ip = ipv4_to_us(wire::IPPROTO_NR_UDP);
  ip.options = std::move(options);
  return to_model_nic(ethernet(wire::ETH_P_IP, ipv4(ip, udp(53, 10))));
}

Buffer icmp_frame(wire::IcmpHeader header, const Buffer& body) {
  Buffer icmp;
  header.append_v4(icmp, body);
  return to_model_nic(ethernet(wire::ETH_P_IP, ipv4(ipv4_to_us(wire::IPPROTO_NR_ICMP), icmp)));
}

/// What an ICMP error quotes: a packet of ours.
Buffer quoted(std::uint8_t protocol, const Buffer& start) {
  wire::Ipv4Header ip;
  ip.saddr = kOurs;
  ip.daddr = kPeer;
  ip.protocol = protocol;
  return ipv4(ip, start);
}

Buffer ports(std::uint16_t source, std::uint16_t dest, Seq seq) {
  Buffer out;
  wire::TcpHeader tcp;
  tcp.source = source;
  tcp.dest = dest;
  tcp.seq = seq;
  tcp.append_to(out, kOurs, kPeer, {});
  return out;
}

Buffer arp(std::uint16_t op, const IpAddr& target) {
  Buffer out;
  wire::ArpPacket{op, {{2, 0, 0, 0, 0, 1}}, kPeer, {}, target}.append_to(out);
  return to_model_nic(ethernet(wire::ETH_P_ARP, out));
}

void fragments(MachineStory& m, const std::vector<std::pair<std::size_t, std::size_t>>& cuts,
               std::int64_t gap_us = 10) {
  listen_udp(m);
  std::int64_t t_us = 0;
  for (const auto& packet : ipv4_fragments(udp(53, 3000), wire::IPPROTO_NR_UDP, cuts))
    m.frame(t_us += gap_us, to_model_nic(ethernet(wire::ETH_P_IP, packet)));
}

std::vector<Stop> header_stops() {
  const auto spoiled = [](const char* name, std::size_t at, std::uint8_t value, const char* asks,
                          Drop reason) {
    return Stop{.name = name, .tell = one(datagram(byte(at, value))), .asks = {asks}, .drops = {reason}};
  };
  return {
      {.name = "DatagramToItsSocket",
       .tell = one(datagram()),
       .enters = {Fn::ip_route_input_noref, Fn::ip_local_deliver, Fn::ip_local_deliver_finish, Fn::udp_rcv,
                  Fn::udp_queue_rcv_skb, Fn::__udp_enqueue_schedule_skb, Fn::udp_recvmsg}},
      {.name = "IpHeaderCut",
       .tell = one(to_model_nic(ethernet(wire::ETH_P_IP, payload_bytes(12, 0x45)))),
       .asks = {"ip_header_there=n"}},
      spoiled("IpVersionWrong", 0, 0x55, "ip_version_and_ihl=n", Drop::IP_INHDR),
      {.name = "IpChecksumWrong",
       .tell = one(datagram(byte(10, 0), false)),
       .asks = {"ip_fast_csum=n"},
       .drops = {Drop::IP_CSUM},
       .counts = {Counter::IpInCsumErrors}},
      {.name = "FrameShorterThanTotLen",
       .tell = one(datagram(byte(3, 200))),
       .asks = {"frame_holds_tot_len=n"},
       .drops = {Drop::PKT_TOO_SMALL},
       .counts = {Counter::IpInTruncatedPkts}},
      spoiled("TotLenBelowHeader", 3, 10, "tot_len_holds_header=n", Drop::IP_INHDR),
      {.name = "LinkPadding",
       .tell = one(datagram([](Buffer& p) { p.resize(46); })),
       .asks = {"link_padding=y"}},
      {.name = "ForAnotherHost",
       .tell = one(set(datagram(), 5, 77)),
       .asks = {"pkt_type_otherhost=y"},
       .drops = {Drop::OTHERHOST}},
      {.name = "IpOptions", .tell = one(with_options({1, 1, 1, 0})), .asks = {"ip_options_good=y"}},
      {.name = "IpSourceRoute",
       .tell = one(with_options({0x83, 7, 4, 10, 0, 0, 9, 0})),
       .asks = {"ip_options_good=n"}},
      {.name = "SourceIsAMulticastAddress",
       .tell = one(datagram(byte(12, 224))),
       .drops = {Drop::IP_INVALID_SOURCE}},
      {.name = "NotOurAddress", .tell = one(datagram(byte(19, 9))), .drops = {Drop::IP_INADDRERRORS}},
      {.name = "FromOurOwnAddress",
       .tell = one(datagram(byte(15, 1))),
       .asks = {"source_address_valid=n"},
       .drops = {Drop::IP_LOCAL_SOURCE}},
      {.name = "Forwarded",
       .tell =
           [](MachineStory& m) {
             m.set("net.ipv4.ip_forward", "1");
             one(datagram(byte(19, 9)))(m);
             m.frame(10, datagram([](Buffer& p) {
                       p[19] = 9;
                       p[8] = 1;
                     }));
           },
       .enters = {Fn::ip_forward, Fn::icmp_send, Fn::__icmp_send},
       .asks = {"ttl_left=y", "ttl_left=n"}},
      {.name = "UnknownProtocol",
       .tell = one(datagram(byte(9, 200))),
       .enters = {Fn::icmp_send, Fn::__icmp_send},
       .drops = {Drop::IP_NOPROTO}},
      {.name = "NetfilterInput",
       .tell =
           [](MachineStory& m) {
             m.set("netfilter.rules", "input udp saddr 10.0.0.0/24 sport 4000 dport 53 drop");
             one(datagram())(m);
           },
       .enters = {Fn::nf_hook_slow},
       .asks = {"netfilter_accepts=n"},
       .drops = {Drop::NETFILTER_DROP}},
      {.name = "NetfilterPrerouting",
       .tell =
           [](MachineStory& m) {
             m.set("netfilter.rules", "prerouting udp accept; prerouting drop");
             one(datagram())(m);
             m.frame(10, arp(wire::ARPOP_REQUEST, kOurs));
             m.frame(20, icmp_frame({wire::ICMP_ECHO, 0, 1}, payload_bytes(10)));
           },
       .enters = {Fn::nf_hook_slow},
       .asks = {"netfilter_accepts=y", "netfilter_accepts=n"},
       .drops = {Drop::NETFILTER_DROP}},
  };
}

std::vector<Stop> fragment_stops() {
  const std::vector<std::pair<std::size_t, std::size_t>> whole{{1480, 1480}, {0, 1480}, {2960, 48}};
  return {
      {.name = "Fragments",
       .tell = [whole](MachineStory& m) { fragments(m, whole); },
       .enters = {Fn::ip_defrag, Fn::ip_frag_queue, Fn::ip_frag_reasm},
       .counts = {Counter::IpReasmOKs}},
      {.name = "FragmentMissing",
       .tell =
           [](MachineStory& m) {
             m.set("run.after_ms", "40000"), fragments(m, {{0, 1480}});
           },
       .enters = {Fn::ip_expire},
       .counts = {Counter::IpReasmTimeout}},
      {.name = "FragmentsOverlap",
       .tell =
           [](MachineStory& m) {
             fragments(m, {{0, 1480}, {1472, 1480}});
           },
       .enters = {Fn::ip_frag_queue}},
      {.name = "FragmentMemoryFull",
       .tell =
           [](MachineStory& m) {
             m.set("net.ipv4.ipfrag_high_thresh", "3000");
             fragments(m, {{0, 1480}, {1480, 1480}});
             for (const auto& other : ipv4_fragments(udp(53, 3000), wire::IPPROTO_NR_UDP, {{0, 1480}}, 8))
               m.frame(100, to_model_nic(ethernet(wire::ETH_P_IP, other)));
           },
       .asks = {"fragment_memory_left=n"}},
      {.name = "FragmentBeyond64k",
       .tell =
           [](MachineStory& m) {
             listen_udp(m);
             wire::Ipv4Header ip = ipv4_to_us(wire::IPPROTO_NR_UDP);
             ip.fragment_offset = 65528;
             m.frame(0, to_model_nic(ethernet(wire::ETH_P_IP, ipv4(ip, payload_bytes(100)))));
           },
       .enters = {Fn::ip_frag_queue}},
  };
}

std::vector<Stop> neighbour_stops() {
  return {
      {.name = "ArpRequest",
       .tell =
           [](MachineStory& m) {
             listen_udp(m);
             m.frame(0, arp(wire::ARPOP_REQUEST, kOurs));
             m.frame(10, arp(wire::ARPOP_REQUEST, IpAddr::v4(10, 0, 0, 9)));
             m.frame(20, arp(9, kOurs));
           },
       .enters = {Fn::arp_rcv, Fn::arp_process, Fn::arp_send},
       .asks = {"arp_target_is_ours=y", "arp_target_is_ours=n", "arp_operation_known=n"}},
      {.name = "ArpHeaderBad",
       .tell = one(set(arp(wire::ARPOP_REQUEST, kOurs), 18, 5)),
       .asks = {"arp_header_good=n"}},
      {.name = "ArpNotForUs",
       .tell = one(set(arp(wire::ARPOP_REQUEST, kOurs), 5, 77)),
       .asks = {"arp_not_for_us=y"}},
      {.name = "NeighbourAnswers",
       .tell =
           [](MachineStory& m) {
             m.set("nic.neigh_resolve", "1");
             listen_udp(m);
             m.frame(0, icmp_frame({wire::ICMP_ECHO, 0, 1}, payload_bytes(10)));
             m.frame(500'000, arp(wire::ARPOP_REPLY, kOurs));
           },
       .enters = {Fn::neigh_resolve_output, Fn::arp_solicit, Fn::neigh_update, Fn::icmp_echo}},
      {.name = "NeighbourIsSilent",
       .tell =
           [](MachineStory& m) {
             m.set("nic.neigh_resolve", "1").set("run.after_ms", "10000");
             one(icmp_frame({wire::ICMP_ECHO, 0, 1}, payload_bytes(10)))(m);
           },
       .enters = {Fn::neigh_timer_handler},
       .drops = {Drop::NEIGH_FAILED}},
      {.name = "NeighbourQueueFull",
       .tell =
           [](MachineStory& m) {
             m.set("nic.neigh_resolve", "1").set("net.core.wmem_default", "1000000");
             listen_udp(m, false);
             Syscall send = call_of(Sys::sendto, MachineStory::kListener, {1400, 0});
             send.addr = kPeer;
             send.port = 4000;
             for (int i = 0; i < 150; ++i) m.call(0, 0, send, payload_bytes(1400));
             m.frame(500'000, arp(wire::ARPOP_REPLY, kOurs));
           },
       .drops = {Drop::NEIGH_QUEUEFULL}},
  };
}

std::vector<Stop> icmp_udp_stops() {
  const Buffer to_port_9 = to_model_nic(udp_frame(9));
  return {
      {.name = "UdpNoPort",
       .tell = one(to_port_9),
       .enters = {Fn::icmp_send, Fn::__icmp_send},
       .drops = {Drop::NO_SOCKET},
       .counts = {Counter::UdpNoPorts, Counter::IcmpOutDestUnreachs}},
      {.name = "UdpLengthWrong",
       .tell = one(set(to_model_nic(udp_frame(53)), 14 + 20 + 5, 200)),
       .asks = {"udp_length_good=n"},
       .counts = {Counter::UdpInErrors}},
      {.name = "UdpHeaderCut",
       .tell = one(
           to_model_nic(ethernet(wire::ETH_P_IP, ipv4(ipv4_to_us(wire::IPPROTO_NR_UDP), payload_bytes(4))))),
       .asks = {"udp_header_there=n"}},
      {.name = "UdpChecksumWrong",
       .tell =
           [](MachineStory& m) {
             m.set("nic.rx_checksum", "0");
             Buffer frame = to_model_nic(udp_frame(53));
             frame.back() ^= 1;
             one(frame)(m);
           },
       .asks = {"transport_checksum_good=n"},
       .drops = {Drop::UDP_CSUM},
       .counts = {Counter::UdpInCsumErrors}},
      {.name = "UdpSocketFull",
       .tell =
           [](MachineStory& m) {
             m.set("net.core.rmem_default", "4608");
             listen_udp(m, false);
             for (int i = 0; i < 20; ++i) m.frame(i * 10, to_model_nic(udp_frame(53, 1000)));
           },
       .drops = {Drop::SOCKET_RCVBUFF},
       .counts = {Counter::UdpRcvbufErrors}},
      {.name = "UdpSocketSendsAndCloses",
       .tell =
           [](MachineStory& m) {
             listen_udp(m, false);
             Syscall send = call_of(Sys::sendto, MachineStory::kListener, {3000, 0});
             send.addr = kPeer;
             send.port = 4000;
             m.call(0, 0, send, payload_bytes(3000));
             m.call(10, 0, call_of(Sys::close, MachineStory::kListener));
           },
       .enters = {Fn::sock_sendmsg, Fn::udp_sendmsg, Fn::udp_destroy_sock, Fn::ip_send_skb,
                  Fn::ip_do_fragment},
       .asks = {"exceeds_mtu=y"}},
      {.name = "TransmitRingFull",
       .tell =
           [](MachineStory& m) {
             listen_udp(m, false);
             Syscall send = call_of(Sys::sendto, MachineStory::kListener, {10, 0});
             send.addr = kPeer;
             send.port = 4000;
             for (int i = 0; i < 400; ++i) m.call(0, 0, send, payload_bytes(10));
           },
       .enters = {Fn::net_tx_action},
       .asks = {"tx_ring_has_room=n", "qdisc_bypass=n"}},
      {.name = "EchoRequest",
       .tell = one(icmp_frame({wire::ICMP_ECHO, 0, 1}, payload_bytes(56))),
       .enters = {Fn::icmp_rcv, Fn::icmp_echo},
       .counts = {Counter::IcmpOutEchoReps}},
      {.name = "EchoRequestIgnored",
       .tell =
           [](MachineStory& m) {
             m.set("net.ipv4.icmp_echo_ignore_all", "1");
             one(icmp_frame({wire::ICMP_ECHO, 0, 1}, payload_bytes(56)))(m);
           },
       .asks = {"echo_answered=n"}},
      {.name = "IcmpTypeUnknown",
       .tell = one(icmp_frame({99, 0, 1}, payload_bytes(8))),
       .asks = {"icmp_type_known=n"}},
      {.name = "IcmpErrorAboutADatagram",
       .tell = one(icmp_frame({wire::ICMP_DEST_UNREACH, 3, 0}, quoted(17, udp(4000, 8, 53)))),
       .enters = {Fn::icmp_unreach, Fn::udp_err}},
      {.name = "IcmpErrorAboutASegment",
       .tell =
           [](MachineStory& m) {
             m.connect();
             m.frame(0, icmp_frame({wire::ICMP_DEST_UNREACH, 1, 0}, quoted(6, ports(8080, 40000, 1))));
             m.frame(10, icmp_frame({wire::ICMP_DEST_UNREACH, 1, 0}, quoted(6, ports(8080, 40001, 1))));
           },
       .enters = {Fn::icmp_unreach, Fn::tcp_v4_err},
       .asks = {"icmp_error_for_a_socket=y", "icmp_error_for_a_socket=n"}},
      {.name = "IcmpErrorsAreRateLimited",
       .tell =
           [to_port_9](MachineStory& m) {
             listen_udp(m);
             for (int i = 0; i < 20; ++i) m.frame(i, to_port_9);
           },
       .asks = {"icmp_rate_allows=n"}},
  };
}

}  // namespace

std::vector<Stop> ip_stops() {
  std::vector<Stop> all;
  for (const auto& part : {header_stops(), fragment_stops(), neighbour_stops(), icmp_udp_stops()})
    all.insert(all.end(), part.begin(), part.end());
  return all;
}

}  // namespace ringside::test
