#include "core/query/run_scan.h"

#include <gtest/gtest.h>

#include "core/engine/engine.h"

namespace ringside::query {
namespace {

TEST(RunScan, AgreesWithTheRunsColumns) {
  Scenario scenario;
  scenario.input = CaptureInput{RINGSIDE_SOURCE_DIR "/resources/captures/bulk-reorder.pcap", {}, {}};
  const auto run = Run::prepare(scenario);
  ASSERT_TRUE(run);
  (*run)->run_here();
  const Trace& trace = *(*run)->trace();
  const RunScan scan = scan_run(trace);
  ASSERT_TRUE(scan.complete);
  for (const auto& [counter, value] : trace.counters()) {
    const auto found = scan.counters.find(counter);
    ASSERT_NE(found, scan.counters.end()) << ringside::name_of(counter);
    EXPECT_EQ(found->second.points().back().value, static_cast<std::int64_t>(value))
        << ringside::name_of(counter);
  }
  std::uint64_t delivered = 0;
  for (std::uint32_t i = 0; i < trace.packet_count(); ++i)
    if (trace.packet(i).fate == Fate::delivered) ++delivered;
  EXPECT_EQ(scan.to_read.total, delivered);
  ASSERT_TRUE(scan.flows.contains(1));
  const SequenceCourse& course = scan.flows.at(1);
  ASSERT_FALSE(course.rcv_nxt.points().empty());
  ASSERT_FALSE(course.copied_seq.points().empty());
  EXPECT_GE(static_cast<std::int32_t>(static_cast<std::uint32_t>(course.rcv_nxt.points().back().value) -
                                      static_cast<std::uint32_t>(course.copied_seq.points().back().value)),
            0)
      << "nothing is read that has not been received";
  EXPECT_FALSE(scan.wakes.points().empty());
}

TEST(RunScan, ACourseForgetsEverySecondPointRatherThanGrow) {
  Course course;
  for (std::uint32_t i = 0; i < 200000; ++i) course.add({i, i, i});
  EXPECT_LE(course.points().size(), Course::kMost);
  EXPECT_GE(course.points().size(), Course::kMost / 2);
  for (std::size_t i = 1; i < course.points().size(); ++i)
    EXPECT_LT(course.points()[i - 1].step, course.points()[i].step);
}

TEST(Histogram, HasTenBinsADecade) {
  EXPECT_EQ(Histogram::bin_of(0), 0);
  EXPECT_EQ(Histogram::bin_of(1000), 30);
  EXPECT_EQ(Histogram::bin_of(1300), 31);
  EXPECT_EQ(Histogram::bin_of(INT64_MAX), Histogram::kBins - 1);
  EXPECT_NEAR(Histogram::begin_of(30), 1000, 0.001);
}

}  // namespace
}  // namespace ringside::query
