// The tour, the recorded scripts, the lessons and the captures together enter every function that the model
// lists, in each kernel: what nothing reaches could say anything.
#include "tests/core/engine/reach.h"

#include <gtest/gtest.h>

#include <map>

#include "tests/core/engine/tour.h"

namespace ringside {
namespace {

using test::MachineStory;
using test::Reach;

/// What no lesson and no recording does: data that go from socket to pipe and from file to socket, and a
/// qdisc.
const char* const kSplices = R"(
`tc qdisc replace dev tun0 root fq
dd bs=1 count=5 if=/dev/zero of=testfile status=none`
   0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
  +0 bind(3, ..., ...) = 0
  +0 listen(3, 1) = 0
  +0 < S 0:0(0) win 32972 <mss 1460>
  +0 > S. 0:0(0) ack 1 <...>
  +0 < . 1:1(0) ack 1 win 30000
  +0 accept(3, ..., ...) = 4
  +0 pipe([5, 6]) = 0
  +0 < P. 1:101(100) ack 1 win 30000
  +0 > . 1:1(0) ack 101
  +0 splice(4, NULL, 6, NULL, 100, 0) = 100
  +0 open("testfile", O_RDONLY) = 7
  +0 sendfile(4, 7, [0], 5) = 5
  +0 > P. 1:6(5) ack 101
)";

Reach reach_of(const std::string& kernel) {
  Reach reach;
  reach.add_script_text(kSplices, kernel);
  reach.add_scripts("tests/recorded/linux-" + kernel, kernel);
  reach.add_scripts("resources/scenarios", kernel);
  for (const char* name : {"fragments.pcap", "gso.pcap", "ipv6.pcapng", "mixed.pcapng", "reset.pcap",
                           "syn-flood-small.pcap", "vlan.pcap", "zero-window.pcap"})
    reach.add_capture(name, kernel);
  for (const auto& stop : test::tour()) {
    if (!stop.in(kernel)) continue;
    MachineStory m(kernel);
    stop.tell(m);
    m.run();
    reach.add(m.trace());
  }
  return reach;
}

/// Listed, but no run enters them, and why.
const std::map<Fn, const char*> kNotReached{
    {Fn::tcp_abort, "the modelled host has no tool that kills connections (ss -K)"},
    {Fn::tcp_data_snd_check, "inlined: its work is shown as tcp_rcv_established()'s"},
    {Fn::udp_unicast_rcv_skb, "inlined: its work is shown as udp_rcv()'s"},
};

class ReachOfAllRuns : public testing::TestWithParam<const char*> {};

TEST_P(ReachOfAllRuns, EveryFunctionIsEntered) {
  const std::string kernel = GetParam();
  const Reach reach = reach_of(kernel);
  const auto own = static_cast<unsigned>(kernel == "4.13" ? InProfile::p413 : InProfile::p618);
  for (std::size_t i = 1; i < static_cast<std::size_t>(Fn::count_); ++i) {
    const auto fn = static_cast<Fn>(i);
    if (kNotReached.contains(fn)) continue;
    const bool modelled = (static_cast<unsigned>(info_of(fn).profiles) & own) != 0;
    EXPECT_EQ(reach.functions.contains(fn), modelled)
        << name_of(fn) << (modelled ? " is entered by nothing" : " is listed for the other kernel only");
  }
}

INSTANTIATE_TEST_SUITE_P(BothKernels, ReachOfAllRuns, testing::Values("4.13", "6.18"),
                         [](const auto& kernel) {
                           return std::string(kernel.param) == "4.13" ? "Linux4_13" : "Linux6_18";
                         });

}  // namespace
}  // namespace ringside
