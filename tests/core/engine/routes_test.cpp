// Each way from the wire into a reader's buffer that Linux 4.13 has, and what 6.18 makes of the same
// arrivals. Thread 1 reads; nothing takes time but what a story says.
#include <gmock/gmock.h>
#include <sys/socket.h>

#include <memory>

#include "tests/core/engine/machine_story.h"

namespace ringside {
namespace {

using test::MachineStory;
using test::Segment;
using testing::StartsWith;

const Segment kFirst{.flags = "P.", .seq = 1, .len = 1000, .ack = 1};
const Segment kSecond{.flags = "P.", .seq = 1001, .len = 1000, .ack = 1};

/// One story, told to one kernel.
class Route : public testing::TestWithParam<const char*> {
 protected:
  MachineStory m{GetParam()};
  bool has_prequeue() const { return std::string(GetParam()) == "4.13"; }
  void TearDown() override {
    m.expect_same_both_ways();
    if (HasFailure()) ADD_FAILURE() << "The story, on " << GetParam() << ":\n" << m.story();
  }
};

TEST_P(Route, ThroughTheReceiveQueue) {
  m.connect();
  const auto data = m.peer(2000, kFirst);
  m.read(3000, 1, 4000);
  m.run();
  EXPECT_EQ(m.way(data), "rx_ring in_flight sk_receive_queue user_buffer freed") << "the reader came later";
  EXPECT_EQ(m.context_of(Fn::tcp_rcv_established, data), "softirq");
  EXPECT_EQ(m.result(Sys::read), 1000);
}

TEST_P(Route, ThroughThePrequeueToAReaderThatSleeps) {
  m.connect();
  m.read(1000, 1, 4000);
  const auto data = m.peer(2000, kFirst);
  m.run();
  if (has_prequeue()) {
    EXPECT_EQ(m.way(data), "rx_ring in_flight prequeue in_flight user_buffer freed");
    EXPECT_EQ(m.context_of(Fn::tcp_prequeue, data), "softirq");
    EXPECT_EQ(m.context_of(Fn::tcp_prequeue_process), "process");
    EXPECT_EQ(m.context_of(Fn::tcp_rcv_established, data), "process") << "TCP's work is the reader's";
    EXPECT_EQ(m.counter(Counter::TCPPrequeued), 1u);
    EXPECT_EQ(m.counter(Counter::TCPDirectCopyFromPrequeue), 1000u);
  } else {
    EXPECT_EQ(m.way(data), "rx_ring in_flight sk_receive_queue user_buffer freed");
    EXPECT_EQ(m.context_of(Fn::tcp_rcv_established, data), "softirq");
    EXPECT_FALSE(m.entered(Fn::tcp_prequeue));
  }
  EXPECT_EQ(m.result(Sys::read), 1000);
}

TEST_P(Route, NotThroughThePrequeueWithLowLatency) {
  if (has_prequeue()) m.set("net.ipv4.tcp_low_latency", "1");
  m.connect();
  m.read(1000, 1, 4000);
  const auto data = m.peer(2000, kFirst);
  m.run();
  EXPECT_EQ(m.way(data), "rx_ring in_flight sk_receive_queue user_buffer freed");
  EXPECT_EQ(m.context_of(Fn::tcp_rcv_established, data), "softirq");
  EXPECT_EQ(m.result(Sys::read), 1000);
}

/// The reader is woken by the first segment, but a slow CPU lets it run only when 40 have come.
TEST_P(Route, ThePrequeueOverflowsAt32Packets) {
  m.set("cost.wakeup_latency", "10000000").connect();
  m.read(-1'000'000, 1, 40000);
  const auto data = m.burst(2000, 40, 1, 500, 10);
  m.run();
  if (has_prequeue()) {
    EXPECT_EQ(m.counter(Counter::TCPPrequeueDropped), 32u) << "a name that lies: nothing is dropped";
    for (std::size_t i = 0; i < 32; ++i) {
      ASSERT_THAT(m.way(data[i]), StartsWith("rx_ring in_flight prequeue in_flight sk_receive_queue")) << i;
      ASSERT_EQ(m.context_of(Fn::tcp_rcv_established, data[i]), "softirq") << i;
    }
    for (std::size_t i = 32; i < 40; ++i) {
      ASSERT_EQ(m.way(data[i]), "rx_ring in_flight prequeue in_flight user_buffer freed")
          << i << ", afterwards";
      ASSERT_EQ(m.context_of(Fn::tcp_rcv_established, data[i]), "process") << i;
    }
    EXPECT_EQ(m.highest(SeriesId::prequeue), 32);
  } else {
    for (std::size_t i = 0; i < 40; ++i) {
      ASSERT_THAT(m.way(data[i]), StartsWith("rx_ring in_flight sk_receive_queue")) << i;
      ASSERT_EQ(m.context_of(Fn::tcp_rcv_established, data[i]), "softirq") << i;
    }
  }
  EXPECT_EQ(m.result(Sys::read), 20000);
}

TEST_P(Route, ThePrequeueOverflowsWhenItsMemoryExceedsTheReceiveBuffer) {
  m.set("cost.wakeup_latency", "10000000").connect({.rcvbuf = 4000});
  m.read(-1'000'000, 1, 4000);
  const auto data = m.burst(2000, 4, 1, 500, 10);
  m.run();
  // SO_RCVBUF 4000 is 8000 bytes. A frame's memory is 2304: the fourth makes it 9216.
  EXPECT_EQ(m.answers("prequeue_overflows"), has_prequeue() ? "nnny" : "");
  EXPECT_EQ(m.counter(Counter::TCPPrequeueDropped), has_prequeue() ? 4u : 0u);
  for (const auto number : data) EXPECT_EQ(m.context_of(Fn::tcp_rcv_established, number), "softirq");
  EXPECT_EQ(m.way(data[0]), has_prequeue()
                                ? "rx_ring in_flight prequeue in_flight sk_receive_queue user_buffer freed"
                                : "rx_ring in_flight sk_receive_queue user_buffer freed");
  EXPECT_EQ(m.result(Sys::read), 2000);
}

/// The reader does not come for 400 ms. The peer shall not wait for its ACK so long.
TEST_P(Route, ThePrequeueIsDrainedByTheDelayedAckTimer) {
  m.set("cost.wakeup_latency", "400000000").connect();
  m.read(-1'000'000, 1, 4000);
  const auto data = m.peer(2000, kFirst);
  m.run();
  if (has_prequeue()) {
    EXPECT_EQ(m.way(data), "rx_ring in_flight prequeue in_flight sk_receive_queue user_buffer freed");
    EXPECT_EQ(m.context_of(Fn::tcp_delack_timer_handler), "timer");
    EXPECT_EQ(m.context_of(Fn::tcp_rcv_established, data), "timer");
    EXPECT_EQ(m.counter(Counter::TCPSchedulerFailed), 1u);
  } else {
    EXPECT_EQ(m.way(data), "rx_ring in_flight sk_receive_queue user_buffer freed");
  }
  EXPECT_EQ(m.result(Sys::read), 1000);
}

/// The second segment comes while the reader copies the first one, and owns the socket.
TEST_P(Route, ThroughTheBacklog) {
  m.set("cost.lock_hold", "1000000").connect();
  const auto first = m.peer(2000, kFirst);
  m.read(3000, 1, 1000);
  const auto second = m.peer(3500, kSecond);
  m.read(6000, 1, 1000);
  m.run();
  EXPECT_EQ(m.way(first), "rx_ring in_flight sk_receive_queue user_buffer freed");
  EXPECT_EQ(m.way(second), "rx_ring in_flight sk_backlog in_flight sk_receive_queue user_buffer freed");
  EXPECT_EQ(m.context_of(Fn::tcp_add_backlog, second), "softirq");
  EXPECT_EQ(m.context_of(Fn::tcp_rcv_established, second), "process") << "in release_sock()";
  EXPECT_EQ(m.result(Sys::read, 0), 1000);
  EXPECT_EQ(m.result(Sys::read, 1), 1000);
}

/// As above, but the reader wants more than it has and is going to sleep: 4.13 copies straight to it.
TEST_P(Route, ThroughTheBacklogStraightToTheReader) {
  m.set("cost.lock_hold", "1000000").connect();
  m.peer(2000, kFirst);
  m.read(3000, 1, 2000, MSG_WAITALL);
  const auto second = m.peer(3500, kSecond);
  m.run();
  if (has_prequeue()) {
    EXPECT_EQ(m.way(second), "rx_ring in_flight sk_backlog in_flight user_buffer freed");
    EXPECT_EQ(m.counter(Counter::TCPDirectCopyFromBacklog), 1000u);
  } else {
    EXPECT_EQ(m.way(second), "rx_ring in_flight sk_backlog in_flight sk_receive_queue user_buffer freed");
  }
  EXPECT_EQ(m.result(Sys::recvfrom), 2000);
}

TEST_P(Route, TheBacklogOverflows) {
  m.set("cost.lock_hold", "20000000").connect({.rcvbuf = 8000});
  m.peer(2000, kFirst);
  m.read(3000, 1, 1000);
  // Every other one is missing, so that 6.18 cannot merge them.
  std::vector<std::uint32_t> data;
  for (std::uint32_t i = 0; i < 100; ++i)
    data.push_back(m.peer(4000 + i * 10, {.flags = "P.", .seq = 1001 + i * 600, .len = 500, .ack = 1}));
  m.run();
  std::uint64_t dropped = 0;
  for (const auto number : data) dropped += m.way(number).ends_with("dropped:SOCKET_BACKLOG") ? 1 : 0;
  EXPECT_EQ(m.counter(Counter::TCPBacklogDrop), dropped);
  EXPECT_EQ(m.dropped(Drop::SOCKET_BACKLOG), dropped);
  EXPECT_EQ(m.highest(SeriesId::sk_backlog), 100 - static_cast<std::int64_t>(dropped));
  EXPECT_THAT(m.way(data[0]), StartsWith("rx_ring in_flight sk_backlog in_flight sk_receive_queue"));
  EXPECT_EQ(m.way(data[99]), "rx_ring in_flight dropped:SOCKET_BACKLOG");
}

TEST_P(Route, OutOfOrderThenFilled) {
  m.connect();
  const auto second = m.peer(2000, kSecond);
  const auto first = m.peer(2100, kFirst);
  m.read(3000, 1, 4000);
  m.run();
  EXPECT_EQ(m.way(second), "rx_ring in_flight out_of_order_queue sk_receive_queue freed")
      << "there it is merged into the first";
  EXPECT_EQ(m.way(first), "rx_ring in_flight sk_receive_queue user_buffer freed");
  EXPECT_EQ(m.context_of(Fn::tcp_ofo_queue, first), "softirq");
  EXPECT_EQ(m.counter(Counter::TCPOFOQueue), 1u);
  EXPECT_EQ(m.result(Sys::read), 2000);
}

INSTANTIATE_TEST_SUITE_P(BothKernels, Route, testing::Values("4.13", "6.18"), [](const auto& kernel) {
  return std::string(kernel.param) == "4.13" ? "Linux4_13" : "Linux6_18";
});

}  // namespace
}  // namespace ringside
