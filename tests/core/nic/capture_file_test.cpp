#include "core/nic/capture_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <random>
#include <thread>

#include "capture_bytes.h"

namespace ringside::nic {
namespace {

wire::Buffer payload(std::size_t n, std::uint8_t fill) { return wire::Buffer(n, fill); }

std::shared_ptr<CaptureFile> open_bytes(const TemporaryFile& file, const std::string& filter = "") {
  auto opened = CaptureFile::open(file.path(), filter);
  EXPECT_TRUE(opened) << (opened ? "" : opened.error().id);
  return opened ? *opened : nullptr;
}

/// "number@t_ns:first byte x length" of every frame, then the ids of the problems.
std::string story(FrameSource& source) {
  std::string text;
  for (std::uint64_t i = 0;; ++i) {
    const auto frame = source.at(i);
    if (!frame) break;
    text += std::to_string(frame->number) + "@" + std::to_string(frame->t_ns) + ":" +
            std::to_string(frame->bytes.empty() ? 0 : frame->bytes[0]) + "x" +
            std::to_string(frame->bytes.size());
    if (frame->wire_len != frame->bytes.size()) text += "/" + std::to_string(frame->wire_len);
    text += " ";
  }
  for (const Error& problem : source.problems()) {
    text += problem.id + "#" + std::to_string(problem.packet) + " ";
  }
  if (!text.empty()) text.pop_back();
  return text;
}

std::string story_of(const FileBytes& bytes) {
  const TemporaryFile file(bytes.text);
  const auto capture = open_bytes(file);
  return capture ? story(*capture->reader()) : "";
}

std::string error_of(const std::string& path, const std::string& filter = "") {
  const auto opened = CaptureFile::open(path, filter);
  return opened ? "" : opened.error().id;
}

std::string error_of_content(const std::string& content) {
  const TemporaryFile file(content);
  return error_of(file.path());
}

PcapBytes three_records() {
  PcapBytes bytes;
  bytes.record(5'000'000'000, payload(60, 1));
  bytes.record(5'000'001'000, payload(100, 2), 1500);
  bytes.record(6'000'000'000, payload(0, 3));
  return bytes;
}

TEST(CaptureFile, ReadsClassicFilesInBothByteOrdersAndResolutions) {
  for (const bool big : {false, true}) {
    PcapBytes micro(1, false, big);
    micro.record(5'000'001'000, payload(60, 1));
    micro.record(5'000'003'000, payload(61, 2), 1500);
    EXPECT_EQ(story_of(micro), "1@0:1x60 2@2000:2x61/1500");
    PcapBytes nano(1, true, big);
    nano.record(5'000'000'001, payload(60, 1));
    nano.record(5'000'000'003, payload(61, 2));
    EXPECT_EQ(story_of(nano), "1@0:1x60 2@2:2x61");
  }
}

TEST(CaptureFile, ReadsPcapngWithSeveralInterfacesAndResolutions) {
  for (const bool big : {false, true}) {
    PcapngBytes bytes;
    bytes.big_endian = big;
    bytes.section();
    bytes.interface(1, 9);
    bytes.interface(1, 6);
    bytes.packet(0, 5'000'000'000, payload(60, 1));
    bytes.packet(1, 5'000'007, payload(61, 2));
    EXPECT_EQ(story_of(bytes), "1@0:1x60 2@7000:2x61");
  }
}

TEST(CaptureFile, FindsItsWayBackInAPcapngFileWithLateInterfacesAndSections) {
  PcapngBytes bytes;
  bytes.section();
  bytes.interface(1, 9);
  std::uint64_t t = 1'000'000'000;
  for (int i = 0; i < 200; ++i) bytes.packet(0, t += 1000, payload(60, 1));
  bytes.interface(1, 6);
  for (int i = 0; i < 200; ++i) bytes.packet(1, (t += 1000) / 1000, payload(60, 2));
  bytes.section();
  bytes.interface(1, 6);
  bytes.interface(1, 9);
  for (int i = 0; i < 200; ++i) bytes.packet(1, t += 1000, payload(60, 3));
  const TemporaryFile file(bytes.text);
  const auto capture = open_bytes(file);
  ASSERT_TRUE(capture->load());
  ASSERT_EQ(capture->state().frames, 600u);
  auto reader = capture->reader();
  std::mt19937 rng(1);
  for (int round = 0; round < 300; ++round) {
    if (round % 50 == 0) reader = reader->clone();
    const std::uint64_t index = rng() % 600;
    const auto frame = reader->at(index);
    ASSERT_TRUE(frame) << index << " " << story(*reader).substr(0, 200);
    EXPECT_EQ(frame->t_ns, static_cast<std::int64_t>(index) * 1000);
    EXPECT_EQ(frame->bytes[0], index / 200 + 1);
  }
}

TEST(CaptureFile, KeepsWhatStandsBeforeACut) {
  const std::string whole = three_records().text;
  const std::size_t first = 24 + 16 + 60;
  const std::size_t second = first + 16 + 100;
  for (std::size_t size = 24; size <= whole.size(); ++size) {
    FileBytes cut{false, whole.substr(0, size)};
    const bool clean = size == 24 || size == first || size == second || size == whole.size();
    std::string expected;
    if (size >= first) expected += "1@0:1x60 ";
    if (size >= second) expected += "2@1000:2x100/1500 ";
    if (size == whole.size()) expected += "3@1000000000:0x0 ";
    if (!clean) expected += "capture.cut#" + std::to_string(size < first ? 1 : size < second ? 2 : 3) + " ";
    if (!expected.empty()) expected.pop_back();
    EXPECT_EQ(story_of(cut), expected) << "cut to " << size << " bytes";
  }
}

TEST(CaptureFile, SaysWhatIsWrongWithAFileItCannotOpen) {
  const std::string good = three_records().text;
  EXPECT_EQ(error_of("/nonexistent/file.pcap"), "capture.missing");
  EXPECT_EQ(error_of("/"), "capture.directory");
  EXPECT_EQ(error_of("/dev/null"), "capture.not_regular");
  EXPECT_EQ(error_of_content(""), "capture.empty_file");
  EXPECT_EQ(error_of_content("a"), "capture.not_a_capture");
  EXPECT_EQ(error_of_content("#!/bin/sh\necho this is not a capture\n"), "capture.not_a_capture");
  EXPECT_EQ(error_of_content("\x1f\x8b\x08\x08 and so on"), "capture.compressed");
  for (std::size_t n = 4; n < 24; ++n)
    EXPECT_EQ(error_of_content(good.substr(0, n)), "capture.header_cut") << n;
  EXPECT_EQ(error_of_content(PcapBytes(105).text), "capture.link_type");
  PcapngBytes lone;
  lone.section();
  EXPECT_EQ(error_of_content(lone.text), "capture.no_interface");
  for (std::size_t n = 4; n < lone.text.size(); ++n) {
    EXPECT_EQ(error_of_content(lone.text.substr(0, n)), "capture.header_cut") << n;
  }
}

TEST(CaptureFile, SaysThatItMayNotReadAFile) {
  if (geteuid() == 0) GTEST_SKIP() << "root may read everything";
  const TemporaryFile file(three_records().text);
  chmod(file.path().c_str(), 0);
  EXPECT_EQ(error_of(file.path()), "capture.permission");
}

TEST(CaptureFile, DoesNotWaitForAFifo) {
  const TemporaryFile file;
  unlink(file.path().c_str());
  ASSERT_EQ(mkfifo(file.path().c_str(), 0600), 0);
  EXPECT_EQ(error_of(file.path()), "capture.not_regular");
}

TEST(CaptureFile, TwoGigabytesOfNothing) {
  const TemporaryFile file;
  ASSERT_EQ(truncate(file.path().c_str(), 2LL << 30), 0);
  EXPECT_EQ(error_of(file.path()), "capture.not_a_capture");
  file.write(three_records().text);
  ASSERT_EQ(truncate(file.path().c_str(), 2LL << 30), 0);
  const auto capture = open_bytes(file);
  EXPECT_EQ(story(*capture->reader()), "1@0:1x60 2@1000:2x100/1500 3@1000000000:0x0 capture.zeros#4");
}

TEST(CaptureFile, TellsOfLinkTypesThatDiffer) {
  PcapngBytes bytes;
  bytes.section();
  bytes.interface(1, 9);
  bytes.packet(0, 1, payload(60, 1));
  bytes.interface(113, 9);
  bytes.packet(1, 2, payload(60, 2));
  EXPECT_EQ(story_of(bytes), "1@0:1x60 capture.mixed_link_types#2");
  PcapngBytes snap;
  snap.section();
  snap.interface(1, 9, 96);
  snap.interface(1, 9, 65535);
  snap.packet(1, 2, payload(60, 2));
  EXPECT_EQ(story_of(snap), "capture.mixed_snaplen#1");
}

TEST(CaptureFile, KeepsAndReportsTimesThatGoBackwards) {
  PcapBytes bytes;
  for (const int second : {5, 6, 4, 7, 6, 8}) bytes.record(second * 1'000'000'000LL, payload(60, 9));
  const std::string expected =
      "1@0:9x60 2@1000000000:9x60 3@-1000000000:9x60 4@2000000000:9x60 5@1000000000:9x60 6@3000000000:9x60 "
      "capture.time_backwards#3";
  const TemporaryFile file(bytes.text);
  const auto capture = open_bytes(file);
  EXPECT_EQ(story(*capture->reader()), expected);
  EXPECT_EQ(story(*capture->reader()), expected) << "a second reading counts nothing twice";
  EXPECT_EQ(capture->problems()[0].args[0].second, "2");
}

TEST(CaptureFile, SurvivesTimesThatFitNoClock) {
  PcapngBytes bytes;
  bytes.section();
  bytes.interface(1, 0);
  bytes.packet(0, 0, payload(60, 1));
  bytes.packet(0, ~std::uint64_t{0}, payload(60, 2));
  bytes.packet(0, std::uint64_t{1} << 62, payload(60, 3));
  const TemporaryFile file(bytes.text);
  const auto capture = open_bytes(file);
  auto reader = capture->reader();
  EXPECT_TRUE(reader->at(2));
  EXPECT_TRUE(reader->at(1));
  PcapngBytes widest;  // a fuzz target's find: the widest distance there is
  widest.section();
  widest.interface(1, 0);
  widest.packet(0, std::uint64_t{1} << 63, payload(60, 1));
  widest.packet(0, (std::uint64_t{1} << 63) - 1, payload(60, 2));
  EXPECT_EQ(story_of(widest), "1@0:1x60 2@9223372036854775806:2x60");
}

PcapBytes numbered(int count) {
  PcapBytes bytes;
  for (int i = 0; i < count; ++i) {
    wire::Buffer frame = payload(60 + static_cast<std::size_t>(i % 1000), 0);
    wire::store32(frame.data(), static_cast<std::uint32_t>(i));
    bytes.record(1'000'000'000LL + i * 1000LL, frame);
  }
  return bytes;
}

TEST(CaptureFile, EveryFrameIsReachedFromEverywhere) {
  const TemporaryFile file(numbered(3000).text);
  const auto capture = open_bytes(file);
  auto reader = capture->reader();
  std::mt19937 rng(2);
  for (int round = 0; round < 3000; ++round) {
    const std::uint64_t index = rng() % (round < 1500 ? 100u + static_cast<unsigned>(round) : 3000u);
    const auto frame = reader->at(index);
    ASSERT_TRUE(frame);
    ASSERT_EQ(wire::load32(frame->bytes.data()), index);
    ASSERT_EQ(frame->number, index + 1);
    ASSERT_EQ(frame->t_ns, static_cast<std::int64_t>(index) * 1000);
  }
  EXPECT_FALSE(reader->at(3000));
  EXPECT_FALSE(reader->at(~std::uint64_t{0}));
  EXPECT_TRUE(capture->state().complete);
}

TEST(CaptureFile, LoadsWithProgressAndCanBeCancelled) {
  const TemporaryFile file(numbered(20000).text);
  const auto capture = open_bytes(file);
  std::atomic<bool> cancel{false};
  const bool whole = capture->load([&](const CaptureProgress&) { cancel = true; }, &cancel);
  EXPECT_FALSE(whole);
  const FrameSource::State partly = capture->state();
  EXPECT_GT(partly.frames, 1000u);
  EXPECT_LT(partly.frames, 20000u);
  EXPECT_FALSE(partly.complete);
  EXPECT_EQ(wire::load32(capture->reader()->at(partly.frames - 1)->bytes.data()), partly.frames - 1);
  std::uint64_t last = 0;
  EXPECT_TRUE(capture->load([&](const CaptureProgress& p) {
    EXPECT_GE(p.bytes, last);
    EXPECT_EQ(p.total_bytes, capture->size_bytes());
    last = p.bytes;
  }));
  EXPECT_EQ(last, capture->size_bytes());
  EXPECT_EQ(capture->state().frames, 20000u);
}

TEST(CaptureFile, CanBeReadWhileItLoads) {
  const TemporaryFile file(numbered(20000).text);
  const auto capture = open_bytes(file);
  std::thread loader([&] { EXPECT_TRUE(capture->load()); });
  auto reader = capture->reader();
  std::mt19937 rng(3);
  for (int round = 0; round < 500; ++round) {
    const std::uint64_t index = rng() % 20000;
    const auto frame = reader->at(index);
    ASSERT_TRUE(frame);
    ASSERT_EQ(wire::load32(frame->bytes.data()), index);
  }
  loader.join();
  EXPECT_EQ(capture->state().frames, 20000u);
}

TEST(CaptureFile, NoticesThatTheFileWasCutOrOverwrittenMeanwhile) {
  const PcapBytes bytes = numbered(3000);
  for (const bool overwrite : {false, true}) {
    const TemporaryFile file(bytes.text);
    const auto capture = open_bytes(file);
    ASSERT_TRUE(capture->load());
    auto reader = capture->reader();
    ASSERT_TRUE(reader->at(2000));
    if (overwrite) {
      file.write(bytes.text.substr(0, 24) + std::string(bytes.text.size() - 24, 'x'));
    } else {
      ASSERT_EQ(truncate(file.path().c_str(), static_cast<off_t>(bytes.text.size() / 4)), 0);
    }
    EXPECT_FALSE(reader->at(2900));
    ASSERT_FALSE(reader->problems().empty());
    EXPECT_EQ(reader->problems().back().id, "capture.changed");
    EXPECT_EQ(capture->problems().back().id, "capture.changed") << "the file knows what its readers met";
  }
}

TEST(CaptureFile, ReadsOnAfterTheFileWasRemoved) {
  const TemporaryFile file(numbered(3000).text);
  const auto capture = open_bytes(file);
  unlink(file.path().c_str());
  EXPECT_TRUE(capture->load());
  EXPECT_TRUE(capture->reader()->at(2999));
}

}  // namespace
}  // namespace ringside::nic
