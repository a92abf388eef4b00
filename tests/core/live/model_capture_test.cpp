// The model's packets as a capture: read back, they are what the trace says was sent, and the host's own
// programs get from them what they got before.
#include "core/live/model_capture.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "core/engine/engine.h"
#include "core/nic/capture_file.h"
#include "core/nic/layers.h"
#include "tests/core/test_folder.h"

namespace ringside::live {
namespace {

std::string capture(const char* name) {
  return std::string(RINGSIDE_SOURCE_DIR) + "/resources/captures/" + name;
}

Scenario of(const std::string& path, const std::string& kernel, const std::string& local) {
  Scenario scenario;
  scenario.kernel = kernel;
  scenario.input = CaptureInput{path, "", local};
  return scenario;
}

std::shared_ptr<Run> play(const Scenario& scenario) {
  auto run = Run::prepare(scenario, {.progress = {}, .hash_delivered = true});
  EXPECT_TRUE(run) << run.error().id;
  (*run)->run_here();
  return *run;
}

class ModelCaptureTest : public testing::TestWithParam<std::tuple<const char*, const char*>> {
 protected:
  const test::TestFolder folder;
  const std::string file = folder.path("model.pcapng");
};

TEST_P(ModelCaptureTest, HoldsWhatCrossedTheModelledWire) {
  const auto [name, kernel] = GetParam();
  const auto original = play(of(capture(name), kernel, ""));
  const std::string local = original->trace()->flow(1).local.to_string();
  const Scenario scenario = of(capture(name), kernel, local);
  const auto run = play(scenario);
  const auto written = write_model_capture(scenario, file);
  ASSERT_TRUE(written) << written.error().id;

  // Outbound: the numbers of every segment the trace says was sent, in order.
  const auto back = nic::CaptureFile::open(file);
  ASSERT_TRUE(back) << back.error().id;
  const auto frames = (*back)->reader();
  std::vector<std::pair<std::uint32_t, std::uint32_t>> sent;
  std::uint64_t inbound = 0;
  std::int64_t before = INT64_MIN;
  for (std::uint64_t i = 0;; ++i) {
    const auto frame = frames->at(i);
    if (!frame) break;
    EXPECT_GE(frame->t_ns, before) << "in order of time";
    before = frame->t_ns;
    const auto layers = nic::dissect(frame->link, frame->bytes);
    if (!layers || !layers->tcp) continue;
    const bool ours = layers->saddr.to_string() == local;
    if (ours)
      sent.emplace_back(layers->tcp->seq(), layers->tcp->ack_seq());
    else
      ++inbound;
  }
  std::vector<std::pair<std::uint32_t, std::uint32_t>> expected;
  for (std::uint32_t i = 0; i < run->trace()->sent_count(); ++i) {
    const SentRow row = run->trace()->sent(i);
    if (row.protocol == 6) expected.emplace_back(row.seq, row.ack);
  }
  EXPECT_EQ(sent, expected);
  EXPECT_GE(written->sent, sent.size()) << "and what is no TCP";
  EXPECT_GE(written->received, inbound);

  // Played again it brings the host's programs the same bytes.
  const auto again = play(of(file, kernel, local));
  const auto a = run->delivered(), b = again->delivered();
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(a[i].bytes, b[i].bytes);
    EXPECT_EQ(a[i].sha256, b[i].sha256);
  }
}

INSTANTIATE_TEST_SUITE_P(All, ModelCaptureTest,
                         testing::Combine(testing::Values("http-get.pcap", "bulk-reorder.pcap",
                                                          "half-close.pcap"),
                                          testing::Values("4.13", "6.18")));

TEST(ModelCapture, GivenUpItLeavesNoFile) {
  const test::TestFolder folder;
  const std::string file = folder.path("given-up.pcapng");
  const std::atomic<bool> cancel{true};
  (void)write_model_capture(of(capture("bulk-reorder.pcap"), "4.13", ""), file, &cancel);
  EXPECT_FALSE(std::filesystem::exists(file));
}

TEST(ModelCapture, AFileThatCannotBeWrittenIsSaid) {
  const auto written = write_model_capture(of(capture("http-get.pcap"), "4.13", ""), "/nowhere/a.pcapng");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().id, "capture.write");
}

}  // namespace
}  // namespace ringside::live
