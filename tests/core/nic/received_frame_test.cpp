#include "core/nic/received_frame.h"

#include <gtest/gtest.h>

#include "frames.h"

namespace ringside::nic {
namespace {

const IpAddr kPeer = IpAddr::v4(10, 0, 0, 1);
const IpAddr kOurs = IpAddr::v4(10, 0, 0, 2);

ReceivedFrame receive(MemoryFrames& frames, const LocalHost& local, FrameClass c, wire::Buffer& scratch) {
  const Frame frame = *frames.at(0);
  return as_received(frame, *parse_link(frame.link, frame.bytes), c, local, scratch);
}

TEST(ReceivedFrame, OfAnEthernetCaptureIsTheFrameItself) {
  MemoryFrames frames;
  frames.append(0, tcp_frame(kPeer, kOurs, segment(1, 2, 0, 1)), 1500);
  wire::Buffer scratch;
  LocalHost local;
  local.mac = mac_of(kOurs);
  const ReceivedFrame got = receive(frames, local, FrameClass::kIncoming, scratch);
  EXPECT_FALSE(got.rebuilt);
  EXPECT_EQ(got.wire_len, 1500u);
  EXPECT_TRUE(std::ranges::equal(got.bytes, tcp_frame(kPeer, kOurs, segment(1, 2, 0, 1))));
}

TEST(ReceivedFrame, OfARawCaptureIsAddressedToTheModel) {
  const wire::Buffer ethernet = tcp_frame(kPeer, kOurs, segment(1, 2, 0, 1), 5);
  MemoryFrames frames(LinkType::kRaw);
  frames.append(0, wire::Bytes(ethernet).subspan(wire::ETH_HLEN), 1000);
  wire::Buffer scratch;
  const ReceivedFrame got = receive(frames, {}, FrameClass::kIncoming, scratch);
  EXPECT_TRUE(got.rebuilt);
  EXPECT_EQ(got.wire_len, 1014u);
  const auto header = wire::EthernetHeader::from(got.bytes);
  EXPECT_EQ(header->dest, kModelMac);
  EXPECT_EQ(header->source, kModelPeerMac);
  EXPECT_EQ(header->protocol, wire::ETH_P_IP);
  EXPECT_TRUE(std::ranges::equal(got.bytes.subspan(14), wire::Bytes(ethernet).subspan(14)));
}

TEST(ReceivedFrame, OfALoopbackCaptureHasAddressesToo) {
  MemoryFrames frames;
  frames.append(0, tcp_frame(kPeer, kOurs, segment(1, 2, 0, 1), 5, {}, {}));
  wire::Buffer scratch;
  const ReceivedFrame got = receive(frames, {}, FrameClass::kIncoming, scratch);
  EXPECT_TRUE(got.rebuilt);
  EXPECT_EQ(wire::EthernetHeader::from(got.bytes)->dest, kModelMac);
  EXPECT_EQ(got.wire_len, 14 + 20 + 20 + 5u);
}

TEST(ReceivedFrame, ToAGroupOrToAllSaysSo) {
  const wire::Buffer four = tcp_frame(kPeer, IpAddr::v4(224, 129, 2, 3), segment(1, 2, 0, 1));
  const wire::Buffer six =
      tcp_frame(*IpAddr::parse("fe80::1"), *IpAddr::parse("ff02::1:ff00:2"), segment(1, 2, 0, 1));
  wire::Buffer scratch;
  const auto dest = [&](const wire::Buffer& ethernet, FrameClass c) {
    MemoryFrames frames(LinkType::kRaw);
    frames.append(0, wire::Bytes(ethernet).subspan(wire::ETH_HLEN));
    return wire::EthernetHeader::from(receive(frames, {}, c, scratch).bytes)->dest.to_string();
  };
  EXPECT_EQ(dest(four, FrameClass::kMulticast), "01:00:5e:01:02:03");
  EXPECT_EQ(dest(six, FrameClass::kMulticast), "33:33:ff:00:00:02");
  EXPECT_EQ(dest(four, FrameClass::kBroadcast), "ff:ff:ff:ff:ff:ff");
}

}  // namespace
}  // namespace ringside::nic
