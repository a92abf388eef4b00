// The include directions and the size of the files, on the real sources.
#include <gtest/gtest.h>

#include <set>

#include "tests/layers/include_rules.h"
#include "tests/layers/rooms.h"

namespace ringside::layers {
namespace {

constexpr std::size_t kLongestFile = 600;  ///< lines

TEST(Layers, EveryIncludeGoesInAnAllowedDirection) {
  for (const SourceFile& file : cpp_files()) {
    for (const std::string& line : forbidden_includes(file)) ADD_FAILURE() << line;
  }
}

TEST(Layers, TheSourcesAreFoundAtAll) { EXPECT_GT(cpp_files().size(), 10U); }

TEST(Layers, TheTableNamesEachRoomOnceAndOnlyRoomsThatItDescribes) {
  std::set<std::string_view> known = {"core"};
  for (const Room& room : rooms()) {
    EXPECT_TRUE(known.insert(room.path).second) << room.path << " stands twice in the table";
    EXPECT_FALSE(room.reason.empty()) << room.path << " has no reason";
  }
  for (const Room& room : rooms()) {
    for (const std::string_view other : room.may_include)
      EXPECT_TRUE(known.contains(other)) << room.path << " -> " << other;
  }
}

TEST(Layers, NoSourceFileIsTooLongToRead) {
  for (const SourceFile& file : cpp_files()) {
    EXPECT_LT(file.lines.size(), kLongestFile)
        << file.path << " has grown too long: which two things are in it?";
  }
}

}  // namespace
}  // namespace ringside::layers
