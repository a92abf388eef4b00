// Scripts that are none, or not quite: a clear end, quickly, whatever is in the file.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "core/drill/drill.h"
#include "tests/core/test_folder.h"

namespace ringside::drill {
namespace {

namespace fs = std::filesystem;

class BadScriptFile : public testing::Test {
 protected:
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(folder.path(name), std::ios::binary) << text;
    return folder.path(name);
  }
  static std::string first_error(const std::string& path) {
    const Outcome outcome = run_file(path, {});
    EXPECT_EQ(outcome.verdict, Verdict::unreadable);
    return outcome.problems.empty() ? "" : outcome.problems.front().id;
  }
  const test::TestFolder folder;
};

TEST_F(BadScriptFile, Missing) { EXPECT_EQ(first_error(folder.path("none.pkt")), "file.unreadable"); }

TEST_F(BadScriptFile, ADirectory) { EXPECT_EQ(first_error(folder.path()), "file.unreadable"); }

TEST_F(BadScriptFile, TwoSparseGigabytesAreNotEvenRead) {
  const std::string file = write("sparse.pkt", "");
  fs::resize_file(file, 2ull << 30);
  EXPECT_EQ(first_error(file), "packetdrill.file_too_large");
}

TEST_F(BadScriptFile, EmptyIsNotUnreadable) {
  const Outcome outcome = run_file(write("empty.pkt", ""), {});
  ASSERT_TRUE(outcome.problems.empty() || outcome.problems.front().id != "file.unreadable");
}

TEST_F(BadScriptFile, NothingButNoise) {
  std::mt19937 random(1);
  std::string noise(3000, ' ');
  for (char& c : noise) c = static_cast<char>(random());
  const Outcome outcome = run_file(write("noise.pkt", noise), {});
  EXPECT_EQ(outcome.verdict, Verdict::unreadable);
  for (const Error& error : outcome.problems) EXPECT_GT(error.line, 0) << error.id;
}

std::vector<std::string> lines_of(const fs::path& file) {
  std::ifstream in(file);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const auto& line : lines) text += line + "\n";
  return text;
}

/// A line is missing, said twice, or in the wrong place: the run ends, with a verdict.
TEST(BadScripts, LessonsWithOneMistakeComeToAnEnd) {
  std::mt19937 random(1);
  int verdicts[4] = {};
  for (const auto& entry : fs::directory_iterator(fs::path(RINGSIDE_SOURCE_DIR) / "resources/scenarios")) {
    if (entry.path().extension() != ".pkt") continue;
    const auto good = lines_of(entry.path());
    for (int mistake = 0; mistake < 12; ++mistake) {
      auto lines = good;
      const std::size_t at = random() % lines.size();
      const auto here = lines.begin() + static_cast<std::ptrdiff_t>(at);
      if (mistake % 3 == 0)
        lines.erase(here);
      else if (mistake % 3 == 1)
        lines.insert(here, good[at]);
      else
        std::swap(lines[at], lines[random() % lines.size()]);
      const Outcome outcome = run(parse_script(joined(lines), "bad.pkt"), "bad.pkt", {});
      ++verdicts[static_cast<std::size_t>(outcome.verdict)];
      EXPECT_TRUE(outcome.verdict != Verdict::fail || !outcome.problems.empty()) << "a failure says why:\n"
                                                                                 << joined(lines);
    }
  }
  EXPECT_GT(verdicts[static_cast<std::size_t>(Verdict::fail)], 0);
}

}  // namespace
}  // namespace ringside::drill
