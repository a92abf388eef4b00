// System calls and commands of scripts that are not about the wire: each story is a script of its own.
#include <gtest/gtest.h>

#include "core/drill/drill.h"
#include "core/scenario/packetdrill/parse.h"
#include "tests/core/test_names.h"

namespace ringside::drill {
namespace {

const std::string kOpen = R"(
   0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
  +0 setsockopt(3, SOL_SOCKET, SO_REUSEADDR, [1], 4) = 0
  +0 bind(3, ..., ...) = 0
  +0 listen(3, 1) = 0
  +0 < S 0:0(0) win 32792 <mss 1000,sackOK,nop,nop,nop,wscale 10>
  +0 > S. 0:0(0) ack 1 <...>
 +.1 < . 1:1(0) ack 1 win 514
  +0 accept(3, ..., ...) = 4
)";

/// "PASS", or the verdict and why.
std::string verdict(const std::string& script, const char* kernel, const std::string& before = "") {
  DrillOptions options;
  options.kernel = kernel;
  const std::string text = before + kOpen + script;
  const Outcome outcome = run(packetdrill::parse(text, "story.pkt", {}), "story.pkt", options);
  std::string told = name_of(outcome.verdict);
  for (const auto* list : {&outcome.problems, &outcome.unsupported})
    for (const Error& error : *list) {
      told += "\n" + std::to_string(error.line) + " " + error.id;
      for (const auto& [name, value] : error.args) told += " " + name + "=" + value;
    }
  return told;
}

class EveryKernel : public testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(Calls, EveryKernel, testing::Values("4.13", "6.18"), test::KernelName());

TEST_P(EveryKernel, ABufferThatIsNoMemoryFaultsAndLosesNothing) {
  EXPECT_EQ(verdict(R"(
  +0 fcntl(4, F_SETFL, O_RDWR|O_NONBLOCK) = 0
  +0 write(4, NULL, 1000) = -1 EFAULT (Bad address)
  +0 write(4, NULL, 0) = 0
  +0 read(4, NULL, 1000) = -1 EAGAIN (Resource temporarily unavailable)
 +.1 < P. 1:1001(1000) ack 1 win 514
  +0 > . 1:1(0) ack 1001
  +0 recv(4, NULL, 1000, 0) = -1 EFAULT (Bad address)
  +0 ioctl(4, SIOCINQ, [1000]) = 0
  +0 read(4, ..., 1000) = 1000
  +0 write(4, ..., 100) = 100
  +0 > P. 1:101(100) ack 1001
)",
                    GetParam()),
            "PASS");
}

TEST_P(EveryKernel, SplicePutsASocketsBytesIntoAPipeAndBack) {
  EXPECT_EQ(verdict(R"(
  +0 pipe([5, 6]) = 0
 +.1 < P. 1:1001(1000) ack 1 win 514
  +0 > . 1:1(0) ack 1001
  +0 splice(4, NULL, 6, NULL, 600, 0) = 600
  +0 splice(5, NULL, 4, NULL, 500, 0) = 500
  +0 > P. 1:501(500) ack 1001
  +0 splice(4, NULL, 6, NULL, 5000, 0) = 400
  +0 splice(4, NULL, 3, NULL, 1, 0) = -1 EINVAL (Invalid argument)
  +0 close(6) = 0
  +0 close(5) = 0
)",
                    GetParam()),
            "PASS");
}

TEST_P(EveryKernel, SpliceSleepsUntilThereIsSomething) {
  EXPECT_EQ(verdict(R"(
  +0 pipe([5, 6]) = 0
  +0...0.2 splice(4, NULL, 6, NULL, 600, 0) = 100
 +.2 < P. 1:101(100) ack 1 win 514
  +0 > . 1:1(0) ack 101
)",
                    GetParam()),
            "PASS");
}

