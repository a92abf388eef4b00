// Frames that grow at their end while others read them, and the pcapng file that is made of them.
#include "core/nic/live_frames.h"

#include <gtest/gtest.h>

#include <thread>

#include "core/nic/capture_file.h"
#include "core/nic/pcapng_writer.h"
#include "tests/core/test_folder.h"

namespace ringside::nic {
namespace {

wire::Buffer frame_of(std::uint64_t number) {
  wire::Buffer frame(60 + number % 1400);
  for (std::size_t i = 0; i < frame.size(); ++i) frame[i] = static_cast<std::uint8_t>(number + i);
  return frame;
}

TEST(LiveFrames, ACloneSeesWhatIsAppendedLater) {
  auto frames = std::move(*LiveFrames::create());
  const auto reader = frames->clone();
  EXPECT_FALSE(reader->at(0));
  EXPECT_FALSE(reader->state().complete);
  frames->append(17, frame_of(3));
  const auto frame = reader->at(0);
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->number, 1u);
  EXPECT_EQ(frame->t_ns, 17);
  EXPECT_EQ(frame->wire_len, frame_of(3).size());
  EXPECT_TRUE(std::ranges::equal(frame->bytes, frame_of(3)));
  frames->finish();
  EXPECT_TRUE(reader->state().complete);
  EXPECT_EQ(reader->state().frames, 1u);
}

TEST(LiveFrames, MoreThanMemoryHoldsIsReadWhileItGrows) {
  constexpr std::uint64_t kCount = 5000;  // some MB: several times what is kept unwritten
  auto frames = std::move(*LiveFrames::create());
  const auto reader = frames->clone();
  std::thread writer([&] {
    for (std::uint64_t i = 0; i < kCount; ++i) frames->append(static_cast<std::int64_t>(i), frame_of(i));
    frames->finish();
  });
  std::uint64_t seen = 0;
  while (seen < kCount) {
    const auto frame = reader->at(seen);
    if (!frame) {
      std::this_thread::yield();
      continue;
    }
    ASSERT_TRUE(std::ranges::equal(frame->bytes, frame_of(seen))) << seen;
    ++seen;
  }
  writer.join();
  for (std::uint64_t i = 0; i < kCount; i += 97)  // and again, out of order
    ASSERT_TRUE(std::ranges::equal(reader->at(kCount - 1 - i)->bytes, frame_of(kCount - 1 - i)));
}

class Pcapng : public testing::Test {
 protected:
  std::string path() const { return folder_.path("live.pcapng"); }
  const test::TestFolder folder_;
};

TEST_F(Pcapng, IsReadBackByLibpcapInOrderOfTimeToTheNanosecond) {
  auto writer = std::move(*PcapngWriter::create(path(), "tap0", 1'700'000'000'000'000'000));
  writer->write(2'000'000'007, frame_of(2), Direction::outbound);
  writer->write(1'000'000'001, frame_of(1), Direction::inbound);
  writer->settle(1'500'000'000);
  writer->write(3'000'000'000, frame_of(3), Direction::inbound);
  const auto written = writer->finish();
  ASSERT_TRUE(written);
  EXPECT_EQ(*written, 3u);
  EXPECT_EQ(writer->first_ns(), 1'000'000'001);
  const auto file = CaptureFile::open(path());
  ASSERT_TRUE(file) << file.error().id;
  const auto reader = (*file)->reader();
  const std::int64_t times[] = {0, 1'000'000'006, 1'999'999'999};
  for (std::uint64_t i = 0; i < 3; ++i) {
    const auto frame = reader->at(i);
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->t_ns, times[i]);
    EXPECT_TRUE(std::ranges::equal(frame->bytes, frame_of(i + 1)));
  }
  EXPECT_FALSE(reader->at(3));
  EXPECT_TRUE((*file)->problems().empty());
}

TEST_F(Pcapng, WhatIsInTheFileCanBeReadBeforeItIsFinished) {
  auto writer = std::move(*PcapngWriter::create(path(), "tap0", 0));
  for (std::int64_t i = 0; i < 100; ++i) writer->write(i, frame_of(1), Direction::inbound);
  writer->settle(99);
  writer.reset();  // the program was stopped
  const auto file = CaptureFile::open(path());
  ASSERT_TRUE(file);
  EXPECT_TRUE((*file)->reader()->at(99));
}

TEST_F(Pcapng, AFolderThatIsNotThereIsAnError) {
  const auto writer = PcapngWriter::create(folder_.path("no/file"), "tap0", 0);
  ASSERT_FALSE(writer);
  EXPECT_EQ(writer.error().id, "capture.write");
}

}  // namespace
}  // namespace ringside::nic
