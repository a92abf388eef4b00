// One capture in every dress libpcap knows that concerns us: what is read stays the same.
#include <gtest/gtest.h>

#include <functional>

#include "tests/core/engine/capture_story.h"
#include "tests/core/test_names.h"

namespace ringside::test {
namespace {

const std::string kCapture = std::string(RINGSIDE_SOURCE_DIR) + "/resources/captures/http-get.pcap";
const std::string kSha = "c7758bbd42d5b4b63ea06599d82f30366215682ace23a281888a92daeb6b3fff";
constexpr std::size_t kEthernet = 14;

std::shared_ptr<Run> play(const std::string& path, const std::string& kernel,
                          const std::string& local = "10.77.0.2", std::vector<KnobSetting> knobs = {},
                          const std::string& filter = "") {
  Scenario scenario;
  scenario.kernel = kernel;
  scenario.input = CaptureInput{path, filter, local};
  scenario.knobs = std::move(knobs);
  auto run = Run::prepare(scenario, {.progress = {}, .hash_delivered = true});
  EXPECT_TRUE(run) << run.error().id;
  if (!run) return nullptr;
  (*run)->run_here();
  return *run;
}

struct Original {
  std::int64_t t_ns;
  wire::Buffer bytes;
  bool ours;  ///< our host sent it
};

std::vector<Original> originals() {
  const auto run = play(kCapture, "4.13");
  const auto frames = run->frames();
  std::vector<Original> all;
  for (std::uint64_t i = 0; const auto frame = frames->at(i); ++i) {
    const bool ours = frame->bytes[11] == 0x02;  // the last byte of the sender's MAC address
    all.push_back({frame->t_ns + 1'000'000'000, {frame->bytes.begin(), frame->bytes.end()}, ours});
  }
  return all;
}

/// IP packets behind another link header; ARP has no place there.
std::string pcap_of(std::uint32_t linktype, const std::function<wire::Buffer(const Original&)>& header) {
  nic::PcapBytes file(linktype, true);
  for (const Original& o : originals()) {
    if (o.bytes[12] != 0x08 || o.bytes[13] != 0x00) continue;
    wire::Buffer frame = header(o);
    frame.insert(frame.end(), o.bytes.begin() + kEthernet, o.bytes.end());
    file.record(o.t_ns, frame);
  }
  return file.text;
}

wire::Buffer sll(const Original& o) {
  const std::uint8_t sender = o.ours ? 2 : 1, type = o.ours ? 4 : 0;
  return {0, type, 0, 1, 0, 6, 2, 0, 10, 77, 0, sender, 0, 0, 8, 0};
}
wire::Buffer sll2(const Original& o) {
  const std::uint8_t sender = o.ours ? 2 : 1, type = o.ours ? 4 : 0;
  return {8, 0, 0, 0, 0, 0, 0, 2, 0, 1, type, 6, 2, 0, 10, 77, 0, sender, 0, 0};
}
wire::Buffer tagged(const Original& o, bool twice) {
  wire::Buffer frame(o.bytes.begin(), o.bytes.begin() + 12);
  if (twice) frame.insert(frame.end(), {0x88, 0xa8, 0, 7});
  frame.insert(frame.end(), {0x81, 0x00, 0x60, 100});
  frame.insert(frame.end(), o.bytes.begin() + 12, o.bytes.end());
  return frame;
}
std::string vlan(bool twice) {
  nic::PcapBytes file;
  for (const Original& o : originals()) file.record(o.t_ns, tagged(o, twice));
  return file.text;
}
std::string plain(bool nano, bool big_endian) {
  nic::PcapBytes file(1, nano, big_endian);
  for (const Original& o : originals()) file.record(o.t_ns, o.bytes);
  return file.text;
}
std::string pcapng(bool big_endian) {
  nic::PcapngBytes file;
  file.big_endian = big_endian;
  file.section();
  file.interface(1, 6);
  file.interface(1, 9);
  std::uint32_t which = 0;
  for (const Original& o : originals()) {
    file.packet(which, static_cast<std::uint64_t>(o.t_ns / (which == 0 ? 1000 : 1)), o.bytes);
    which = 1 - which;
  }
  return file.text;
}

struct Dress {
  const char* name;
  std::function<std::string()> file;
};

const std::vector<Dress> kDresses{
    {"microseconds", [] { return plain(false, false); }},
    {"nanoseconds", [] { return plain(true, false); }},
    {"big_endian", [] { return plain(false, true); }},
    {"big_endian_nanoseconds", [] { return plain(true, true); }},
    {"pcapng_of_two_interfaces", [] { return pcapng(false); }},
    {"pcapng_big_endian", [] { return pcapng(true); }},
    {"vlan", [] { return vlan(false); }},
    {"qinq", [] { return vlan(true); }},
    {"cooked", [] { return pcap_of(113, sll); }},
    {"cooked_v2", [] { return pcap_of(276, sll2); }},
    {"null", [] { return pcap_of(0, [](const Original&) {
                    return wire::Buffer{2, 0, 0, 0};
                  }); }},
    {"loop", [] { return pcap_of(108, [](const Original&) {
                    return wire::Buffer{0, 0, 0, 2};
                  }); }},
    {"raw", [] { return pcap_of(101, [](const Original&) { return wire::Buffer{}; }); }}};

class LinkLayers : public testing::TestWithParam<std::tuple<std::size_t, const char*>> {};
INSTANTIATE_TEST_SUITE_P(BothKernels, LinkLayers,
                         testing::Combine(testing::Range(std::size_t{0}, std::size_t{13}),
                                          testing::Values("4.13", "6.18")),
                         [](const auto& p) {
                           const bool old = std::string(std::get<1>(p.param)) == "4.13";
                           return std::string(kDresses[std::get<0>(p.param)].name) +
                                  (old ? "_v4_13" : "_v6_18");
                         });

TEST_P(LinkLayers, TheStreamIsTheSame) {
  const Dress& dress = kDresses[std::get<0>(GetParam())];
  const nic::TemporaryFile file(dress.file());
  const auto run = play(file.path(), std::get<1>(GetParam()));
  ASSERT_NE(run, nullptr);
  // The kernel has no device for the outer tag of QinQ: such frames are for other hosts' VLANs.
  const std::string name = dress.name;
  ASSERT_EQ(run->delivered().size(), 1u) << name << ": " << drops_of(*run);
  EXPECT_EQ(run->delivered()[0].sha256, kSha) << name << ": " << drops_of(*run);
}

TEST(CapturedFrames, AFilterLeavesOthersOut) {
  const auto run = play(kCapture, "4.13", "10.77.0.2", {}, "tcp");
  EXPECT_EQ(run->trace()->packet_count(), 40u) << "without ARP";
  EXPECT_EQ(run->delivered()[0].sha256, kSha);
}

class Checksums : public testing::TestWithParam<const char*> {
 protected:
  /// Frame 12's payload is damaged, its checksum is as it was.
  std::shared_ptr<ringside::Run> damaged(const char* rx_checksum) const {
    nic::PcapBytes file;
    std::uint32_t number = 0;
    for (Original o : originals()) {
      if (++number == 12) o.bytes[200] ^= 1;
      file.record(o.t_ns, o.bytes);
    }
    const nic::TemporaryFile written(file.text);
    return play(written.path(), GetParam(), "10.77.0.2", {{"nic.rx_checksum", rx_checksum}});
  }
};
INSTANTIATE_TEST_SUITE_P(BothKernels, Checksums, testing::Values("4.13", "6.18"), KernelName());

TEST_P(Checksums, AreTrustedByDefault) {
  const auto run = damaged("1");
  EXPECT_EQ(run->delivered()[0].bytes, 20595u);
  EXPECT_NE(run->delivered()[0].sha256, kSha);
}

TEST_P(Checksums, AreVerifiedIfTheCardDoesNot) {
  const auto run = damaged("0");
  EXPECT_EQ(drops_of(*run), "TCP_CSUM 1");
  EXPECT_LT(run->delivered()[0].bytes, 20595u) << "the hole is never filled";
  for (const auto& [counter, n] : run->trace()->counters()) {
    if (counter == Counter::TcpInCsumErrors) {
      EXPECT_EQ(n, 1u);
    }
  }
}

TEST_P(Checksums, WhatTheSnapLengthCutCannotBeVerified) {
  const std::string cut = std::string(RINGSIDE_SOURCE_DIR) + "/resources/captures/truncated.pcap";
  const auto run = play(cut, GetParam(), "", {{"nic.rx_checksum", "0"}});
  EXPECT_EQ(run->delivered()[0].bytes, 20595u);
  EXPECT_EQ(drops_of(*run), "");
}

}  // namespace
}  // namespace ringside::test
