// What a bad script is told: every error at once, each with its line, its column and what was expected.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/scenario/packetdrill/parse.h"

namespace ringside::packetdrill {
namespace {

/// "3:14 packetdrill.expected expected=win found=<": one line per error.
std::vector<std::string> errors_of(std::string_view text) {
  std::vector<std::string> lines;
  for (const Error& error : parse(text, "bad.pkt").errors) {
    EXPECT_EQ(error.file, "bad.pkt");
    std::string line = std::to_string(error.line) + ":" + std::to_string(error.column) + " " + error.id;
    for (const auto& [name, value] : error.args) line += " " + name + "=" + value;
    lines.push_back(line);
  }
  return lines;
}

using Lines = std::vector<std::string>;

TEST(PacketdrillErrors, AllOfAFileAtOnce) {
  const std::string_view script =
      "--mtu\n"
      "0 socket(..., SOCK_STREAM IPPROTO_TCP) = 3\n"
      "+0 < S 0:0(0) <mss 1460>\n"
      "+0 > S. 0:0(0) ack 1 <mss 1460,nap>\n"
      "+0 < P. 1:1001(999) ack 1 win 257\n"
      "+0 read(4, ..., 1000) = \n"
      "+0 close(4) = 0\n"
      "+0 < X. 1:1(0) ack 1 win 257\n"
      "+0 close(3) = 0\n"
      "$\n";
  EXPECT_EQ(errors_of(script), (Lines{"2:1 packetdrill.expected expected== found=0",
                                      "2:27 packetdrill.expected expected=',',) found=IPPROTO_TCP",
                                      "3:15 packetdrill.expected expected=ack,win found=<",
                                      "4:32 packetdrill.expected "
                                      "expected=nop,eol,mss,wscale,sackOK,sack,TS,FO,FOEXP,md5,ECN found=nap",
                                      "5:9 packetdrill.sequence_mismatch found=1001 expected=1000",
                                      "7:1 packetdrill.expected expected=expression found=+",
                                      "8:6 packetdrill.bad_tcp_flag found=X flag=X",
                                      "10:1 packetdrill.expected expected=time_stamp found=$"}));
}

TEST(PacketdrillErrors, GoodEventsBetweenBadOnesAreKept) {
  const ParseOutcome outcome = parse("0 close(3) = 0\n+0 close(\n+0 close(4) = 0\n", "x");
  EXPECT_EQ(outcome.script.events.size(), 2u);
  EXPECT_EQ(outcome.errors.size(), 1u);
}

TEST(PacketdrillErrors, EmptyAndCutShort) {
  EXPECT_EQ(errors_of(""), Lines{"1:1 packetdrill.expected expected=time_stamp found="});
  EXPECT_EQ(errors_of("// nothing\n"), Lines{"2:1 packetdrill.expected expected=time_stamp found="});
  EXPECT_EQ(errors_of("0 read(3, ..."), Lines{"1:14 packetdrill.expected expected=',',) found="});
  EXPECT_EQ(errors_of("0 `sysctl -q"), Lines{"1:3 packetdrill.unterminated what=command"});
  EXPECT_EQ(errors_of("0 %{ assert 1"), Lines{"1:3 packetdrill.unterminated what=code"});
  EXPECT_EQ(errors_of("/* 0 close(3) = 0\n"), Lines{"1:1 packetdrill.unterminated what=comment"});
  EXPECT_EQ(errors_of("0 open(\"/etc, 0) = 3\n+0 close( = 0\n"),
            (Lines{"1:8 packetdrill.unterminated what=string",
                   "2:11 packetdrill.expected expected=expression found=="}));
}

TEST(PacketdrillErrors, NumbersOutOfRange) {
  EXPECT_EQ(errors_of("0 < . 1:1(0) ack 4294967296 win 257"),
            Lines{"1:18 packetdrill.out_of_range what=ack_number found=4294967296 least=0 most=4294967295"});
  EXPECT_EQ(errors_of("0 < . 1:1(0) ack 1 win 65536"),
            Lines{"1:24 packetdrill.out_of_range what=window found=65536 least=0 most=65535"});
  EXPECT_EQ(errors_of("0 close(99999999999999999999) = 0").size(), 1u);
  EXPECT_EQ(errors_of("0 close(0xffffffffffffffff) = 0").size(), 1u);
  EXPECT_EQ(errors_of("0 > [tos 0x100] . 1:1(0) ack 1"),
            Lines{"1:10 packetdrill.out_of_range what=tos found=0x100 least=0 most=255"});
}

TEST(PacketdrillErrors, TimesThatCannotBe) {
  EXPECT_EQ(errors_of("1 close(3) = 0"), Lines{"1:1 packetdrill.first_event_not_at_zero"});
  EXPECT_EQ(errors_of("0 close(3) = 0\n2 close(3) = 0\n1 close(3) = 0"),
            Lines{"3:1 packetdrill.time_backwards"});
  EXPECT_EQ(errors_of("-1 close(3) = 0"), Lines{"1:1 packetdrill.negative_time found=-1"});
  EXPECT_EQ(errors_of("0.2~0.1 > . 1:1(0) ack 1"), Lines{"1:1 packetdrill.range_backwards"});
  EXPECT_EQ(errors_of("0.2...0.1 read(3, ..., 1) = 1"), Lines{"1:1 packetdrill.range_backwards"});
  EXPECT_EQ(errors_of("* close(3) = 0"), Lines{"1:1 packetdrill.stamp_only_outbound"});
  EXPECT_EQ(errors_of("0~1 < . 1:1(0) ack 1 win 1"), Lines{"1:1 packetdrill.stamp_only_outbound"});
}

TEST(PacketdrillErrors, WhatOnlyOutboundPacketsMayLeaveOpen) {
  EXPECT_EQ(errors_of("0 < . 1:1(0) ack 1 win 1 <...>"), Lines{"1:26 packetdrill.any_only_outbound"});
  EXPECT_EQ(errors_of("0 < [ect01] . 1:1(0) ack 1 win 1"), Lines{"1:5 packetdrill.ect01_only_outbound"});
}

TEST(PacketdrillErrors, OptionsMustFillWords) {
  EXPECT_EQ(errors_of("0 < S 0:0(0) win 1 <mss 1460,wscale 7>"),
            Lines{"1:20 packetdrill.options_unpadded bytes=7 excess=3"});
  EXPECT_EQ(errors_of("0 > . 1:1(0) ack 1 <sack 1:2 3:4 5:6 7:8 9:10>"),
            Lines{"1:20 packetdrill.options_too_long most=40"});
}

TEST(PacketdrillErrors, StructsAndTheirFields) {
  EXPECT_EQ(errors_of("0 poll([{fd=3, event=POLLIN}], 1, 0) = 1"),
            Lines{"1:16 packetdrill.expected expected=events found=event"});
  EXPECT_EQ(errors_of("0 epoll_wait(3, {events=0, fid=3}, 1, 0) = 1"),
            Lines{"1:28 packetdrill.expected expected=fd,ptr,u32,u64 found=fid"});
}

TEST(PacketdrillErrors, DirectivesAreCheckedToo) {
  const std::string keys = "title:,summary:,kernel:,verified:,set,app,note:,note when";
  EXPECT_EQ(errors_of("//@ titel: x\n0 close(3) = 0 //@ note: y\n//@ note when : z\n//@+ more\n"),
            (Lines{"1:1 packetdrill.expected expected=" + keys + " found=titel: x",
                   "2:16 packetdrill.directive_not_alone",
                   "3:1 packetdrill.expected expected=" + keys + " found=note when : z",
                   "4:1 packetdrill.expected expected=" + keys + " found=more"}));
}

TEST(PacketdrillErrors, ControlCharactersAreShownSafely) {
  EXPECT_EQ(errors_of(std::string_view("\0\x1b[31m", 6)),
            Lines{"1:1 packetdrill.expected expected=time_stamp found=\\x00"});
}

TEST(PacketdrillErrors, AfterAHundredItGivesUp) {
  std::string script;
  for (int i = 0; i < 1000; ++i) script += "+0 bad\n";
  EXPECT_EQ(errors_of(script).size(), 100u);
}

}  // namespace
}  // namespace ringside::packetdrill
