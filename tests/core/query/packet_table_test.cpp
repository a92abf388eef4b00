// The list of packets of a live host goes on for hours, and is read while it grows.
#include "core/query/packet_table.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "tests/core/query/listed_frames.h"

namespace ringside::query {
namespace {

using test::framed;
using test::segment;

std::size_t resident_now() {
  std::ifstream statm("/proc/self/statm");
  std::size_t all = 0, resident = 0;
  statm >> all >> resident;
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

TEST(PacketTable, AMillionFramesTakeLittleMemory) {
  constexpr std::uint32_t kFrames = 1'000'000;
  PacketTable table;
  wire::Buffer bytes = segment(7, 1000, 10);
  const std::size_t before = resident_now();
  std::size_t most = 0;
  for (std::uint32_t i = 1; i <= kFrames; ++i) {
    table.add(framed(i, bytes));
    if (i % 50'000 == 0) most = std::max(most, std::max(resident_now(), before) - before);
  }
  if (table.bytes_in_file() == 0) GTEST_SKIP() << "the temporary folder is in memory, or full";
  EXPECT_GT(table.bytes(), kFrames * sizeof(PacketFacts) - 1);
  EXPECT_GT(table.bytes_in_file(), table.bytes() / 2);
  EXPECT_LT(most, 8u << 20) << "of " << table.bytes() << " bytes";
  EXPECT_EQ(table.streams(), 1u);
  for (const std::uint32_t row : {0u, 1u, 500'000u, kFrames - 1}) EXPECT_EQ(table[row].number, row + 1);
}

TEST(PacketTable, FindsEachOfManyConnectionsAgain) {
  constexpr std::uint32_t kConnections = 120'000;
  PacketTable table;
  for (std::uint32_t i = 0; i < kConnections; ++i) table.add(framed(i + 1, segment(i, 5000 + i, 0, 0x02)));
  ASSERT_EQ(table.streams(), kConnections);
  for (std::uint32_t i = 0; i < kConnections; i += 997) {
    table.add(framed(kConnections + i, segment(i, 5001 + i, 10)));
    const PacketFacts facts = table[table.size() - 1];
    EXPECT_EQ(facts.stream, i + 1);
    EXPECT_EQ(facts.rel_seq, 1u);
    EXPECT_EQ(table.sport(facts), 1024 + i % 50000);
    EXPECT_EQ(table.source(facts), IpAddr::v4(0x0a000000u + i / 50000));
    EXPECT_EQ(table.destination(facts), IpAddr::v4(10, 66, 0, 2));
  }
  EXPECT_EQ(table.streams(), kConnections);
}

TEST(PacketTable, TellsWhatFillsAHoleFromWhatCameBefore) {
  PacketTable table;
  const auto add = [&](std::uint32_t seq, std::size_t len) {
    table.add(framed(static_cast<std::uint32_t>(table.size()) + 1, segment(1, seq, len)));
    return table[table.size() - 1];
  };
  EXPECT_FALSE(add(1000, 100).out_of_order);
  EXPECT_FALSE(add(1300, 100).out_of_order) << "it leaves a hole of 200 bytes";
  EXPECT_TRUE(add(1100, 50).out_of_order);
  EXPECT_TRUE(add(1100, 50).retransmission);
  EXPECT_TRUE(add(1150, 150).out_of_order);
  EXPECT_TRUE(add(1150, 150).retransmission) << "nothing is missing now";
  EXPECT_FALSE(add(1350, 100).retransmission) << "half of it is new";
}

}  // namespace
}  // namespace ringside::query
