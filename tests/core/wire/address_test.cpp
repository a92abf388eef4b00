#include "core/wire/address.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace ringside {
namespace {

TEST(IpAddr, ReadsAndWritesBothFamilies) {
  const std::map<std::string, std::string> texts = {
      {"10.77.0.2", "10.77.0.2"},
      {"255.255.255.255", "255.255.255.255"},
      {"fd77::1", "fd77::1"},
      {"FD77:0:0:0:0:0:0:1", "fd77::1"},
      {"::", "::"},
      {"::ffff:1.2.3.4", "::ffff:1.2.3.4"},
      {"2001:db8:0:1:0:0:0:1", "2001:db8:0:1::1"},
  };
  for (const auto& [in, out] : texts) {
    const auto addr = IpAddr::parse(in);
    ASSERT_TRUE(addr) << in;
    EXPECT_EQ(addr->to_string(), out);
    EXPECT_EQ(addr->is_v6(), in.find(':') != std::string::npos) << in;
  }
}

TEST(IpAddr, RefusesWhatIsNoAddress) {
  for (const char* text : {"", "10.77.0", "10.77.0.256", "10.77.0.2 ", "010.1.1.1", "localhost",
                           "fe80::1%eth0", "::1::", "1.2.3.4:80", "fd77:1", "12345::", "0x7f.1"}) {
    EXPECT_FALSE(IpAddr::parse(text)) << text;
  }
  EXPECT_FALSE(IpAddr::parse(std::string_view("1.2.3.4\0", 8)));
  EXPECT_FALSE(IpAddr::parse(std::string(1000, ':')));
}

TEST(IpAddr, OrdersByFamilyThenByNumber) {
  const auto a = *IpAddr::parse("10.0.0.1");
  const auto b = *IpAddr::parse("10.0.0.2");
  const auto c = *IpAddr::parse("::1");
  EXPECT_LT(a, b);
  EXPECT_LT(b, c);
  EXPECT_NE(IpAddr::v4(0x01000000), *IpAddr::parse("100::")) << "same bytes, other family";
  EXPECT_LT(IpAddr(), a);
  EXPECT_EQ(a.v4_number(), 0x0a000001u);
  EXPECT_EQ(IpAddr::v4(0x0a000001), a);
}

TEST(IpAddr, KnowsSpecialAddresses) {
  EXPECT_TRUE(IpAddr::parse("127.9.9.9")->is_loopback());
  EXPECT_TRUE(IpAddr::parse("::1")->is_loopback());
  EXPECT_FALSE(IpAddr::parse("::2")->is_loopback());
  EXPECT_FALSE(IpAddr().is_loopback());
  EXPECT_TRUE(IpAddr::parse("224.0.0.1")->is_multicast());
  EXPECT_TRUE(IpAddr::parse("ff02::1")->is_multicast());
  EXPECT_FALSE(IpAddr::parse("240.0.0.1")->is_multicast());
  EXPECT_TRUE(IpAddr::parse("169.254.3.4")->is_link_local());
  EXPECT_TRUE(IpAddr::parse("febf::1")->is_link_local());
  EXPECT_FALSE(IpAddr::parse("fec0::1")->is_link_local());
  EXPECT_TRUE(IpAddr::parse("255.255.255.255")->is_limited_broadcast());
  EXPECT_TRUE(IpAddr::parse("::")->is_unspecified());
}

TEST(IpAddr, HashIsTheSameEverywhereAndSpreads) {
  std::set<std::uint64_t> low_bits;
  for (std::uint32_t i = 0; i < 4096; ++i) low_bits.insert(IpAddr::v4(0x0a000000 + i).hash() & 0xffff);
  EXPECT_GT(low_bits.size(), 3900u);
  EXPECT_EQ(IpAddr::v4(0x0a000001).hash(), IpAddr::parse("10.0.0.1")->hash());
  EXPECT_NE(IpAddr::v4(0x01000000).hash(), IpAddr::parse("100::")->hash());
}

TEST(MacAddr, ReadsAndWrites) {
  const auto mac = MacAddr::parse("02:00:0A:4d:00:02");
  ASSERT_TRUE(mac);
  EXPECT_EQ(mac->to_string(), "02:00:0a:4d:00:02");
  EXPECT_EQ(MacAddr::parse("02-00-0a-4d-00-02"), mac);
  EXPECT_FALSE(mac->is_multicast());
  EXPECT_TRUE(MacAddr::broadcast().is_multicast());
  for (const char* text :
       {"", "02:00:0a:4d:00", "02:00:0a:4d:00:0g", "02:00-0a:4d:00:02", "02000a4d0002xxxxx"}) {
    EXPECT_FALSE(MacAddr::parse(text)) << text;
  }
}

}  // namespace
}  // namespace ringside
