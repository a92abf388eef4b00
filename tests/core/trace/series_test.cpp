#include "core/trace/series.h"

#include <gtest/gtest.h>

namespace ringside {
namespace {

/// A run of `turns` turns of 10 ns in which the depth goes up to `turn % 1000`.
void fill(SeriesStore& store, std::int64_t turns) {
  store.begin(0);
  for (std::int64_t turn = 0; turn < turns; ++turn) {
    store.add(SeriesId::rx_ring, turn == 0 ? 0 : turn % 1000 == 0 ? -999 : 1, static_cast<StepIndex>(turn));
    if (store.end_turn()) store.close((turn + 1) * 10, static_cast<StepIndex>(turn + 1), {});
  }
  store.close(turns * 10, static_cast<StepIndex>(turns), {});
}

TEST(Series, AShortRunKeepsEveryTurn) {
  SeriesStore store;
  fill(store, 100);
  const auto all = store.query(SeriesId::rx_ring, 0, 1000, 1000);
  ASSERT_GE(all.size(), 100u);
  for (std::size_t i = 0; i < 100; ++i) {
    EXPECT_EQ(all[i].last, static_cast<std::int32_t>(i));
    EXPECT_EQ(all[i].begin_ns, static_cast<std::int64_t>(i) * 10);
    EXPECT_EQ(all[i].first_step, i);
  }
}

TEST(Series, ALongRunKeepsItsPeaksInBoundedMemory) {
  SeriesStore store;
  fill(store, 1000000);
  EXPECT_LT(store.bytes(), 8u << 20);
  EXPECT_EQ(store.highest(SeriesId::rx_ring), 999);
  const auto all = store.query(SeriesId::rx_ring, 0, 10000000, 500);
  ASSERT_LE(all.size(), 500u);
  ASSERT_GE(all.size(), 200u);
  std::int64_t end = 0;
  for (const Bucket& bucket : all) {
    EXPECT_EQ(bucket.begin_ns, end) << "no gaps";
    end = bucket.end_ns;
    EXPECT_LE(bucket.min, bucket.max);
    if (bucket.end_ns - bucket.begin_ns >= 20000) {
      EXPECT_EQ(bucket.max, 999);
    }
  }
  EXPECT_EQ(end, 10000000);
}

TEST(Series, SharesOfTimeAreMeans) {
  SeriesStore store;
  store.begin(0);
  BusyTable busy{};
  busy[0][static_cast<std::size_t>(Context::softirq)] = 50;
  store.close(100, 1, busy);
  store.close(300, 2, busy);
  const auto all = store.query(SeriesId::cpu0_softirq, 0, 300, 1);
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].max, 500);
  EXPECT_EQ(all[0].min, 0);
  EXPECT_EQ(all[0].last, 166);
}

}  // namespace
}  // namespace ringside
