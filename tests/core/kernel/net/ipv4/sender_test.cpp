#include <gtest/gtest.h>

#include "tests/core/kernel/net/ipv4/lone_sender.h"

namespace ringside {
namespace {

class Sender : public ::testing::TestWithParam<const KernelProfile*> {
 protected:
  Sender() : s(*GetParam()) {}
  ~Sender() override { EXPECT_EQ(s.wrong(), ""); }
  bool old_kernel() const { return GetParam() == &linux_4_13(); }
  /// Ten segments leave and come back after 100 ms: there is an RTT from now on.
  void measure_rtt() {
    s.write(1000);
    s.run_until_ms(100);
    s.ack(1001);
    s.sent();
  }
  LoneSender s;
};

TEST_P(Sender, TheInitialWindowLeavesAndEachAckLetsTwoMoreGo) {
  EXPECT_EQ(s.write(40000), 40000);
  EXPECT_EQ(s.tp().packets_out, 10u);
  EXPECT_EQ(s.tp().snd_nxt, 10001u);
  s.run_until_ms(100);
  s.ack(2001);
  EXPECT_EQ(s.tp().snd_cwnd, 12u);
  EXPECT_EQ(s.tp().snd_nxt, 14001u);
  EXPECT_EQ(s.tp().srtt_us >> 3, 100000u);
  // srtt + max(4 mdev, 200 ms)
  EXPECT_EQ(s.sock().icsk.rto, s.k.msecs_to_jiffies(300));
}

TEST_P(Sender, ALostSegmentIsSentAgainWhenThreeLaterOnesAreSacked) {
  measure_rtt();
  s.write(10000);
  EXPECT_EQ(s.tp().packets_out, 10u);
  s.sent();
  s.run_until_ms(200);
  s.ack(1001, {{2001, 3001}});
  s.ack(1001, {{2001, 4001}});
  EXPECT_EQ(s.sent(), "");
  s.ack(1001, {{2001, 5001}});
  EXPECT_EQ(s.sent(), "0.200 1001:2001 .\n");
  EXPECT_EQ(s.sock().icsk.ca_state, TCP_CA_Recovery);
  EXPECT_EQ(s.counter(Counter::TCPSackRecovery), 1u);
  EXPECT_EQ(s.counter(Counter::TCPFastRetrans), 1u);
  EXPECT_EQ(s.tp().lost_out, 1u);
  EXPECT_EQ(s.tp().snd_ssthresh, 7u) << "CUBIC: 0.7 of 11";
  s.run_until_ms(300);
  s.ack(11001);
  EXPECT_EQ(s.sock().icsk.ca_state, TCP_CA_Open);
  EXPECT_EQ(s.tp().packets_out, 0u);
}

TEST_P(Sender, WithoutSackThreeDuplicateAcksAreTheSign) {
  s.k.put(s.tp().rx_opt.sack_ok, std::uint8_t{0});
  measure_rtt();
  s.write(10000);
  s.sent();
  s.run_until_ms(200);
  s.ack(1001);
  s.ack(1001);
  EXPECT_EQ(s.sent(), "");
  s.ack(1001);
  EXPECT_EQ(s.sent(), "0.200 1001:2001 .\n");
  EXPECT_EQ(s.counter(Counter::TCPRenoRecovery), 1u);
}

TEST_P(Sender, ASilentPeerIsTriedAgainAtDoublingIntervals) {
  s.k.put(s.tp().rx_opt.sack_ok, std::uint8_t{0});  // no tail loss probe
  measure_rtt();
  s.write(1000);
  EXPECT_EQ(s.sent(), "0.100 1001:2001 P.\n");
  s.run_until_ms(3000);
  // 4.13 was recorded with HZ 1000, 6.18 with HZ 250: the wheel's second level has slots of 8 and of 32 ms.
  EXPECT_EQ(s.sent(), std::string(old_kernel() ? "0.408" : "0.416") +
                          " 1001:2001 P.\n1.024 1001:2001 P.\n2.240 1001:2001 P.\n")
      << "300, 600, 1200 ms, rounded up by the timer wheel";
  EXPECT_EQ(s.sock().icsk.ca_state, TCP_CA_Loss);
  EXPECT_EQ(s.tp().snd_cwnd, 1u);
  EXPECT_EQ(s.counter(Counter::TCPTimeouts), old_kernel() ? 1u : 3u) << "4.13 counts the first of a series";
  EXPECT_EQ(s.counter(Counter::TcpRetransSegs), 3u);
}

TEST_P(Sender, ALostTailIsProbedBeforeTheTimeout) {
  measure_rtt();
  s.write(3000);
  EXPECT_EQ(s.tp().packets_out, 3u);
  s.sent();
  s.run_until_ms(310);
  EXPECT_EQ(s.sent(), std::string(old_kernel() ? "0.304" : "0.308") + " 3001:4001 P.\n")
      << "after 2 RTT (6.18: and 2 ticks), rounded by the timer wheel";
  EXPECT_EQ(s.counter(Counter::TCPLossProbes), 1u);
  // Its SACK shows the two before it lost.
  s.run_until_ms(410);
  s.ack(1001, {{3001, 4001}});
  EXPECT_NE(s.sent().find("1001:2001"), std::string::npos);
}

TEST_P(Sender, ADsackForTheRetransmissionTakesTheReductionBack) {
  measure_rtt();
  s.write(10000);
  s.run_until_ms(200);
  s.ack(1001, {{2001, 5001}});
  EXPECT_EQ(s.sock().icsk.ca_state, TCP_CA_Recovery);
  const std::uint32_t reduced = s.tp().snd_ssthresh;
  s.run_until_ms(290);
  s.ack(5001);
  s.ack(5001, {{1001, 2001}});
  EXPECT_GT(s.tp().snd_ssthresh, reduced);
  EXPECT_EQ(s.counter(Counter::TCPDSACKUndo), 1u);
}

TEST_P(Sender, ASmallSegmentWaitsForTheAckOfAnEarlierSmallOne) {
  measure_rtt();
  s.write(100);
  EXPECT_EQ(s.sent(), "0.100 1001:1101 P.\n");
  s.write(100);
  s.write(100);
  EXPECT_EQ(s.sent(), "") << "Nagle";
  s.run_until_ms(200);
  s.ack(1101);
  EXPECT_EQ(s.sent(), "0.200 1101:1301 P.\n") << "both in one segment";
  s.k.put(s.tp().nonagle, TCP_NAGLE_OFF);
  s.write(100);
  s.write(100);
  EXPECT_EQ(s.sent(), "0.200 1301:1401 P.\n0.200 1401:1501 P.\n") << "TCP_NODELAY";
}

TEST_P(Sender, AClosedWindowIsProbedAndDataGoesOnWhenItOpens) {
  measure_rtt();
  s.write(1000);
  s.sent();
  s.ack(2001, {}, 0);
  EXPECT_EQ(s.write(1000), 1000);
  EXPECT_EQ(s.sent(), "");
  s.run_until_ms(1100);
  const std::string probes = s.sent();
  EXPECT_NE(probes.find("2000:2000 ."), std::string::npos) << probes << "an empty segment before the window";
  EXPECT_GE(s.counter(Counter::TCPWinProbe), 1u);
  s.ack(2001, {}, 0xffff);
  EXPECT_EQ(s.sent(), "1.100 2001:3001 P.\n");
}

TEST_P(Sender, ASpuriousTimeoutIsFoundOutByFrto) {
  measure_rtt();
  s.write(10000);
  s.sent();
  s.run_until_ms(1500);  // a long delay, no loss: TLP and RTOs happen
  s.sent();
  EXPECT_EQ(s.sock().icsk.ca_state, TCP_CA_Loss);
  s.ack(3001);
  s.ack(6001);
  s.ack(11001);
  EXPECT_EQ(s.sock().icsk.ca_state, TCP_CA_Open);
  EXPECT_GE(s.counter(Counter::TCPLossUndo), 1u);
}

TEST_P(Sender, AFullBufferTellsANonBlockingWriterToComeBack) {
  s.k.put(s.sock().sk_sndbuf, 20000);
  s.k.put(s.sock().sk_userlocks, SOCK_SNDBUF_LOCK);
  s.k.put(s.tp().snd_cwnd, 1u);
  const std::int64_t first = s.write(100000);
  EXPECT_GT(first, 0);
  EXPECT_LT(first, 100000);
  EXPECT_EQ(s.write(1000), -11) << "EAGAIN";
  EXPECT_EQ(s.sock().sk_nospace, 1);
}

TEST_P(Sender, EveryByteIsDeliveredOnceThroughRandomLoss) {
  std::uint64_t seed = 7;
  const auto random = [&] { return seed = seed * 6364136223846793005ull + 1442695040888963407ull; };
  measure_rtt();
  std::vector<bool> got(200000);
  Seq next = 1001;
  const Seq end = 1001 + 150000;
  EXPECT_EQ(s.write(150000), 150000);
  for (std::int64_t ms = 200; next != end && ms < 600000; ms += 100) {
    std::istringstream lines(s.sent());
    std::string stamp, range, flags;
    while (lines >> stamp >> range >> flags) {
      const Seq from = static_cast<Seq>(std::stoul(range)),
                to = static_cast<Seq>(std::stoul(range.substr(range.find(':') + 1)));
      if ((random() >> 33) % 10 == 0) continue;  // a tenth is lost
      for (Seq b = from; b < to; ++b) got[b] = true;
    }
    while (next < end && got[next]) ++next;
    std::vector<SackBlock> sacks;
    for (Seq b = next; b < end && sacks.size() < 3;) {
      while (b < end && !got[b]) ++b;
      Seq stop = b;
      while (stop < end && got[stop]) ++stop;
      if (stop > b) sacks.push_back({b, stop});
      b = stop;
    }
    s.run_until_ms(ms);
    s.ack(next, sacks);
    ASSERT_EQ(s.wrong(), "") << "at " << ms << " ms";
  }
  EXPECT_EQ(next, end);
  EXPECT_EQ(s.tp().packets_out, 0u);
  EXPECT_EQ(s.sock().sk_wmem_queued, 0);
}

INSTANTIATE_TEST_SUITE_P(Kernels, Sender, ::testing::Values(&linux_4_13(), &linux_6_18()),
                         [](const auto& param) {
                           return param.param == &linux_4_13() ? "linux_4_13" : "linux_6_18";
                         });

}  // namespace
}  // namespace ringside
