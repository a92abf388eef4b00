// Input no one meant: nothing crashes, nothing takes more than its share of time.
#include <gtest/gtest.h>

#include <random>

#include "core/scenario/packetdrill/parse.h"
#include "core/scenario/packetdrill/print.h"
#include "tests/core/scenario/packetdrill/samples.h"

namespace ringside::packetdrill {
namespace {

std::string repeated(std::string_view piece, std::size_t times) {
  std::string text;
  text.reserve(piece.size() * times);
  for (std::size_t i = 0; i < times; ++i) text += piece;
  return text;
}

bool has_error(const ParseOutcome& outcome, const std::string& id) {
  for (const Error& error : outcome.errors) {
    if (error.id == id) return true;
  }
  return false;
}

TEST(PacketdrillRobustness, CutAtEveryByte) {
  for (const testing::Sample& sample : testing::samples()) {
    for (std::size_t length = 0; length < sample.text.size(); ++length) {
      const ParseOutcome outcome = parse(sample.text.substr(0, length), "cut");
      const ParseOutcome again = parse(print(outcome.script), "cut, printed");
      if (outcome.errors.empty()) {
        EXPECT_TRUE(outcome.script == again.script) << sample.name << " up to " << length;
      }
    }
  }
}

TEST(PacketdrillRobustness, AByteReplacedAnywhere) {
  std::mt19937 random(1);
  for (const testing::Sample& sample : testing::samples()) {
    for (std::size_t place = 0; place < sample.text.size(); ++place) {
      std::string text(sample.text);
      text[place] = static_cast<char>(random());
      const ParseOutcome outcome = parse(text, "spoiled");
      if (!outcome.errors.empty()) continue;
      const ParseOutcome again = parse(print(outcome.script), "spoiled, printed");
      EXPECT_TRUE(outcome.script == again.script) << text;
    }
  }
}

TEST(PacketdrillRobustness, BinaryFiles) {
  std::mt19937 random(2);
  std::string noise(1 << 20, '\0');
  for (char& byte : noise) byte = static_cast<char>(random());
  EXPECT_FALSE(parse(noise, "noise").errors.empty());
  EXPECT_FALSE(parse(std::string(1 << 20, '\0'), "zeros").errors.empty());
}

TEST(PacketdrillRobustness, AHundredMegabytesAreRefused) {
  const ParseOutcome outcome = parse(std::string(100u << 20, '1'), "big");
  ASSERT_EQ(outcome.errors.size(), 1u);
  EXPECT_EQ(outcome.errors[0].id, "packetdrill.file_too_large");
}

TEST(PacketdrillRobustness, DeepNesting) {
  const std::size_t deep = 1'000'000;
  for (const char* open : {"[", "{", "X=", "{fd="}) {
    EXPECT_TRUE(has_error(parse("0 f(" + repeated(open, deep), "deep"), "packetdrill.nested_too_deeply"))
        << open;
  }
  for (const char* open : {"(", "-", "not ", "min("}) {
    EXPECT_EQ(parse("0 %{ assert " + repeated(open, deep) + " }%", "deep").unsupported.size(), 1u) << open;
  }
}

/// Every case is as large as a script may be; a parser that looks back or ahead without bound would take
/// hours.
TEST(PacketdrillRobustness, LargeFilesTakeLinearTime) {
  const std::size_t size = 1u << 20;
  const auto filled = [&](std::string_view piece) { return repeated(piece, size / piece.size()); };
  const std::string_view pieces[] = {"1",    "1.",   "1:",     "fd:",      "\"\n",     "`\n", "%{\n",
                                     "/*\n", "\\\"", "+0 <\n", "//@\n",    "+0 gre\n", "{{",  "--a\n",
                                     "-",    "0...", "+0 ",    "+0 `x`\n", "a1"};
  for (const std::string_view piece : pieces) {
    const ParseOutcome outcome = parse(filled(piece), "large");
    EXPECT_LE(outcome.errors.size(), 100u) << piece;
  }
  EXPECT_TRUE(parse("0 f(" + filled("1|").substr(16) + "1) = 0", "sum").errors.empty());
  EXPECT_TRUE(parse("0 f(" + filled("1,").substr(16) + "1) = 0", "list").errors.empty());
}

}  // namespace
}  // namespace ringside::packetdrill
