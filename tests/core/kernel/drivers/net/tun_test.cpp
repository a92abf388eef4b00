// TUN's truesizes, as the recordings hold them.
#include <gmock/gmock.h>

#include "tests/core/kernel/host_fixture.h"

namespace ringside {
namespace {

struct Recorded {
  std::size_t ip_payload;  ///< `len` of the function traces: without the IP header
  std::uint32_t truesize;
};

std::uint32_t truesize_of(const char* kernel, std::size_t ip_payload) {
  TestHost host({.kernel = kernel, .driver = NicKind::tun});
  const SockId sk = host.udp_socket(53);
  host.tun_write(ipv4(ipv4_to_us(wire::IPPROTO_NR_UDP), udp(53, ip_payload - 8)));
  const SkbId skb = host.host()[sk].receive_queue.head;
  return skb ? host.host()[skb].truesize : 0;
}

TEST(Tun, TruesizesAreThoseOfTheRecordedKernel413) {
  // recorded/functions/linux-4.13: shortest and longest of each size
  for (const Recorded& r : {Recorded{20, 768},
                            {74, 768},
                            {120, 1280},
                            {610, 1280},
                            {628, 2304},
                            {1574, 2304},
                            {1827, 4352},
                            {2940, 4352},
                            {4380, 8448},
                            {4400, 8448}})
    EXPECT_EQ(truesize_of("4.13", r.ip_payload), r.truesize) << r.ip_payload;
}

TEST(Tun, TruesizesOf618) {
  // As of 6.1's recordings, but that small packets use skbuff_small_head (6.3) ...
  for (const Recorded& r :
       {Recorded{20, 832}, {120, 832}, {576, 1280}, {750, 2304}, {1480, 2304}, {2020, 4352}, {2940, 4352}})
    EXPECT_EQ(truesize_of("6.18", r.ip_payload), r.truesize) << r.ip_payload;
  // ... and what goes beyond a page lies in pages.
  EXPECT_EQ(truesize_of("6.18", 8000), 4096u + 256 + 2 * 4096);
}

TEST(Tun, RefusesWhatIsNoIpPacket) {
  TestHost host({.driver = NicKind::tun});
  host.tun_write(wire::Buffer{0x10, 0, 0, 0});
  EXPECT_EQ(host.dropped(Drop::UNHANDLED_PROTO), 1u) << host.story();
  EXPECT_EQ(host.count(Counter::rx_dropped), 1u);
}

TEST(Tun, RunsTheWholePathInTheWritersContext) {
  TestHost host({.driver = NicKind::tun});
  const SockId sk = host.udp_socket(53);
  host.tun_write(ipv4(ipv4_to_us(wire::IPPROTO_NR_UDP), udp(53, 4)));
  EXPECT_EQ(host.host()[sk].receive_queue.qlen, 1u);
  EXPECT_TRUE(host.calls(0, Context::softirq).empty()) << "no interrupt, no NAPI";
  EXPECT_EQ(host.host().cpus[0]->bh_disabled, 0);
}

}  // namespace
}  // namespace ringside
