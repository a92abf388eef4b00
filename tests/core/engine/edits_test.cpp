// The wire as the user edits it: an edited run is the run of an edited capture.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "core/nic/capture_writer.h"
#include "core/scenario/wire_edits.h"
#include "tests/core/engine/capture_story.h"
#include "tests/core/test_names.h"

namespace ringside::test {
namespace {

const std::string kCapture = std::string(RINGSIDE_SOURCE_DIR) + "/resources/captures/http-get.pcap";
const std::string kLocal = "10.77.0.2";

struct Record {
  std::int64_t t_ns = 0;
  wire::Buffer bytes;
};
using Records = std::vector<Record>;

std::shared_ptr<Run> play(const std::string& path, const std::string& kernel, std::vector<WireEdit> edits) {
  Scenario scenario;
  scenario.kernel = kernel;
  scenario.input = CaptureInput{path, "", kLocal};
  scenario.edits = std::move(edits);
  auto run = Run::prepare(scenario, {.progress = {}, .hash_delivered = true});
  EXPECT_TRUE(run) << run.error().id;
  (*run)->run_here();
  return *run;
}

/// What the host did, without the numbers of frames and steps, which differ.
std::string deeds(const Run& run) {
  std::string text = drops_of(run);
  for (const DeliveredStream& s : run.delivered())
    text += "\nread " + std::to_string(s.bytes) + " " + s.sha256;
  for (std::uint32_t i = 0; i < run.trace()->sent_count(); ++i) {
    const SentRow row = run.trace()->sent(i);
    text += "\n" + std::to_string(row.t_ns) + " ack " + std::to_string(row.ack) + " win " +
            std::to_string(row.win);
  }
  for (const auto& [counter, n] : run.trace()->counters())
    if (n != 0) text += "\n" + std::string(name_of(counter)) + " " + std::to_string(n);
  return text;
}

class Edited : public testing::TestWithParam<const char*> {
 protected:
  /// The edits on the one hand, `by_hand` on the records on the other.
  void expect_same(const std::vector<std::string>& edits,
                   const std::function<void(Records&)>& by_hand) const {
    std::vector<WireEdit> parsed;
    for (const std::string& text : edits) {
      const auto edit = parse_wire_edit(text);
      ASSERT_TRUE(edit) << text;
      parsed.push_back(*edit);
    }
    const auto original = play(kCapture, GetParam(), {});
    const auto frames = original->frames();
    Records records;
    for (std::uint64_t i = 0; const auto frame = frames->at(i); ++i)
      records.push_back({frame->t_ns, {frame->bytes.begin(), frame->bytes.end()}});
    by_hand(records);
    std::ranges::stable_sort(records, {}, &Record::t_ns);
    const nic::TemporaryFile file;
    auto writer =
        nic::CaptureWriter::create(file.path(), nic::LinkType::kEthernet, 1'700'000'000'000'000'000);
    for (const Record& record : records) (*writer)->write(record.t_ns, record.bytes);
    ASSERT_TRUE((*writer)->finish());
    const std::string edited = deeds(*play(kCapture, GetParam(), parsed));
    EXPECT_EQ(edited, deeds(*play(file.path(), GetParam(), {})));
    EXPECT_NE(edited, deeds(*original)) << "the edit does something";
  }
};
INSTANTIATE_TEST_SUITE_P(BothKernels, Edited, testing::Values("4.13", "6.18"), KernelName());

// Frames 10, 12, 14, 16 are segments of the page; number N is records[N - 1].

TEST_P(Edited, ADroppedSegmentIsMissing) {
  expect_same({"drop 14"}, [](Records& r) { r.erase(r.begin() + 13); });
}

TEST_P(Edited, ADuplicateComesTwice) {
  expect_same({"duplicate 14 300us"}, [](Records& r) {
    Record copy = r[13];
    copy.t_ns += 300'000;
    r.push_back(copy);
  });
}

TEST_P(Edited, ADelayedSegmentComesBehindOthers) {
  expect_same({"delay 12 400us"}, [](Records& r) { r[11].t_ns += 400'000; });
}

TEST_P(Edited, AnEarlierOneOvertakes) {
  expect_same({"delay 16 -100us"}, [](Records& r) { r[15].t_ns -= 100'000; });
}

TEST_P(Edited, ReorderedSegments) {
  expect_same({"reorder 12 behind 16"}, [](Records& r) {
    Record moved = r[11];
    moved.t_ns = r[15].t_ns;
    r.erase(r.begin() + 11);
    r.insert(r.begin() + 15, moved);
  });
}

TEST_P(Edited, ACorruptedByteOfPayloadIsReadAsItIs) {
  expect_same({"corrupt 14 100 ff"}, [](Records& r) { r[13].bytes[100] ^= 0xff; });
}

TEST_P(Edited, SeveralAtOnce) {
  expect_same({"drop 10", "duplicate 12", "delay 14 2ms"}, [](Records& r) {
    r[13].t_ns += 2'000'000;
    const Record copy = r[11];
    r.insert(r.begin() + 12, copy);
    r.erase(r.begin() + 9);
  });
}

TEST(WireEdits, AreSavedAsJsonAndComeBack) {
  for (const char* text :
       {"drop 7", "duplicate 7 2ms", "delay 7 -500us", "reorder 8 behind 5", "corrupt 7 54 0f"}) {
    const auto edit = parse_wire_edit(text);
    ASSERT_TRUE(edit) << text;
    const std::string json = wire_edits_to_json({*edit});
    const auto back = wire_edits_from_json(json);
    ASSERT_TRUE(back) << json;
    EXPECT_EQ(wire_edits_to_json(*back), json);
    EXPECT_EQ((*back)[0].packet, edit->packet);
    EXPECT_EQ((*back)[0].delay_ns, edit->delay_ns) << text;
    EXPECT_EQ((*back)[0].xor_mask, edit->xor_mask) << text;
  }
}

TEST(WireEdits, WhatIsNoneIsRefused) {
  for (const char* text :
       {"", "drop", "drop 0", "drop x", "drop 3 4", "delay 3", "delay 3 5", "delay 3 5h", "reorder 3 4",
        "reorder 3 behind", "corrupt 3", "corrupt 3 4 00", "lose 3", "delay 3 99999999999999999999s"})
    EXPECT_FALSE(parse_wire_edit(text)) << text;
  for (const char* json :
       {"", "{}", "[1]", "[{\"kind\": \"lose\", \"packet\": 1}]", "[{\"kind\": \"drop\"}]"})
    EXPECT_FALSE(wire_edits_from_json(json)) << json;
}

/// Found by run_fuzz: the clock overflowed.
TEST_P(Edited, DelaysAndStampsOfAThousandYearsAreTakenForDamaged) {
  const auto far = parse_wire_edit("delay 14 9000000000s");
  ASSERT_TRUE(far);
  const auto run = play(kCapture, GetParam(), {*far, *far, *far});
  EXPECT_TRUE(run->trace()->complete());
  EXPECT_GT(run->trace()->end_ns(), 1'000'000'000'000'000'000) << "it came, late";
}

}  // namespace
}  // namespace ringside::test
