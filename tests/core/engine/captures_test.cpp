// Every capture of the project, run by both kernels to the end.
#include <gtest/gtest.h>

#include <map>
#include <tuple>

#include "core/engine/engine.h"
#include "core/playback/player.h"
#include "tests/core/engine/capture_story.h"
#include "tests/core/engine/trace_laws.h"
#include "tests/core/test_names.h"

namespace ringside {
namespace {

const std::vector<std::string> kFiles{
    "bulk-reorder.pcap", "empty.pcap",  "fragments.pcap",  "gso.pcap",   "half-close.pcap",
    "http-get.pcap",     "ipv6.pcapng", "mixed.pcapng",    "reset.pcap", "syn-flood-small.pcap",
    "truncated.pcap",    "vlan.pcap",   "zero-window.pcap"};

std::shared_ptr<ringside::Run> run_capture(const std::string& file, const std::string& kernel,
                                           std::vector<KnobSetting> knobs = {}) {
  Scenario scenario;
  scenario.kernel = kernel;
  scenario.knobs = std::move(knobs);
  scenario.input = CaptureInput{std::string(RINGSIDE_SOURCE_DIR) + "/resources/captures/" + file, "", ""};
  RunOptions options;
  options.hash_delivered = true;
  auto run = ringside::Run::prepare(scenario, options);
  EXPECT_TRUE(run) << run.error().id;
  if (!run) return nullptr;
  (*run)->run_here();
  return *run;
}

class CaptureRuns : public testing::TestWithParam<std::tuple<std::string, std::string>> {
 protected:
  std::shared_ptr<ringside::Run> run = run_capture(std::get<0>(GetParam()), std::get<1>(GetParam()));
};

TEST_P(CaptureRuns, EveryFrameHasAFate) {
  ASSERT_NE(run, nullptr);
  test::expect_conservation(*run->trace());
}

TEST_P(CaptureRuns, PagesJoin) {
  ASSERT_NE(run, nullptr);
  test::expect_pages_join(run->trace());
}

TEST_P(CaptureRuns, TheStateIsTheSameBothWays) {
  ASSERT_NE(run, nullptr);
  // Hashing a host takes some microseconds: the long ones are looked at at every 7th step only.
  test::expect_same_state_both_ways(run->trace(), run->trace()->step_count() > 20000 ? 7 : 1);
}

TEST_P(CaptureRuns, TheChartsAreTrue) {
  ASSERT_NE(run, nullptr);
  test::expect_true_charts(run->trace(), run->trace()->step_count() > 20000 ? 61 : 1);
}

TEST_P(CaptureRuns, EveryChangeIsOfAListedField) {
  ASSERT_NE(run, nullptr);
  const auto unlisted = [](const Page&, const Event& e) { return e.kind == EventKind::change && e.id == 0; };
  const auto found = run->trace()->find_forward(0, unlisted);
  ASSERT_FALSE(found) << "step " << found.value_or(0) << " changes a field that fields.def does not list, in "
                      << name_of(run->trace()->step(found.value_or(0))->function);
}

INSTANTIATE_TEST_SUITE_P(BothKernels, CaptureRuns,
                         testing::Combine(testing::ValuesIn(kFiles), testing::Values("4.13", "6.18")),
                         test::FileAndKernelName());

/// The captured peer echoes the captured SYN-ACK's timestamp: a slow CPU must not make ours another one.
TEST(CapturedTimestamps, HoldThoughTheSynAckIsMadeLate) {
  const auto run = run_capture("bulk-reorder.pcap", "6.18", {{"cost.tcp_make_synack", "3000000"}});
  ASSERT_NE(run, nullptr);
  EXPECT_EQ(test::drops_of(*run).find("TCP_RFC7323_TSECR"), std::string::npos)
      << "the ACK of the handshake is refused: " << test::drops_of(*run);
}

TEST(CostPresets, MakeItDropOverflowsTheBacklogOfARealTransfer) {
  const auto run = run_capture("bulk-reorder.pcap", "4.13", {{"cost.preset", "make_it_drop"}});
  ASSERT_NE(run, nullptr);
  const auto counted = run->trace()->counters();
  const std::map<Counter, std::uint64_t> counters(counted.begin(), counted.end());
  EXPECT_EQ(counters.count(Counter::TCPBacklogDrop), 1u);
  EXPECT_EQ(counters.count(Counter::softnet_time_squeeze), 1u);
  EXPECT_GT(run->trace()->series().highest(SeriesId::sk_backlog), 10);
  EXPECT_GT(run->trace()->series().highest(SeriesId::prequeue), 5);
}

TEST(CapturedLines, ArriveInOrder) {
  for (const char* file : {"bulk-reorder.pcap", "zero-window.pcap", "gso.pcap"}) {
    const auto run = run_capture(file, "4.13");
    std::string text;
    ASSERT_TRUE(run->read_stream(1, [&](wire::Bytes b) { text.append(b.begin(), b.end()); }));
    for (std::size_t line = 0; line * 33 + 33 <= text.size(); ++line) {
      char expected[40];
      std::snprintf(expected, sizeof expected, "line %08zu of the stream.....\n", line);
      ASSERT_EQ(text.substr(line * 33, 33), expected) << file << " line " << line;
    }
  }
}

}  // namespace
}  // namespace ringside
