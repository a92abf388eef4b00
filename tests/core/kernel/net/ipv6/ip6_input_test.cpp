// Stories of IPv6: checks, extension headers, fragments, ICMPv6 and neighbour discovery.
#include <gmock/gmock.h>

#include "core/kernel/net/core/skbuff.h"
#include "core/wire/checksum.h"
#include "core/wire/icmp.h"
#include "core/wire/udp.h"
#include "tests/core/kernel/host_fixture.h"

namespace ringside {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;

wire::Buffer udp6(std::size_t len) {
  wire::Buffer out;
  wire::UdpHeader{4000, 53}.append_to(out, peer6(), ours6(), payload_bytes(len));
  return out;
}

class Ipv6Test : public ::testing::TestWithParam<const char*> {
 protected:
  TestHost host{HostSetup{.kernel = GetParam()}};
  SockId sk = socket6();
  SockId socket6() {
    const SockId id = host.udp_socket(53);
    host.k().put(host.host()[id].family, std::uint8_t{6});
    return id;
  }
  std::uint32_t queued() { return host.host()[sk].receive_queue.qlen; }
  std::uint32_t send(const wire::Buffer& packet) {
    return host.frame(at += 1000, ethernet(wire::ETH_P_IPV6, packet));
  }
  std::int64_t at = 0;
};

TEST_P(Ipv6Test, ADatagramReachesItsSocket) {
  host.k().put(host.nic().rx_checksum_verify, std::uint8_t{1});
  const auto n = send(ipv6(ipv6_to_us(wire::IPPROTO_NR_UDP), udp6(100)));
  host.run();
  EXPECT_EQ(queued(), 1u) << host.story();
  EXPECT_THAT(host.calls(n), ::testing::IsSupersetOf({"ipv6_rcv", "ip6_rcv_finish", "ip6_input",
                                                      "ip6_input_finish", "udpv6_rcv"}));
  EXPECT_EQ(host.count(Counter::Ip6InReceives), 1u);
  EXPECT_EQ(host.count(Counter::Ip6InDelivers), 1u);
}

TEST_P(Ipv6Test, ExtensionHeadersAreWalked) {
  wire::Ipv6Header ip = ipv6_to_us(wire::IPPROTO_NR_UDP);
  ip.extensions = {{wire::NEXTHDR_HOP, {0, 1, 4, 0, 0, 0, 0}},
                   {wire::NEXTHDR_DEST, {0, 1, 4, 0, 0, 0, 0}},
                   {wire::NEXTHDR_ROUTING, {0, 0, 0, 0, 0, 0, 0}}};
  send(ipv6(ip, udp6(10)));
  host.run();
  EXPECT_EQ(queued(), 1u) << host.story();
}

TEST_P(Ipv6Test, BadPacketsDieWithAReason) {
  wire::Buffer good = ipv6(ipv6_to_us(wire::IPPROTO_NR_UDP), udp6(10));
  wire::Buffer version = good, cut = good, loopback = good, elsewhere = good, unknown = good;
  version[0] = 0x50;
  cut.pop_back();
  std::fill(loopback.begin() + 8, loopback.begin() + 23, std::uint8_t{0});
  loopback[23] = 1;
  elsewhere[39] = 9;
  unknown[6] = 200;
  const auto a = send(version), b = send(cut), c = send(loopback), d = send(elsewhere), e = send(unknown);
  host.run();
  const bool recent = std::string(GetParam()) == "6.18";
  EXPECT_THAT(host.way(a), Contains(recent ? "dropped:UNHANDLED_PROTO" : "dropped:IP_INHDR")) << host.story();
  EXPECT_THAT(host.way(b), Contains("dropped:PKT_TOO_SMALL"));
  EXPECT_THAT(host.way(c), Contains("dropped:IP_INHDR"));
  EXPECT_THAT(host.way(d), Contains("dropped:IP_INADDRERRORS"));
  EXPECT_THAT(host.way(e), Contains("dropped:IP_NOPROTO"));
  EXPECT_EQ(host.sent().size(), 1u) << "a parameter problem about the unknown header";
}

TEST_P(Ipv6Test, FragmentsAreReassembled) {
  const wire::Buffer datagram = udp6(24);
  for (const std::size_t offset : {16u, 0u, 8u, 24u}) {
    wire::Ipv6Header ip = ipv6_to_us(wire::IPPROTO_NR_UDP);
    ip.extensions = {wire::Ipv6Extension::fragment(99, static_cast<std::uint32_t>(offset), offset != 24)};
    const auto begin = datagram.begin() + static_cast<std::ptrdiff_t>(offset);
    send(ipv6(ip, wire::Buffer(begin, begin + 8)));
  }
  host.run();
  ASSERT_EQ(queued(), 1u) << host.story();
  const SkbId skb = host.host()[sk].receive_queue.head;
  EXPECT_EQ(skb_copy_bits(host.k(), skb, 0, 24), payload_bytes(24));
  EXPECT_EQ(host.count(Counter::Ip6ReasmOKs), 1u);
  EXPECT_EQ(host.host().net->frag_mem, 0u);
}

TEST_P(Ipv6Test, OverlappingFragmentsCondemnTheDatagram) {
  for (const std::size_t offset : {0u, 8u}) {
    wire::Ipv6Header ip = ipv6_to_us(wire::IPPROTO_NR_UDP);
    ip.extensions = {wire::Ipv6Extension::fragment(99, static_cast<std::uint32_t>(offset), true)};
    send(ipv6(ip, payload_bytes(16)));
  }
  host.run();
  EXPECT_EQ(host.count(Counter::Ip6ReasmFails), 1u) << host.story();
  EXPECT_EQ(host.host().frag_queues.header.live, 0u);
}

TEST_P(Ipv6Test, EchoAndNeighbourSolicitationsAreAnswered) {
  wire::Buffer echo, ns;
  wire::IcmpHeader{wire::ICMPV6_ECHO_REQUEST, 0, 7}.append_v6(echo, peer6(), ours6(), payload_bytes(8));
  send(ipv6(ipv6_to_us(wire::IPPROTO_NR_ICMPV6), echo));
  const IpAddr own = ours6();
  wire::Buffer body(own.bytes().begin(), own.bytes().end());
  const std::uint8_t option[] = {1, 1, 2, 0, 0, 0, 0, 2};
  wire::put(body, option);
  wire::IcmpHeader{wire::NDISC_NEIGHBOUR_SOLICITATION, 0, 0}.append_v6(ns, peer6(), ours6(), body);
  wire::Ipv6Header ip = ipv6_to_us(wire::IPPROTO_NR_ICMPV6);
  ip.hop_limit = 255;
  send(ipv6(ip, ns));
  ip.hop_limit = 64;
  const auto routed = send(ipv6(ip, ns));
  host.run();
  ASSERT_EQ(host.sent().size(), 2u) << host.story();
  const auto bytes = host.sent_bytes();
  EXPECT_EQ(bytes[0][40], wire::ICMPV6_ECHO_REPLY);
  EXPECT_EQ(bytes[1][40], wire::NDISC_NEIGHBOUR_ADVERTISEMENT);
  EXPECT_TRUE(wire::transport_checksum_ok(ours6(), peer6(), 58, wire::slice(bytes[1], 40)));
  EXPECT_THAT(host.way(routed), Contains("dropped:IPV6_NDISC_HOP_LIMIT")) << "it came from beyond the link";
}

INSTANTIATE_TEST_SUITE_P(BothKernels, Ipv6Test, ::testing::Values("4.13", "6.18"));

}  // namespace
}  // namespace ringside
