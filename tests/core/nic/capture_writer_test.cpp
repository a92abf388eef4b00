#include "core/nic/capture_writer.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "capture_bytes.h"
#include "core/nic/capture_file.h"

namespace ringside::nic {
namespace {

TEST(CaptureWriter, WhatIsWrittenIsReadBackToTheNanosecond) {
  const TemporaryFile file("what was there before");
  for (const LinkType link : {LinkType::kEthernet, LinkType::kLinuxSll, LinkType::kLinuxSll2, LinkType::kNull,
                              LinkType::kLoop, LinkType::kRaw}) {
    auto writer = CaptureWriter::create(file.path(), link, 1'700'000'000'000'000'001);
    ASSERT_TRUE(writer);
    (*writer)->write(0, wire::Buffer(60, 1));
    (*writer)->write(7, wire::Buffer(96, 2), 1500);
    ASSERT_EQ(*(*writer)->finish(), 2u);
    const auto capture = CaptureFile::open(file.path());
    ASSERT_TRUE(capture);
    EXPECT_EQ((*capture)->link(), link);
    EXPECT_EQ((*capture)->start_ns(), 1'700'000'000'000'000'001);
    const auto reader = (*capture)->reader();
    EXPECT_EQ(reader->at(0)->bytes.size(), 60u);
    EXPECT_EQ(reader->at(1)->t_ns, 7);
    EXPECT_EQ(reader->at(1)->wire_len, 1500u);
    EXPECT_EQ(reader->at(1)->bytes[95], 2);
    EXPECT_FALSE(reader->at(2));
  }
}

TEST(CaptureWriter, LeavesTheOldFileAloneUntilItHasFinished) {
  const TemporaryFile file("old");
  {
    auto writer = CaptureWriter::create(file.path(), LinkType::kEthernet);
    ASSERT_TRUE(writer);
    for (int i = 0; i < 1000; ++i) (*writer)->write(i, wire::Buffer(1000, 1));
    EXPECT_EQ(std::filesystem::file_size(file.path()), 3u);
  }
  EXPECT_EQ(std::filesystem::file_size(file.path()), 3u);
  EXPECT_FALSE(std::filesystem::exists(file.path() + ".part0"));
}

TEST(CaptureWriter, SaysWhatIsWrong) {
  EXPECT_EQ(CaptureWriter::create("/nonexistent/x.pcap", LinkType::kRaw).error().id, "capture.missing");
  EXPECT_EQ(CaptureWriter::create("/dev/full", LinkType::kRaw).error().id, "capture.not_regular");
  EXPECT_EQ(CaptureWriter::create("/", LinkType::kRaw).error().id, "capture.not_regular");
}

}  // namespace
}  // namespace ringside::nic
