// Stories of UDP, ICMP, ARP and the rule table.
#include <gmock/gmock.h>

#include "core/wire/arp.h"
#include "core/wire/checksum.h"
#include "core/wire/icmp.h"
#include "core/wire/udp.h"
#include "tests/core/kernel/host_fixture.h"

namespace ringside {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;

class UdpTest : public ::testing::TestWithParam<const char*> {
 protected:
  TestHost host{HostSetup{.kernel = GetParam()}};
};

TEST_P(UdpTest, NobodyListensSoThePortIsUnreachable) {
  const auto n = host.frame(1000, udp_frame(53));
  host.run();
  EXPECT_EQ(host.count(Counter::UdpNoPorts), 1u) << host.story();
  EXPECT_THAT(host.way(n), Contains("dropped:NO_SOCKET"));
  ASSERT_EQ(host.sent().size(), 1u);
  const auto reply = host.sent_bytes()[0];
  const auto ip = wire::Ipv4View::parse(reply);
  EXPECT_EQ(ip->daddr(), kPeer);
  EXPECT_TRUE(ip->checksum_ok());
  const auto icmp = wire::IcmpView::parse(ip->payload());
  EXPECT_EQ(icmp->type(), wire::ICMP_DEST_UNREACH);
  EXPECT_EQ(icmp->code(), wire::ICMP_PORT_UNREACH);
  EXPECT_TRUE(wire::checksum_ok(ip->payload()));
  EXPECT_EQ(host.nic().tx_used, 0u) << "the driver has cleaned up behind itself";
}

TEST_P(UdpTest, ErrorsAreRateLimited) {
  for (int i = 0; i < 20; ++i) host.frame(1000 + i * 1000, udp_frame(53));
  host.run();
  EXPECT_EQ(host.count(Counter::UdpNoPorts), 20u);
  EXPECT_EQ(host.sent().size(), 6u) << "a burst of six, then one a second";
}

TEST_P(UdpTest, AFullSocketDropsAndCounts) {
  const SockId sk = host.udp_socket(53);
  host.k().put(host.host()[sk].sk_rcvbuf, 5000);
  for (int i = 0; i < 5; ++i) host.frame(1000 + i * 1000, udp_frame(53, 1000));
  host.run();
  EXPECT_EQ(host.host()[sk].receive_queue.qlen, 3u)
      << "2176 each: the third goes beyond 5000, the fourth finds it so";
  EXPECT_EQ(host.count(Counter::UdpRcvbufErrors), 2u);
  EXPECT_EQ(host.count(Counter::UdpInErrors), 2u);
  EXPECT_EQ(host.dropped(Drop::SOCKET_RCVBUFF), 2u);
}

TEST_P(UdpTest, LengthAndChecksumAreChecked) {
  host.udp_socket(53);
  host.k().put(host.nic().rx_checksum_verify, std::uint8_t{1});
  wire::Buffer bad_length = udp_frame(53), bad_sum = udp_frame(53), no_sum = udp_frame(53);
  wire::store16(&bad_length[38], 500);
  bad_sum[45] ^= 1;
  no_sum[45] ^= 1;
  wire::store16(&no_sum[40], 0);
  const auto a = host.frame(1000, bad_length);
  const auto b = host.frame(2000, bad_sum);
  const auto c = host.frame(3000, no_sum);
  host.run();
  EXPECT_THAT(host.way(a), Contains("dropped:PKT_TOO_SMALL")) << host.story();
  EXPECT_THAT(host.way(b), Contains("dropped:UDP_CSUM"));
  EXPECT_THAT(host.way(c), Contains("udp_receive_queue")) << "without a sum there is nothing to check";
  EXPECT_EQ(host.count(Counter::UdpInCsumErrors), 1u);
}

TEST_P(UdpTest, EchoRequestsAreAnswered) {
  wire::Buffer echo;
  wire::IcmpHeader{wire::ICMP_ECHO, 0, 0x12340001}.append_v4(echo, payload_bytes(56));
  host.frame(1000, ethernet(wire::ETH_P_IP, ipv4(ipv4_to_us(wire::IPPROTO_NR_ICMP), echo)));
  host.run();
  ASSERT_EQ(host.sent().size(), 1u) << host.story();
  const auto reply = host.sent_bytes()[0];
  const auto icmp = *wire::IcmpView::parse(wire::Ipv4View::parse(reply)->payload());
  EXPECT_EQ(icmp.type(), wire::ICMP_ECHOREPLY);
  EXPECT_EQ(icmp.rest(), 0x12340001u);
  EXPECT_EQ(wire::Buffer(icmp.payload().begin(), icmp.payload().end()), payload_bytes(56));
  EXPECT_TRUE(wire::checksum_ok(icmp.bytes()));
  EXPECT_EQ(host.count(Counter::IcmpOutEchoReps), 1u);
}

TEST_P(UdpTest, RulesDropByAddressAndPort) {
  const SockId sk = host.udp_socket(53);
  NetfilterRule accept{
      .hook = 2, .accept = 1, .protocol = 17, .prefix_len = 0, .saddr = kPeer, .sport = 4001};
  NetfilterRule drop{
      .hook = 2, .protocol = 17, .prefix_len = 24, .saddr = IpAddr::v4(10, 0, 0, 0), .dport = 53};
  host.k().assign(host.host().net->rules[0], accept);
  host.k().assign(host.host().net->rules[1], drop);
  host.k().put(host.host().net->rule_count, 2u);
  const auto a = host.frame(1000, udp_frame(53, 4, 4000));
  const auto b = host.frame(2000, udp_frame(53, 4, 4001));
  host.run();
  EXPECT_THAT(host.way(a), Contains("dropped:NETFILTER_DROP")) << host.story();
  EXPECT_THAT(host.way(b), Contains("udp_receive_queue"));
  EXPECT_EQ(host.host()[sk].receive_queue.qlen, 1u);
  EXPECT_EQ(host.host().net->rules[1].matched, 1u);
  EXPECT_EQ(host.calls_of(Fn::nf_hook_slow), 2) << "PRE_ROUTING has no rules and is not entered";
}

INSTANTIATE_TEST_SUITE_P(BothKernels, UdpTest, ::testing::Values("4.13", "6.18"));

wire::Buffer arp_request(const IpAddr& target) {
  wire::Buffer out;
  wire::ArpPacket{wire::ARPOP_REQUEST, {{2, 0, 0, 0, 0, 2}}, kPeer, {}, target}.append_to(out);
  return out;
}

TEST(Arp, RequestsForUsAreAnsweredOthersAreNot) {
  TestHost host;
  host.frame(1000, ethernet(wire::ETH_P_ARP, arp_request(IpAddr::v4(10, 0, 0, 7))));
  host.frame(2000, ethernet(wire::ETH_P_ARP, arp_request(kOurs)));
  host.run();
  ASSERT_EQ(host.sent().size(), 1u) << host.story();
  EXPECT_EQ(host.sent()[0].ethertype, wire::ETH_P_ARP);
  const auto reply = wire::ArpPacket::from(host.sent_bytes()[0]);
  EXPECT_EQ(reply->op, wire::ARPOP_REPLY);
  EXPECT_EQ(reply->sender_ip, kOurs);
  EXPECT_EQ(reply->target_ip, kPeer);
  EXPECT_EQ(reply->sender_mac, MacAddr::from(host.nic().mac));
}

TEST(Arp, APacketWaitsForTheAnswer) {
  TestHost host;
  host.k().put(host.nic().neigh_resolve, std::uint8_t{1});
  host.frame(1000, udp_frame(53));  // answered by an ICMP error, whose next hop is unknown
  wire::Buffer answer;
  wire::ArpPacket{wire::ARPOP_REPLY, {{2, 0, 0, 0, 0, 2}}, kPeer, {{2, 0, 0, 0, 0, 1}}, kOurs}.append_to(
      answer);
  host.frame(500000000, ethernet(wire::ETH_P_ARP, answer));
  host.run();
  ASSERT_EQ(host.sent().size(), 2u) << host.story();
  EXPECT_EQ(host.sent()[0].ethertype, wire::ETH_P_ARP);
  EXPECT_EQ(host.sent()[1].ethertype, wire::ETH_P_IP);
}

TEST(Arp, NobodyAnswersThreeTimesAndThePacketIsGone) {
  TestHost host;
  host.k().put(host.nic().neigh_resolve, std::uint8_t{1});
  host.frame(1000, udp_frame(53));
  host.run(10000000000ll);
  EXPECT_EQ(host.sent().size(), 3u) << host.story();
  EXPECT_EQ(host.dropped(Drop::NEIGH_FAILED), 1u);
}

}  // namespace
}  // namespace ringside
