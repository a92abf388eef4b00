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

void expect_true_charts(const std::shared_ptr<const Trace>& trace, StepIndex stride) {
  constexpr std::size_t kManyBuckets = 1u << 20;
  constexpr std::size_t kFine = 8000;  // buckets: a run with so few has not been made coarser
  Player player(trace);
  for (const Place place : {Place::rx_ring, Place::softnet_backlog, Place::sk_backlog, Place::prequeue,
                            Place::sk_receive_queue, Place::out_of_order_queue}) {
    const auto buckets =
        trace->series().query(series_of(place), INT64_MIN / 2, trace->end_ns() + 1, kManyBuckets);
    std::size_t at = 0;
    for (StepIndex step = 0; step < trace->step_count(); step += stride) {
      while (at + 1 < buckets.size() && buckets[at + 1].first_step <= step) ++at;
      player.seek(step);
      ASSERT_EQ(player.position(), step);
      const Host& host = player.host();
      std::int32_t held = 0;
      for (std::uint32_t i = 1; i < host.skbs.header.used; ++i)
        held += host.skbs.is_live(i) && host.skbs[i].place == place ? 1 : 0;
      if (buckets.size() < kFine) {
        ASSERT_EQ(buckets[at].min, buckets[at].max) << name_of(place) << " at step " << step;
      }
      ASSERT_GE(held, buckets[at].min) << name_of(place) << " at step " << step;
      ASSERT_LE(held, buckets[at].max) << name_of(place) << " at step " << step;
    }
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
