// The model in the place of the captured host: what the peer acknowledges, the host has sent.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/core/engine/capture_story.h"
#include "tests/core/test_names.h"

namespace ringside::test {
namespace {

class Follows : public testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(BothKernels, Follows, testing::Values("4.13", "6.18"), KernelName());

/// Nobody waits for anything when it is over.
void expect_all_read(const Run& run, std::uint32_t bytes) {
  EXPECT_EQ(drops_of(run), "");
  EXPECT_EQ(stream_of(run), CaptureStory::text(0, bytes));
}

TEST_P(Follows, ARequestCutByTheSnapLengthIsAsLongAsItWas) {
  CaptureStory story(96);  // 42 of the request's 82 bytes are in the file
  story.handshake().host({.us = 100, .flags = "P.", .seq = 1, .ack = 1, .len = 82});
  story.peer({.us = 120, .flags = ".", .seq = 1, .ack = 83});
  story.peer({.us = 9000, .flags = "P.", .seq = 1, .ack = 83, .len = 1000});
  story.host({.us = 9010, .flags = ".", .seq = 83, .ack = 1001});
  const auto run = story.run(GetParam());
  EXPECT_EQ(drops_of(*run), "");
  const std::string stream = stream_of(*run);
  EXPECT_EQ(stream.substr(0, 42), CaptureStory::text(0, 42)) << "what the file holds of it";
  EXPECT_EQ(stream.substr(42), std::string(958, '\0')) << "what the snap length cut off";
}

TEST_P(Follows, SmallWritesThatNaglesRuleWouldHold) {
  CaptureStory story;
  story.handshake();
  story.host({.us = 100, .flags = "P.", .seq = 1, .ack = 1, .len = 20});
  story.host({.us = 101, .flags = "P.", .seq = 21, .ack = 1, .len = 20});  // it has set TCP_NODELAY
  story.peer({.us = 400, .flags = "P.", .seq = 1, .ack = 41, .len = 300});
  const auto run = story.run(GetParam());
  expect_all_read(*run, 300);
  EXPECT_THAT(notes_of(*run), testing::Contains("captured_host_is_ahead"));
}

TEST_P(Follows, ASenderWithALargerWindowThanTheModels) {
  CaptureStory story;
  story.handshake();
  constexpr std::uint32_t kSegments = 200, kMss = 1448;
  std::int64_t us = 100;
  for (std::uint32_t i = 0; i < kSegments; ++i)  // 200 segments at once; a new connection may send ten
    story.host({.us = us++, .flags = ".", .seq = 1 + i * kMss, .ack = 1, .len = kMss});
  us = 10000;
  Seq said = 1;
  for (std::uint32_t i = 1; i < kSegments; i += 2, us += 20) {
    story.peer({.us = us, .flags = "P.", .seq = said, .ack = 1 + (i + 1) * kMss, .len = 10});
    said += 10;
  }
  const auto run = story.run(GetParam());
  expect_all_read(*run, 1000);
  std::uint64_t sent = 0;
  for (std::uint32_t i = 0; i < run->trace()->sent_count(); ++i) {
    const SentRow row = run->trace()->sent(i);
    if (row.len != 0) sent = std::max<std::uint64_t>(sent, row.seq + row.len - CaptureStory::kOurIsn - 1);
  }
  EXPECT_EQ(sent, kSegments * kMss) << "all of it left, and nothing more";
}

TEST_P(Follows, ASackOfWhatTheModelHasNotSent) {
  CaptureStory story;
  story.handshake();
  for (std::uint32_t i = 0; i < 40; ++i)
    story.host({.us = 100 + i, .flags = ".", .seq = 1 + i * 1448, .ack = 1, .len = 1448});
  for (std::uint32_t i = 1; i < 40; ++i)
    story.peer({.us = 10000 + i, .flags = ".", .seq = 1, .ack = 1, .sack = {{1449, 1 + (i + 1) * 1448}}});
  story.host({.us = 10050, .flags = ".", .seq = 1, .ack = 1, .len = 1448});
  story.peer({.us = 20000, .flags = "P.", .seq = 1, .ack = 57921, .len = 100});
  const auto run = story.run(GetParam());
  expect_all_read(*run, 100);
  for (const auto& [counter, n] : run->trace()->counters())
    EXPECT_FALSE(counter == Counter::TCPSACKDiscard && n != 0) << n;
}

TEST_P(Follows, AFinAcknowledgedTogetherWithThePeersOwn) {
  CaptureStory story;
  story.handshake();
  story.host({.us = 100, .flags = "F.", .seq = 1, .ack = 1, .len = 3000});
  story.peer(
      {.us = 101, .flags = "F.", .seq = 1, .ack = 3002, .len = 50});  // before the model's write() began
  story.host({.us = 110, .flags = ".", .seq = 3002, .ack = 52});
  const auto run = story.run(GetParam());
  expect_all_read(*run, 50);
  for (const auto& [counter, n] : run->trace()->counters())
    EXPECT_FALSE(counter == Counter::TcpCurrEstab && n != 0) << "it is closed";
}

TEST_P(Follows, BytesTheCaptureHasMissed) {
  CaptureStory story;  // the segment from 101 on was lost by the capturing program, not by the network
  story.handshake().host({.us = 100, .flags = "P.", .seq = 1, .ack = 1, .len = 100});
  story.peer({.us = 300, .flags = "P.", .seq = 1, .ack = 1101, .len = 10});
  story.host({.us = 400, .flags = "P.", .seq = 1101, .ack = 11, .len = 100});
  story.peer({.us = 600, .flags = "P.", .seq = 11, .ack = 1201, .len = 10});
  expect_all_read(*story.run(GetParam()), 20);
}

TEST_P(Follows, AnAckThatNobodyCouldHaveCausedIsRefused) {
  CaptureStory story;
  story.handshake().host({.us = 100, .flags = "P.", .seq = 1, .ack = 1, .len = 100});
  story.peer({.us = 300, .flags = "P.", .seq = 1, .ack = 101 + 0x30000000, .len = 10});
  story.peer({.us = 400, .flags = "P.", .seq = 1, .ack = 101, .len = 10});
  const auto run = story.run(GetParam());
  EXPECT_EQ(drops_of(*run), "TCP_ACK_UNSENT_DATA 1");
  EXPECT_EQ(stream_of(*run), CaptureStory::text(0, 10));
}

TEST_P(Follows, AHostWhoseCpuIsTooSlowToWriteInTime) {
  CaptureStory story;
  story.handshake();
  std::int64_t us = 100;
  for (std::uint32_t i = 0; i < 50; ++i, us += 12) {  // question and answer within 12 us, without a pause
    story.host({.us = us, .flags = "P.", .seq = 1 + i * 50, .ack = 1 + i * 100, .len = 50});
    story.peer({.us = us + 4, .flags = "P.", .seq = 1 + i * 100, .ack = 51 + i * 50, .len = 100});
  }
  expect_all_read(*story.run(GetParam(), {{"cost.preset", "slow_laptop"}}), 5000);
}

}  // namespace
}  // namespace ringside::test
