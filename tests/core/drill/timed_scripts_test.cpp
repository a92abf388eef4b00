// Scripts on a machine where things take time: what the script does later interrupts what began earlier.
#include <gtest/gtest.h>

#include "core/drill/drill.h"
#include "core/engine/engine.h"

namespace ringside::drill {
namespace {

const std::string kConnected = R"(
   0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
  +0 bind(3, ..., ...) = 0
  +0 listen(3, 1) = 0
 +.1 < S 0:0(0) win 32792 <mss 1000>
  +0 > S. 0:0(0) ack 1 <...>
 +.1 < . 1:1(0) ack 1 win 257
  +0 accept(3, ..., ...) = 4
)";

Outcome run_text(const std::string& text, const std::string& kernel = "4.13") {
  DrillOptions options;
  options.kernel = kernel;
  return run(parse_script(text, "test.pkt"), "test.pkt", options);
}

std::string told(const Outcome& outcome) {
  std::string text = name_of(outcome.verdict);
  for (const auto* list : {&outcome.problems, &outcome.unsupported})
    for (const auto& error : *list) {
      text += "\nline " + std::to_string(error.line) + ": " + error.id;
      for (const auto& [name, value] : error.args) text += " " + name + "=" + value;
    }
  return text;
}

/// Places that the n-th frame was in, in the window's run of the checked script.
bool was_in(const Outcome& outcome, std::uint32_t frame, Place place) {
  auto run = Run::prepare(outcome.scenario);
  EXPECT_TRUE(run);
  (*run)->run_here();
  return (*run)->trace()->packet(frame - 1).was_in(place);
}

class TimedScripts : public testing::TestWithParam<const char*> {};

TEST_P(TimedScripts, ASegmentComesWhileAReadIsAtWork) {
  // The read copies for 30 ms; the segment comes in the middle of that.
  const Outcome outcome = run_text("//@ set cost.skb_copy_datagram_iter=30000000\n" + kConnected + R"(
+.01 < P. 1:1001(1000) ack 1 win 257
  +0 > . 1:1(0) ack 1001
+.01...0.25 recv(4, ..., 2000, MSG_WAITALL) = 2000
+.01 < P. 1001:2001(1000) ack 1 win 257
   * > . 1:1(0) ack 2001
)",
                                   GetParam());
  EXPECT_TRUE(was_in(outcome, 4, Place::sk_backlog)) << told(outcome);
}

TEST_P(TimedScripts, TheNicsRingFillsWhileTheCpuIsBusy) {
  std::string crowd;
  for (int i = 0; i < 70; ++i) crowd += "+0 < . 1:1(0) ack 1 win 257\n";
  const Outcome outcome = run_text("//@ set nic.driver=ixgb\n//@ set nic.rx_ring=64\n" + kConnected +
                                       "+.1 < . 1:1(0) ack 1 win 257\n" + crowd + R"(
+0 < P. 1:1001(1000) ack 1 win 257
+.5 < P. 1:1001(1000) ack 1 win 257
  +0 > . 1:1(0) ack 1001
+.1 read(4, ..., 2000) = 1000
)",
                                   GetParam());
  EXPECT_EQ(outcome.verdict, Verdict::pass) << told(outcome) << " : the first one is lost, the second not";
}

TEST_P(TimedScripts, CheckingAgainGivesTheSame) {
  const std::string text = "//@ set cost.preset=make_it_drop\n" + kConnected + R"(
+.01 < P. 1:1001(1000) ack 1 win 257
+.01 < P. 1001:2001(1000) ack 1 win 257
   * > . 1:1(0) ack 2001
)";
  const Outcome a = run_text(text, GetParam()), b = run_text(text, GetParam());
  EXPECT_EQ(told(a), told(b));
  ASSERT_EQ(a.scenario.calls.size(), b.scenario.calls.size());
  for (std::size_t i = 0; i < a.scenario.calls.size(); ++i)
    EXPECT_EQ(a.scenario.calls[i].t_ns, b.scenario.calls[i].t_ns) << i;
}

TEST(TimedScriptsAlone, AnUnknownDriverIsNamed) {
  const Outcome outcome = run_text("//@ set nic.driver=e1000\n" + kConnected);
  EXPECT_EQ(outcome.verdict, Verdict::unsupported);
  ASSERT_FALSE(outcome.unsupported.empty());
  EXPECT_EQ(outcome.unsupported[0].id, "knob.choice");
}

INSTANTIATE_TEST_SUITE_P(BothKernels, TimedScripts, testing::Values("4.13", "6.18"), [](const auto& kernel) {
  return std::string(kernel.param) == "4.13" ? "Linux4_13" : "Linux6_18";
});

}  // namespace
}  // namespace ringside::drill
