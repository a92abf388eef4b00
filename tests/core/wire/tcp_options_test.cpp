#include "core/wire/tcp_options.h"

#include <gtest/gtest.h>

namespace ringside::wire {
namespace {

TEST(TcpOptions, OfALinuxSyn) {
  const Buffer raw = {2, 4, 0x05, 0xb4, 4, 2, 8, 10, 0, 0, 0, 7, 0, 0, 0, 0, 1, 3, 3, 7};
  const TcpOptions options = parse_tcp_options(raw);
  EXPECT_EQ(options.mss, 1460);
  EXPECT_EQ(options.wscale, 7);
  EXPECT_TRUE(options.sack_permitted);
  EXPECT_TRUE(options.saw_tstamp);
  EXPECT_EQ(options.ts_val, 7u);
  EXPECT_FALSE(options.malformed);
  EXPECT_FALSE(options.unknown);
}

TEST(TcpOptions, AlignedTimestampsReadTheSameEitherWay) {
  const Buffer aligned = {1, 1, 8, 10, 1, 2, 3, 4, 5, 6, 7, 8};
  const Buffer other = {8, 10, 1, 2, 3, 4, 5, 6, 7, 8, 1, 1};
  for (const Buffer& raw : {aligned, other}) {
    EXPECT_EQ(parse_tcp_options(raw).ts_val, 0x01020304u);
    EXPECT_EQ(parse_tcp_options(raw).ts_ecr, 0x05060708u);
  }
}

TEST(TcpOptions, SackBlocksInTheirOrder) {
  const Buffer raw = {1, 1, 5, 18, 0, 0, 0, 9, 0, 0, 0, 12, 0, 0, 0, 1, 0, 0, 0, 3};
  const TcpOptions options = parse_tcp_options(raw);
  ASSERT_EQ(options.sack.size(), 2u);
  EXPECT_EQ(options.sack[0], (SackBlock{9, 12}));
  EXPECT_EQ(options.sack[1], (SackBlock{1, 3}));
}

TEST(TcpOptions, AWrongLengthCountsAsAbsent) {
  EXPECT_FALSE(parse_tcp_options(Buffer{2, 3, 5, 0}).mss);
  EXPECT_FALSE(parse_tcp_options(Buffer{3, 4, 5, 0}).wscale);
  EXPECT_FALSE(parse_tcp_options(Buffer{8, 4, 5, 0}).saw_tstamp);
  EXPECT_TRUE(parse_tcp_options(Buffer{5, 6, 5, 0, 0, 0, 0, 0}).sack.empty());
}

TEST(TcpOptions, ALengthThatLiesEndsTheWalk) {
  for (const Buffer& raw :
       {Buffer{2, 0, 5, 0}, Buffer{2, 1, 5, 0}, Buffer{2, 40, 5, 0}, Buffer{1, 1, 1, 2}}) {
    const TcpOptions options = parse_tcp_options(raw);
    EXPECT_TRUE(options.malformed);
    EXPECT_FALSE(options.mss);
  }
}

TEST(TcpOptions, NothingIsReadBehindTheEnd) {
  const TcpOptions options = parse_tcp_options(Buffer{0, 2, 4, 5, 0xb4});
  EXPECT_FALSE(options.mss);
  EXPECT_FALSE(options.malformed);
}

TEST(TcpOptions, FastOpenInBothItsForms) {
  const TcpOptions official = parse_tcp_options(Buffer{34, 6, 1, 2, 3, 4});
  const Buffer experiment = {254, 8, 0xf9, 0x89, 1, 2, 3, 4};
  const TcpOptions experimental = parse_tcp_options(experiment);
  EXPECT_TRUE(official.fast_open);
  EXPECT_TRUE(experimental.fast_open);
  EXPECT_EQ(experimental.fast_open_cookie.size(), 4u);
  EXPECT_TRUE(parse_tcp_options(Buffer{254, 4, 0x12, 0x34}).unknown);
}

}  // namespace
}  // namespace ringside::wire
