// Several applications on one host, told apart by their ports.
#include <gtest/gtest.h>

#include "tests/core/engine/capture_story.h"
#include "tests/core/test_names.h"

namespace ringside::test {
namespace {

Result<std::shared_ptr<Run>> play(const std::string& kernel, std::vector<AppChoice> apps) {
  Scenario scenario;
  scenario.kernel = kernel;
  scenario.input =
      CaptureInput{std::string(RINGSIDE_SOURCE_DIR) + "/resources/captures/mixed.pcapng", "", "10.77.0.2"};
  scenario.apps = std::move(apps);
  auto run = Run::prepare(scenario);
  if (run) (*run)->run_here();
  return run;
}

class SeveralApps : public testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(BothKernels, SeveralApps, testing::Values("4.13", "6.18"), KernelName());

TEST_P(SeveralApps, EachHasTheConnectionsOfItsPort) {
  const auto run = play(GetParam(), {{"reader", {}}, {"never", {{"port", "2222"}}}});
  ASSERT_TRUE(run);
  std::size_t read = 0, unread = 0;
  const Trace& trace = *(*run)->trace();
  for (std::uint32_t number = 1; number <= trace.flow_count(); ++number) {
    const FlowRow flow = trace.flow(number);
    if (flow.protocol != 6) continue;
    if (flow.local_port == 2222) {
      EXPECT_EQ(flow.delivered, 0u) << "nobody reads it";
    }
    (flow.delivered == 0 ? unread : read) += 1;
  }
  EXPECT_EQ(read, 5u) << "the pages our host fetched";
  EXPECT_GE(unread, 5u);
}

TEST_P(SeveralApps, AConnectionWeMakeIsToldByThePeersPort) {
  const auto run = play(GetParam(), {{"never", {{"port", "8080"}}}});
  ASSERT_TRUE(run);
  for (const DeliveredStream& stream : (*run)->delivered())
    if ((*run)->trace()->flow(stream.flow).remote_port == 8080) {
      EXPECT_EQ(stream.bytes, 0u);
    }
}

TEST_P(SeveralApps, ADatagramSocketThatIsNeverRead) {
  const auto counted = [](const ringside::Run& run, Counter which) {
    for (const auto& [counter, n] : run.trace()->counters())
      if (counter == which) return n;
    return std::uint64_t{0};
  };
  const auto read = play(GetParam(), {});
  const auto unread = play(GetParam(), {{"reader", {}}, {"never", {{"port", "5140"}}}});
  EXPECT_EQ(counted(**read, Counter::UdpInDatagrams) - counted(**unread, Counter::UdpInDatagrams), 10u);
}

/// Its connection is silent for six weeks: three and a half thousand million polls, if it went on.
TEST_P(SeveralApps, APollerThatFindsNothingForLongWaits) {
  constexpr std::int64_t kSixWeeksUs = std::int64_t{6 * 7 * 24 * 3600} * 1'000'000;
  CaptureStory story;
  story.handshake().peer({.us = 100, .flags = "P.", .seq = 1, .ack = 1, .len = 500});
  story.peer({.us = kSixWeeksUs, .flags = "P.", .seq = 501, .ack = 1, .len = 700});
  story.peer({.us = kSixWeeksUs + 5000, .flags = "P.", .seq = 1201, .ack = 1, .len = 300});
  story.peer({.us = 2 * kSixWeeksUs, .flags = "F.", .seq = 1501, .ack = 1});
  const auto run = story.run(GetParam(), {}, {{"poller", {}}});
  EXPECT_EQ(stream_of(*run), CaptureStory::text(0, 1500));
  std::uint64_t nothing = 0;
  for (std::uint32_t n = 0; n < run->trace()->page_count(); ++n)
    for (const Event& event : run->trace()->page(n)->journal.events)
      nothing += event.kind == EventKind::call && event.function == Fn::tcp_recvmsg;
  EXPECT_GT(nothing, 2000u) << "a thousand polls in each of the two gaps";
  EXPECT_LT(nothing, 2100u);
  for (std::uint32_t row = 3; row < run->trace()->packet_count() - 1; ++row) {
    const PacketRow packet = run->trace()->packet(row);
    EXPECT_GE(packet.delivered_ns, packet.t_ns);
    EXPECT_LT(packet.delivered_ns, packet.t_ns + 2'000'000) << "it is there when something comes";
  }
}

TEST(SeveralAppsErrors, OnePortHasOneApplication) {
  EXPECT_EQ(play("4.13", {{"reader", {}}, {"never", {}}}).error().id, "scenario.app_twice");
  const std::vector<std::pair<std::string, std::string>> port{{"port", "80"}};
  EXPECT_EQ(play("4.13", {{"reader", port}, {"never", port}}).error().id, "scenario.app_twice");
  EXPECT_EQ(play("4.13", {{"reader", {{"port", "0"}}}}).error().id, "scenario.app_parameter");
}

}  // namespace
}  // namespace ringside::test
