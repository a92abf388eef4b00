// A capture that begins in the middle of a stream.
#include <gtest/gtest.h>

#include "core/kernel/net/tcp_adopt.h"
#include "tests/core/kernel/net/ipv4/tcp_host.h"
#include "tests/core/test_names.h"

namespace ringside::test {
namespace {

class Adopted : public testing::TestWithParam<const KernelProfile*> {
 protected:
  TcpHost host{*GetParam()};
  AdoptedConnection seen{
      .tuple = {IpAddr::v4(192, 168, 0, 1), IpAddr::v4(192, 0, 2, 1), TcpHost::kPort, 40000},
      .rcv_nxt = 5000,
      .snd_una = 700,
      .snd_nxt = 700,
      .snd_wnd = 20000,
      .rcv_wscale = 7};
};

INSTANTIATE_TEST_SUITE_P(BothKernels, Adopted, testing::Values(&linux_4_13(), &linux_6_18()), KernelName());

TEST_P(Adopted, TheStreamGoesOnWhereItStood) {
  const SockId sk = tcp_adopt_established(host.kernel(), seen);
  ASSERT_TRUE(sk);
  EXPECT_EQ(host.state(), "TCP_ESTABLISHED");
  EXPECT_EQ(host.counter(Counter::TcpCurrEstab), 1u);
  host.peer({.flags = "P.", .seq = 5000, .len = 100, .ack = 700});
  EXPECT_EQ(host.sent(), ". 700:700(0) ack 5100");
  EXPECT_EQ(host.kernel()[sk].receive_queue.qlen, 1u);
}

TEST_P(Adopted, ABusyFourTupleIsNotTakenTwice) {
  ASSERT_TRUE(tcp_adopt_established(host.kernel(), seen));
  EXPECT_FALSE(tcp_adopt_established(host.kernel(), seen));
}

}  // namespace
}  // namespace ringside::test
