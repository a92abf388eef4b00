// The filter table (knob netfilter.rules) on a capture.

#include <gtest/gtest.h>

#include "tests/core/engine/capture_story.h"
#include "tests/core/test_names.h"

namespace ringside::test {
namespace {

class Filtered : public testing::TestWithParam<const char*> {
 protected:
  std::shared_ptr<ringside::Run> play(const std::string& rules) const {
    Scenario scenario;
    scenario.kernel = GetParam();
    scenario.input =
        CaptureInput{std::string(RINGSIDE_SOURCE_DIR) + "/resources/captures/http-get.pcap", "", "10.77.0.2"};
    scenario.knobs = {{"netfilter.rules", rules}};
    auto run = ringside::Run::prepare(scenario);
    EXPECT_TRUE(run) << run.error().id;
    (*run)->run_here();
    return *run;
  }
  static std::uint64_t delivered(const ringside::Run& run) {
    std::uint64_t bytes = 0;
    for (const DeliveredStream& s : run.delivered()) bytes += s.bytes;
    return bytes;
  }
};
INSTANTIATE_TEST_SUITE_P(BothKernels, Filtered, testing::Values("4.13", "6.18"), KernelName());

TEST_P(Filtered, APeerThatIsDroppedDeliversNothing) {
  for (const char* rule : {"prerouting saddr 10.77.0.1 drop", "input tcp sport 80 drop"}) {
    const auto run = play(rule);
    EXPECT_EQ(delivered(*run), 0u) << rule;
    EXPECT_NE(drops_of(*run).find("NETFILTER_DROP"), std::string::npos) << rule << ": " << drops_of(*run);
  }
}

TEST_P(Filtered, WhatIsDroppedOnItsWayOutIsNeverSent) {
  for (const char* rule : {"output tcp drop", "postrouting tcp dport 80 drop"}) {
    const auto run = play(rule);
    for (std::uint32_t i = 0; i < run->trace()->sent_count(); ++i)
      EXPECT_NE(run->trace()->sent(i).protocol, 6);
    EXPECT_NE(drops_of(*run).find("NETFILTER_DROP"), std::string::npos) << rule << ": " << drops_of(*run);
  }
}

TEST_P(Filtered, TheFirstRuleThatMatchesDecides) {
  EXPECT_EQ(delivered(*play("input saddr 10.77.0.1 accept; input tcp drop")), 20595u);
  EXPECT_EQ(delivered(*play("input saddr 10.77.0.9 drop")), 20595u);
}

}  // namespace
}  // namespace ringside::test
