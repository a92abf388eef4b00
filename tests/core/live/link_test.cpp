// What the knobs of the live cable do to frames.
#include "core/live/link.h"

#include <gtest/gtest.h>

#include <set>

namespace ringside::live {
namespace {

constexpr std::int64_t kUs = 1000, kMs = 1000 * kUs;

std::vector<std::uint8_t> frame_of(std::uint8_t number, std::size_t size = 1000) {
  return std::vector<std::uint8_t>(size, number);
}

/// Sends `count` frames, one a millisecond; what came out, in order, by number.
std::vector<int> through(Link& link, int count) {
  for (int i = 0; i < count; ++i) link.put(i * kMs, frame_of(static_cast<std::uint8_t>(i)));
  std::vector<int> out;
  while (const auto frame = link.take(INT64_MAX)) out.push_back(frame->second.front());
  return out;
}

LinkFaults no_limit() {
  LinkFaults faults;
  faults.rate_bps = 0;
  return faults;
}

TEST(Link, WithoutFaultsEveryFrameComesAtOnceAndInOrder) {
  Link link(no_limit(), 1);
  link.put(5, frame_of(7));
  EXPECT_EQ(link.next_ns(), 5);
  EXPECT_FALSE(link.take(4));
  const auto frame = link.take(5);
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->first, 5);
  EXPECT_EQ(frame->second, frame_of(7));
  EXPECT_FALSE(link.next_ns());
}

TEST(Link, TheRateSpacesFrames) {
  LinkFaults faults;
  faults.rate_bps = 8'000'000;  // a byte a microsecond
  Link link(faults, 1);
  for (int i = 0; i < 3; ++i) link.put(0, frame_of(1));
  for (int i = 1; i <= 3; ++i) EXPECT_EQ(link.take(INT64_MAX)->first, i * 1000 * kUs);
}

TEST(Link, AFullQueueLosesTheNextFrame) {
  LinkFaults faults;
  faults.rate_bps = 1000;
  Link link(faults, 1);
  for (int i = 0; i < 1001; ++i) link.put(0, frame_of(1));
  EXPECT_EQ(link.waiting(), 1000u);
  EXPECT_EQ(link.overflowed(), 1u);
}

TEST(Link, LossTakesItsShareAndTheSameOnesForTheSameSeed) {
  LinkFaults faults = no_limit();
  faults.loss = 300'000;
  Link one(faults, 7), again(faults, 7), other(faults, 8);
  const auto got = through(one, 200);
  EXPECT_EQ(got.size() + one.lost(), 200u);
  EXPECT_NEAR(static_cast<double>(one.lost()), 60, 25);
  EXPECT_EQ(got, through(again, 200));
  EXPECT_NE(got, through(other, 200));
}

TEST(Link, ReorderedFramesAreOvertakenAndNoneIsLost) {
  LinkFaults faults = no_limit();
  faults.reorder = 200'000;
  Link link(faults, 3);
  const auto got = through(link, 100);
  EXPECT_FALSE(std::is_sorted(got.begin(), got.end()));
  EXPECT_EQ(std::set<int>(got.begin(), got.end()).size(), 100u);
}

TEST(Link, DuplicatesComeTwiceAndDamageIsOneBit) {
  LinkFaults faults = no_limit();
  faults.duplicate = 1'000'000;
  Link twice(faults, 1);
  EXPECT_EQ(through(twice, 2), (std::vector<int>{0, 0, 1, 1}));
  faults = no_limit();
  faults.corrupt = 1'000'000;
  Link hurts(faults, 1);
  hurts.put(0, frame_of(0));
  const auto frame = hurts.take(0);
  ASSERT_TRUE(frame);
  int bits = 0;
  for (const std::uint8_t byte : frame->second) bits += __builtin_popcount(byte);
  EXPECT_EQ(bits, 1);
}

TEST(Link, KnobsAreReadWithTheirUnitsAndNonsenseIsRefused) {
  EXPECT_EQ(*parse_share("loss", "1%"), 10'000);
  EXPECT_EQ(*parse_share("loss", "0.01"), 100);
  EXPECT_EQ(*parse_delay("delay", "20ms"), 20 * kMs);
  EXPECT_EQ(*parse_delay("delay", "1.5us"), 1500);
  EXPECT_EQ(*parse_rate("rate", "10mbit"), 10'000'000);
  EXPECT_EQ(*parse_rate("rate", "0"), 0);
  for (const char* text : {"", "x", "-1", "101%", "1 %", "nan", "inf", "1%%"})
    EXPECT_FALSE(parse_share("loss", text)) << text;
  for (const char* text : {"10", "1h", "-1ms", "61s", "99999999999999999999s"}) {
    if (std::string_view(text) == "10") continue;  // milliseconds
    EXPECT_FALSE(parse_delay("delay", text)) << text;
  }
  EXPECT_FALSE(parse_rate("rate", "10mb"));
}

}  // namespace
}  // namespace ringside::live
