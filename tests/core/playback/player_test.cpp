#include "core/playback/player.h"

#include <gtest/gtest.h>

#include "core/engine/engine.h"
#include "tests/core/engine/fake_kernel.h"

namespace ringside {
namespace {

class PlayerTest : public testing::Test {
 protected:
  std::shared_ptr<ringside::Run> run = [] {
    const HostModel model = test::fake_model();
    auto made = *ringside::Run::prepare(test::fake_scenario(60), {}, &model);
    made->run_here();
    return made;
  }();
  Player player{run->trace()};
};

TEST_F(PlayerTest, BeginsBeforeEverything) {
  EXPECT_EQ(player.position(), 0u);
  EXPECT_FALSE(player.last());
  EXPECT_TRUE(player.next());
  EXPECT_FALSE(player.back());
  EXPECT_TRUE(player.last_changes().empty());
}

TEST_F(PlayerTest, EndsAtTheEnd) {
  ASSERT_TRUE(player.seek(run->trace()->step_count()));
  EXPECT_FALSE(player.forward());
  EXPECT_FALSE(player.next());
  EXPECT_FALSE(player.seek(run->trace()->step_count() + 1));
}

TEST_F(PlayerTest, LevelsHoldEachOther) {
  std::array<int, 3> counts{};
  for (const Level level : {Level::packet, Level::function, Level::decision}) {
    Player p(run->trace());
    while (p.forward(level)) {
      ++counts[static_cast<std::size_t>(level)];
      ASSERT_LE(level_of(p.last()->kind), level);
    }
  }
  EXPECT_GT(counts[0], 0);
  EXPECT_GT(counts[1], counts[0]);
  EXPECT_GT(counts[2], counts[1]);
}

TEST_F(PlayerTest, ABackwardStepOfALevelUndoesTheForwardOne) {
  for (const Level level : {Level::packet, Level::function, Level::decision}) {
    player.seek(1000);
    ASSERT_TRUE(player.forward(level));
    const StepIndex behind = player.position();
    ASSERT_TRUE(player.back(level));
    EXPECT_EQ(player.position(), behind - 1);
  }
}

TEST_F(PlayerTest, StacksGrowAndShrinkWithTheCalls) {
  std::vector<std::vector<CallStack>> seen;
  do {
    seen.push_back(player.stacks());
    std::erase_if(seen.back(), [](const CallStack& s) { return s.functions.empty(); });
  } while (player.forward());
  for (std::size_t i = seen.size(); i-- > 0;) {
    auto now = player.stacks();
    std::erase_if(now, [](const CallStack& s) { return s.functions.empty(); });
    ASSERT_EQ(now.size(), seen[i].size()) << i;
    for (const CallStack& stack : now) {
      const auto same = std::find_if(seen[i].begin(), seen[i].end(),
                                     [&](const CallStack& s) { return s.key == stack.key; });
      ASSERT_NE(same, seen[i].end());
      EXPECT_EQ(same->functions, stack.functions) << "at step " << i;
    }
    player.back();
  }
}

TEST_F(PlayerTest, ASleeperKeepsItsStack) {
  const auto blocks = [](const Page&, const Event& e) { return e.kind == EventKind::block; };
  ASSERT_TRUE(player.forward_to(blocks));
  ASSERT_TRUE(player.forward());
  const StackKey reader{ProcessId{1}, 0, Context::process};
  for (const CallStack& stack : player.stacks())
    if (stack.key == reader) {
      EXPECT_EQ(stack.functions, (std::vector{Fn::tcp_recvmsg, Fn::sk_wait_data}));
    }
}

TEST_F(PlayerTest, OverGoesPastACallWithAllItCalls) {
  const auto calls = [](const Page&, const Event& e) {
    return e.kind == EventKind::call && e.function == Fn::netif_receive_skb;
  };
  ASSERT_TRUE(player.forward_to(calls));
  const StepIndex call = player.position() - 1;
  player.back();
  ASSERT_EQ(player.position(), call);
  ASSERT_TRUE(player.over());
  EXPECT_EQ(player.last()->kind, EventKind::return_);
  EXPECT_EQ(player.last()->function, Fn::netif_receive_skb);
  ASSERT_TRUE(player.back_over());
  EXPECT_EQ(player.position(), call);
}

TEST_F(PlayerTest, OutEndsTheFunctionThatRuns) {
  const auto moves = [](const Page&, const Event& e) {
    return e.kind == EventKind::move && e.to == Place::sk_receive_queue;
  };
  ASSERT_TRUE(player.forward_to(moves));
  const StepIndex inside = player.position();
  ASSERT_TRUE(player.out());
  EXPECT_EQ(player.last()->kind, EventKind::return_);
  EXPECT_EQ(player.last()->function, Fn::netif_receive_skb);
  player.seek(inside);
  ASSERT_TRUE(player.back_out());
  EXPECT_EQ(player.next()->kind, EventKind::call);
  EXPECT_EQ(player.next()->function, Fn::netif_receive_skb);
}

TEST_F(PlayerTest, GoesFromPacketToPacket) {
  std::vector<std::uint32_t> numbers;
  while (player.next_packet()) numbers.push_back(player.last()->packet);
  ASSERT_EQ(numbers.size(), 60u);
  for (std::size_t i = 0; i < numbers.size(); ++i) EXPECT_EQ(numbers[i], i + 1);
  for (std::uint32_t n = 59; n >= 1; --n) {
    ASSERT_TRUE(player.previous_packet());
    EXPECT_EQ(player.last()->packet, n);
  }
  EXPECT_FALSE(player.previous_packet());
}

TEST_F(PlayerTest, QueueEventsAreMet) {
  int events = 0;
  while (player.next_queue_event()) {
    EXPECT_TRUE(is_queue_event(player.last().event()));
    ++events;
  }
  int back = 1;
  while (player.previous_queue_event()) ++back;
  EXPECT_EQ(events, back);
}

TEST(PlayerOverPages, WhoLooksBeforeTheFirstPageIsThereSeesItLater) {
  const HostModel model = test::fake_model();
  const auto run = *ringside::Run::prepare(test::fake_scenario(60), {}, &model);
  Player early(run->trace());
  EXPECT_FALSE(early.next()) << "nothing has happened yet";
  run->run_here();
  Player late(run->trace());
  for (Player* player : {&early, &late}) {
    ASSERT_TRUE(player->seek(run->trace()->step_count()));
    EXPECT_EQ(player->host().state_hash(), run->end().state_hash);
  }
}

TEST(PlayerOverPages, LastStepIsKnownAtAPagesBeginning) {
  const HostModel model = test::fake_model();
  const auto run = *ringside::Run::prepare(test::fake_scenario(2000), {}, &model);
  run->run_here();
  Player player(run->trace());
  const StepIndex border = run->trace()->page_first_step(1);
  for (const StepIndex from : {border - 3, border + 3}) {
    player.seek(from);
    player.seek(border);
    EXPECT_EQ(player.last().index, border - 1);
    EXPECT_EQ(player.next().index, border);
  }
}

}  // namespace
}  // namespace ringside
