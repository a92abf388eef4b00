#include <gtest/gtest.h>

#include "tests/core/kernel/net/ipv4/lone_socket.h"
#include "tests/core/test_names.h"

namespace ringside {
namespace {

class DataQueue : public ::testing::TestWithParam<const KernelProfile*> {
 protected:
  DataQueue() : s(*GetParam()) {}
  bool old_kernel() const { return GetParam() == &linux_4_13(); }
  ~DataQueue() override { EXPECT_EQ(s.k[s.sk].sk_rmem_alloc, s.charged()) << s.state(); }
  LoneSocket s;
};

TEST_P(DataQueue, SevenAndEightComeBeforeSix) {
  s.segment(1, 1000);
  EXPECT_EQ(s.state(), "rcv_nxt 1001 queue [1-1001] ofo [] sack [] dsack -");
  s.segment(2001, 1000);
  EXPECT_EQ(s.state(), "rcv_nxt 1001 queue [1-1001] ofo [2001-3001] sack [2001-3001] dsack -");
  s.segment(3001, 1000);
  EXPECT_EQ(s.state(), "rcv_nxt 1001 queue [1-1001] ofo [2001-3001 3001-4001] sack [2001-4001] dsack -");
  s.segment(1001, 1000);
  EXPECT_EQ(s.state(), "rcv_nxt 4001 queue [1-1001 1001-2001 2001-3001 3001-4001] ofo [] sack [] dsack -");
  EXPECT_EQ(s.counter(Counter::TCPOFOQueue), 2u);
}

TEST_P(DataQueue, ANewestSackBlockStandsFirstAndTheFifthRangeForgetsTheOldest) {
  for (const Seq seq : {2001u, 4001u, 6001u, 8001u, 10001u}) s.segment(seq, 1000);
  EXPECT_EQ(s.state(),
            "rcv_nxt 1 queue [] ofo [2001-3001 4001-5001 6001-7001 8001-9001 10001-11001] "
            "sack [10001-11001 8001-9001 6001-7001 4001-5001] dsack -");
  s.segment(5001, 1000);  // joins two ranges
  EXPECT_EQ(s.state(),
            "rcv_nxt 1 queue [] ofo [2001-3001 4001-5001 5001-6001 6001-7001 8001-9001 10001-11001] "
            "sack [4001-7001 10001-11001 8001-9001] dsack -");
}

TEST_P(DataQueue, OldDataIsDroppedAndReported) {
  s.segment(1, 1000);
  s.segment(1, 1000);
  EXPECT_EQ(s.state(), "rcv_nxt 1001 queue [1-1001] ofo [] sack [] dsack 1-1001");
  EXPECT_EQ(s.counter(Counter::TCPDSACKOldSent), 1u);
  EXPECT_EQ(s.counter(Counter::DelayedACKLost), 1u);
  EXPECT_EQ(s.k[s.sk].sk_drops, 1);
  EXPECT_GT(s.k[s.sk].icsk.ack.quick, 0) << "the peer has to know at once";
}

TEST_P(DataQueue, ADuplicateOutOfOrderSegmentIsReportedAndNotKept) {
  s.segment(2001, 1000);
  s.segment(2001, 1000);
  EXPECT_EQ(s.state(), "rcv_nxt 1 queue [] ofo [2001-3001] sack [2001-3001] dsack 2001-3001");
  EXPECT_EQ(s.counter(Counter::TCPDSACKOfoSent), 1u);
  EXPECT_EQ(s.counter(Counter::TCPOFOMerge), 1u);
}

TEST_P(DataQueue, ALongerSegmentReplacesWhatItCovers) {
  s.segment(2001, 500);
  s.segment(3001, 500);
  s.segment(2001, 2000);
  EXPECT_EQ(s.state(), "rcv_nxt 1 queue [] ofo [2001-4001] sack [2001-4001] dsack 2001-2501");
  EXPECT_EQ(s.counter(Counter::TCPOFOMerge), 2u);
}

TEST_P(DataQueue, APartlyOldSegmentKeepsItsHeadAndReportsIt) {
  s.segment(1, 1000);
  s.segment(501, 1000);
  EXPECT_EQ(s.state(), "rcv_nxt 1501 queue [1-1001 501-1501] ofo [] sack [] dsack 501-1001");
}

TEST_P(DataQueue, BeyondTheWindowNothingIsKept) {
  s.segment(1 + 29200, 1000);
  EXPECT_EQ(s.state(), "rcv_nxt 1 queue [] ofo [] sack [] dsack -");
  s.segment(29200, 1000);  // starts inside: kept whole
  EXPECT_EQ(s.state(), "rcv_nxt 1 queue [] ofo [29200-30200] sack [29200-30200] dsack -");
}

TEST_P(DataQueue, AClosedWindowTakesNoData) {
  s.k.put(s.k[s.sk].tp.rcv_wnd, 0u);
  s.segment(1, 1);
  EXPECT_EQ(s.state(), "rcv_nxt 1 queue [] ofo [] sack [] dsack -");
  EXPECT_EQ(s.counter(Counter::TCPZeroWindowDrop), old_kernel() ? 0u : 1u);
}

TEST_P(DataQueue, WithTailRoomTheBytesAreCopiedIntoTheLastSkb) {
  s.room_behind = 300;
  s.segment(1, 200);
  s.segment(201, 200);
  s.segment(401, 200);  // 100 bytes of room are left: it stays by itself
  EXPECT_EQ(s.state(), "rcv_nxt 601 queue [1-401 401-601] ofo [] sack [] dsack -");
  EXPECT_EQ(s.counter(Counter::TCPRcvCoalesce), 1u);
  EXPECT_EQ(s.k[s.k[s.sk].receive_queue.head].len, 400u);
}

TEST_P(DataQueue, AFullBufferIsSqueezedBeforeAnythingIsLost) {
  s.k.put(s.k[s.sk].sk_userlocks, SOCK_RCVBUF_LOCK);
  s.k.put(s.k[s.sk].sk_rcvbuf, 20000);
  for (Seq seq = 1; seq < 1 + 12 * 100; seq += 100)
    s.segment(seq, 100);  // 2624 bytes of memory for 100 of data
  EXPECT_GT(s.counter(Counter::PruneCalled), 0u);
  EXPECT_GT(s.counter(Counter::TCPRcvCollapsed), 0u);
  EXPECT_EQ(s.k[s.sk].tp.rcv_nxt, 1201u);
  EXPECT_LE(s.k[s.sk].sk_rmem_alloc, 20000 + 2624);
  std::uint32_t bytes = 0;
  for (SkbId skb = s.k[s.sk].receive_queue.head; skb; skb = s.k[skb].next) bytes += s.k[skb].len;
  EXPECT_EQ(bytes, 1200u);
}

TEST_P(DataQueue, UnderMemoryPressureTheHighestOutOfOrderSegmentsGoFirst) {
  s.k.put(s.k[s.sk].sk_userlocks, SOCK_RCVBUF_LOCK);
  s.k.put(s.k[s.sk].sk_rcvbuf, 20000);
  for (Seq seq = 20001; seq > 3000; seq -= 2000) s.segment(seq, 1448);
  s.segment(3001 - 2000, 1448);
  EXPECT_GT(s.counter(Counter::OfoPruned), 0u);
  const SkbId last = s.k[s.sk].tp.ooo_last_skb;
  ASSERT_TRUE(last);
  EXPECT_LT(s.k[last].cb.seq, 20001u);
  EXPECT_EQ(skb_tree_last(s.k.host(), s.k[s.sk].tp.out_of_order_queue), last);
}

INSTANTIATE_TEST_SUITE_P(BothKernels, DataQueue, ::testing::Values(&linux_4_13(), &linux_6_18()),
                         test::KernelName());

}  // namespace
}  // namespace ringside
