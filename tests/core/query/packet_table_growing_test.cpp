// The list of packets is read by the window while a thread adds to it; built with ThreadSanitizer, too.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "core/query/packet_table.h"
#include "tests/core/query/listed_frames.h"

namespace ringside::query {
namespace {

using test::framed;
using test::segment;

TEST(PacketTable, IsReadWhileItGrows) {
  PacketTable table;
  std::atomic<bool> done{false};
  std::thread writer([&] {
    for (std::uint32_t i = 0; i < 60'000; ++i)
      table.add(framed(i + 1, segment(i % 3000, 1000 + 10 * (i / 3000), 10)));
    done = true;
  });
  std::size_t wrong = 0, looked_at = 0;
  while (!done) {
    const std::size_t size = table.size();
    for (std::size_t row = size > 100 ? size - 100 : 0; row < size; ++row, ++looked_at) {
      const PacketFacts facts = table[row];
      wrong += facts.number != row + 1 || facts.rel_seq != 10 * (row / 3000) ||
               table.sport(facts) != 1024 + row % 3000;
    }
  }
  writer.join();
  EXPECT_EQ(wrong, 0u) << "of " << looked_at;
  EXPECT_EQ(table.size(), 60'000u);
  EXPECT_EQ(table.streams(), 3000u);
}

}  // namespace
}  // namespace ringside::query
