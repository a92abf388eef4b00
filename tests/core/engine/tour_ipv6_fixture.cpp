// The tour's third part: IPv6.
#include "core/wire/icmp.h"
#include "core/wire/udp.h"
#include "tests/core/engine/tour.h"
#include "tests/core/kernel/host_fixture.h"

namespace ringside::test {

namespace {

using wire::Buffer;

Buffer udp6(std::size_t len, std::uint16_t port = 53) {
  Buffer out;
  wire::UdpHeader{4000, port}.append_to(out, peer6(), ours6(), payload_bytes(len));
  return out;
}

Buffer packet6(const wire::Ipv6Header& header, const Buffer& payload) {
  return to_model_nic(ethernet(wire::ETH_P_IPV6, ipv6(header, payload)));
}

Buffer icmp6_frame(std::uint8_t type, std::uint8_t code, const Buffer& body, std::uint8_t hop_limit = 64) {
  Buffer icmp;
  wire::IcmpHeader{type, code, 0}.append_v6(icmp, peer6(), ours6(), body);
  wire::Ipv6Header ip = ipv6_to_us(wire::IPPROTO_NR_ICMPV6);
  ip.hop_limit = hop_limit;
  return packet6(ip, icmp);
}

Buffer target(const IpAddr& address, std::uint8_t option) {
  Buffer body(address.bytes().begin(), address.bytes().end());
  const std::uint8_t link_address[] = {option, 1, 2, 0, 0, 0, 0, 1};
  wire::put(body, link_address);
  return body;
}

/// No call is made: the default application reads the datagrams.
std::function<void(MachineStory&)> one(Buffer frame) {
  return [frame](MachineStory& m) { m.frame(0, frame); };
}

Buffer spoiled(std::size_t at, std::uint8_t value) {
  Buffer packet = ipv6(ipv6_to_us(wire::IPPROTO_NR_UDP), udp6(10));
  packet[at] = value;
  return to_model_nic(ethernet(wire::ETH_P_IPV6, packet));
}

Buffer extended(std::vector<wire::Ipv6Extension> extensions) {
  wire::Ipv6Header ip = ipv6_to_us(wire::IPPROTO_NR_UDP);
  ip.extensions = std::move(extensions);
  return packet6(ip, udp6(10));
}

void fragments6(MachineStory& m, const std::vector<std::pair<std::size_t, std::size_t>>& cuts) {
  const Buffer datagram = udp6(24);
  std::int64_t t_us = 0;
  for (const auto& [offset, len] : cuts) {
    wire::Ipv6Header ip = ipv6_to_us(wire::IPPROTO_NR_UDP);
    ip.extensions = {wire::Ipv6Extension::fragment(9, static_cast<std::uint32_t>(offset), offset + len < 32)};
    const auto begin = datagram.begin() + static_cast<std::ptrdiff_t>(offset);
    m.frame(t_us += 10, packet6(ip, Buffer(begin, begin + static_cast<std::ptrdiff_t>(len))));
  }
}

/// An error about a segment of ours.
Buffer error_about(std::uint8_t type, std::uint8_t code, std::uint16_t peer_port) {
  Buffer segment;
  wire::TcpHeader tcp;
  tcp.source = MachineStory::kPort;
  tcp.dest = peer_port;
  tcp.seq = 1;
  tcp.append_to(segment, ours6(), peer6(), {});
  wire::Ipv6Header ip;
  ip.saddr = ours6();
  ip.daddr = peer6();
  ip.protocol = wire::IPPROTO_NR_TCP;
  return icmp6_frame(type, code, ipv6(ip, segment));
}

std::vector<Stop> packet_stops() {
  return {
      {.name = "Ipv6Datagram",
       .tell = one(packet6(ipv6_to_us(wire::IPPROTO_NR_UDP), udp6(10))),
       .enters = {Fn::ipv6_rcv, Fn::ip6_rcv_finish, Fn::ip6_route_input, Fn::ip6_input, Fn::ip6_input_finish,
                  Fn::udpv6_rcv}},
      {.name = "Ipv6ExtensionHeaders",
       .tell = one(extended({{wire::NEXTHDR_HOP, {0, 1, 4, 0, 0, 0, 0}},
                             {wire::NEXTHDR_DEST, {0, 1, 4, 0, 0, 0, 0}},
                             {wire::NEXTHDR_ROUTING, {0, 0, 0, 0, 0, 0, 0}}})),
       .enters = {Fn::ipv6_parse_hopopts, Fn::ipv6_destopt_rcv, Fn::ipv6_rthdr_rcv},
       .asks = {"hop_by_hop_options_good=y", "destination_options_good=y", "routing_header_there=y"}},
      {.name = "Ipv6HeaderCut",
       .tell = one(to_model_nic(ethernet(wire::ETH_P_IPV6, payload_bytes(20, 0x60)))),
       .asks = {"ipv6_header_there=n"}},
      {.name = "Ipv6VersionWrong", .tell = one(spoiled(0, 0x50)), .asks = {"ipv6_version=n"}},
      {.name = "Ipv6FromTheLoopback",
       .tell =
           [](MachineStory& m) {
             wire::Ipv6Header ip = ipv6_to_us(wire::IPPROTO_NR_UDP);
             ip.saddr = *IpAddr::parse("::1");
             m.frame(0, packet6(ip, udp6(10)));
           },
       .asks = {"ipv6_addresses_good=n"},
       .drops = {Drop::IP_INHDR}},
      {.name = "Ipv6FrameTooShort",
       .tell = one(spoiled(5, 200)),
       .asks = {"frame_holds_payload_len=n"},
       .drops = {Drop::PKT_TOO_SMALL}},
      {.name = "Ipv6NotOurAddress", .tell = one(spoiled(39, 9)), .drops = {Drop::IP_INADDRERRORS}},
      {.name = "Ipv6UnknownHeader",
       .tell = one(spoiled(6, 200)),
       .enters = {Fn::icmp6_send},
       .drops = {Drop::IP_NOPROTO}},
      {.name = "Ipv6Fragments",
       .tell =
           [](MachineStory& m) {
             fragments6(m, {{16, 16}, {0, 16}});
           },
       .enters = {Fn::ipv6_frag_rcv, Fn::ip6_frag_queue, Fn::ip6_frag_reasm},
       .counts = {Counter::Ip6ReasmOKs}},
      {.name = "Ipv6FragmentMissing",
       .tell =
           [](MachineStory& m) {
             m.set("run.after_ms", "70000");
             fragments6(m, {{0, 16}});
           },
       .enters = {Fn::ip6_frag_expire},
       .counts = {Counter::Ip6ReasmTimeout}},
      {.name = "Ipv6FragmentNotAMultipleOfEight",
       .tell =
           [](MachineStory& m) {
             fragments6(m, {{0, 13}});
           },
       .asks = {"fragment_rounded=n"}},
      {.name = "Ipv6AtomicFragment",
       .tell = one(extended({wire::Ipv6Extension::fragment(9, 0, false)})),
       .asks = {"atomic_fragment=y"}},
      {.name = "Ipv6UdpNoPort",
       .tell =
           [](MachineStory& m) {
             m.listen();  // a script: no application reads
             m.frame(0, packet6(ipv6_to_us(wire::IPPROTO_NR_UDP), udp6(10, 9)));
           },
       .enters = {Fn::icmp6_send},
       .drops = {Drop::NO_SOCKET}},
      {.name = "Ipv6HostSendsFragments",
       .tell =
           [](MachineStory& m) {
             m.listen();
             m.frame(0, icmp6_frame(wire::ICMPV6_ECHO_REQUEST, 0, payload_bytes(1400)));
             m.set("nic.mtu", "1280");
           },
       .enters = {Fn::ip6_fragment}},
  };
}

std::vector<Stop> icmpv6_stops() {
  return {
      {.name = "Ipv6Echo",
       .tell = one(icmp6_frame(wire::ICMPV6_ECHO_REQUEST, 0, payload_bytes(8))),
       .enters = {Fn::icmpv6_rcv, Fn::icmpv6_echo_reply}},
      {.name = "NeighbourSolicitation",
       .tell = one(icmp6_frame(wire::NDISC_NEIGHBOUR_SOLICITATION, 0, target(ours6(), 1), 255)),
       .enters = {Fn::ndisc_rcv, Fn::ndisc_recv_ns, Fn::ndisc_send_na},
       .asks = {"nd_hop_limit_255=y", "nd_target_is_ours=y"}},
      {.name = "NeighbourSolicitationFromAfar",
       .tell = one(icmp6_frame(wire::NDISC_NEIGHBOUR_SOLICITATION, 0, target(ours6(), 1))),
       .asks = {"nd_hop_limit_255=n"},
       .drops = {Drop::IPV6_NDISC_HOP_LIMIT}},
      {.name = "NeighbourSolicitationWithACode",
       .tell = one(icmp6_frame(wire::NDISC_NEIGHBOUR_SOLICITATION, 1, target(ours6(), 1), 255)),
       .asks = {"nd_code_zero=n"}},
      {.name = "NeighbourSolicitationForAnother",
       .tell = one(icmp6_frame(wire::NDISC_NEIGHBOUR_SOLICITATION, 0, target(peer6(), 1), 255)),
       .asks = {"nd_target_is_ours=n"}},
      {.name = "NeighbourAdvertisement",
       .tell =
           [](MachineStory& m) {
             m.set("nic.neigh_resolve", "1").listen();
             m.frame(0, icmp6_frame(wire::ICMPV6_ECHO_REQUEST, 0, payload_bytes(8)));
             m.frame(100'000, icmp6_frame(wire::NDISC_NEIGHBOUR_ADVERTISEMENT, 0, target(peer6(), 2), 255));
           },
       .enters = {Fn::ndisc_solicit, Fn::ndisc_recv_na}},
      {.name = "Ipv6ErrorAboutASegment",
       .tell =
           [](MachineStory& m) {
             m.connect({.v6 = true});
             m.frame(0, error_about(wire::ICMPV6_DEST_UNREACH, 0, 40000));
             m.frame(10, error_about(wire::ICMPV6_DEST_UNREACH, 0, 40001));
           },
       .enters = {Fn::icmpv6_notify, Fn::tcp_v6_err}},
      {.name = "Ipv6Segments",
       .tell =
           [](MachineStory& m) {
             m.connect({.v6 = true});
             m.peer(0, {.flags = "P.", .seq = 1, .len = 100, .ack = 1, .v6 = true});
             m.read(10, 1, 1000);
             m.peer(20, {.flags = ".", .seq = 1, .len = 10, .ack = 1, .port = 50000, .v6 = true});
           },
       .enters = {Fn::tcp_v6_rcv, Fn::tcp_v6_early_demux, Fn::tcp_v6_do_rcv, Fn::tcp_v6_conn_request,
                  Fn::tcp_v6_syn_recv_sock, Fn::tcp_v6_send_reset, Fn::inet6_csk_xmit, Fn::ip6_xmit,
                  Fn::ip6_output}},
  };
}

}  // namespace

std::vector<Stop> ipv6_stops() {
  std::vector<Stop> all = packet_stops();
  const auto more = icmpv6_stops();
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

}  // namespace ringside::test