TEST_P(EveryKernel, SpliceStopsBeforeTheUrgentByte) {
  EXPECT_EQ(verdict(R"(
  +0 pipe([5, 6]) = 0
 +.1 < U. 1:101(100) ack 1 win 514 urg 100
  +0 > . 1:1(0) ack 101
  +0 splice(4, NULL, 6, NULL, 99, 0) = 99
  +0 splice(4, NULL, 6, NULL, 1, 0) = 0
)",
                    GetParam()),
            "PASS");
}

TEST_P(EveryKernel, SendfileSendsAFileFromAnOffset) {
  const std::string made = "`dd if=/dev/zero of=zeros bs=1 count=700`\n";
  EXPECT_EQ(verdict(R"(
  +0 open("zeros", O_RDONLY) = 5
  +0 sendfile(4, 5, [0], 500) = 500
  +0 > P. 1:501(500) ack 1
 +.1 < . 1:1(0) ack 501 win 514
  +0 sendfile(4, 5, [500], 500) = 200
  +0 > P. 501:701(200) ack 1
  +0 sendfile(4, 5, [700], 500) = 0
)",
                    GetParam(), made),
            "PASS");
  EXPECT_EQ(verdict("+0 open(\"elsewhere\", O_RDONLY) = 5\n", GetParam()),
            "UNSUPPORTED\n10 drill.unknown_file call=open(\"elsewhere\", O_RDONLY) = 5");
}

/// NET_XMIT_DROP comes back through IP: the segment counts as not sent, and the host tries again soon (every
/// half second), without backing off.
TEST_P(EveryKernel, AQdiscWithoutRoomIsCongestionOfThisHost) {
  EXPECT_EQ(verdict(R"(
  +0 `tc qdisc add dev tun0 root pfifo limit 0`
  +0 write(4, ..., 100) = 100
  +0 %{ assert tcpi_unacked == 0, tcpi_unacked; assert tcpi_notsent_bytes == 100, tcpi_notsent_bytes }%
+1.3 `tc qdisc delete dev tun0 root`
  +0 %{ assert tcpi_probes >= 1 and tcpi_probes <= 3, tcpi_probes }%
+.0~+.6 > P. 1:101(100) ack 1
 +.1 < . 1:1(0) ack 101 win 514
)",
                    GetParam()),
            "PASS");
}

TEST(Calls, ZeroCopyCameIn414) {
  const std::string ask = "+0 setsockopt(4, SOL_SOCKET, SO_ZEROCOPY, [1], 4) = ";
  EXPECT_EQ(verdict(ask + "-1 ENOPROTOOPT (Protocol not available)\n", "4.13"), "PASS");
  EXPECT_EQ(verdict(ask + "0\n+0 getsockopt(4, SOL_SOCKET, SO_ZEROCOPY, [1], [4]) = 0\n", "6.18"), "PASS");
}

TEST(Calls, FqLetsASegmentGoWhenItsTimeHasComeAndOldKernelsHaveNone) {
  const std::string script = R"(
  +0 `tc qdisc replace dev tun0 root fq`
  +0 setsockopt(4, SOL_SOCKET, SO_MAX_PACING_RATE, [100000], 4) = 0
  +0 write(4, ..., 10000) = 10000
  +0~+.01 > P. 1:10001(10000) ack 1
 +.2 < . 1:1(0) ack 10001 win 514
  +0 write(4, ..., 1000) = 1000
+.0~+.02 > P. 10001:11001(1000) ack 1
  +0 write(4, ..., 1000) = 1000
+.008~+.02 > P. 11001:12001(1000) ack 1
)";
  EXPECT_EQ(verdict(script, "6.18"), "PASS");
  EXPECT_NE(verdict(script, "4.13").find("drill.command_not_run"), std::string::npos);
}

TEST(Calls, TheVnetHeaderSaysHowLargeTheSegmentsWere) {
  EXPECT_EQ(verdict(R"(
  +0 < . 1:10001(10000) ack 1 win 514
  +0 > . 1:1(0) ack 10001
  +0 %{ assert tcpi_rcv_mss == 1000, tcpi_rcv_mss }%
)",
                    "4.13", "--mss=1000\n"),
            "PASS");
}

}  // namespace
}  // namespace ringside::drill
