// Words that must not appear in the sources: names of one machine, and what makes a run unrepeatable.
#include <gtest/gtest.h>

#include <algorithm>
#include <regex>
#include <string>
#include <vector>

#include "tests/layers/source_tree.h"

namespace ringside::layers {
namespace {

struct Word {
  std::regex pattern;
  std::string reason;
};

/// A file that may use a forbidden word, and why.
struct Exception {
  std::string path;
  std::string reason;
};

void expect_none(const std::vector<SourceFile>& files, const std::vector<Word>& words,
                 const std::vector<Exception>& exceptions = {}) {
  for (const SourceFile& file : files) {
    const auto excused = [&](const Exception& exception) { return exception.path == file.path; };
    if (std::any_of(exceptions.begin(), exceptions.end(), excused)) continue;
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      for (const Word& word : words) {
        EXPECT_FALSE(std::regex_search(file.lines[i], word.pattern))
            << file.path << ":" << i + 1 << ": " << word.reason << "\n  " << file.lines[i];
      }
    }
  }
}

// The patterns are cut in two where this file would otherwise find itself.
std::vector<Word> names_of_a_machine() {
  return {
      {std::regex("(^|[^A-Za-z0-9_./-])/(wo"
                  "rk|tm"
                  "p|ho"
                  "me|ro"
                  "ot)/"),
       "an absolute path of one machine; use a path from the root of the sources or the system's temporary "
       "folder"},
      {std::regex("\\.lib"
                  "rary\\b|shared/(cap"
                  "tures|rec"
                  "orded|ker"
                  "nel|des"
                  "ign)"),
       "a folder outside the project: a newcomer's clone does not have it"},
      {std::regex("(deb\\.deb"
                  "ian\\.org|archive\\.ubu"
                  "ntu\\.com|snapshot\\.deb"
                  "ian|py"
                  "pi\\.org|crates\\.i"
                  "o|npm"
                  "js\\.org)"),
       "the host of a package registry: where packages come from is the system's affair"},
  };
}

TEST(Vocabulary, NoFileNamesAPathOfOneMachineOrARegistryHost) {
  expect_none(project_files(), names_of_a_machine());
}

TEST(Vocabulary, ThePatternsSeeWhatTheyAreFor) {
  const std::vector<std::string> bad = {
      "see /wo"
      "rk/main",
      "open(\"/tm"
      "p/x.pcap\")",
      "../.lib"
      "rary/search",
      "http://deb.deb"
      "ian.org/debian"};
  const std::vector<std::string> good = {
      "tests/wo"
      "rk/x",
      "std::filesystem::temp_directory_path()", "the library"};
  const auto caught = [](const std::string& line) {
    for (const Word& word : names_of_a_machine()) {
      if (std::regex_search(line, word.pattern)) return true;
    }
    return false;
  };
  for (const std::string& line : bad) EXPECT_TRUE(caught(line)) << line;
  for (const std::string& line : good) EXPECT_FALSE(caught(line)) << line;
}

TEST(Vocabulary, TheCoreHasNoSourceOfChance) {
  const std::vector<Word> words = {
      {std::regex("\\b(system_clock|steady_clock|high_resolution_clock|gettimeofday|clock_gettime)\\b"),
       "the core reads no wall clock: time is part of the scenario"},
      {std::regex("\\b(random_device|srand|rand)\\b *\\("), "randomness without a seed"},
      {std::regex("\\bunordered_(multi)?(map|set)\\b"), "an order of iteration that nobody decided"},
      {std::regex("std::(map|set)<(const )?[A-Za-z_:]+ ?\\*"),
       "ordered by addresses, which differ from run to run"},
  };
  std::vector<SourceFile> core = cpp_files();
  std::erase_if(core, [](const SourceFile& file) { return !file.path.starts_with("core/"); });
  expect_none(core, words,
              {{"core/live/wall_clock.cpp",
                "a live host's time passes by itself; it reaches the model as stamps of frames only"}});
}

}  // namespace
}  // namespace ringside::layers
