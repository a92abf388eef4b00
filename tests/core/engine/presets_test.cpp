// The named cost presets: the same burst reaches a server that keeps up, a laptop whose queues build up and a
// machine that drops. Nothing else is set.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/core/engine/machine_story.h"
#include "tests/core/test_names.h"

namespace ringside::test {
namespace {

using testing::Gt;

class Presets : public testing::TestWithParam<const char*> {
 protected:
  bool has_prequeue() const { return std::string(GetParam()) == "4.13"; }
  /// 900 segments, one every 5 us, for a reader that asks again and again.
  MachineStory& burst(const char* preset) {
    story_.emplace(GetParam());
    story_->set("cost.preset", preset).connect({.rcvbuf = 4 << 20});
    story_->burst(0, 900, 1, 1000, 5);
    for (int i = 0; i < 900; ++i) story_->read(0, 0, 30000);
    story_->run();
    return *story_;
  }
  std::uint64_t lost() const {
    return story_->counter(Counter::rx_missed_errors) + story_->counter(Counter::TCPBacklogDrop);
  }

 private:
  std::optional<MachineStory> story_;
};
INSTANTIATE_TEST_SUITE_P(BothKernels, Presets, testing::Values("4.13", "6.18"), KernelName());

TEST_P(Presets, AFastServerKeepsUp) {
  MachineStory& m = burst("fast_server");
  SCOPED_TRACE(m.story().substr(0, 3000));
  EXPECT_EQ(lost(), 0u);
  EXPECT_EQ(m.counter(Counter::softnet_time_squeeze), 0u);
  EXPECT_EQ(m.delivered(), 900'000u);
}

TEST_P(Presets, OnASlowLaptopQueuesBuildUp) {
  const std::int64_t ring = burst("fast_server").highest(SeriesId::rx_ring);
  MachineStory& m = burst("slow_laptop");
  SCOPED_TRACE(m.story().substr(0, 3000));
  EXPECT_EQ(lost(), 0u);
  EXPECT_EQ(m.delivered(), 900'000u);
  EXPECT_THAT(m.highest(SeriesId::rx_ring), Gt(2 * ring));
  EXPECT_THAT(m.highest(has_prequeue() ? SeriesId::prequeue : SeriesId::sk_backlog), Gt(1));
}

TEST_P(Presets, MakeItDropFillsRingBacklogAndBudget) {
  MachineStory& m = burst("make_it_drop");
  SCOPED_TRACE(m.story().substr(0, 3000));
  EXPECT_THAT(m.counter(Counter::rx_missed_errors), Gt(0u));
  EXPECT_THAT(m.counter(Counter::softnet_time_squeeze), Gt(0u));
  // A reader that never gets the CPU is asleep all the time: 4.13 then has the prequeue.
  EXPECT_THAT(m.highest(has_prequeue() ? SeriesId::prequeue : SeriesId::sk_backlog), Gt(3));
}

}  // namespace
}  // namespace ringside::test
