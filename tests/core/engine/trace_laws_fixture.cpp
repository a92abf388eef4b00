#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "core/playback/player.h"
#include "tests/core/engine/trace_laws.h"

namespace ringside::test {

void expect_same_state_both_ways(const std::shared_ptr<const Trace>& trace, StepIndex stride) {
  const StepIndex end = trace->step_count();
  Player player(trace);
  std::vector<std::uint64_t> hashes{player.host().state_hash()};
  std::vector<std::size_t> stacks{player.stacks().size()};
  for (StepIndex at = stride; at <= end; at += stride) {
    ASSERT_TRUE(player.seek(at)) << "forward to step " << at;
    hashes.push_back(player.host().state_hash());
  }
  for (std::size_t i = hashes.size(); i-- > 0;) {
    player.seek(i * stride);
    ASSERT_EQ(player.position(), i * stride);
    ASSERT_EQ(player.host().state_hash(), hashes[i]) << "back at step " << i * stride;
  }
  std::mt19937 random(1);
  for (int n = 0; n < 200; ++n) {
    const StepIndex i = random() % hashes.size();
    player.seek(i * stride);
    ASSERT_EQ(player.position(), i * stride);
    ASSERT_EQ(player.host().state_hash(), hashes[i]) << "after a jump to step " << i * stride;
  }
}

void expect_pages_join(const std::shared_ptr<const Trace>& trace) {
  std::uint64_t end_of_last = 0;
  StepIndex steps = 0;
  for (std::uint32_t n = 0; n < trace->page_count(); ++n) {
    const auto page = trace->page(n);
    ASSERT_NE(page, nullptr) << "page " << n;
    EXPECT_EQ(page->first_step, steps) << "page " << n;
    steps = page->end_step();
    Host host = page->start;
    const std::uint64_t before = host.state_hash();
    EXPECT_TRUE(n == 0 || before == end_of_last)
        << "page " << n << " begins unlike page " << n - 1 << " ended";
    const auto changes = static_cast<std::uint32_t>(page->journal.changes.size());
    redo(host, page->journal, 0, changes);
    end_of_last = host.state_hash();
    undo(host, page->journal, 0, changes);
    EXPECT_EQ(host.state_hash(), before) << "page " << n << " undone";
  }
  EXPECT_EQ(steps, trace->step_count());
}

void expect_conservation(const Trace& trace) {
  std::uint64_t dropped = 0;
  for (std::uint32_t row = 0; row < trace.packet_count(); ++row) {
    const PacketRow packet = trace.packet(row);
    EXPECT_NE(packet.fate, Fate::coming) << "frame " << packet.number << " never arrived";
    if (packet.fate == Fate::dropped) {
      EXPECT_NE(packet.reason, Drop::none) << "frame " << packet.number << " dropped for no reason";
      ++dropped;
    }
  }
  std::uint64_t counted = 0;
  for (const auto& [reason, n] : trace.drops()) counted += n;
  EXPECT_LE(dropped, counted);
}

}  // namespace ringside::test
