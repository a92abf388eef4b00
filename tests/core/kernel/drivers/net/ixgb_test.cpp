// Stories of the card: ring, interrupt, NAPI poll.
#include <gmock/gmock.h>

#include "tests/core/kernel/host_fixture.h"

namespace ringside {
namespace {

using ::testing::ElementsAre;
using ::testing::IsSupersetOf;

TEST(Ixgb, AFrameGoesFromTheWireThroughRingInterruptAndPollToItsSocket) {
  TestHost host;
  const SockId sk = host.udp_socket(53);
  const auto n = host.frame(1000, udp_frame(53));
  host.run(2000);
  EXPECT_THAT(host.way(n), ElementsAre("wire", "rx_ring", "in_flight", "udp_receive_queue")) << host.story();
  EXPECT_EQ(host.host()[sk].receive_queue.qlen, 1u);
  EXPECT_THAT(host.calls(0, Context::hardirq),
              ElementsAre("ixgb_intr", "napi_schedule_prep", "__napi_schedule", "irq_exit"));
  EXPECT_THAT(
      host.calls(n, Context::softirq),
      ElementsAre("ixgb_rx_checksum", "eth_type_trans", "netif_receive_skb", "netif_receive_skb_internal",
                  "__netif_receive_skb", "__netif_receive_skb_core", "ip_rcv", "ip_rcv_finish",
                  "ip_route_input_noref", "ip_local_deliver", "ip_local_deliver_finish", "udp_rcv",
                  "udp_queue_rcv_skb", "__udp_enqueue_schedule_skb", "sock_def_readable"))
      << host.story();
  EXPECT_EQ(host.nic().irq_masked, 0) << "the poll left work undone";
  EXPECT_EQ(host.nic().ring_used, 0u);
}

TEST(Ixgb, TheRingKeepsThreeDescriptorsUnusedAndTheTailOneBack) {
  TestHost host;
  host.run(1);
  EXPECT_EQ(host.nic().next_to_use, 508u);
}

TEST(Ixgb, AFullRingDropsInHardwareAndCountsItThereOnly) {
  TestHost host;
  host.k().put(host.nic().ring_size, 64u);
  host.k().put(host.host().cpus[0]->irqs_disabled, std::uint8_t{1});  // nobody empties the ring
  std::uint32_t last = 0;
  for (int i = 0; i < 60; ++i) last = host.frame(1000 + i, udp_frame(53));
  host.run(5000);
  // 64 descriptors, 60 handed over, of which the hardware may fill all but the tail.
  EXPECT_EQ(host.nic().ring_used, 59u);
  EXPECT_EQ(host.count(Counter::rx_missed_errors), 1u) << host.story();
  EXPECT_EQ(host.dropped(Drop::RX_RING_FULL), 1u);
  EXPECT_THAT(host.way(last), ElementsAre("wire", "dropped:RX_RING_FULL"));
  EXPECT_EQ(host.count(Counter::softnet_dropped), 0u);
}

TEST(Ixgb, AFrameLongerThanAnyLinkCarriesIsAnErrorOfTheCard) {
  for (const auto driver : {NicKind::ixgb, NicKind::tap}) {
    TestHost host;
    host.k().put(host.nic().driver, driver);
    const std::uint32_t last = host.frame(1000, udp_frame(53), 3'700'000'000u);
    host.run(5000);
    EXPECT_EQ(host.count(Counter::rx_length_errors), 1u) << host.story();
    EXPECT_EQ(host.dropped(Drop::FRAME_ERROR), 1u);
    EXPECT_THAT(host.way(last), ElementsAre("wire", "dropped:FRAME_ERROR"));
    EXPECT_EQ(host.count(Counter::rx_packets), 0u);
  }
}

TEST(Ixgb, WhatIsPolledIsRefilled) {
  TestHost host;
  host.k().put(host.nic().ring_size, 64u);
  for (int i = 0; i < 500; ++i) host.frame(1000 + i * 10, udp_frame(53));
  host.run();
  EXPECT_EQ(host.count(Counter::rx_missed_errors), 0u);
  EXPECT_EQ(host.count(Counter::rx_packets), 500u);
  EXPECT_EQ(host.nic().next_to_clean, 500u % 64);
  EXPECT_EQ(host.nic().next_to_use, (500u + 60) % 64);
}

TEST(Ixgb, SmallFramesAreCopiedLargeOnesKeepTheirBuffer) {
  TestHost host;
  const SockId sk = host.udp_socket(53);
  host.frame(1000, udp_frame(53, 1000));
  host.frame(2000, udp_frame(53, 100));
  host.run();
  const Host& h = host.host();
  const SkbId large = h[sk].receive_queue.head, small = h[sk].receive_queue.tail;
  EXPECT_EQ(h[large].truesize, 2176u);  // 1600 + sk_buff 256 + shared_info 320
  EXPECT_EQ(h[small].truesize, 256u + 576u) << "142 + 64 bytes in 64-byte lines";
}

TEST(Ixgb, InterruptModerationHoldsTheSecondInterruptBack) {
  TestHost host;
  host.udp_socket(53);
  host.k().put(host.nic().itr_usecs, 100u);
  host.frame(10000, udp_frame(53));
  host.frame(20000, udp_frame(53));
  host.frame(30000, udp_frame(53));
  host.run();
  EXPECT_THAT(host.times_of(Fn::ixgb_intr), IsSupersetOf({10000, 110000})) << host.story();
  EXPECT_EQ(host.calls_of(Fn::ixgb_intr), 2) << "two frames share one interrupt";
}

TEST(Ixgb, DamagedFramesDieInTheDriver) {
  TestHost host;
  host.k().put(host.host().cpus[0]->irqs_disabled, std::uint8_t{1});
  const auto n = host.frame(1000, udp_frame(53));
  host.run(2000);
  host.k().put(host.host().rx_ring->desc[0].errors, std::uint8_t{0x01});  // CE
  host.k().put(host.host().cpus[0]->irqs_disabled, std::uint8_t{0});
  host.run();
  EXPECT_THAT(host.way(n), ElementsAre("wire", "rx_ring", "dropped:FRAME_ERROR")) << host.story();
}

}  // namespace
}  // namespace ringside
