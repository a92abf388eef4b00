// Connections that come in: both queues of a listener, their limits, accept().
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <cerrno>

#include "tests/core/kernel/net/ipv4/tcp_host.h"
#include "tests/core/test_names.h"

namespace ringside::test {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

class Handshake : public testing::TestWithParam<const KernelProfile*> {
 protected:
  TcpHost host{*GetParam()};
  bool modern() const { return GetParam() == &linux_6_18(); }
};

INSTANTIATE_TEST_SUITE_P(BothKernels, Handshake, testing::Values(&linux_4_13(), &linux_6_18()), KernelName());

TEST_P(Handshake, ASynBecomesARequestAnAckASocketAndAcceptADescriptor) {
  const auto fd = host.listener(5);
  host.peer({.flags = "S", .options = true});
  EXPECT_EQ(host.sent(), "S. 0:0(0) ack 1");
  EXPECT_EQ(host.state(), "NEW_SYN_RECV");
  EXPECT_EQ(host.sock(fd).accept_queue.qlen, 1u);
  EXPECT_EQ(host.sock(fd).sk_ack_backlog, 0u);
  host.peer({.flags = ".", .seq = 1, .ack = 1, .win = 257});
  EXPECT_EQ(host.state(), "TCP_ESTABLISHED");
  EXPECT_EQ(host.sock(fd).accept_queue.qlen, 0u);
  EXPECT_EQ(host.sock(fd).sk_ack_backlog, 1u);
  const auto child = host.accept(fd);
  ASSERT_GT(child, fd);
  EXPECT_EQ(host.sock(fd).sk_ack_backlog, 0u);
  EXPECT_EQ(host.sock(child).tp.rcv_nxt, 1u);
  EXPECT_EQ(host.sock(child).tp.snd_wnd, 257u << 7);
  EXPECT_EQ(host.counter(Counter::TcpPassiveOpens), 1u);
  EXPECT_EQ(host.counter(Counter::TcpCurrEstab), 1u);
  EXPECT_EQ(host.sent(), "");
}

TEST_P(Handshake, TheFirstWindowIsTheKernelsOwn) {
  const auto fd = host.listener(5);
  host.handshake();
  const auto child = host.accept(fd);
  ASSERT_GT(child, 0);
  const TcpSock& tp = host.sock(child).tp;
  EXPECT_EQ(tp.rcv_wnd, modern() ? 64240u : 29200u);
  EXPECT_EQ(tp.rx_opt.rcv_wscale, modern() ? 10 : 7);
  EXPECT_EQ(tp.advmss, 1460u);
}

TEST_P(Handshake, AcceptSleepsAndIsWokenByTheLastAck) {
  const auto fd = host.listener(5);
  EXPECT_EQ(host.accept(fd), TcpHost::kAsleep);
  host.peer({.flags = "S", .options = true});
  EXPECT_EQ(host.result(), TcpHost::kAsleep);
  host.peer({.flags = ".", .seq = 1, .ack = 1});
  EXPECT_GT(host.result(), fd);
}

TEST_P(Handshake, ANonBlockingAcceptDoesNotSleep) {
  const auto fd = host.listener(5, true);
  EXPECT_EQ(host.accept(fd), -EAGAIN);
}

TEST_P(Handshake, AcceptNeedsAListener) {
  const auto fd = host.socket();
  EXPECT_EQ(host.accept(fd), -EINVAL);
}

TEST_P(Handshake, AListenerOfBacklogNHoldsNPlusOneConnections) {
  const auto fd = host.listener(1);
  host.handshake(40001);
  host.handshake(40002);
  EXPECT_EQ(host.sock(fd).sk_ack_backlog, 2u);
  host.sent();
  host.peer({.flags = "S", .port = 40003, .options = true});
  EXPECT_EQ(host.sent(), "");
  EXPECT_EQ(host.state(40003), "");
  EXPECT_EQ(host.counter(Counter::ListenOverflows), 1u);
  EXPECT_EQ(host.counter(Counter::ListenDrops), 1u);
  EXPECT_GT(host.accept(fd), 0);
  host.handshake(40003);
  EXPECT_EQ(host.state(40003), "TCP_ESTABLISHED");
}

TEST_P(Handshake, AFinalAckThatFindsNoRoomIsIgnoredAndTriedAgain) {
  const auto fd = host.listener(2);
  host.handshake(40000);
  host.handshake(40001);
  host.peer({.flags = "S", .port = 40002, .options = true});
  host.peer({.flags = "S", .port = 40003, .options = true});
  host.peer({.flags = ".", .seq = 1, .ack = 1, .port = 40002});
  host.sent();
  host.peer({.flags = ".", .seq = 1, .ack = 1, .port = 40003});
  EXPECT_EQ(host.state(40003), "NEW_SYN_RECV");
  EXPECT_EQ(host.sent(), "");
  EXPECT_EQ(host.counter(Counter::ListenOverflows), 1u);
  EXPECT_GT(host.accept(fd), 0);
  host.peer({.flags = "P.", .seq = 1, .len = 10, .ack = 1, .port = 40003});
  EXPECT_EQ(host.state(40003), "TCP_ESTABLISHED");
}

TEST_P(Handshake, WithAbortOnOverflowTheClientIsTold) {
  host.sysctl().tcp_abort_on_overflow = 1;
  host.listener(2);
  host.handshake(40000);
  host.handshake(40001);
  host.peer({.flags = "S", .port = 40002, .options = true});
  host.peer({.flags = "S", .port = 40003, .options = true});
  host.peer({.flags = ".", .seq = 1, .ack = 1, .port = 40002});
  host.sent();
  host.peer({.flags = ".", .seq = 1, .ack = 1, .port = 40003});
  EXPECT_EQ(host.sent(), "R 1:1(0)");
  EXPECT_EQ(host.state(40003), "");
  EXPECT_EQ(host.counter(Counter::EmbryonicRsts), 1u);
}

TEST_P(Handshake, TheSynQueueIsAsLongAsTheBacklogAndThenThereAreCookies) {
  host.listener(2);
  const int room = modern() ? 3 : 2;
  for (int i = 0; i < room; ++i)
    host.peer({.flags = "S", .port = static_cast<std::uint16_t>(41000 + i), .options = true});
  EXPECT_EQ(host.counter(Counter::SyncookiesSent), 0u);
  host.sent();
  host.peer({.flags = "S", .port = 42000, .options = true});
  EXPECT_EQ(host.counter(Counter::TCPReqQFullDoCookies), 1u);
  EXPECT_EQ(host.counter(Counter::SyncookiesSent), 1u);
  EXPECT_EQ(host.state(42000), "") << "a cookie leaves nothing behind";
  EXPECT_EQ(host.sent().substr(0, 2), "S.");
}

TEST_P(Handshake, WithoutCookiesAFullSynQueueDropsTheSyn) {
  host.sysctl().tcp_syncookies = 0;
  host.listener(2);
  for (std::uint16_t port = 41000; port < 41004; ++port)
    host.peer({.flags = "S", .port = port, .options = true});
  EXPECT_EQ(host.counter(Counter::TCPReqQFullDrop), modern() ? 1u : 2u);
  EXPECT_EQ(host.counter(Counter::ListenDrops), modern() ? 1u : 2u);
}

TEST_P(Handshake, TheLastQuarterOfTheSynBacklogIsForKnownPeers) {
  host.sysctl().tcp_syncookies = 0;
  host.sysctl().tcp_max_syn_backlog = 8;
  host.listener(100);
  for (std::uint16_t port = 41000; port < 41010; ++port)
    host.peer({.flags = "S", .port = port, .options = true});
  EXPECT_EQ(host.counter(Counter::ListenDrops), 3u) << "7 are admitted: with 2 of 8 left one more is";
}

TEST_P(Handshake, ACookieComesBackAndIsAConnection) {
  host.sysctl().tcp_syncookies = 2;
  const auto fd = host.listener(5);
  host.peer({.flags = "S", .options = true});
  const std::string synack = host.sent();
  const auto isn = static_cast<Seq>(std::stoul(synack.substr(3)));
  EXPECT_EQ(host.counter(Counter::SyncookiesSent), 1u);
  host.peer({.flags = ".", .seq = 1, .ack = isn + 100});
  EXPECT_EQ(host.counter(Counter::SyncookiesFailed), 1u);
  EXPECT_EQ(host.sent(), "R " + std::to_string(isn + 100) + ":" + std::to_string(isn + 100) + "(0)");
  host.peer({.flags = ".", .seq = 1, .ack = isn + 1});
  EXPECT_EQ(host.counter(Counter::SyncookiesRecv), 1u);
  EXPECT_EQ(host.state(), "TCP_ESTABLISHED");
  const auto child = host.accept(fd);
  ASSERT_GT(child, 0);
  EXPECT_EQ(host.sock(child).tp.rx_opt.mss_clamp, 1460);
  EXPECT_EQ(host.sock(child).tp.rx_opt.sack_ok, 0) << "without timestamps a cookie remembers the MSS alone";
}

TEST_P(Handshake, AnUnansweredSynAckIsRepeatedAndForgotten) {
  host.listener(5);
  host.sent_with_times();
  host.peer({.flags = "S", .options = true});
  host.advance(62 * kSecond);
  const std::string s = " S. 0:0(0) ack 1";
  EXPECT_EQ(host.sent_with_times(), "0" + s + "; 1" + s + "; 3" + s + "; 7" + s + "; 15" + s + "; 31" + s);
  EXPECT_EQ(host.state(), "NEW_SYN_RECV");
  host.advance(4 * kSecond);
  EXPECT_EQ(host.state(), "");
  EXPECT_EQ(host.counter(Counter::TCPSynRetrans), 5u);
  host.peer({.flags = ".", .seq = 1, .ack = 1});
  EXPECT_EQ(host.sent(), "R 1:1(0)");
}

TEST_P(Handshake, ARepeatedSynIsAnsweredAgain) {
  host.listener(5);
  host.peer({.flags = "S", .options = true});
  host.advance(kSecond / 2);
  host.sent();
  host.peer({.flags = "S", .options = true});
  EXPECT_EQ(host.sent(), "S. 0:0(0) ack 1");
}

TEST_P(Handshake, AResetEndsARequest) {
  host.listener(5);
  host.peer({.flags = "S", .options = true});
  host.peer({.flags = "R", .seq = 1});
  EXPECT_EQ(host.state(), "");
  EXPECT_EQ(host.counter(Counter::EmbryonicRsts), 1u);
  EXPECT_EQ(host.counter(Counter::TcpAttemptFails), 1u);
}

TEST_P(Handshake, AWrongAckIsResetByTheListenerAndTheRequestLives) {
  host.listener(5);
  host.peer({.flags = "S", .options = true});
  host.sent();
  host.peer({.flags = ".", .seq = 1, .ack = 77});
  EXPECT_EQ(host.sent(), "R 77:77(0)");
  EXPECT_EQ(host.state(), "NEW_SYN_RECV");
}

TEST_P(Handshake, DataMayComeBeforeAccept) {
  const auto fd = host.listener(5);
  host.handshake();
  host.peer({.flags = "P.", .seq = 1, .len = 100, .ack = 1});
  host.peer({.flags = "F.", .seq = 101, .ack = 1});
  EXPECT_EQ(host.state(), "TCP_CLOSE_WAIT");
  const auto child = host.accept(fd);
  ASSERT_GT(child, 0);
  EXPECT_EQ(host.read(child, 1000), 100);
  EXPECT_EQ(host.read(child, 1000), 0);
}

TEST_P(Handshake, AConnectionThatWasResetIsStillAccepted) {
  const auto fd = host.listener(5);
  host.handshake();
  host.peer({.flags = "R", .seq = 1});
  const auto child = host.accept(fd);
  ASSERT_GT(child, 0);
  EXPECT_EQ(host.read(child, 1000), -ECONNRESET);
  EXPECT_EQ(host.read(child, 1000), 0);
}

TEST_P(Handshake, ClosingTheListenerResetsWhatNobodyAccepted) {
  const auto fd = host.listener(5);
  host.handshake(40001);
  host.peer({.flags = "S", .port = 40002, .options = true});
  host.sent();
  EXPECT_EQ(host.close(fd), 0);
  EXPECT_EQ(host.sent(), "R. 1:1(0) ack 1");
  EXPECT_EQ(host.state(40001), "");
  EXPECT_EQ(host.state(40002), "NEW_SYN_RECV") << "half-open requests are not told";
  host.peer({.flags = ".", .seq = 1, .ack = 1, .port = 40002});
  EXPECT_EQ(host.sent(), "R 1:1(0)");
  EXPECT_EQ(host.state(40002), "");
}

TEST_P(Handshake, OneConnectionWakesOneSleeper) {
  const auto fd = host.listener(5);
  EXPECT_EQ(host.accept(fd), TcpHost::kAsleep);
  host.handshake();
  EXPECT_GT(host.result(), 0);
}

}  // namespace
}  // namespace ringside::test
