// Captures that begin in the middle of a connection: each story leaves out what came before.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/core/engine/capture_story.h"
#include "tests/core/test_names.h"

namespace ringside::test {
namespace {

using testing::Contains;
using testing::Not;

class TakesOver : public testing::TestWithParam<const char*> {
 protected:
  CaptureStory story;
  std::shared_ptr<ringside::Run> run;
  void play() { run = story.run(GetParam()); }
  /// What was read begins at this byte of the peer's stream.
  void expect_read(std::uint32_t first, std::uint32_t end) const {
    ASSERT_EQ(run->taken_over().size(), 1u);
    EXPECT_THAT(notes_of(*run), Contains("connection_taken_over"));
    EXPECT_TRUE(run->trace()->flow(1).adopted);
    EXPECT_EQ(stream_of(*run), CaptureStory::text(first, end));
  }
  std::uint64_t sent_resets() const {
    std::uint64_t resets = 0;
    for (std::uint32_t i = 0; i < run->trace()->sent_count(); ++i)
      resets += (run->trace()->sent(i).flags & wire::TCPHDR_RST) != 0;
    return resets;
  }
};
INSTANTIATE_TEST_SUITE_P(BothKernels, TakesOver, testing::Values("4.13", "6.18"), KernelName());

TEST_P(TakesOver, DataFromThePeerFirst) {
  story.peer({.us = 0, .flags = "P.", .seq = 5001, .ack = 701, .len = 500});
  story.host({.us = 10, .flags = ".", .seq = 701, .ack = 5501});
  story.peer({.us = 500, .flags = "P.", .seq = 5501, .ack = 701, .len = 500});
  play();
  expect_read(5000, 6000);
  EXPECT_EQ(drops_of(*run), "");
  EXPECT_EQ(sent_resets(), 0u);
}

TEST_P(TakesOver, TheReaderAlreadySleepsWhenTheFirstSegmentComes) {
  story.peer({.us = 0, .flags = "P.", .seq = 5001, .ack = 701, .len = 500});
  play();
  const PacketRow first = run->trace()->packet(0);
  EXPECT_EQ(first.was_in(Place::prequeue), std::string(GetParam()) == "4.13");
  EXPECT_EQ(first.was_in(Place::sk_receive_queue), std::string(GetParam()) == "6.18");
}

TEST_P(TakesOver, DataFromUsFirst) {
  story.host({.us = 0, .flags = "P.", .seq = 701, .ack = 5001, .len = 300});
  story.peer({.us = 200, .flags = "P.", .seq = 5001, .ack = 1001, .len = 100});
  story.host({.us = 300, .flags = "P.", .seq = 1001, .ack = 5101, .len = 300});
  story.peer({.us = 400, .flags = "P.", .seq = 5101, .ack = 1301, .len = 100});
  play();
  expect_read(5000, 5200);
  EXPECT_EQ(drops_of(*run), "");
}

TEST_P(TakesOver, OnlyAcks) {
  story.host({.us = 0, .flags = ".", .seq = 701, .ack = 5001});
  story.peer({.us = 200, .flags = ".", .seq = 5001, .ack = 701});
  story.peer({.us = 900, .flags = ".", .seq = 5000, .ack = 701});  // a keep-alive
  story.host({.us = 910, .flags = ".", .seq = 701, .ack = 5001});
  play();
  expect_read(5000, 5000);
  EXPECT_EQ(sent_resets(), 0u);
}

TEST_P(TakesOver, TheAckThatEndsTheHandshake) {
  story.peer({.us = 0, .flags = ".", .seq = 1, .ack = 1});
  story.peer({.us = 50, .flags = "P.", .seq = 1, .ack = 1, .len = 100});
  play();
  expect_read(0, 100);
}

TEST_P(TakesOver, AFinFirst) {
  story.peer({.us = 0, .flags = "F.", .seq = 5001, .ack = 701});
  story.host({.us = 50, .flags = "F.", .seq = 701, .ack = 5002});
  story.peer({.us = 90, .flags = ".", .seq = 5002, .ack = 702});
  play();
  expect_read(5000, 5000);
  EXPECT_EQ(drops_of(*run), "");
  for (const auto& [counter, n] : run->trace()->counters())
    EXPECT_FALSE(counter == Counter::TcpCurrEstab && n != 0) << "both sides have closed it";
}

TEST_P(TakesOver, OurFinFirst) {
  story.host({.us = 0, .flags = "F.", .seq = 701, .ack = 5001});
  story.peer({.us = 90, .flags = ".", .seq = 5001, .ack = 702});
  story.peer({.us = 200, .flags = "FP.", .seq = 5001, .ack = 702, .len = 40});
  play();
  expect_read(5000, 5040);
  for (const auto& [counter, n] : run->trace()->counters())
    EXPECT_FALSE(counter == Counter::TcpCurrEstab && n != 0) << "both sides have closed it";
}

TEST_P(TakesOver, OurSynAckFirst) {  // the peer's SYN is missing
  story.host({.us = 0, .flags = "S.", .seq = 0, .ack = 1});
  story.peer({.us = 30, .flags = ".", .seq = 1, .ack = 1});
  story.peer({.us = 60, .flags = "P.", .seq = 1, .ack = 1, .len = 100});
  play();
  expect_read(0, 100);
  EXPECT_EQ(sent_resets(), 0u);
}

TEST_P(TakesOver, ASynAckToUsFirst) {  // our SYN is missing: the application connects just before
  story.peer({.us = 0, .flags = "S.", .seq = 0, .ack = 1});
  story.host({.us = 10, .flags = ".", .seq = 1, .ack = 1});
  story.host({.us = 20, .flags = "P.", .seq = 1, .ack = 1, .len = 50});
  story.peer({.us = 90, .flags = "P.", .seq = 1, .ack = 51, .len = 100});
  play();
  EXPECT_THAT(notes_of(*run), Contains("connection_begins_before_the_capture"));
  EXPECT_EQ(stream_of(*run), CaptureStory::text(0, 100));
  EXPECT_EQ(sent_resets(), 0u);
  EXPECT_EQ(run->trace()->sent(0).seq, CaptureStory::kOurIsn)
      << "its own SYN has the number that was answered";
}

TEST_P(TakesOver, ARetransmissionOfWhatTheHostHadLongSince) {
  story.peer({.us = 0, .flags = "P.", .seq = 1001, .ack = 701, .len = 500});
  story.host({.us = 10, .flags = ".", .seq = 701, .ack = 5001});
  story.peer({.us = 500, .flags = "P.", .seq = 5001, .ack = 701, .len = 500});
  play();
  expect_read(5000, 5500);
  EXPECT_EQ(drops_of(*run), "TCP_OLD_SEQUENCE 1");
}

TEST_P(TakesOver, DataAheadOfAHoleThatIsFilledLater) {
  story.peer({.us = 0, .flags = ".", .seq = 6001, .ack = 701, .len = 500});
  story.host({.us = 10, .flags = ".", .seq = 701, .ack = 5001, .sack = {{6001, 6501}}});
  story.peer({.us = 500, .flags = "P.", .seq = 5001, .ack = 701, .len = 1000});
  story.host({.us = 510, .flags = ".", .seq = 701, .ack = 6501});
  play();
  expect_read(5000, 6500);
}

TEST_P(TakesOver, BytesBehindAHoleThatCameBeforeTheCapture) {
  story.host({.us = 0, .flags = ".", .seq = 701, .ack = 5001, .sack = {{6001, 6501}}});
  story.peer({.us = 500, .flags = "P.", .seq = 5001, .ack = 701, .len = 1000});
  story.host({.us = 510, .flags = ".", .seq = 701, .ack = 6501});
  story.peer({.us = 600, .flags = "P.", .seq = 6501, .ack = 701, .len = 1000});
  story.host({.us = 610, .flags = ".", .seq = 701, .ack = 7501});
  play();
  expect_read(6500, 7500);
  EXPECT_EQ(run->taken_over()[0].unknown_bytes, 1500u);
}

TEST_P(TakesOver, AStraySegmentIsAnsweredByAReset) {
  story.peer({.us = 0, .flags = ".", .seq = 5001, .ack = 701});
  story.host({.us = 10, .flags = "R", .seq = 701});
  play();
  EXPECT_TRUE(run->taken_over().empty());
  EXPECT_EQ(sent_resets(), 1u);
}

TEST_P(TakesOver, AWindowThatOnlyALargerScaleExplains) {
  story.host({.us = 0, .flags = ".", .seq = 701, .ack = 5001, .win = 100});
  for (std::uint32_t i = 0; i < 30; ++i)  // 43 KB in flight: 100 << 7 would be 12,800
    story.peer({.us = 500 + i, .flags = ".", .seq = 5001 + i * 1448, .ack = 701, .len = 1448});
  story.host({.us = 700, .flags = ".", .seq = 701, .ack = 48441, .win = 100});
  play();
  expect_read(5000, 48440);
  EXPECT_EQ(run->taken_over()[0].rcv_wscale, 9);
}

}  // namespace
}  // namespace ringside::test
