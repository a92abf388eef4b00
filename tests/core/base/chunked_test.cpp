// A column of a run that goes on for hours: all of it can be read at any time, and memory holds little of it.
#include "core/base/chunked.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <thread>

namespace ringside {
namespace {

struct Cell {
  std::uint64_t number = 0, square = 0, rest[4] = {};
};

constexpr std::uint64_t kCells = 1'500'000;  // 72 MB
constexpr std::size_t kLittle = 8u << 20;

std::size_t resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  std::size_t all = 0, resident = 0;
  statm >> all >> resident;
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

std::size_t more_than(std::size_t before) { return std::max(resident_bytes(), before) - before; }

TEST(Chunked, ALongColumnTakesLittleMemory) {
  Chunked<Cell> column;
  const std::size_t before = resident_bytes();
  std::size_t most = 0;
  for (std::uint64_t i = 0; i < kCells; ++i) {
    column.push_back({i, i * i, {}});
    if (i % 100'000 == 0) most = std::max(most, more_than(before));
  }
  if (column.bytes_in_file() == 0) GTEST_SKIP() << "the temporary folder is in memory, or full";
  EXPECT_EQ(column.bytes(), kCells * sizeof(Cell));
  EXPECT_GT(column.bytes_in_file(), column.bytes() / 2);
  EXPECT_LT(column.bytes_in_file(), column.bytes());
  EXPECT_LT(most, kLittle);

  for (std::uint64_t i = 0; i < kCells; ++i) ASSERT_EQ(column.get(i).square, i * i) << i;
  for (std::uint64_t i = kCells; i < kCells + 50'000; ++i) column.push_back({i, i * i, {}});
  EXPECT_LT(more_than(before), kLittle) << "what was read has not left the memory again";
}

TEST(Chunked, AnOldCellIsChangedWhereItLies) {
  Chunked<Cell> column;
  for (std::uint64_t i = 0; i < kCells; ++i) column.push_back({i, 0, {}});
  for (std::uint64_t i = 0; i < kCells; i += 1000) column.cell(i).write(&Cell::square, i * i);
  for (std::uint64_t i = kCells; i < kCells + 50'000; ++i) column.push_back({i, 0, {}});
  for (std::uint64_t i = 0; i < kCells; ++i) ASSERT_EQ(column.get(i).square, i % 1000 == 0 ? i * i : 0) << i;
}

TEST(Chunked, OthersReadWhileItGrows) {
  Chunked<Cell> column;
  std::uint64_t read = 0, wrong = 0;
  std::thread reader([&] {
    for (std::uint64_t at = 0; at < 300'000;) {
      for (const std::uint64_t size = column.size(); at < size; at += 7, ++read) {
        wrong += column.get(at).square != at * at;
        wrong += column.get(at / 2).number != at / 2;
      }
    }
  });
  for (std::uint64_t i = 0; i < 300'010; ++i) column.push_back({i, i * i, {}});
  reader.join();
  EXPECT_EQ(wrong, 0u);
  EXPECT_GT(read, 40'000u);
}

}  // namespace
}  // namespace ringside
