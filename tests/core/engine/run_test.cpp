#include <gtest/gtest.h>

#include "core/engine/engine.h"
#include "core/playback/player.h"
#include "tests/core/engine/fake_kernel.h"
#include "tests/core/engine/trace_laws.h"

namespace ringside {
namespace {

std::shared_ptr<Run> run_fake(std::uint32_t frames, std::int64_t gap_ns = 2000) {
  const HostModel model = test::fake_model();
  auto run = Run::prepare(test::fake_scenario(frames, gap_ns), {}, &model);
  EXPECT_TRUE(run) << run.error().id;
  (*run)->run_here();
  return *run;
}

TEST(EngineRun, AnEmptyInputGivesATraceWithoutPackets) {
  const auto run = run_fake(0);
  EXPECT_TRUE(run->trace()->complete());
  EXPECT_EQ(run->trace()->packet_count(), 0u);
  Player player(run->trace());
  EXPECT_FALSE(player.lost());
  while (player.forward()) {
  }
  EXPECT_EQ(player.position(), run->trace()->step_count());
}

TEST(EngineRun, EveryFrameHasAFateAndAWay) {
  const auto run = run_fake(21);
  const Trace& trace = *run->trace();
  ASSERT_EQ(trace.packet_count(), 21u);
  test::expect_conservation(trace);
  for (std::uint32_t row = 0; row < trace.packet_count(); ++row) {
    const PacketRow packet = trace.packet(row);
    const bool seventh = packet.number % 7 == 0;
    EXPECT_EQ(packet.fate, seventh ? Fate::dropped : Fate::delivered) << packet.number;
    EXPECT_EQ(packet.delivered_len, seventh ? 0u : 100u) << packet.number;
    EXPECT_EQ(packet.was_in(Place::sk_receive_queue), !seventh) << packet.number;
    EXPECT_EQ(packet.t_ns, row * 2000) << packet.number;
    const StepView first = trace.step(packet.first_step);
    ASSERT_TRUE(first);
    EXPECT_EQ(first->kind, EventKind::move);
    EXPECT_EQ(first->packet, packet.number);
    const StepView last = trace.step(packet.last_step);
    EXPECT_EQ(last->kind, seventh ? EventKind::drop : EventKind::move) << packet.number;
    EXPECT_EQ(last->to, Place::freed);
  }
  EXPECT_EQ(trace.marker_count(), 3u);
  EXPECT_EQ(trace.marker(0).kind, MarkerKind::drop);
  EXPECT_EQ(trace.marker(0).packet, 7u);
}

TEST(EngineRun, ConnectionsKnowTheirQueues) {
  const auto run = run_fake(50, 10);  // so quick that they pile up
  const FlowRow flow = run->trace()->flow(1);
  EXPECT_EQ(flow.delivered, 43u * 100);
  EXPECT_EQ(flow.dropped, 7u);
  EXPECT_EQ(flow.depth[static_cast<std::size_t>(Place::sk_receive_queue)], 0u);
  EXPECT_EQ(flow.entered[static_cast<std::size_t>(Place::sk_receive_queue)], 43u);
  const auto& series = run->trace()->series();
  EXPECT_EQ(series.highest(SeriesId::sk_receive_queue),
            static_cast<std::int32_t>(flow.highest[static_cast<std::size_t>(Place::sk_receive_queue)]));
  EXPECT_GT(series.highest(SeriesId::rx_ring), 10);
}

TEST(EngineRun, TheStateIsTheSameBothWaysAtEveryStep) {
  test::expect_same_state_both_ways(run_fake(300)->trace());
}

TEST(EngineRun, PagesJoin) {
  const auto run = run_fake(4000);
  EXPECT_GT(run->trace()->page_count(), 3u);
  test::expect_pages_join(run->trace());
}

TEST(EngineRun, JumpsOverManyKeyframesGiveTheSameState) {
  const auto run = run_fake(30000);
  test::expect_same_state_both_ways(run->trace(), run->trace()->step_count() / 97);
}

TEST(EngineRun, TwoRunsOfOneScenarioAreEqual) {
  const auto a = run_fake(500), b = run_fake(500);
  ASSERT_EQ(a->trace()->step_count(), b->trace()->step_count());
  Player pa(a->trace()), pb(b->trace());
  pa.seek(a->trace()->step_count());
  pb.seek(b->trace()->step_count());
  EXPECT_EQ(pa.host().state_hash(), pb.host().state_hash());
}

TEST(EngineRun, ATraceCanBeReadWhileItGrows) {
  const HostModel model = test::fake_model();
  const auto run = *ringside::Run::prepare(test::fake_scenario(60000), {}, &model);
  run->start();
  std::uint64_t looks = 0;
  while (!run->done()) {
    const StepIndex steps = run->trace()->step_count();
    if (steps == 0) continue;
    EXPECT_TRUE(run->trace()->step(steps - 1)) << steps;
    const std::uint32_t packets = run->trace()->packet_count();
    if (packets != 0) {
      EXPECT_EQ(run->trace()->packet(packets - 1).number, packets);
    }
    ++looks;
  }
  run->wait();
  EXPECT_TRUE(run->trace()->complete());
  EXPECT_GT(looks, 0u);
}

TEST(EngineRun, CancelLeavesWhatIsThere) {
  const HostModel model = test::fake_model();
  RunOptions options;
  std::shared_ptr<ringside::Run> run;
  options.progress = [&](const RunProgress& progress) {
    if (!progress.done) run->cancel();
  };
  run = *ringside::Run::prepare(test::fake_scenario(200000), options, &model);
  run->run_here();
  const Trace& trace = *run->trace();
  EXPECT_LT(trace.packet_count(), 200000u);
  EXPECT_GT(trace.step_count(), 1000u);
  EXPECT_TRUE(trace.step(trace.step_count() - 1));
}

TEST(EngineRun, ReadGivesTheBytes) {
  const auto run = run_fake(20);
  std::vector<std::uint8_t> bytes;
  const auto n =
      run->read_stream(1, [&](wire::Bytes piece) { bytes.insert(bytes.end(), piece.begin(), piece.end()); });
  ASSERT_TRUE(n);
  EXPECT_EQ(*n, 1800u);
  EXPECT_EQ(bytes.size(), 1800u);
  EXPECT_EQ(bytes.front(), 0);
  EXPECT_EQ(bytes.back(), 19);
  EXPECT_EQ(run->read_stream(2, [](wire::Bytes) {}).error().id, "read.flow");
}

}  // namespace
}  // namespace ringside
