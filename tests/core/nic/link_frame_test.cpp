#include "core/nic/link_frame.h"

#include <gtest/gtest.h>

namespace ringside::nic {
namespace {

using wire::Buffer;

TEST(LinkFrame, OfEthernetWithTwoTags) {
  Buffer bytes;
  const MacAddr a = *MacAddr::parse("02:00:00:00:00:01");
  const MacAddr b = *MacAddr::parse("02:00:00:00:00:02");
  const wire::EthernetHeader header{
      b, a, {{wire::ETH_P_8021AD, 5}, {wire::ETH_P_8021Q, 0x6064}}, wire::ETH_P_IPV6};
  header.append_to(bytes);
  bytes.push_back(0x60);
  const auto frame = parse_link(LinkType::kEthernet, bytes);
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->protocol, wire::ETH_P_IPV6);
  EXPECT_EQ(frame->tag_count, 2);
  EXPECT_EQ(frame->tags[0], header.tags[0]);
  EXPECT_EQ(frame->tags[1].vid(), 100);
  EXPECT_EQ(frame->source, a);
  EXPECT_EQ(frame->dest, b);
  ASSERT_EQ(frame->l3.size(), 1u);
  for (std::size_t n = 0; n < header.size(); ++n) {
    EXPECT_FALSE(parse_link(LinkType::kEthernet, wire::Bytes(bytes).first(n))) << n;
  }
}

TEST(LinkFrame, OfEndlessTagsStopsAtFour) {
  Buffer bytes;
  wire::EthernetHeader header;
  header.tags.assign(9, {wire::ETH_P_8021Q, 1});
  header.append_to(bytes);
  const auto frame = parse_link(LinkType::kEthernet, bytes);
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->tag_count, 4);
  EXPECT_EQ(frame->protocol, wire::ETH_P_8021Q);
  EXPECT_EQ(frame->l3.size(), 5 * 4u);
}

TEST(LinkFrame, OfAn8023FrameIsLlc) {
  Buffer bytes;
  wire::EthernetHeader{{}, {}, {}, 38}.append_to(bytes);
  EXPECT_EQ(parse_link(LinkType::kEthernet, bytes)->protocol, wire::ETH_P_802_2);
}

TEST(LinkFrame, OfCookedCaptures) {
  const Buffer v1 = {0, 4, 0, 1, 0, 6, 2, 0, 0, 0, 0, 9, 0, 0, 8, 0, 0x45};
  const Buffer v2 = {8, 0, 0, 0, 0, 0, 0, 3, 0, 1, 4, 6, 2, 0, 0, 0, 0, 9, 0, 0, 0x45};
  for (const auto& [link, bytes] : {std::pair{LinkType::kLinuxSll, v1}, {LinkType::kLinuxSll2, v2}}) {
    const auto frame = parse_link(link, bytes);
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->protocol, wire::ETH_P_IP);
    EXPECT_EQ(frame->packet_type, PacketType::kOutgoing);
    EXPECT_TRUE(frame->has_source);
    EXPECT_FALSE(frame->has_dest);
    EXPECT_EQ(frame->source.to_string(), "02:00:00:00:00:09");
    EXPECT_EQ(frame->l3.size(), 1u);
    EXPECT_FALSE(parse_link(link, wire::Bytes(bytes).first(bytes.size() - 2)));
  }
}

TEST(LinkFrame, OfACookedNetlinkMessageHasNoProtocol) {
  const Buffer bytes = {0, 4, 0x03, 0x38, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0x45};
  EXPECT_EQ(parse_link(LinkType::kLinuxSll, bytes)->protocol, 0);
}

TEST(LinkFrame, OfLoopbackInEitherByteOrder) {
  EXPECT_EQ(parse_link(LinkType::kNull, Buffer{2, 0, 0, 0})->protocol, wire::ETH_P_IP);
  EXPECT_EQ(parse_link(LinkType::kNull, Buffer{0, 0, 0, 2})->protocol, wire::ETH_P_IP);
  for (const std::uint8_t family : {10, 24, 28, 30}) {
    EXPECT_EQ(parse_link(LinkType::kNull, Buffer{family, 0, 0, 0})->protocol, wire::ETH_P_IPV6);
    EXPECT_EQ(parse_link(LinkType::kLoop, Buffer{0, 0, 0, family})->protocol, wire::ETH_P_IPV6);
  }
  EXPECT_EQ(parse_link(LinkType::kLoop, Buffer{2, 0, 0, 0})->protocol, 0);
  EXPECT_FALSE(parse_link(LinkType::kNull, Buffer{2, 0, 0}));
}

TEST(LinkFrame, OfRawIpIsToldByItsFirstNibble) {
  EXPECT_EQ(parse_link(LinkType::kRaw, Buffer{0x45})->protocol, wire::ETH_P_IP);
  EXPECT_EQ(parse_link(LinkType::kRaw, Buffer{0x60})->protocol, wire::ETH_P_IPV6);
  EXPECT_EQ(parse_link(LinkType::kRaw, Buffer{0x10})->protocol, 0);
  EXPECT_FALSE(parse_link(LinkType::kRaw, {}));
}

}  // namespace
}  // namespace ringside::nic
