// Stories between driver and IP: RPS, VLAN, taps, GRO, protocols nobody has registered for.
#include <gmock/gmock.h>

#include "core/wire/tcp.h"
#include "tests/core/kernel/host_fixture.h"

namespace ringside {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Not;

TEST(Rps, SendsPacketsThroughTheBacklogOfTheOtherCpu) {
  TestHost host({.cpus = 2});
  const SockId sk = host.udp_socket(53);
  host.k().put(host.nic().rps_cpus, std::uint8_t{2});
  const auto n = host.frame(1000, udp_frame(53));
  host.run();
  EXPECT_THAT(host.way(n), ElementsAre("wire", "rx_ring", "in_flight", "softnet_backlog", "in_flight",
                                       "udp_receive_queue"))
      << host.story();
  EXPECT_EQ(host.host()[sk].receive_queue.qlen, 1u);
  EXPECT_EQ(host.count(Counter::softnet_received_rps), 1u);
  EXPECT_THAT(host.calls(0, Context::hardirq), Contains("rps_trigger_softirq"))
      << "an interrupt between CPUs";
  EXPECT_EQ(host.host().cpus[1]->backlog.sched, 0);
}

TEST(Rps, FullBacklogDropsAndCounts) {
  TestHost host({.cpus = 2});
  host.k().put(host.nic().rps_cpus, std::uint8_t{2});
  host.k().put(host.k().sysctl().netdev_max_backlog, 10);
  host.k().put(host.host().cpus[1]->irqs_disabled, std::uint8_t{1});
  for (int i = 0; i < 15; ++i) host.frame(1000 + i * 1000, udp_frame(53));
  host.run(1000000);
  EXPECT_EQ(host.host().cpus[1]->input_pkt_queue.qlen, 11u) << "one more than netdev_max_backlog fits";
  EXPECT_EQ(host.count(Counter::softnet_dropped), 4u);
  EXPECT_EQ(host.dropped(Drop::CPU_BACKLOG), 4u);
  EXPECT_THAT(host.way(15), Contains("dropped:CPU_BACKLOG"));
}

TEST(Rps, FlowLimitDropsTheFlowThatOwnsTheBacklog) {
  TestHost host({.cpus = 2});
  host.k().put(host.nic().rps_cpus, std::uint8_t{2});
  host.k().put(host.k().sysctl().netdev_max_backlog, 200);
  host.k().put(host.k().sysctl().flow_limit_cpu_bitmap, 3);
  host.k().put(host.host().cpus[1]->irqs_disabled, std::uint8_t{1});
  for (int i = 0; i < 190; ++i) host.frame(1000 + i * 1000, udp_frame(53));
  const auto other = host.frame(300000, udp_frame(53, 10, 999));
  host.run(1000000);
  EXPECT_GT(host.count(Counter::softnet_flow_limit_count), 0u);
  EXPECT_THAT(host.way(other), Contains("softnet_backlog")) << "another flow still gets in";
}

TEST(Rps, OnTheSameCpuRunsInTheWritersSoftirqAsRecorded) {
  TestHost host({.driver = NicKind::tun});
  host.k().put(host.nic().rps_cpus, std::uint8_t{1});
  host.tun_write(ipv4(ipv4_to_us(wire::IPPROTO_NR_UDP), udp(53, 4)));
  EXPECT_THAT(
      host.calls(0, Context::process),
      ElementsAre("tun_chr_write_iter", "tun_get_user", "tun_rx_batched", "netif_receive_skb",
                  "netif_receive_skb_internal", "get_rps_cpu", "enqueue_to_backlog", "__napi_schedule"));
  const auto softirq = host.calls(0, Context::softirq);
  ASSERT_GE(softirq.size(), 5u) << host.story();
  EXPECT_THAT(
      std::vector<std::string>(softirq.begin(), softirq.begin() + 5),
      ElementsAre("__do_softirq", "net_rx_action", "napi_poll", "process_backlog", "__netif_receive_skb"));
}

TEST(Vlan, TheCardsTagLeadsToTheVlanDevice) {
  TestHost host;
  const SockId sk = host.udp_socket(53);
  const auto packet = ipv4(ipv4_to_us(wire::IPPROTO_NR_UDP), udp(53, 4));
  host.frame(1000, ethernet(wire::ETH_P_IP, packet, {{wire::ETH_P_8021Q, 5}}));
  host.frame(2000, ethernet(wire::ETH_P_IP, packet, {{wire::ETH_P_8021AD, 7}, {wire::ETH_P_8021Q, 5}}));
  host.frame(3000, ethernet(wire::ETH_P_IP, packet, {{wire::ETH_P_8021Q, 0}}));  // a priority tag
  host.run();
  EXPECT_EQ(host.host()[sk].receive_queue.qlen, 3u) << host.story();
  EXPECT_EQ(host.calls_of(Fn::vlan_do_receive), 4);
}

TEST(Vlan, WithoutSuchADeviceThePacketIsSomebodyElses) {
  TestHost host;
  host.udp_socket(53);
  host.k().put(host.nic().vlan_auto, std::uint8_t{0});
  const auto packet = ipv4(ipv4_to_us(wire::IPPROTO_NR_UDP), udp(53, 4));
  const auto n = host.frame(1000, ethernet(wire::ETH_P_IP, packet, {{wire::ETH_P_8021Q, 5}}));
  host.run();
  EXPECT_THAT(host.way(n), Contains("dropped:OTHERHOST")) << host.story();
}

TEST(Vlan, AnUnstrippedTagIsTakenOffInSoftware) {
  TestHost host;
  const SockId sk = host.udp_socket(53);
  host.k().put(host.nic().vlan_strip, std::uint8_t{0});
  const auto packet = ipv4(ipv4_to_us(wire::IPPROTO_NR_UDP), udp(53, 4));
  host.frame(1000, ethernet(wire::ETH_P_IP, packet, {{wire::ETH_P_8021Q, 5}}));
  host.run();
  EXPECT_EQ(host.host()[sk].receive_queue.qlen, 1u) << host.story();
}

TEST(NetifReceiveSkb, UnknownEthernetTypesAreDroppedWithAReason) {
  TestHost host;
  const auto n = host.frame(1000, ethernet(0x88cc, payload_bytes(50)));  // LLDP
  const auto llc = host.frame(2000, ethernet(40, payload_bytes(50)));    // an 802.3 length
  host.run();
  EXPECT_THAT(host.way(n), Contains("dropped:UNHANDLED_PROTO")) << host.story();
  EXPECT_THAT(host.way(llc), Contains("dropped:UNHANDLED_PROTO"));
  EXPECT_EQ(host.count(Counter::rx_dropped), 2u);
}

TEST(NetifReceiveSkb, ATapGetsACopyAndThePacketGoesOn) {
  TestHost host;
  const SockId sk = host.udp_socket(53);
  host.k().put(host.nic().tap_open, std::uint8_t{1});
  const auto n = host.frame(1000, udp_frame(53));
  host.run();
  EXPECT_THAT(host.way(n), Contains("packet_tap")) << host.story();
  EXPECT_EQ(host.host()[sk].receive_queue.qlen, 1u);
}

wire::Buffer tcp_frame(Seq seq, std::size_t len, std::uint8_t flags = wire::TCPHDR_ACK,
                       std::uint16_t id = 1) {
  wire::TcpHeader tcp;
  tcp.source = 999;
  tcp.dest = 80;
  tcp.seq = seq;
  tcp.ack_seq = 1;
  tcp.flags = flags;
  wire::Buffer segment;
  tcp.append_to(segment, kPeer, kOurs, payload_bytes(len));
  wire::Ipv4Header ip = ipv4_to_us(wire::IPPROTO_NR_TCP);
  ip.id = id;
  ip.dont_fragment = true;
  return ethernet(wire::ETH_P_IP, ipv4(ip, segment));
}

class GroTest : public ::testing::TestWithParam<const char*> {};

TEST_P(GroTest, MergesSegmentsOfOnePollIntoOnePacket) {
  TestHost host({.kernel = GetParam()});
  host.k().put(host.nic().gro, std::uint8_t{1});
  host.k().put(host.host().cpus[0]->irqs_disabled, std::uint8_t{1});
  for (std::uint16_t i = 0; i < 4; ++i)
    host.frame(1000 + i,
               tcp_frame(1000u + i * 1000u, 1000, i == 3 ? 0x18 : 0x10, static_cast<std::uint16_t>(10 + i)));
  host.run(2000);
  host.k().put(host.host().cpus[0]->irqs_disabled, std::uint8_t{0});
  host.run();
  EXPECT_EQ(host.count(Counter::IpInReceives), 1u) << host.story();
  EXPECT_EQ(host.count(Counter::TcpInSegs), 1u);
  EXPECT_EQ(host.count(Counter::IpInOctets), 20u + 20 + 4000);
  EXPECT_THAT(host.way(2), Contains("napi_gro"));
}

TEST_P(GroTest, AGapOrAPureAckEndsTheMerging) {
  TestHost host({.kernel = GetParam()});
  host.k().put(host.nic().gro, std::uint8_t{1});
  host.k().put(host.host().cpus[0]->irqs_disabled, std::uint8_t{1});
  host.frame(1000, tcp_frame(1000, 1000));
  host.frame(1001, tcp_frame(3000, 1000, 0x10, 2));
  host.frame(1002, tcp_frame(4000, 0, 0x10, 3));
  host.run(2000);
  host.k().put(host.host().cpus[0]->irqs_disabled, std::uint8_t{0});
  host.run();
  EXPECT_EQ(host.count(Counter::IpInReceives), 3u) << host.story();
}

INSTANTIATE_TEST_SUITE_P(BothKernels, GroTest, ::testing::Values("4.13", "6.18"));

TEST(Gro, OffMeansOnePacketAtATimeOn413AndAListOn618) {
  for (const char* kernel : {"4.13", "6.18"}) {
    TestHost host({.kernel = kernel});
    host.udp_socket(53);
    host.k().put(host.host().cpus[0]->irqs_disabled, std::uint8_t{1});
    for (int i = 0; i < 10; ++i) host.frame(1000 + i, udp_frame(53));
    host.run(2000);
    host.k().put(host.host().cpus[0]->irqs_disabled, std::uint8_t{0});
    host.run();
    const bool lists = std::string(kernel) == "6.18";
    EXPECT_EQ(host.calls_of(Fn::netif_receive_skb_list_internal), lists ? 2 : 0)
        << "8, then the rest at poll end";
    EXPECT_EQ(host.calls_of(Fn::netif_receive_skb), lists ? 0 : 10);
    EXPECT_EQ(host.count(Counter::UdpNoPorts), 0u);
  }
}

TEST(Gso, AFrameBeyondTheMtuArrivesAsOneMergedPacket) {
  TestHost host;
  const auto n = host.frame(1000, tcp_frame(1000, 10000));
  host.run();
  EXPECT_EQ(host.count(Counter::TcpInSegs), 1u) << host.story();
  EXPECT_THAT(host.way(n), Not(Contains("dropped:RX_RING_FULL")));
  EXPECT_NE(host.story().find("gso_segs 0 -> 7"), std::string::npos) << "10000 bytes in segments of 1460";
}

}  // namespace
}  // namespace ringside
