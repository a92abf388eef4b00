// Stories of reassembly: in order, out of order, overlapping, too late, too much.
#include <gmock/gmock.h>

#include "core/kernel/net/core/skbuff.h"
#include "core/wire/udp.h"
#include "tests/core/kernel/host_fixture.h"

namespace ringside {
namespace {

using ::testing::Contains;

/// A datagram of 24 payload bytes behind 8 of UDP header: 32 bytes to cut.
wire::Buffer datagram() { return udp(53, 24); }

struct Reassembly : ::testing::TestWithParam<const char*> {
  Reassembly() : host({.kernel = GetParam()}), sk(host.udp_socket(53)) {}
  void send(const std::vector<std::pair<std::size_t, std::size_t>>& cuts) {
    for (const auto& packet : ipv4_fragments(datagram(), wire::IPPROTO_NR_UDP, cuts))
      host.frame(at += 1000, ethernet(wire::ETH_P_IP, packet));
  }
  wire::Buffer received() {
    const SkbId skb = host.host()[sk].receive_queue.head;
    return skb ? skb_copy_bits(host.k(), skb, 0, host.host()[skb].len) : wire::Buffer{};
  }
  std::int64_t at = 0;
  TestHost host;
  SockId sk;
};

TEST_P(Reassembly, OfThreeFragmentsInAnyOrder) {
  std::vector<std::pair<std::size_t, std::size_t>> cuts{{0, 8}, {8, 16}, {24, 8}};
  do {
    TestHost own({.kernel = GetParam()});
    const SockId socket = own.udp_socket(53);
    std::int64_t t = 0;
    for (const auto& packet : ipv4_fragments(datagram(), wire::IPPROTO_NR_UDP, cuts))
      own.frame(t += 1000, ethernet(wire::ETH_P_IP, packet));
    own.run();
    const SkbId skb = own.host()[socket].receive_queue.head;
    ASSERT_TRUE(skb) << own.story();
    EXPECT_EQ(skb_copy_bits(own.k(), skb, 0, own.host()[skb].len), payload_bytes(24)) << own.story();
    EXPECT_EQ(own.host()[skb].packet, 3u) << "the fragment that completed it";
    EXPECT_EQ(own.count(Counter::IpReasmReqds), 3u);
    EXPECT_EQ(own.count(Counter::IpReasmOKs), 1u);
    EXPECT_EQ(own.host().net->frag_mem, 0u);
    EXPECT_EQ(own.host().frag_queues.header.live, 0u);
  } while (std::next_permutation(cuts.begin(), cuts.end()));
}

TEST_P(Reassembly, GivesUpAfterThirtySecondsAndTellsTheSender) {
  send({{0, 8}, {8, 16}});
  host.run(60ll * 1000000000);
  EXPECT_EQ(host.count(Counter::IpReasmTimeout), 1u) << host.story();
  EXPECT_EQ(host.dropped(Drop::FRAG_REASM_TIMEOUT), 2u);
  ASSERT_EQ(host.sent().size(), 1u);
  EXPECT_EQ(host.sent_bytes()[0][20], 11) << "time exceeded";
  EXPECT_EQ(host.host().net->frag_mem, 0u);
}

TEST_P(Reassembly, TellsNobodyIfTheFirstFragmentIsMissing) {
  send({{8, 16}, {24, 8}});
  host.run(60ll * 1000000000);
  EXPECT_EQ(host.count(Counter::IpReasmTimeout), 1u);
  EXPECT_TRUE(host.sent().empty()) << host.story();
}

TEST_P(Reassembly, OverlapIsCutOn413AndCondemnsTheDatagramOn618) {
  send({{0, 16}, {8, 16}, {24, 8}});
  host.run();
  if (std::string(GetParam()) == "4.13") {
    EXPECT_EQ(received(), payload_bytes(24)) << host.story();
  } else {
    EXPECT_EQ(host.count(Counter::IpReasmOverlaps), 1u) << host.story();
    EXPECT_EQ(host.host()[sk].receive_queue.qlen, 0u);
  }
}

TEST_P(Reassembly, ADuplicateHarmsNobody) {
  send({{0, 8}, {0, 8}, {8, 16}, {24, 8}});
  host.run();
  EXPECT_EQ(received(), payload_bytes(24)) << host.story();
}

TEST_P(Reassembly, RefusesAFragmentBeyondTheEnd) {
  send({{24, 8}});
  wire::Ipv4Header ip = ipv4_to_us(wire::IPPROTO_NR_UDP);
  ip.id = 7;
  ip.fragment_offset = 40;
  ip.more_fragments = true;
  const auto n = host.frame(5000, ethernet(wire::ETH_P_IP, ipv4(ip, payload_bytes(8))));
  host.run();
  EXPECT_THAT(host.way(n), Contains("dropped:NOT_SPECIFIED")) << host.story();
}

TEST_P(Reassembly, FullMemoryMakesRoomOn413AndRefusesOn618) {
  host.k().put(host.k().sysctl().ipfrag_high_thresh, 3000);
  for (std::uint16_t id = 1; id <= 6; ++id)
    host.frame(at += 1000,
               ethernet(wire::ETH_P_IP, ipv4_fragments(datagram(), wire::IPPROTO_NR_UDP, {{0, 8}}, id)[0]));
  host.run();
  EXPECT_GT(host.count(Counter::IpReasmFails), 0u) << host.story();
  const bool evicts = std::string(GetParam()) == "4.13";
  EXPECT_EQ(host.dropped(Drop::NOMEM) > 0, true);
  EXPECT_EQ(host.way(6).back() == "ip_frag_queue", evicts) << "the newest gets in only if older ones go";
}

INSTANTIATE_TEST_SUITE_P(BothKernels, Reassembly, ::testing::Values("4.13", "6.18"));

}  // namespace
}  // namespace ringside
