// What read() returned on every connection of every capture of the project, beside what tshark follows.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "core/engine/engine.h"
#include "core/engine/sha256.h"
#include "tests/core/engine/capture_story.h"
#include "tests/core/test_names.h"

namespace ringside {
namespace {

struct Stream {
  std::string file;
  std::uint16_t peer_port, our_port;
  std::uint64_t bytes;
  std::string sha256;
};

/// Made with tshark 4.0.17, for each stream N (tcp.stream) of a file, from the half that goes to our host:
///   tshark -r FILE -q -o tcp.check_checksum:FALSE -z follow,tcp,raw,N | (hexadecimal to bytes) | sha256sum
/// Streams without a byte are left out. tshark leaves out what a snap length cut off, so of truncated.pcap it
/// gives the 480 bytes that are there.
const std::vector<Stream> kFollowed{
    {"bulk-reorder.pcap", 53052, 5001, 300000,
     "e39229b8259f25661d46d9f421b7038cd6ec9c06695a6c4fb8e112a4bda7838c"},
    {"fragments.pcap", 34762, 5008, 8000, "3c50f8d0253fcbe2f746dc57d26e2eafcc28c40d8263fb43abd22b5ccce8cc43"},
    {"gso.pcap", 53460, 5009, 700000, "2e88825a1d92a53bb9a9c061694b6915433cbb395658eb4d455fa83c704aa23c"},
    {"half-close.pcap", 5004, 59046, 24000,
     "1b681f2927f18e8ec7bc6d56297c2ff9b4021edf2fa818305f689a60766e7b1e"},
    {"http-get.pcap", 80, 46534, 20595, "c7758bbd42d5b4b63ea06599d82f30366215682ace23a281888a92daeb6b3fff"},
    {"ipv6.pcapng", 44288, 5007, 16000, "1f44a276622f69f38ff0bff6d2f653dc5a01fe844b13ce9a17f46478af76e5fc"},
    {"mixed.pcapng", 8080, 42018, 12700, "e2a75d8183252e5c3e9961cbae47b5299b43a9c032df7899c9c074151fff2eb2"},
    {"mixed.pcapng", 8080, 42030, 24000, "1b681f2927f18e8ec7bc6d56297c2ff9b4021edf2fa818305f689a60766e7b1e"},
    {"mixed.pcapng", 43434, 2222, 103, "3a41226c3e2bcb48052075e94315ba16b50de225b229b7ee4f3e09bab9ea80f3"},
    {"mixed.pcapng", 8080, 42038, 15000, "ab72ab52ac5e7778f035e8ed22ec4cb7ccc8c1782ad706c637f8d296cf0c3736"},
    {"mixed.pcapng", 43444, 2222, 28, "ae6eed870df21aa30c72cd61c4193086a6ed7e4bf09e9e05d6714e5eb67979f6"},
    {"mixed.pcapng", 43458, 2222, 84, "cd4db910382328b4136fe5e3f89c285b64046a56cd81f43b9e1812c1f4a0d892"},
    {"mixed.pcapng", 8080, 42046, 30000, "06857e13e85e67f9a5da34f0b399ba2d730d4ab06c186ae5150d4bc802b7b92f"},
    {"mixed.pcapng", 43466, 2222, 40, "3936670eb1cf4a2dc5c085df9c002f1959e703e7bd249c680a4de189486911e0"},
    {"mixed.pcapng", 8080, 42048, 9192, "d1bbd69e9c2af1908a73371fcb7f19734b5153e04842a69b5b8a94803a9b3145"},
    {"mixed.pcapng", 43476, 2222, 27, "905b0a7a9018d2a654bf9ea808694b0c67fd3e3b6cf2dd5d27b340e012c3415c"},
    {"reset.pcap", 55080, 5005, 4000, "0fcca1383a41cb196cee78c7f0b731235bc88b2ee53ff1b6134f5bce29d54865"},
    {"reset.pcap", 55084, 5005, 2000, "152e89bfd2656cf32f90117ae022116c87e0d1a0b531aa195f841da0fd342f48"},
    {"syn-flood-small.pcap", 40004, 5003, 35,
     "c0b447b5cbc703ac9610b2d2a823a10d8c315f22b40402365b4697a36696fdfb"},
    {"vlan.pcap", 35662, 5006, 12000, "2110308b26a91853a7d5df5f4924d989db6d2864dffa9d4ce00b3880b4196e10"},
    {"zero-window.pcap", 56130, 5002, 60000,
     "ab069de00e9489a0374a2875cd1fc559a60e45b83492b7a78f5e6dd19555be99"},
};
const Stream kCapturedPartOfTruncated{"truncated.pcap", 80, 46534, 480,
                                      "fd025c7d3ec70f4a530e42686e6172f1c078727f7450d758df93ff5e539e8861"};

std::shared_ptr<ringside::Run> play(const std::string& file, const std::string& kernel) {
  Scenario scenario;
  scenario.kernel = kernel;
  scenario.input = CaptureInput{std::string(RINGSIDE_SOURCE_DIR) + "/resources/captures/" + file, "", ""};
  auto run = ringside::Run::prepare(scenario, {.progress = {}, .hash_delivered = true});
  EXPECT_TRUE(run) << run.error().id;
  if (!run) return nullptr;
  (*run)->run_here();
  return *run;
}

class CapturedStreams : public testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(BothKernels, CapturedStreams, testing::Values("4.13", "6.18"), test::KernelName());

TEST_P(CapturedStreams, AreThoseThatTsharkFollows) {
  std::map<std::string, std::map<std::pair<std::uint16_t, std::uint16_t>, Stream>> by_file;
  by_file["empty.pcap"];
  for (const Stream& stream : kFollowed) by_file[stream.file][{stream.peer_port, stream.our_port}] = stream;
  for (const auto& [file, expected] : by_file) {
    const auto run = play(file, GetParam());
    ASSERT_NE(run, nullptr);
    std::size_t found = 0;
    for (const DeliveredStream& got : run->delivered()) {
      const FlowRow flow = run->trace()->flow(got.flow);
      if (flow.protocol != 6 || got.bytes == 0) continue;
      ++found;
      const std::pair ports{flow.remote_port, flow.local_port};
      ASSERT_TRUE(expected.contains(ports)) << file << ": port " << flow.remote_port;
      const Stream& stream = expected.at(ports);
      EXPECT_EQ(got.bytes, stream.bytes) << file << ", peer's port " << flow.remote_port;
      EXPECT_EQ(got.sha256, stream.sha256) << file << ", peer's port " << flow.remote_port;
    }
    EXPECT_EQ(found, expected.size()) << file;
  }
}

TEST_P(CapturedStreams, WhatASnapLengthCutOffIsZeros) {
  const auto run = play("truncated.pcap", GetParam());
  std::string stream = test::stream_of(*run);
  EXPECT_EQ(stream.size(), 20595u) << "as long as in http-get.pcap, which is the same traffic";
  EXPECT_EQ(run->delivered()[0].bytes, stream.size());
  Sha256 whole, captured;
  whole.add({reinterpret_cast<const std::uint8_t*>(stream.data()), stream.size()});
  EXPECT_EQ(run->delivered()[0].sha256, whole.hex());
  std::erase(stream, '\0');
  EXPECT_EQ(stream.size(), kCapturedPartOfTruncated.bytes);
  captured.add({reinterpret_cast<const std::uint8_t*>(stream.data()), stream.size()});
  EXPECT_EQ(captured.hex(), kCapturedPartOfTruncated.sha256);
}

}  // namespace
}  // namespace ringside
