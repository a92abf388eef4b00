// Stories of ip_rcv: every check, what it counts and why the packet dies.
#include <gmock/gmock.h>

#include "core/wire/checksum.h"
#include "tests/core/kernel/host_fixture.h"

namespace ringside {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;

/// One frame that ip_rcv finds fault with.
struct Fault {
  const char* name;
  void (*spoil)(wire::Buffer& frame);  ///< an Ethernet frame with a good UDP datagram
  Drop reason;
  Counter counter;
};

void fix_checksum(wire::Buffer& frame) {
  wire::store16(&frame[24], 0);
  const std::size_t len = (frame[14] & 0xfu) * 4;
  wire::store16(&frame[24], wire::checksum({&frame[14], len}));
}

const Fault kFaults[] = {
    {"version 5", [](wire::Buffer& f) { f[14] = 0x55; }, Drop::IP_INHDR, Counter::IpInHdrErrors},
    {"header of 16 bytes", [](wire::Buffer& f) { f[14] = 0x44; }, Drop::IP_INHDR, Counter::IpInHdrErrors},
    {"header cut", [](wire::Buffer& f) { f.resize(14 + 19); }, Drop::IP_INHDR, Counter::IpInHdrErrors},
    {"header longer than the frame",
     [](wire::Buffer& f) {
       f[14] = 0x4f;
       f.resize(14 + 30);
     },
     Drop::IP_INHDR, Counter::IpInHdrErrors},
    {"checksum wrong", [](wire::Buffer& f) { f[24] ^= 1; }, Drop::IP_CSUM, Counter::IpInCsumErrors},
    {"shorter than tot_len", [](wire::Buffer& f) { f.pop_back(); }, Drop::PKT_TOO_SMALL,
     Counter::IpInTruncatedPkts},
    {"tot_len within the header",
     [](wire::Buffer& f) {
       wire::store16(&f[16], 19);
       fix_checksum(f);
     },
     Drop::IP_INHDR, Counter::IpInHdrErrors},
    {"for another host",
     [](wire::Buffer& f) {
       f[33] = 99;
       fix_checksum(f);
     },
     Drop::IP_INADDRERRORS, Counter::IpInAddrErrors},
    {"unknown protocol",
     [](wire::Buffer& f) {
       f[23] = 200;
       fix_checksum(f);
     },
     Drop::IP_NOPROTO, Counter::IpInUnknownProtos},
    {"source is a multicast group",
     [](wire::Buffer& f) {
       f[26] = 224;
       fix_checksum(f);
     },
     Drop::IP_INVALID_SOURCE, Counter::IpInReceives},
    {"source is ourselves",
     [](wire::Buffer& f) {
       f[29] = 1;
       fix_checksum(f);
     },
     Drop::IP_LOCAL_SOURCE, Counter::IpInReceives},
    {"to the loopback address",
     [](wire::Buffer& f) {
       f[30] = 127;
       fix_checksum(f);
     },
     Drop::IP_LOCALNET, Counter::IpInReceives},
    {"from address zero",
     [](wire::Buffer& f) {
       f[26] = 0;
       fix_checksum(f);
     },
     Drop::IP_INVALID_SOURCE, Counter::IpInReceives},
};

class IpRcvTest : public ::testing::TestWithParam<const char*> {};

TEST_P(IpRcvTest, FindsEveryFault) {
  for (const Fault& fault : kFaults) {
    TestHost host({.kernel = GetParam()});
    host.udp_socket(53);
    wire::Buffer frame = udp_frame(53);
    fault.spoil(frame);
    const auto n = host.frame(1000, frame);
    host.run();
    EXPECT_EQ(host.dropped(fault.reason), 1u) << fault.name << '\n' << host.story();
    EXPECT_EQ(host.count(fault.counter), 1u) << fault.name;
    EXPECT_THAT(host.way(n),
                ElementsAre("wire", "rx_ring", "in_flight", std::string("dropped:") + name_of(fault.reason)))
        << fault.name;
  }
}

TEST_P(IpRcvTest, TakesAFrameThatIsNotForUsNoFurther) {
  TestHost host({.kernel = GetParam()});
  wire::Buffer frame = udp_frame(53);
  frame[5] = 77;
  host.frame(1000, frame);
  host.run();
  EXPECT_EQ(host.dropped(Drop::OTHERHOST), 1u);
  EXPECT_EQ(host.count(Counter::IpInReceives), 0u);
  EXPECT_EQ(host.count(Counter::rx_otherhost_dropped), std::string(GetParam()) == "6.18" ? 1u : 0u);
}

TEST_P(IpRcvTest, TrimsTheLinksPaddingAndCountsTheEcnClass) {
  TestHost host({.kernel = GetParam()});
  const SockId sk = host.udp_socket(53);
  wire::Ipv4Header ip = ipv4_to_us(wire::IPPROTO_NR_UDP);
  ip.tos = 2;
  wire::Buffer frame = ethernet(wire::ETH_P_IP, ipv4(ip, udp(53, 4)));
  wire::pad_to_minimum(frame);
  host.frame(1000, frame);
  host.run();
  ASSERT_TRUE(host.host()[sk].receive_queue.head) << host.story();
  EXPECT_EQ(host.host()[host.host()[sk].receive_queue.head].len, 4u);
  EXPECT_EQ(host.count(Counter::IpInECT0Pkts), 1u);
}

TEST_P(IpRcvTest, ReadsOptionsAndRefusesSourceRoutes) {
  for (const bool source_route : {false, true}) {
    TestHost host({.kernel = GetParam()});
    const SockId sk = host.udp_socket(53);
    wire::Ipv4Header ip = ipv4_to_us(wire::IPPROTO_NR_UDP);
    ip.options = source_route ? wire::Buffer{0x83, 7, 4, 10, 0, 0, 9, 0} : wire::Buffer{1, 1, 1, 0};
    host.frame(1000, ethernet(wire::ETH_P_IP, ipv4(ip, udp(53, 4))));
    host.run();
    EXPECT_EQ(host.host()[sk].receive_queue.qlen, source_route ? 0u : 1u) << host.story();
  }
}

TEST_P(IpRcvTest, ForwardsWhenTold) {
  TestHost host({.kernel = GetParam()});
  host.k().put(host.k().sysctl().ip_forward, 1);
  wire::Ipv4Header ip = ipv4_to_us(wire::IPPROTO_NR_UDP);
  ip.daddr = IpAddr::v4(10, 0, 0, 9);
  const auto n = host.frame(1000, ethernet(wire::ETH_P_IP, ipv4(ip, udp(53, 4))));
  ip.ttl = 1;
  const auto old = host.frame(2000, ethernet(wire::ETH_P_IP, ipv4(ip, udp(53, 4))));
  host.run();
  EXPECT_THAT(host.way(n), Contains("forwarded")) << host.story();
  EXPECT_THAT(host.way(old), Contains("dropped:IP_INHDR"));
  EXPECT_EQ(host.sent().size(), 1u) << "time exceeded goes back";
}

INSTANTIATE_TEST_SUITE_P(BothKernels, IpRcvTest, ::testing::Values("4.13", "6.18"));

TEST(IpRcv, CallsTheFunctionsOfItsKernel) {
  TestHost old({.kernel = "4.13", .driver = NicKind::tun}),
      recent({.kernel = "6.18", .driver = NicKind::tun});
  old.tun_write(ipv4(ipv4_to_us(wire::IPPROTO_NR_UDP), udp(53, 4)));
  recent.tun_write(ipv4(ipv4_to_us(wire::IPPROTO_NR_UDP), udp(53, 4)));
  EXPECT_THAT(recent.calls(), ::testing::IsSupersetOf({"__netif_receive_skb_one_core", "ip_rcv_core",
                                                       "ip_rcv_finish_core", "ip_protocol_deliver_rcu"}));
  EXPECT_THAT(old.calls(), ::testing::Not(Contains("ip_rcv_core")));
}

TEST(IpRcv, WhatTheCaptureCutOffIsTakenOnTrust) {
  TestHost host;
  const SockId sk = host.udp_socket(53);
  host.k().put(host.nic().rx_checksum_verify, std::uint8_t{1});
  wire::Buffer frame = udp_frame(53, 1000);
  frame.resize(60);
  host.frame(1000, frame, 14 + 20 + 8 + 1000);
  const auto cut_in_header = host.frame(2000, wire::Buffer(frame.begin(), frame.begin() + 20), 1042);
  host.run();
  ASSERT_TRUE(host.host()[sk].receive_queue.head) << host.story();
  EXPECT_EQ(host.host()[host.host()[sk].receive_queue.head].len, 1000u);
  EXPECT_THAT(host.way(cut_in_header), Contains("dropped:HDR_TRUNC")) << "not an error of the wire";
}

}  // namespace
}  // namespace ringside
