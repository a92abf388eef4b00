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

Reach reach_of(const std::string& kernel) {
  Reach reach;
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
