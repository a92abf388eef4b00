#include "core/profiles/knobs.h"

#include <gtest/gtest.h>

#include <map>

namespace ringside {
namespace {

std::map<std::string, std::string> args_of(const Error& error) {
  return {error.args.begin(), error.args.end()};
}

TEST(Knobs, EveryKnobTakesItsOwnValueBack) {
  for (const KernelProfile* profile : {&linux_4_13(), &linux_6_18()})
    for (const KnobInfo& knob : knobs()) {
      HostSettings settings(*profile);
      const std::string value = knob_value(settings, knob.name);
      EXPECT_FALSE(value.empty()) << knob.name;
      const auto error = set_knob(settings, knob.name, value);
      EXPECT_FALSE(error) << knob.name << "=" << value << " of " << profile->name << ": " << error->id;
      EXPECT_EQ(knob_value(settings, knob.name), value) << knob.name;
    }
}

TEST(Knobs, NamesAreUnique) {
  std::map<std::string, int> count;
  for (const KnobInfo& knob : knobs()) EXPECT_EQ(++count[knob.name], 1) << knob.name;
}

TEST(Knobs, SetsWhatTheNameSays) {
  HostSettings settings(linux_4_13());
  EXPECT_FALSE(set_knob(settings, "net.ipv4.tcp_rmem", "4096 10000,20000"));
  EXPECT_EQ(settings.profile.sysctl.tcp_rmem[1], 10000);
  EXPECT_EQ(settings.profile.sysctl.tcp_rmem[2], 20000);
  EXPECT_FALSE(set_knob(settings, "nic.rx_ring", "128"));
  EXPECT_EQ(settings.rx_ring, 128);
  EXPECT_FALSE(set_knob(settings, "cost.tcp_recvmsg", "12345"));
  EXPECT_EQ(settings.costs.call_ns[static_cast<std::size_t>(Fn::tcp_recvmsg)], 12345u);
  EXPECT_FALSE(set_knob(settings, "rps.cpus", "0x2"));
  EXPECT_EQ(settings.rps_cpus, 2);
  EXPECT_FALSE(set_knob(settings, "cost.preset", "none"));
  EXPECT_EQ(settings.costs.irq_entry_ns, 0u);
}

TEST(Knobs, TheFilterTableIsWrittenAsNftHasIt) {
  HostSettings settings(linux_4_13());
  const std::string rules =
      "prerouting udp saddr 10.0.0.0/8 sport 53 accept; input tcp saddr fd00::1 dport 80 drop; input drop";
  EXPECT_FALSE(set_knob(settings, "netfilter.rules", rules));
  ASSERT_EQ(settings.rules.size(), 3u);
  EXPECT_EQ(settings.rules[0].prefix_len, 8);
  EXPECT_EQ(settings.rules[1].dport, 80);
  EXPECT_EQ(knob_value(settings, "netfilter.rules"), rules);
  const std::map<std::string, std::string> wrong{{"", ""},
                                                 {"forward drop", "forward"},
                                                 {"input", ""},
                                                 {"input 7", "7"},
                                                 {"input dport 0 drop", "0"},
                                                 {"input drop input drop", "input"},
                                                 {"input saddr 10.0.0.0/33 drop", "10.0.0.0/33"},
                                                 {"input saddr me drop", "me"}};
  for (const auto& [text, word] : wrong) {
    const auto error = set_knob(settings, "netfilter.rules", text);
    ASSERT_TRUE(error) << text;
    EXPECT_EQ(error->id, "knob.rule") << text;
    EXPECT_EQ(args_of(*error)["value"], word) << text;
  }
  EXPECT_EQ(settings.rules.size(), 3u) << "an error changes nothing";
}

TEST(Knobs, AnUnknownNameIsToldTheNearest) {
  HostSettings settings(linux_4_13());
  const std::map<std::string, std::string> meant{
      {"net.ipv4.tcp_rmen", "net.ipv4.tcp_rmem"},
      {"tcp_low_latency", "net.ipv4.tcp_low_latency"},
      {"nic.rxring", "nic.rx_ring"},
      {"netdev_budget", "net.core.netdev_budget"},
      {"cost.tcp_recvmsh", "cost.tcp_recvmsg"},
  };
  for (const auto& [wrong, right] : meant) {
    const auto error = set_knob(settings, wrong, "1");
    ASSERT_TRUE(error) << wrong;
    EXPECT_EQ(error->id, "knob.unknown");
    EXPECT_EQ(args_of(*error)["nearest"], right) << wrong;
  }
}

TEST(Knobs, ABadValueIsToldTheRange) {
  HostSettings settings(linux_4_13());
  const auto error = set_knob(settings, "nic.rx_ring", "5000");
  ASSERT_TRUE(error);
  EXPECT_EQ(error->id, "knob.range");
  EXPECT_EQ(args_of(*error)["high"], "4096");
  for (const char* bad : {"", "many", "1.5", "12x", "1 2", "0x", "99999999999999999999", "--1"}) {
    const auto e = set_knob(settings, "nic.rx_ring", bad);
    ASSERT_TRUE(e) << bad;
    EXPECT_EQ(e->id, "knob.not_a_number") << bad;
  }
  EXPECT_EQ(set_knob(settings, "cost.preset", "quick")->id, "knob.choice");
  EXPECT_EQ(settings.rx_ring, 512) << "an error changes nothing";
}

}  // namespace
}  // namespace ringside
