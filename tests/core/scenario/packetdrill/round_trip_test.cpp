// What is printed parses to an equal script, and prints the same again: for scripts that use every corner of
// the language, and for everything that was recorded from real kernels, where that is at hand.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "core/scenario/packetdrill/parse.h"
#include "core/scenario/packetdrill/print.h"
#include "tests/core/scenario/packetdrill/samples.h"

namespace ringside::packetdrill {
namespace {

std::string told(const Error& error) {
  std::string text =
      error.file + ":" + std::to_string(error.line) + ":" + std::to_string(error.column) + " " + error.id;
  for (const auto& [name, value] : error.args) text += " " + name + "=" + value;
  return text;
}

void expect_round_trip(std::string_view source, const std::string& name) {
  const ParseOutcome first = parse(source, name);
  for (const Error& error : first.errors) ADD_FAILURE() << told(error);
  const std::string printed = print(first.script);
  const ParseOutcome second = parse(printed, name + " printed");
  for (const Error& error : second.errors) ADD_FAILURE() << told(error);
  EXPECT_TRUE(first.script == second.script) << name << " reads differently once printed:\n" << printed;
  EXPECT_EQ(printed, print(second.script)) << name << " prints differently the second time";
  EXPECT_EQ(first.unsupported.size(), second.unsupported.size()) << name;
}

TEST(PacketdrillRoundTrip, EveryCornerOfTheLanguage) {
  for (const testing::Sample& sample : testing::samples()) {
    expect_round_trip(sample.text, std::string(sample.name));
  }
}

TEST(PacketdrillRoundTrip, PrintingKeepsWhatWasSaid) {
  const ParseOutcome outcome = parse(testing::samples()[1].text, "packets");
  ASSERT_GE(outcome.script.events.size(), 4u);
  EXPECT_EQ(print(outcome.script.events[0]),
            "0 < [ect0] SEW 0:0(0) win 65535 <mss 1000,sackOK,TS val 100 ecr 0,nop,wscale 8>");
  EXPECT_EQ(print(outcome.script.events[1]), "0.1~0.2 > [tos 0x3] S. 0:0(0) ack 1 <...>");
  EXPECT_EQ(print(outcome.script.events[2]), "+0.1~+0.25 > 8080>4000 FP.5 1:11(10) ack 1 win 5 urg 3");
  EXPECT_EQ(print(outcome.script.events[3]), "* > [ect01] . 1:1(0) ack 1");
}

TEST(PacketdrillRoundTrip, RecordedFromRealKernels) {
  namespace fs = std::filesystem;
  const fs::path recorded = fs::path(RINGSIDE_SOURCE_DIR) / ".." / "shared" / "recorded";
  if (!fs::exists(recorded)) GTEST_SKIP() << "no recordings beside the sources";
  std::vector<fs::path> scripts;
  for (const auto& entry : fs::recursive_directory_iterator(recorded)) {
    if (entry.path().extension() == ".pkt") scripts.push_back(entry.path());
  }
  std::ranges::sort(scripts);
  EXPECT_GE(scripts.size(), 440u);
  for (const fs::path& path : scripts) {
    std::ifstream file(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    expect_round_trip(text, path.filename().string());
    EXPECT_TRUE(parse(text, path.string()).unsupported.empty()) << path;
  }
}

}  // namespace
}  // namespace ringside::packetdrill
