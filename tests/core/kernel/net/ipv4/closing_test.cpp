// The ways a connection ends, and how one is made from this side.
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <cerrno>

#include "tests/core/kernel/net/ipv4/tcp_host.h"
#include "tests/core/test_names.h"

namespace ringside::test {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

class Closing : public testing::TestWithParam<const KernelProfile*> {
 protected:
  TcpHost host{*GetParam()};
  bool modern() const { return GetParam() == &linux_6_18(); }
};

INSTANTIATE_TEST_SUITE_P(BothKernels, Closing, testing::Values(&linux_4_13(), &linux_6_18()), KernelName());

TEST_P(Closing, WeCloseFirstAndStayInTimeWaitForAMinute) {
  const auto fd = host.accepted();
  EXPECT_EQ(host.close(fd), 0);
  EXPECT_EQ(host.sent(), "F. 1:1(0) ack 1");
  EXPECT_EQ(host.state(), "TCP_FIN_WAIT1");
  host.peer({.flags = ".", .seq = 1, .ack = 2});
  EXPECT_EQ(host.state(), "TCP_FIN_WAIT2 (mini)");
  host.peer({.flags = "F.", .seq = 1, .ack = 2});
  EXPECT_EQ(host.sent(), ". 2:2(0) ack 2");
  EXPECT_EQ(host.state(), "TCP_TIME_WAIT (mini)");
  host.advance(2 * kSecond);
  host.peer({.flags = "F.", .seq = 1, .ack = 2});
  EXPECT_EQ(host.sent(), ". 2:2(0) ack 2") << "our last ACK was lost";
  host.advance(59 * kSecond);
  EXPECT_EQ(host.state(), "TCP_TIME_WAIT (mini)") << "the FIN has started the minute again";
  host.advance(4 * kSecond);
  EXPECT_EQ(host.state(), "");
  EXPECT_EQ(host.counter(Counter::TW), 1u);
  EXPECT_EQ(host.counter(Counter::TcpCurrEstab), 0u);
}

TEST_P(Closing, APeerThatNeverFinishesIsGivenAMinute) {
  const auto fd = host.accepted();
  host.close(fd);
  host.peer({.flags = ".", .seq = 1, .ack = 2});
  host.advance(65 * kSecond);
  EXPECT_EQ(host.state(), "");
}

TEST_P(Closing, ThePeerClosesFirst) {
  const auto fd = host.accepted();
  host.peer({.flags = "F.", .seq = 1, .ack = 1});
  EXPECT_EQ(host.state(), "TCP_CLOSE_WAIT");
  EXPECT_EQ(host.read(fd, 100), 0);
  host.advance(kSecond);
  host.sent();
  host.close(fd);
  EXPECT_EQ(host.state(), "TCP_LAST_ACK");
  EXPECT_EQ(host.sent(), "F. 1:1(0) ack 2");
  host.peer({.flags = ".", .seq = 2, .ack = 2});
  EXPECT_EQ(host.state(), "");
  EXPECT_EQ(host.host().net->orphan_count, 0u);
}

TEST_P(Closing, BothCloseAtOnce) {
  const auto fd = host.accepted();
  host.close(fd);
  host.peer({.flags = "F.", .seq = 1, .ack = 1});
  EXPECT_EQ(host.state(), "TCP_CLOSING");
  host.peer({.flags = ".", .seq = 2, .ack = 2});
  EXPECT_EQ(host.state(), "TCP_TIME_WAIT (mini)");
}

TEST_P(Closing, UnreadDataTurnsCloseIntoAReset) {
  const auto fd = host.accepted();
  host.peer({.flags = "P.", .seq = 1, .len = 100, .ack = 1});
  host.sent();
  host.close(fd);
  EXPECT_EQ(host.sent(), "R. 1:1(0) ack 101");
  EXPECT_EQ(host.state(), "");
  EXPECT_EQ(host.counter(Counter::TCPAbortOnClose), 1u);
  EXPECT_EQ(host.counter(Counter::TcpEstabResets), 1u);
}

TEST_P(Closing, LingerZeroResets) {
  const auto fd = host.accepted();
  EXPECT_EQ(host.setsockopt(fd, SOL_SOCKET, SO_LINGER, 1, 0), 0);
  host.close(fd);
  EXPECT_EQ(host.sent(), "R. 1:1(0) ack 1");
  EXPECT_EQ(host.counter(Counter::TCPAbortOnData), 1u);
}

TEST_P(Closing, LingerWaitsForTheAckOfTheFin) {
  const auto fd = host.accepted();
  EXPECT_EQ(host.setsockopt(fd, SOL_SOCKET, SO_LINGER, 1, 5), 0);
  EXPECT_EQ(host.close(fd), TcpHost::kAsleep);
  host.peer({.flags = ".", .seq = 1, .ack = 2});
  EXPECT_EQ(host.result(), 0);
  EXPECT_EQ(host.state(), "TCP_FIN_WAIT2 (mini)");
}

TEST_P(Closing, LingerEndsWhenItsTimeIsOver) {
  const auto fd = host.accepted();
  host.setsockopt(fd, SOL_SOCKET, SO_LINGER, 1, 2);
  EXPECT_EQ(host.close(fd), TcpHost::kAsleep);
  host.advance(3 * kSecond);
  EXPECT_EQ(host.result(), 0);
  EXPECT_EQ(host.state(), "TCP_FIN_WAIT1");
}

TEST_P(Closing, ShutdownForWritingSendsAFinAndGoesOnReading) {
  const auto fd = host.accepted();
  EXPECT_EQ(host.shutdown(fd, SHUT_WR), 0);
  EXPECT_EQ(host.sent(), "F. 1:1(0) ack 1");
  host.peer({.flags = ".", .seq = 1, .ack = 2});
  EXPECT_EQ(host.state(), "TCP_FIN_WAIT2");
  host.peer({.flags = "P.", .seq = 1, .len = 50, .ack = 2});
  EXPECT_EQ(host.read(fd, 100), 50);
  EXPECT_EQ(host.write(fd, 10), -EPIPE);
  host.peer({.flags = "F.", .seq = 51, .ack = 2});
  EXPECT_EQ(host.state(), "TCP_TIME_WAIT (mini)");
  EXPECT_EQ(host.read(fd, 100), 0);
}

TEST_P(Closing, DataForAnEndThatReadsNoMoreIsReset) {
  const auto fd = host.accepted();
  host.close(fd);
  host.sent();
  host.peer({.flags = "P.", .seq = 1, .len = 10, .ack = 1});
  EXPECT_EQ(host.sent(), "R 1:1(0)");
  EXPECT_EQ(host.state(), "");
  EXPECT_EQ(host.counter(Counter::TCPAbortOnData), 1u);
}

TEST_P(Closing, ShutdownNeedsAConnection) {
  const auto fd = host.socket();
  EXPECT_EQ(host.shutdown(fd, SHUT_RDWR), -ENOTCONN);
  EXPECT_EQ(host.shutdown(fd, 7), -EINVAL);
}

TEST_P(Closing, TimeWaitMakesRoomForANewerSyn) {
  const auto listener = host.listener(5);
  host.handshake();
  host.close(host.accept(listener));
  host.peer({.flags = "F.", .seq = 1, .ack = 2});
  ASSERT_EQ(host.state(), "TCP_TIME_WAIT (mini)");
  host.sent();
  host.peer({.flags = "S", .seq = 5000, .options = true});
  EXPECT_EQ(host.state(), "NEW_SYN_RECV");
  EXPECT_EQ(host.sent(), "S. 65539:65539(0) ack 5001") << "snd_nxt + 65537: above all that was sent before";
}

TEST_P(Closing, TimeWaitDiesOfAReset) {
  const auto fd = host.accepted();
  host.close(fd);
  host.peer({.flags = "F.", .seq = 1, .ack = 2});
  host.peer({.flags = "R", .seq = 2});
  EXPECT_EQ(host.state(), "");
}

TEST_P(Closing, ASecondDescriptorKeepsTheConnection) {
  const auto fd = host.accepted();
  Syscall dup;
  dup.nr = Sys::dup;
  dup.fd = static_cast<std::int32_t>(fd);
  const auto other = host.call(dup);
  ASSERT_GT(other, fd);
  host.close(fd);
  EXPECT_EQ(host.sent(), "");
  EXPECT_EQ(host.state(), "TCP_ESTABLISHED");
  host.close(other);
  EXPECT_EQ(host.sent(), "F. 1:1(0) ack 1");
}

TEST_P(Closing, TooManyOrphansAreReset) {
  host.sysctl().tcp_max_orphans = 0;
  const auto fd = host.accepted();
  host.close(fd);
  EXPECT_EQ(host.sent(), "F. 1:1(0) ack 1; R. 2:2(0) ack 1");
  EXPECT_EQ(host.counter(Counter::TCPAbortOnMemory), 1u);
}

TEST_P(Closing, NothingOfAConnectionIsLeft) {
  const auto listener = host.listener(5);
  const auto before = host.host().socks.header.live;
  for (std::uint16_t port = 41000; port < 41010; ++port) {
    host.handshake(port);
    const auto fd = host.accept(listener);
    host.peer({.flags = "F.", .seq = 1, .ack = 1, .port = port});
    host.close(fd);
    host.peer({.flags = ".", .seq = 2, .ack = 2, .port = port});
  }
  EXPECT_EQ(host.host().socks.header.live, before);
  EXPECT_EQ(host.host().requests.header.live, 0u);
  EXPECT_EQ(host.host().net->orphan_count, 0u);
  EXPECT_EQ(host.host().net->tcp_memory_allocated, 0);
}

TEST_P(Closing, APortInTimeWaitIsTakenUnlessReused) {
  const auto listener = host.listener(5);
  host.handshake();
  host.close(host.accept(listener));
  host.peer({.flags = "F.", .seq = 1, .ack = 2});
  host.close(listener);
  const auto fd = host.socket();
  EXPECT_EQ(host.bind(fd), -EADDRINUSE);
}

TEST_P(Closing, TwoListenersMayNotShareAPort) {
  host.listener(5);
  const auto fd = host.socket();
  EXPECT_EQ(host.bind(fd), -EADDRINUSE);
  EXPECT_EQ(host.bind(fd, 8081), 0);
  EXPECT_EQ(host.bind(fd, 8082), -EINVAL);
}

// --- connect()

TEST_P(Closing, ConnectSleepsUntilTheSynAck) {
  const auto fd = host.socket();
  EXPECT_EQ(host.connect(fd), TcpHost::kAsleep);
  EXPECT_EQ(host.sent(), "S 0:0(0)");
  EXPECT_EQ(host.state(), "TCP_SYN_SENT");
  host.peer({.flags = "S.", .ack = 1, .options = true});
  EXPECT_EQ(host.result(), 0);
  EXPECT_EQ(host.state(), "TCP_ESTABLISHED");
  EXPECT_EQ(host.sent(), ". 1:1(0) ack 1");
  EXPECT_EQ(host.connect(fd), -EISCONN);
}

TEST_P(Closing, ANonBlockingConnectTellsHowFarItIs) {
  const auto fd = host.socket();
  EXPECT_EQ(host.set_nonblocking(fd), 0);
  EXPECT_EQ(host.connect(fd), -EINPROGRESS);
  EXPECT_EQ(host.connect(fd), -EALREADY);
  host.peer({.flags = "S.", .ack = 1, .options = true});
  EXPECT_EQ(host.connect(fd), 0);
  EXPECT_EQ(host.connect(fd), -EISCONN);
}

TEST_P(Closing, ARefusedConnectMayBeTriedAgain) {
  const auto fd = host.socket();
  host.connect(fd);
  host.peer({.flags = "R.", .ack = 1});
  EXPECT_EQ(host.result(), -ECONNREFUSED);
  EXPECT_EQ(host.counter(Counter::TcpAttemptFails), 1u);
  EXPECT_EQ(host.connect(fd), TcpHost::kAsleep);
}

TEST_P(Closing, ASegmentThatAnswersSomethingElseIsReset) {
  const auto fd = host.socket();
  host.connect(fd);
  host.sent();
  host.peer({.flags = "S.", .ack = 99});
  EXPECT_EQ(host.sent().substr(0, 10), "R 99:99(0)");
  EXPECT_EQ(host.state(), "TCP_SYN_SENT");
}

TEST_P(Closing, CrossedSynsMakeOneConnection) {
  const auto fd = host.socket();
  host.connect(fd);
  host.sent();
  host.peer({.flags = "S", .options = true});
  EXPECT_EQ(host.state(), "TCP_SYN_RECV");
  EXPECT_EQ(host.sent(), "S. 0:0(0) ack 1");
  host.peer({.flags = ".", .seq = 1, .ack = 1});
  EXPECT_EQ(host.state(), "TCP_ESTABLISHED");
  EXPECT_EQ(host.result(), 0);
}

TEST_P(Closing, AConnectNobodyAnswersEndsAfterTwoMinutes) {
  const auto fd = host.socket();
  host.connect(fd);
  host.advance(126 * kSecond);
  EXPECT_EQ(host.result(), TcpHost::kAsleep);
  host.advance(20 * kSecond);  // the wheel of timers is coarse for long times
  EXPECT_EQ(host.result(), -ETIMEDOUT);
  EXPECT_EQ(host.state(), "");
}

}  // namespace
}  // namespace ringside::test
