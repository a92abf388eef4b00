// Every frame of the input is accounted for, once, whatever becomes of it.
#include "core/engine/conservation.h"

#include <gtest/gtest.h>

#include <random>

#include "tests/core/engine/capture_story.h"
#include "tests/core/test_names.h"

namespace ringside::test {
namespace {

const std::vector<std::string> kFiles{
    "bulk-reorder.pcap", "empty.pcap",  "fragments.pcap",  "gso.pcap",   "half-close.pcap",
    "http-get.pcap",     "ipv6.pcapng", "mixed.pcapng",    "reset.pcap", "syn-flood-small.pcap",
    "truncated.pcap",    "vlan.pcap",   "zero-window.pcap"};

class Conserved : public testing::TestWithParam<const char*> {
 protected:
  std::shared_ptr<ringside::Run> play(const std::string& path, std::vector<KnobSetting> knobs = {},
                                      std::vector<WireEdit> edits = {}) const {
    Scenario scenario;
    scenario.kernel = GetParam();
    scenario.input = CaptureInput{path, "", ""};
    scenario.knobs = std::move(knobs);
    scenario.edits = std::move(edits);
    auto run = ringside::Run::prepare(scenario);
    EXPECT_TRUE(run) << run.error().id;
    (*run)->run_here();
    return *run;
  }
  static std::string path_of(const std::string& file) {
    return std::string(RINGSIDE_SOURCE_DIR) + "/resources/captures/" + file;
  }
};
INSTANTIATE_TEST_SUITE_P(BothKernels, Conserved, testing::Values("4.13", "6.18"), KernelName());

/// The frames add up, and the NIC has seen as many as were injected.
void expect_law(const Conservation& c, const std::string& story) {
  EXPECT_TRUE(c.frames_add_up()) << story << ": " << c.read << " read, " << c.injected << " injected, "
                                 << c.outgoing << " outgoing, " << c.other_host << " of others";
  EXPECT_EQ(c.nic_received + c.nic_missed, c.injected) << story;
  EXPECT_EQ(c.edited_out, 0u) << story;
}

TEST_P(Conserved, OnEveryCapture) {
  for (const std::string& file : kFiles) expect_law(account(*play(path_of(file))->trace()), file);
}

TEST_P(Conserved, WhenTheHostIsTooSlow) {
  for (const char* file : {"bulk-reorder.pcap", "zero-window.pcap", "mixed.pcapng"}) {
    const auto run = play(path_of(file), {{"cost.preset", "make_it_drop"}, {"nic.rx_ring", "64"}});
    expect_law(account(*run->trace()), file);
  }
}

TEST_P(Conserved, WithFramesThatAreNoSense) {
  std::mt19937 random(7);
  nic::PcapBytes file;
  for (std::int64_t i = 0; i < 2000; ++i) {
    wire::Buffer bytes(random() % 120);
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random());
    if (bytes.size() > 14 && random() % 2 == 0) {
      bytes[12] = 8;  // an IPv4 header, or what begins as one
      bytes[13] = 0;
      bytes[14] = 0x45;
    }
    file.record(i * 10'000, bytes);
  }
  const nic::TemporaryFile written(file.text);
  const auto run = play(written.path());
  expect_law(account(*run->trace()), "2,000 frames of random bytes");
  EXPECT_EQ(account(*run->trace()).read, 2000u);
}

TEST_P(Conserved, WhenTheUserDropsAndDoublesFrames) {
  const auto run =
      play(path_of("http-get.pcap"), {},
           {{.kind = WireEdit::Kind::drop, .packet = 10}, {.kind = WireEdit::Kind::duplicate, .packet = 12}});
  const Conservation c = account(*run->trace());
  EXPECT_TRUE(c.frames_add_up());
  EXPECT_EQ(c.edited_out, 1u);
  EXPECT_EQ(c.nic_received, c.injected + 1) << "one of them came twice";
}

}  // namespace
}  // namespace ringside::test
