// How long the kernel waits for a peer, and how often it tries: connecting, keepalive, orphans, half-open
// peers; and how many may wait for the program.
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>

#include "tests/core/kernel/net/ipv4/tcp_host.h"
#include "tests/core/test_names.h"

namespace ringside::test {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
// <netinet/tcp.h> is full of macros that are also names of ours.
enum : int {
  kKeepIdle = 4,
  kKeepInterval = 5,
  kKeepCount = 6,
  kSynCount = 7,
  kLinger2 = 8,
  kDeferAccept = 9
};

class Patience : public testing::TestWithParam<const KernelProfile*> {
 protected:
  TcpHost host{*GetParam()};
  bool modern() const { return GetParam() == &linux_6_18(); }
};

INSTANTIATE_TEST_SUITE_P(BothKernels, Patience, testing::Values(&linux_4_13(), &linux_6_18()), KernelName());

/// 6.18 repeats the SYN four times a second apart before it begins to double (tcp_syn_linear_timeouts).
TEST_P(Patience, ASynIsRepeatedByTheKernelsSchedule) {
  const auto fd = host.socket();
  host.sent_with_times();
  host.connect(fd);
  host.advance(40 * kSecond);
  EXPECT_EQ(host.sent_with_times(), modern() ? "0 S 0:0(0); 1 S 0:0(0); 2 S 0:0(0); 3 S 0:0(0); 4 S 0:0(0); "
                                               "5 S 0:0(0); 7 S 0:0(0); 11 S 0:0(0); 19 S 0:0(0); 35 S 0:0(0)"
                                             : "0 S 0:0(0); 1 S 0:0(0); 3 S 0:0(0); 7 S 0:0(0); 15 S 0:0(0); "
                                               "31 S 0:0(0)");
}

TEST_P(Patience, SynRetriesSayWhenConnectGivesUp) {
  const auto fd = host.socket();
  host.setsockopt(fd, IPPROTO_TCP, kSynCount, 1);
  host.connect(fd);
  host.advance(20 * kSecond);
  EXPECT_EQ(host.result(), -ETIMEDOUT);
  EXPECT_EQ(host.counter(Counter::TCPSynRetrans), modern() ? 2u : 1u)
      << "linear ones do not count, but the time that one doubling takes is over after 3 s";
}

TEST_P(Patience, KeepaliveAsksAnIdlePeerAndGivesItUp) {
  const auto fd = host.accepted();
  host.setsockopt(fd, IPPROTO_TCP, kKeepIdle, 10);
  host.setsockopt(fd, IPPROTO_TCP, kKeepInterval, 5);
  host.setsockopt(fd, IPPROTO_TCP, kKeepCount, 3);
  host.setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
  host.sent_with_times();
  host.advance(11 * kSecond);
  EXPECT_EQ(host.sent_with_times(), "10 . 0:0(0) ack 1")
      << "one before what was acknowledged: it must be answered";
  host.peer({.flags = ".", .seq = 1, .ack = 1});
  host.sent_with_times();
  host.advance(29 * kSecond);
  EXPECT_EQ(host.sent_with_times(),
            "10 . 0:0(0) ack 1; 15 . 0:0(0) ack 1; 20 . 0:0(0) ack 1; 25 R. 1:1(0) ack 1");
  EXPECT_EQ(host.read(fd, 100), -ETIMEDOUT);
  EXPECT_EQ(host.counter(Counter::TCPKeepAlive), 4u);
}

TEST_P(Patience, WithoutKeepaliveAVanishedPeerIsNeverMissed) {
  const auto fd = host.accepted();
  host.advance(86400 * kSecond);
  EXPECT_EQ(host.sent(), "");
  EXPECT_EQ(host.sock(fd).state, TcpState::established);
}

/// The peer has restarted and knows nothing of the connection: what we send is answered by a reset.
TEST_P(Patience, AHalfOpenPeerIsFoundOutByWriting) {
  const auto fd = host.accepted();
  host.write(fd, 100);
  EXPECT_EQ(host.sent(), "P. 1:101(100) ack 1");
  host.peer({.flags = "R", .seq = 1});
  EXPECT_EQ(host.read(fd, 100), -ECONNRESET);
  EXPECT_EQ(host.state(), "");
}

/// Or it connects again from the same port: the challenge ACK tells it of the old connection, which it
/// resets.
TEST_P(Patience, AHalfOpenPeerThatConnectsAgainIsChallenged) {
  const auto fd = host.accepted();
  host.advance(10 * kSecond);
  host.peer({.flags = "S", .seq = 5000, .options = true});
  EXPECT_EQ(host.sent(), ". 1:1(0) ack 1") << "RFC 5961: a SYN alone must not end a connection";
  EXPECT_EQ(host.counter(Counter::TCPSYNChallenge), 1u);
  host.peer({.flags = "R", .seq = 1});
  EXPECT_EQ(host.read(fd, 100), -ECONNRESET);
  host.peer({.flags = "S", .seq = 5000, .options = true});
  EXPECT_EQ(host.sent(), "S. 0:0(0) ack 5001");
}

TEST_P(Patience, Linger2ShortensFinWait2) {
  const auto fd = host.accepted();
  host.setsockopt(fd, IPPROTO_TCP, kLinger2, 5);
  host.close(fd);
  host.peer({.flags = ".", .seq = 1, .ack = 2});
  EXPECT_EQ(host.state(), "TCP_FIN_WAIT2 (mini)");
  host.advance(4 * kSecond);
  EXPECT_EQ(host.state(), "TCP_FIN_WAIT2 (mini)");
  host.advance(3 * kSecond);
  EXPECT_EQ(host.state(), "");
}

TEST_P(Patience, AnOrphanTriesEightTimes) {
  const auto fd = host.accepted();
  host.write(fd, 100);
  host.close(fd);
  host.sent();
  host.advance(600 * kSecond);
  const std::string sent = host.sent();
  EXPECT_EQ(host.state(), "") << sent;
  EXPECT_EQ(host.host().net->orphan_count, 0);
}

TEST_P(Patience, SomaxconnCapsWhatListenAsksFor) {
  host.sysctl().somaxconn = 1;
  const auto fd = host.listener(100);
  EXPECT_EQ(host.sock(fd).sk_max_ack_backlog, 1u);
  host.handshake(41000);
  host.handshake(41001);
  host.sent();
  host.peer({.flags = "S", .port = 41002, .options = true});
  EXPECT_EQ(host.sent(), "") << "two wait, one more than the limit says";
  EXPECT_EQ(host.counter(Counter::ListenOverflows), 1u);
}

TEST_P(Patience, DeferAcceptWaitsForData) {
  const auto fd = host.listener(5, true);
  host.setsockopt(fd, IPPROTO_TCP, kDeferAccept, 5);
  host.handshake();
  EXPECT_EQ(host.state(), "NEW_SYN_RECV") << "the bare ACK is ignored";
  EXPECT_EQ(host.accept(fd), -EAGAIN);
  host.peer({.flags = "P.", .seq = 1, .len = 100, .ack = 1});
  EXPECT_GT(host.accept(fd), 0);
}

TEST_P(Patience, ADatagramBeyondTheMtuLeavesInFragments) {
  Syscall make;
  make.nr = Sys::socket;
  make.arg[0] = AF_INET;
  make.arg[1] = SOCK_DGRAM;
  Syscall send;
  send.nr = Sys::sendto;
  send.fd = static_cast<std::int32_t>(host.call(make));
  send.arg[0] = 3000;
  send.data = {0, 0, 3000};
  send.addr = IpAddr::v4(192, 0, 2, 1);
  send.port = 53;
  EXPECT_EQ(host.call(send), 3000);
  EXPECT_EQ(host.counter(Counter::IpFragCreates), 3u) << "1480, 1480 and 48 bytes";
  EXPECT_EQ(host.counter(Counter::IpFragOKs), 1u);
}

}  // namespace
}  // namespace ringside::test
