// Stories of net_rx_action and ksoftirqd: what bounds the time that packets take from everybody else.
#include <gmock/gmock.h>

#include "tests/core/kernel/host_fixture.h"

namespace ringside {
namespace {

/// Computes for ever, in steps of 100 us, by system calls that do nothing.
class Busy : public Program {
 public:
  void next(Kernel& k, ProcessId self) const override {
    k.put(k[self].app[0], k[self].app[0] + 1);
    k.spend(100000);
  }
};

/// Frames at the pace of 1 a us; each costs the CPU much more.
void flood(TestHost& host, int frames) {
  for (int i = 0; i < frames; ++i) host.frame(1000 + i * 1000, udp_frame(53));
}

/// All frames wait in the ring when the first interrupt comes.
void all_at_once(TestHost& host, int frames) {
  host.k().put(host.host().cpus[0]->irqs_disabled, std::uint8_t{1});
  flood(host, frames);
  host.run(1000000);
  host.k().put(host.host().cpus[0]->irqs_disabled, std::uint8_t{0});
  host.run();
}

TEST(NetRxAction, OneNapiGivesWayAfterItsWeight) {
  TestHost host;
  host.udp_socket(53);
  all_at_once(host, 400);
  // Six rounds of 64 and one of 16. A lone napi never meets the budget of 300: its list is empty before.
  EXPECT_EQ(host.calls_of(Fn::net_rx_action), 7);
  EXPECT_EQ(host.count(Counter::softnet_time_squeeze), 0u);
  EXPECT_EQ(host.count(Counter::softnet_processed), 400u);
}

TEST(NetRxAction, ABudgetWithinTheWeightSqueezes) {
  TestHost host;
  host.udp_socket(53);
  host.k().put(host.k().sysctl().netdev_budget, 64);
  all_at_once(host, 400);
  EXPECT_EQ(host.count(Counter::softnet_time_squeeze), 6u) << "every full round";
}

TEST(NetRxAction, EndsWhenItsTimeIsUsedUp) {
  TestHost host({.costs = "make_it_drop"});
  host.udp_socket(53);
  host.k().put(host.k().sysctl().netdev_budget_usecs, 1000);
  flood(host, 300);
  host.run(20000000);
  EXPECT_GT(host.count(Counter::softnet_time_squeeze), 0u) << "a round of 64 packets takes longer than 1 ms";
  EXPECT_GT(host.calls_of(Fn::net_rx_action), 1);
}

TEST(NetRxAction, AnOrdinaryRoundIsNoSqueeze) {
  TestHost host;
  host.udp_socket(53);
  flood(host, 100);
  host.run();
  EXPECT_EQ(host.count(Counter::softnet_time_squeeze), 0u);
}

class KsoftirqdTest : public ::testing::TestWithParam<const char*> {};

TEST_P(KsoftirqdTest, IsWokenByAFloodAndSharesTheCpuWithAProcess) {
  TestHost host({.kernel = GetParam(), .costs = "make_it_drop"}, {std::make_shared<Busy>()});
  host.udp_socket(53);
  const ProcessId busy = host.k().spawn(0, 0, 100);
  constexpr std::int64_t kEnd = 100000000;
  for (std::int64_t t = 1000; t < kEnd; t += 8000) host.frame(t, udp_frame(53));
  host.run(kEnd);
  const Machine& m = host.machine();
  EXPECT_GE(host.calls_of(Fn::wakeup_softirqd), 1);
  const std::int64_t in_ksoftirqd = m.busy_ns(0, Context::ksoftirqd);
  const std::int64_t in_process = m.busy_ns(0, Context::process);
  EXPECT_GT(in_ksoftirqd, 0);
  EXPECT_GT(host.host()[busy].app[0], 100) << "the process does not starve";
  EXPECT_GT(in_process * 2, in_ksoftirqd) << in_process << " against " << in_ksoftirqd;
  EXPECT_GT(in_ksoftirqd * 2, in_process) << in_process << " against " << in_ksoftirqd;
  EXPECT_GT(host.count(Counter::rx_missed_errors), 0u) << "the ring fills while the process runs";
}

INSTANTIATE_TEST_SUITE_P(BothKernels, KsoftirqdTest, ::testing::Values("4.13", "6.18"));

TEST(Ksoftirqd, KeepsSoftirqsToItselfOn413WhileItIsRunnable) {
  for (const char* kernel : {"4.13", "6.18"}) {
    TestHost host({.kernel = kernel});
    host.udp_socket(53);
    host.k().put(host.host().cpus[0]->ksoftirqd_running, std::uint8_t{1});
    const auto n = host.frame(1000, udp_frame(53));
    host.run(2000);
    const bool in_ksoftirqd = !host.calls(n, Context::ksoftirqd).empty();
    EXPECT_EQ(in_ksoftirqd, std::string(kernel) == "4.13") << kernel << '\n' << host.story();
  }
}

}  // namespace
}  // namespace ringside
