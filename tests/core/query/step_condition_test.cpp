#include "core/query/step_condition.h"

#include <gtest/gtest.h>

#include "core/engine/engine.h"

namespace ringside::query {
namespace {

class StepConditionTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    Scenario scenario;
    scenario.input = CaptureInput{RINGSIDE_SOURCE_DIR "/resources/captures/bulk-reorder.pcap", {}, {}};
    auto prepared = ringside::Run::prepare(scenario);
    ASSERT_TRUE(prepared);
    run = *prepared;
    run->run_here();
  }
  static void TearDownTestSuite() { run.reset(); }
  const Trace& trace() { return *run->trace(); }
  /// The first step that meets it; fails the test if there is none.
  Event first(const char* text) {
    const auto condition = StepCondition::parse(text);
    EXPECT_TRUE(condition) << text << ": " << (condition ? "" : condition.error().id);
    if (!condition) return {};
    const auto found =
        trace().find_forward(0, [&](const Page&, const Event& e) { return condition->matches(e); });
    EXPECT_TRUE(found) << text;
    return found ? trace().step(*found).event() : Event{};
  }
  inline static std::shared_ptr<ringside::Run> run;
};

TEST_F(StepConditionTest, FindsFunctionsQueuesPacketsDropsAndContexts) {
  EXPECT_EQ(first("call == tcp_data_queue").function, Fn::tcp_data_queue);
  const Event enters = first("enters == out_of_order_queue");
  EXPECT_EQ(enters.kind, EventKind::move);
  EXPECT_EQ(enters.to, Place::out_of_order_queue);
  EXPECT_EQ(first("leaves == out_of_order_queue").from, Place::out_of_order_queue);
  EXPECT_EQ(first("queue == prequeue").to, Place::prequeue);
  EXPECT_EQ(first("packet == 20").packet, 20u);
  EXPECT_EQ(first("drop").kind, EventKind::drop);
  EXPECT_EQ(first("context == hardirq").context, Context::hardirq);
  EXPECT_EQ(first("function == tcp_v4_rcv && packet == 30").packet, 30u);
}

TEST_F(StepConditionTest, AFieldsConditionIsMetWhereItBecomesTrue) {
  const Event becomes = first("out_of_order_queue.len > 0");
  EXPECT_EQ(becomes.kind, EventKind::change);
  EXPECT_EQ(becomes.old_value, 0);
  EXPECT_EQ(becomes.new_value, 1);
  const Event three = first("tp.out_of_order_queue.count >= 3");
  EXPECT_EQ(three.new_value, 3);
}

/// Every name of the vocabulary is one that a user can write, and no two fields share one.
TEST(StepVocabulary, NamesAreWritableAndDistinct) {
  std::map<std::string, int> seen;
  for (const Field& field : step_vocabulary()) {
    if (field.name.empty()) continue;
    EXPECT_EQ(++seen[field.name], 1) << field.name;
    const char* rest = field.type == Type::flag ? "" : field.type == Type::word ? " contains x" : " == 1";
    EXPECT_TRUE(StepCondition::parse(field.name + rest)) << field.name;
  }
  EXPECT_FALSE(StepCondition::parse("")) << "a breakpoint without a condition would stop everywhere";
}

}  // namespace
}  // namespace ringside::query
