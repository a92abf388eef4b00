// Every capture of the project with its first frames taken away: what is read is the end of the stream that
// the whole capture gives.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "core/nic/capture_file.h"
#include "core/nic/capture_writer.h"
#include "core/nic/local_host.h"
#include "tests/core/engine/capture_story.h"
#include "tests/core/test_names.h"

namespace ringside::test {
namespace {

const std::vector<std::string> kFiles{"bulk-reorder.pcap", "fragments.pcap", "gso.pcap",
                                      "half-close.pcap",   "http-get.pcap",  "ipv6.pcapng",
                                      "mixed.pcapng",      "reset.pcap",     "syn-flood-small.pcap",
                                      "truncated.pcap",    "vlan.pcap",      "zero-window.pcap"};
const std::vector<std::uint32_t> kCuts{1, 2, 3, 4, 5, 8, 15, 40, 150, 250};

std::string path_of(const std::string& file) {
  return std::string(RINGSIDE_SOURCE_DIR) + "/resources/captures/" + file;
}

/// Remote port, our port: unique in these captures.
using Ports = std::pair<std::uint16_t, std::uint16_t>;

/// Where the captured host stood on one connection, in bytes of the peer's stream.
struct Standing {
  Seq base = 0;
  bool opened = false;      ///< the peer's SYN is behind us
  std::uint32_t acked = 0;  ///< said to have, before the cut
  std::vector<std::pair<std::uint32_t, std::uint32_t>> before,
      after;  ///< of what is in frames on either side
};

/// Everything below this is in `ranges`, from 0 on.
std::uint32_t reach(std::vector<std::pair<std::uint32_t, std::uint32_t>> ranges) {
  std::sort(ranges.begin(), ranges.end());
  std::uint32_t end = 0;
  for (const auto& [from, to] : ranges)
    if (from <= end) end = std::max(end, to);
  return end;
}

/// How many bytes at the end of the stream the frames behind the cut hold without a hole.
std::uint32_t tail_of(const Standing& place) {
  auto all = place.before;
  all.insert(all.end(), place.after.begin(), place.after.end());
  auto later = place.after;
  std::sort(later.begin(), later.end());
  std::uint32_t start = reach(place.before), end = start;
  for (const auto& [from, to] : later) {
    if (from > end) start = from;
    end = std::max(end, to);
  }
  return end < reach(all) ? 0 : end - start;
}

class Cut : public testing::TestWithParam<std::tuple<std::string, std::string>> {
 protected:
  const std::string file = std::get<0>(GetParam()), kernel = std::get<1>(GetParam());

  std::shared_ptr<ringside::Run> play(const std::string& path, const std::string& local) const {
    Scenario scenario;
    scenario.kernel = kernel;
    scenario.input = CaptureInput{path, "", local};
    auto run = ringside::Run::prepare(scenario);
    EXPECT_TRUE(run) << run.error().id;
    if (!run) return nullptr;
    (*run)->run_here();
    return *run;
  }

  static std::map<Ports, std::string> streams(const ringside::Run& run) {
    std::map<Ports, std::string> all;
    for (std::uint32_t n = 1; n <= run.trace()->flow_count(); ++n) {
      const FlowRow flow = run.trace()->flow(n);
      if (flow.protocol != 6 || flow.delivered == 0) continue;
      all[{flow.remote_port, flow.local_port}] = stream_of(run, n);
    }
    return all;
  }

  /// Writes the file without its first frames; sorts what the peer's frames hold by side of the cut.
  static std::map<Ports, Standing> cut(const ringside::Run& whole, std::uint32_t first,
                                       const std::string& to) {
    std::map<Ports, Standing> places;
    const auto frames = whole.frames();
    auto writer = nic::CaptureWriter::create(to, frames->at(0)->link);
    for (std::uint64_t i = 0; const auto frame = frames->at(i); ++i) {
      const auto layers = nic::dissect(frame->link, frame->bytes);
      if (layers && layers->tcp) note(places, whole.local(), *layers, i < first);
      if (i >= first) (*writer)->write(*frame);
    }
    EXPECT_TRUE((*writer)->finish());
    return places;
  }

  static void note(std::map<Ports, Standing>& places, const nic::LocalHost& local, const nic::Layers& l,
                   bool early) {
    const bool ours = local.classify(l) == nic::FrameClass::kOutgoing;
    Standing& place = places[ours ? Ports{l.dport(), l.sport()} : Ports{l.sport(), l.dport()}];
    if (ours) {
      if (early && place.opened && l.tcp->ack() && !l.tcp->rst())
        place.acked = std::max(place.acked, l.tcp->ack_seq() - place.base);
      return;
    }
    if (l.tcp->syn()) {
      place.base = l.tcp->seq() + 1;
      place.opened = true;
    }
    const std::uint32_t at = l.tcp->seq() - place.base;
    if (const std::uint32_t len = l.tcp_payload_len(); len != 0)
      (early ? place.before : place.after).emplace_back(at, at + len);
  }
};

INSTANTIATE_TEST_SUITE_P(BothKernels, Cut,
                         testing::Combine(testing::ValuesIn(kFiles), testing::Values("4.13", "6.18")),
                         FileAndKernelName());

TEST_P(Cut, WhatIsReadIsTheEndOfTheStream) {
  const auto whole = play(path_of(file), "");
  ASSERT_NE(whole, nullptr);
  const auto full = streams(*whole);
  const std::string local = whole->local().address.to_string();
  for (const std::uint32_t first : kCuts) {
    if (first >= whole->trace()->packet_count()) continue;
    const nic::TemporaryFile shortened;
    const auto places = cut(*whole, first, shortened.path());
    const auto run = play(shortened.path(), local);
    ASSERT_NE(run, nullptr);
    const auto parts = streams(*run);
    for (const auto& [ports, stream] : full) {
      const auto part = parts.contains(ports) ? parts.at(ports) : std::string();
      const std::string where = file + " from frame " + std::to_string(first + 1) + ", peer's port " +
                                std::to_string(ports.first) + ", " + kernel;
      ASSERT_TRUE(stream.ends_with(part)) << where << ": " << part.size() << " bytes that are no end of it";
      EXPECT_GE(part.size(), tail_of(places.at(ports))) << where;
      EXPECT_LE(part.size(), stream.size() - std::min<std::size_t>(stream.size(), places.at(ports).acked))
          << where;
    }
  }
}

}  // namespace
}  // namespace ringside::test
