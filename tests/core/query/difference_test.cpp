#include "core/query/difference.h"

#include <gtest/gtest.h>

#include "core/engine/engine.h"

namespace ringside::query {
namespace {

std::shared_ptr<Run> run_with(const char* kernel, std::vector<KnobSetting> knobs = {}) {
  Scenario scenario;
  scenario.kernel = kernel;
  scenario.knobs = std::move(knobs);
  scenario.input = CaptureInput{RINGSIDE_SOURCE_DIR "/resources/captures/bulk-reorder.pcap", {}, {}};
  auto run = Run::prepare(scenario);
  EXPECT_TRUE(run);
  (*run)->run_here();
  return *run;
}

TEST(Difference, ARunDoesNotDifferFromItself) {
  const auto a = run_with("4.13");
  const auto b = run_with("4.13");
  EXPECT_FALSE(first_difference(*a->trace(), *b->trace()));
}

TEST(Difference, TheKernelsPartWhereTheOlderOneUsesItsPrequeue) {
  const auto a = run_with("4.13");
  const auto b = run_with("6.18");
  const auto d = first_difference(*a->trace(), *b->trace());
  ASSERT_TRUE(d);
  // Before that moment both runs did the same with every packet.
  const Event at_a = a->trace()->step(d->step_a).event();
  if (d->kind == Difference::Kind::way) {
    EXPECT_NE(d->a, d->b);
    EXPECT_EQ(at_a.packet, d->packet);
  } else {
    EXPECT_EQ(at_a.kind, EventKind::send);
  }
}

TEST(Difference, WithoutSackTheAnswersDiffer) {
  const auto a = run_with("4.13");
  const auto b = run_with("4.13", {{"net.ipv4.tcp_sack", "0"}});
  const auto d = first_difference(*a->trace(), *b->trace());
  ASSERT_TRUE(d);
  EXPECT_EQ(d->kind, Difference::Kind::answer) << "the same packets, other ACKs";
  EXPECT_LE(d->t_ns, a->trace()->end_ns());
}

}  // namespace
}  // namespace ringside::query
