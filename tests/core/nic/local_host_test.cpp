#include "core/nic/local_host.h"

#include <gtest/gtest.h>

#include "core/wire/arp.h"
#include "frames.h"

namespace ringside::nic {
namespace {

using wire::TCPHDR_ACK;
using wire::TCPHDR_SYN;

const IpAddr kA = IpAddr::v4(10, 0, 0, 1);
const IpAddr kB = IpAddr::v4(10, 0, 0, 2);
const IpAddr kC = IpAddr::v4(10, 0, 0, 3);
const IpAddr kSix = *IpAddr::parse("fd00::2");

TEST(LocalHost, IsTheOneThatReceivesTheData) {
  MemoryFrames frames;
  frames.append(0, tcp_frame(kA, kB, segment(1, 2, TCPHDR_ACK, 1), 1000));
  frames.append(1, tcp_frame(kB, kA, segment(2, 1, TCPHDR_ACK, 1), 10));
  const LocalHost local = choose_local_host(frames);
  EXPECT_EQ(local.address, kB);
  EXPECT_EQ(local.reason, "local.receives");
  EXPECT_EQ(local.mac, mac_of(kB));
  EXPECT_EQ(local.classify(*frames.at(0)), FrameClass::kIncoming);
  EXPECT_EQ(local.classify(*frames.at(1)), FrameClass::kOutgoing);
}

TEST(LocalHost, IsTheOneThatTakesPartInEverythingEvenIfItOnlySends) {
  MemoryFrames frames;
  for (std::uint8_t i = 10; i < 30; ++i) {
    frames.append(0, tcp_frame(kA, IpAddr::v4(10, 0, 0, i), segment(80, 1, TCPHDR_ACK, 1), 1000));
  }
  const LocalHost local = choose_local_host(frames);
  EXPECT_EQ(local.address, kA);
  EXPECT_EQ(local.reason, "local.every_packet");
}

TEST(LocalHost, IsTheOneThatIsConnectedToWhenThereIsNoData) {
  MemoryFrames frames;
  frames.append(0, tcp_frame(kB, kA, segment(1, 2, TCPHDR_SYN | TCPHDR_ACK, 1)));
  frames.append(0, tcp_frame(kA, kB, segment(1, 2, TCPHDR_SYN, 1)));
  EXPECT_EQ(choose_local_host(frames).address, kB);
  EXPECT_EQ(choose_local_host(frames).reason, "local.accepts");
}

TEST(LocalHost, IsWhereTheFirstPacketGoesWhenNothingElseTells) {
  MemoryFrames frames;
  frames.append(0, tcp_frame(kB, kA, segment(1, 2, TCPHDR_ACK, 1)));
  EXPECT_EQ(choose_local_host(frames).address, kA);
  EXPECT_EQ(choose_local_host(frames).reason, "local.first");
}

TEST(LocalHost, HasAllTheAddressesThatOnlyItsMacAddressCarries) {
  MemoryFrames frames;
  const IpAddr six_peer = *IpAddr::parse("fd00::1");
  frames.append(0, tcp_frame(kA, kB, segment(1, 2, TCPHDR_ACK, 1), 1000));
  frames.append(0, tcp_frame(six_peer, kSix, segment(1, 2, TCPHDR_ACK, 1), 10, mac_of(kA), mac_of(kB)));
  const LocalHost local = choose_local_host(frames);
  EXPECT_EQ(local.addresses, (std::set<IpAddr>{kB, kSix}));
  EXPECT_EQ(local.classify(*frames.at(1)), FrameClass::kIncoming);
}

TEST(LocalHost, LeavesOtherHostsAndForwardedCopiesAlone) {
  MemoryFrames frames;
  for (int i = 0; i < 5; ++i) frames.append(0, tcp_frame(kA, kB, segment(1, 2, TCPHDR_ACK, 1), 1000));
  frames.append(0, tcp_frame(kA, kC, segment(1, 2, TCPHDR_ACK, 1), 10));
  frames.append(0, tcp_frame(kA, kB, segment(1, 2, TCPHDR_ACK, 1), 10, mac_of(kA), mac_of(kC)));
  const LocalHost local = *explicit_local_host(frames, kB);
  EXPECT_EQ(local.classify(*frames.at(0)), FrameClass::kIncoming);
  EXPECT_EQ(local.classify(*frames.at(5)), FrameClass::kOtherHost);
  EXPECT_EQ(local.classify(*frames.at(6)), FrameClass::kOtherHost)
      << "ours by IP address, not by MAC address";
}

TEST(LocalHost, SortsArpByMacAddress) {
  MemoryFrames frames;
  frames.append(0, tcp_frame(kA, kB, segment(1, 2, TCPHDR_ACK, 1), 1000));
  const auto arp = [&](MacAddr from, MacAddr to) {
    wire::Buffer out;
    wire::EthernetHeader{to, from, {}, wire::ETH_P_ARP}.append_to(out);
    wire::ArpPacket{wire::ARPOP_REQUEST, from, kA, {}, kB}.append_to(out);
    wire::pad_to_minimum(out);
    frames.append(0, out);
  };
  arp(mac_of(kA), MacAddr::broadcast());
  arp(mac_of(kB), MacAddr::broadcast());
  arp(mac_of(kA), mac_of(kB));
  arp(mac_of(kA), mac_of(kC));
  arp(mac_of(kA), *MacAddr::parse("01:00:5e:00:00:01"));
  const LocalHost local = choose_local_host(frames);
  EXPECT_EQ(local.classify(*frames.at(1)), FrameClass::kBroadcast);
  EXPECT_EQ(local.classify(*frames.at(2)), FrameClass::kOutgoing);
  EXPECT_EQ(local.classify(*frames.at(3)), FrameClass::kIncoming);
  EXPECT_EQ(local.classify(*frames.at(4)), FrameClass::kOtherHost);
  EXPECT_EQ(local.classify(*frames.at(5)), FrameClass::kMulticast);
}

TEST(LocalHost, BelievesACookedCapture) {
  MemoryFrames frames(LinkType::kLinuxSll);
  const auto cooked = [&](std::uint16_t type, const IpAddr& from, const IpAddr& to, std::size_t payload) {
    wire::Buffer out;
    wire::put16(out, type);
    wire::put16(out, 1);
    wire::put16(out, 6);
    wire::put(out, mac_of(from).bytes);
    wire::put16(out, 0);
    wire::put16(out, wire::ETH_P_IP);
    const wire::Buffer frame = tcp_frame(from, to, segment(1, 2, TCPHDR_ACK, 1), payload);
    wire::put(out, wire::Bytes(frame).subspan(wire::ETH_HLEN));
    frames.append(0, out);
  };
  cooked(4, kA, kB, 1000);
  cooked(0, kB, kA, 0);
  cooked(3, kB, kC, 5000);
  const LocalHost local = choose_local_host(frames);
  EXPECT_EQ(local.address, kA) << "though another receives more";
  EXPECT_EQ(local.reason, "local.cooked");
  EXPECT_EQ(local.classify(*frames.at(0)), FrameClass::kOutgoing);
  EXPECT_EQ(local.classify(*frames.at(1)), FrameClass::kIncoming);
  EXPECT_EQ(local.classify(*frames.at(2)), FrameClass::kOtherHost);
}

TEST(LocalHost, OfALoopbackConnectionIsTheSideThatReceivesMore) {
  MemoryFrames frames;
  const IpAddr lo = IpAddr::v4(127, 0, 0, 1);
  const auto add = [&](std::uint16_t from, std::uint16_t to, std::size_t payload) {
    frames.append(0, tcp_frame(lo, lo, segment(from, to, TCPHDR_ACK, 1), payload, {}, {}));
  };
  add(40000, 80, 100);   // asks
  add(80, 40000, 9000);  // and gets
  add(40001, 9000, 9000);
  add(9000, 40001, 0);
  const LocalHost local = choose_local_host(frames);
  EXPECT_EQ(local.reason, "local.loopback");
  EXPECT_EQ(local.classify(*frames.at(0)), FrameClass::kOutgoing);
  EXPECT_EQ(local.classify(*frames.at(1)), FrameClass::kIncoming);
  EXPECT_EQ(local.classify(*frames.at(2)), FrameClass::kIncoming);
  EXPECT_EQ(local.classify(*frames.at(3)), FrameClass::kOutgoing);
}

TEST(LocalHost, GivenByAddressMustOccur) {
  MemoryFrames frames;
  frames.append(0, tcp_frame(kA, kB, segment(1, 2, TCPHDR_ACK, 1), 1000));
  for (int i = 0; i < 100; ++i) frames.append(0, tcp_frame(kA, kC, segment(1, 2, TCPHDR_ACK, 1), 1000));
  frames.append(0, tcp_frame(kA, kSix, segment(1, 2, TCPHDR_ACK, 1)));
  EXPECT_EQ(explicit_local_host(frames, kA)->address, kA);
  EXPECT_EQ(explicit_local_host(frames, kC, 1)->mac, mac_of(kC)) << "reads on until it occurs";
  const auto missing = explicit_local_host(frames, IpAddr::v4(1, 1, 1, 1));
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().id, "local.not_in_capture");
  EXPECT_EQ(missing.error().args[1].second.substr(0, 18), "10.0.0.1, 10.0.0.3");
}

TEST(LocalHost, OfNothingIsNone) {
  MemoryFrames frames;
  frames.append(0, wire::Buffer(3, 0));
  const LocalHost local = choose_local_host(frames);
  EXPECT_EQ(local.reason, "local.none");
  EXPECT_EQ(local.classify(*frames.at(0)), FrameClass::kUnknown);
}

}  // namespace
}  // namespace ringside::nic
