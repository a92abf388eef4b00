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
  for (const DeliveredStream& stream : (*run)->delivered()) {
    const FlowRow flow = (*run)->trace()->flow(stream.flow);
    if (flow.protocol != 6) continue;
    if (flow.local_port == 2222) {
      EXPECT_EQ(stream.bytes, 0u) << "nobody reads it";
    }
    (stream.bytes == 0 ? unread : read) += 1;
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

TEST(SeveralAppsErrors, OnePortHasOneApplication) {
  EXPECT_EQ(play("4.13", {{"reader", {}}, {"never", {}}}).error().id, "scenario.app_twice");
  const std::vector<std::pair<std::string, std::string>> port{{"port", "80"}};
  EXPECT_EQ(play("4.13", {{"reader", port}, {"never", port}}).error().id, "scenario.app_twice");
  EXPECT_EQ(play("4.13", {{"reader", {{"port", "0"}}}}).error().id, "scenario.app_parameter");
}

}  // namespace
}  // namespace ringside::test
