// What a script says, as values.
#include "core/scenario/packetdrill/parse.h"

#include <gtest/gtest.h>

#include "core/scenario/packetdrill/options.h"
#include "core/scenario/packetdrill/print.h"
#include "core/scenario/packetdrill/timeline.h"
#include "tests/core/scenario/packetdrill/samples.h"

namespace ringside::packetdrill {
namespace {

constexpr std::int64_t ms = 1'000'000;

ParseOutcome good(std::string_view text, const ParseSettings& settings = {}) {
  ParseOutcome outcome = parse(text, "good.pkt", settings);
  for (const Error& error : outcome.errors)
    ADD_FAILURE() << error.line << ":" << error.column << " " << error.id;
  return outcome;
}

template <class T>
T action(const Script& script, std::size_t event) {
  return std::get<T>(script.events.at(event).action);
}

TcpSegment tcp(std::string_view packet) {
  const ParseOutcome outcome = good("0 " + std::string(packet));
  return std::get<TcpSegment>(action<Packet>(outcome.script, 0).content);
}

TEST(PacketdrillParse, ATcpSegment) {
  const TcpSegment segment =
      tcp("< FP. 1:1001(1000) ack 7 win 257 urg 9 <nop,nop,TS val 1 ecr 2,nop,nop,sack 3:4 5:6>");
  EXPECT_EQ(segment.flags, tcp_flag::fin | tcp_flag::psh | tcp_flag::ack);
  EXPECT_EQ(segment.sequence, (SequenceRange{1, 1000}));
  EXPECT_EQ(segment.ack, 7u);
  EXPECT_EQ(segment.window, 257);
  EXPECT_EQ(segment.urgent, 9);
  ASSERT_EQ(segment.options.size(), 6u);
  EXPECT_EQ(std::get<TimestampOption>(segment.options[2]), (TimestampOption{1, 2}));
  EXPECT_EQ(std::get<SackOption>(segment.options[5]).blocks, (std::vector<SackBlock>{{3, 4}, {5, 6}}));
}

TEST(PacketdrillParse, WhatIsNotWrittenIsNotThere) {
  const TcpSegment segment = tcp("> . 1:1(0)");
  EXPECT_FALSE(segment.ack);
  EXPECT_FALSE(segment.window);
  EXPECT_FALSE(segment.urgent);
  EXPECT_FALSE(segment.ports);
  EXPECT_FALSE(segment.any_options);
  EXPECT_TRUE(segment.options.empty());
  EXPECT_TRUE(tcp("> . 1:1(0) ack 1 <...>").any_options);
}

TEST(PacketdrillParse, EcnFlagsAndTheCounterInTheirPlace) {
  EXPECT_EQ(tcp("> SEW 0:0(0)").flags, tcp_flag::syn | tcp_flag::ece | tcp_flag::cwr);
  EXPECT_EQ(tcp("> - 0:0(0)").flags, 0);
  const TcpSegment counted = tcp("> S.5 0:0(0) ack 1");
  EXPECT_EQ(counted.ace, 5);
  EXPECT_EQ(counted.flags, tcp_flag::syn | tcp_flag::ack | tcp_flag::ece | tcp_flag::ae);
}

TEST(PacketdrillParse, IcmpQuotesAPacket) {
  const ParseOutcome outcome = good("0 < icmp unreachable frag_needed mtu 1200 [1:1001(1000)]");
  const IcmpMessage icmp = std::get<IcmpMessage>(action<Packet>(outcome.script, 0).content);
  EXPECT_EQ(icmp.type, "unreachable");
  EXPECT_EQ(icmp.code, "frag_needed");
  EXPECT_EQ(icmp.mtu, 1200u);
  ASSERT_TRUE(icmp.quoted);
  EXPECT_EQ(icmp.quoted->sequence, (SequenceRange{1, 1000}));
}

TEST(PacketdrillParse, ABlockingCallAndItsFailure) {
  const ParseOutcome outcome = good(
      "0...0.25 recv(4, ..., 100, MSG_PEEK|MSG_DONTWAIT) = -1 EAGAIN (Resource temporarily unavailable)");
  const Syscall call = action<Syscall>(outcome.script, 0);
  EXPECT_EQ(call.name, "recv");
  EXPECT_EQ(call.end, 250 * ms);
  ASSERT_EQ(call.arguments.size(), 4u);
  EXPECT_EQ(call.arguments[1].kind, Expression::Kind::ellipsis);
  EXPECT_EQ(call.arguments[3].kind, Expression::Kind::bit_or);
  EXPECT_EQ(call.result.number, -1);
  ASSERT_TRUE(call.error);
  EXPECT_EQ(call.error->name, "EAGAIN");
}

TEST(PacketdrillParse, TimesAreExactNanoseconds) {
  const Script script = good("0 close(3) = 0\n+.29 close(3) = 0\n+0.000000001 close(3) = 0\n").script;
  EXPECT_EQ(script.events[1].time.start, 290 * ms);
  EXPECT_EQ(script.events[2].time.start, 1);
  EXPECT_EQ(print_seconds(290 * ms), "0.29");
  EXPECT_EQ(print_seconds(12'000'000'001), "12.000000001");
}

TEST(PacketdrillParse, TheClockOfAScript) {
  const Script script = good(
                            "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
                            "+0.1...0.5 accept(3, ..., ...) = 4\n"
                            "+0.2 < . 1:1(0) ack 1 win 1\n"
                            "* > . 1:1(0) ack 1\n"
                            "+0.1~+0.2 > . 1:1(0) ack 1\n"
                            "2 close(3) = 0\n")
                            .script;
  EXPECT_EQ(timeline(script), (std::vector<Moment>{{0, 0, 0, false},
                                                   {1, 100 * ms, 500 * ms, false},
                                                   {2, 300 * ms, 300 * ms, false},
                                                   {3, 300 * ms, 300 * ms, true},
                                                   {4, 400 * ms, 500 * ms, false},
                                                   {5, 2000 * ms, 2000 * ms, false}}));
  EXPECT_EQ(sorted_timeline(script), timeline(script));
}

TEST(PacketdrillParse, InitAndCleanupCommands) {
  const Script script = good("`a\nb`\n0 `c`\n`d`\n").script;
  EXPECT_EQ(script.init->text, "a\nb");
  EXPECT_EQ(action<Command>(script, 0).text, "c");
  EXPECT_EQ(script.cleanup->text, "d");
}

TEST(PacketdrillParse, OptionsAndTheirDefaults) {
  std::vector<Error> errors;
  const ParseOutcome outcome = good(
      "--tolerance_usecs=12000\n--mss=1000\n--ip_version=ipv6\n--local_ip=fd::1\n--wobble=1\n0 close(3) = 0");
  const ScriptConfig config = read_options(outcome.script, errors);
  EXPECT_TRUE(errors.empty());
  EXPECT_EQ(config.tolerance, 12 * ms);
  EXPECT_EQ(config.mss, 1000);
  EXPECT_EQ(config.ip_version, ScriptConfig::IpVersion::ipv6);
  EXPECT_EQ(config.local_ip, "fd::1");
  EXPECT_EQ(config.bind_port, 8080);
  EXPECT_EQ(outcome.unsupported, (std::vector<Unsupported>{{"option", "--wobble", {}}}));
  EXPECT_EQ(outcome.unsupported.at(0).where.line, 5);
  read_options(good("--mtu=99999\n0 close(3) = 0").script, errors);
  ASSERT_EQ(errors.size(), 1u);
  EXPECT_EQ(errors[0].id, "packetdrill.bad_option_value");
}

TEST(PacketdrillParse, DefinesTakeTheWordsPlace) {
  ParseSettings settings;
  settings.defines = {{"COOKIE", "0123"}, {"FD", "4"}};
  const Script script = good(
                            "--define=CHUNK=FD\n--define=NAME=\"x\"\n0 read(FD, NAME, CHUNK) = 0\n"
                            "+0 < S 0:0(0) win 1 <mss 1,FO COOKIE,nop,nop,nop,nop>\n",
                            settings)
                            .script;
  EXPECT_EQ(print(action<Syscall>(script, 0)), "read(4, \"x\", 4) = 0");
  EXPECT_EQ(print(action<Packet>(script, 1)), "< S 0:0(0) win 1 <mss 1,FO 0123,nop,nop,nop,nop>");
}

TEST(PacketdrillParse, WhatIsKnownButNotModelledIsListedByLine) {
  const ParseOutcome outcome = good(
      "--wire_client\n"
      "0 cap_set(1) = 1\n"
      "+0 < S 0:0(0) win 1 <mss 1460,FO,nop,nop>\n"
      "+0 > gre: . 1:1(0) ack 1\n"
      "+0 setsockopt(3, SOL_TCP, TCP_FROB, [1], 4) = 0\n"
      "+0 %{ import os\nassert 1 }%\n");
  std::vector<std::string> told;
  for (const Unsupported& item : outcome.unsupported) {
    told.push_back(std::to_string(item.where.line) + " " + item.kind + " " + item.what);
  }
  EXPECT_EQ(told, (std::vector<std::string>{"1 option --wire_client", "2 syscall cap_set", "3 tcp_option FO",
                                            "4 header gre", "5 symbol TCP_FROB", "6 code import"}));
}

TEST(PacketdrillParse, DirectivesKnowTheEventTheyBelongTo) {
  const std::vector<Directive> directives = good(testing::samples()[0].text).script.directives;
  ASSERT_EQ(directives.size(), 7u);
  EXPECT_EQ(directives[0].value, "Two segments change places");
  EXPECT_EQ(directives[1].value, "7 and 8 come first, so the queue for what is out of order fills.");
  EXPECT_EQ(directives[3].name, "cpu.cost_percent");
  EXPECT_EQ(directives[3].value, "200");
  EXPECT_EQ(directives[4].name, "reader");
  EXPECT_EQ(directives[4].arguments.at(1).second, "1000");
  ASSERT_TRUE(directives[5].when);
  EXPECT_EQ(directives[5].when->event, "tcp_data_queue_ofo");
  EXPECT_EQ(directives[5].when->conditions.at(0).first, "seq");
  EXPECT_EQ(directives[5].when->occurrence, 2);
  EXPECT_EQ(directives[5].event_index, 8);
  EXPECT_FALSE(directives[6].when);
  EXPECT_EQ(directives[6].event_index, 12);
}

}  // namespace
}  // namespace ringside::packetdrill
