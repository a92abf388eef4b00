// Every header: what was written is read back equal, and every prefix of it is read without harm.
#include <gtest/gtest.h>

#include <random>

#include "core/wire/arp.h"
#include "core/wire/checksum.h"
#include "core/wire/ethernet.h"
#include "core/wire/icmp.h"
#include "core/wire/ipv4.h"
#include "core/wire/ipv6.h"
#include "core/wire/tcp.h"
#include "core/wire/udp.h"

namespace ringside::wire {
namespace {

class Headers : public ::testing::Test {
 protected:
  template <class T>
  T any() {
    return static_cast<T>(rng_());
  }
  bool flag() { return any<unsigned>() % 2 == 0; }
  std::size_t below(std::size_t n) { return any<unsigned>() % n; }
  Buffer bytes(std::size_t n) {
    Buffer out(n);
    for (auto& b : out) b = any<std::uint8_t>();
    return out;
  }
  MacAddr mac() { return MacAddr::from(bytes(6).data()); }
  IpAddr v4() { return IpAddr::v4(any<std::uint32_t>()); }
  IpAddr v6() { return IpAddr::v6(bytes(16).data()); }

  TcpOption tcp_option() {
    switch (below(8)) {
      case 0:
        return TcpOption::nop();
      case 1:
        return TcpOption::mss(any<std::uint16_t>());
      case 2:
        return TcpOption::window_scale(any<std::uint8_t>());
      case 3:
        return TcpOption::sack_permitted();
      case 4: {
        SackList list;
        for (std::size_t i = 0; i <= below(4); ++i) list.push_back({any<Seq>(), any<Seq>()});
        return TcpOption::sack(list);
      }
      case 5:
        return TcpOption::timestamps(any<std::uint32_t>(), any<std::uint32_t>());
      case 6:
        return TcpOption::fast_open(bytes(below(9)));
      default:
        return {static_cast<std::uint8_t>(64 + below(100)), bytes(below(12))};
    }
  }
  TcpHeader tcp() {
    TcpHeader header{any<std::uint16_t>(), any<std::uint16_t>(), any<Seq>(),           any<Seq>(), flag(),
                     any<std::uint8_t>(),  any<std::uint16_t>(), any<std::uint16_t>(), {}};
    for (std::size_t i = below(6), used = 0; i > 0; --i) {
      TcpOption option = tcp_option();
      if ((used += option.size()) > kMaxTcpOptionBytes) break;
      header.options.push_back(std::move(option));
    }
    // What fills up to the next word reads as EOL, so a header that needs filling ends in one.
    std::size_t used = 0;
    for (const TcpOption& option : header.options) used += option.size();
    if (used % 4 != 0) header.options.push_back(TcpOption::eol());
    return header;
  }

 private:
  std::mt19937 rng_{20};
};

constexpr int kRounds = 500;

TEST_F(Headers, EthernetWithAnyNumberOfTags) {
  for (int round = 0; round < kRounds; ++round) {
    EthernetHeader header{mac(), mac(), {}, any<std::uint16_t>()};
    if (is_vlan_type(header.protocol)) header.protocol = ETH_P_IP;
    for (std::size_t i = below(4); i > 0; --i) {
      header.tags.push_back({flag() ? ETH_P_8021Q : ETH_P_8021AD, any<std::uint16_t>()});
    }
    Buffer out;
    header.append_to(out);
    ASSERT_EQ(out.size(), header.size());
    EXPECT_EQ(EthernetHeader::from(out), header);
    for (std::size_t n = 0; n < out.size(); ++n) EXPECT_FALSE(EthernetHeader::from(Bytes(out).first(n)));
  }
}

TEST_F(Headers, Arp) {
  for (int round = 0; round < kRounds; ++round) {
    const ArpPacket packet{any<std::uint16_t>(), mac(), v4(), mac(), v4()};
    Buffer out;
    packet.append_to(out);
    ASSERT_EQ(out.size(), ArpView::kEthernetIpv4Len);
    EXPECT_EQ(ArpPacket::from(out), packet);
    for (std::size_t n = 0; n < out.size(); ++n) EXPECT_FALSE(ArpPacket::from(Bytes(out).first(n)));
  }
}

TEST_F(Headers, Ipv4WithOptionsAndFragments) {
  for (int round = 0; round < kRounds; ++round) {
    Ipv4Header header{v4(),
                      v4(),
                      any<std::uint8_t>(),
                      any<std::uint16_t>(),
                      flag(),
                      flag(),
                      flag(),
                      static_cast<std::uint32_t>(below(8192) * 8),
                      any<std::uint8_t>(),
                      any<std::uint8_t>(),
                      bytes(below(11) * 4)};
    const Buffer payload = bytes(below(100));
    Buffer out;
    header.append_to(out, payload.size());
    ASSERT_EQ(out.size(), header.size());
    put(out, payload);
    put(out, Buffer(below(7), 0));  // link padding
    EXPECT_EQ(Ipv4Header::from(out), header);
    const auto view = Ipv4View::parse(out);
    ASSERT_TRUE(view);
    EXPECT_TRUE(view->checksum_ok());
    EXPECT_TRUE(std::ranges::equal(view->payload(), payload));
    EXPECT_EQ(view->is_fragment(), header.more_fragments || header.fragment_offset != 0);
    out[below(header.size())] ^= static_cast<std::uint8_t>(1 << below(8));
    EXPECT_FALSE(Ipv4View::parse(out)->checksum_ok());
  }
}

TEST_F(Headers, Ipv6WithExtensionsAndFragments) {
  for (int round = 0; round < kRounds; ++round) {
    Ipv6Header header{v6(), v6(), any<std::uint8_t>(), any<std::uint32_t>() & 0xfffff, any<std::uint8_t>(),
                      {},   6};
    for (std::size_t i = below(3); i > 0; --i) {
      const std::size_t words = below(4);
      Buffer body = bytes(words * 8 + 7);
      body[0] = static_cast<std::uint8_t>(words);
      header.extensions.push_back({flag() ? NEXTHDR_DEST : NEXTHDR_HOP, std::move(body)});
    }
    const bool fragment = flag();
    const auto offset = static_cast<std::uint32_t>(below(8192) * 8);
    const bool more = flag();
    if (fragment) header.extensions.push_back(Ipv6Extension::fragment(77, offset, more));
    const Buffer payload = bytes(below(100));
    Buffer out;
    header.append_to(out, payload.size());
    ASSERT_EQ(out.size(), header.size());
    put(out, payload);
    EXPECT_EQ(Ipv6Header::from(out), header);
    const Ipv6Upper upper = ipv6_upper(*Ipv6View::parse(out));
    EXPECT_TRUE(upper.whole);
    EXPECT_EQ(upper.protocol, 6);
    EXPECT_TRUE(std::ranges::equal(upper.payload, payload));
    EXPECT_EQ(upper.is_fragment(), fragment && (more || offset != 0));
    EXPECT_EQ(upper.fragment_offset, fragment ? offset : 0);
    const Ipv6Upper cut = ipv6_upper(*Ipv6View::parse(Bytes(out).first(40)));
    EXPECT_EQ(cut.whole, header.extensions.empty());
  }
}

TEST_F(Headers, TcpWithAnyOptions) {
  for (int round = 0; round < kRounds * 4; ++round) {
    const TcpHeader header = tcp();
    const IpAddr a = flag() ? v4() : v6();
    const IpAddr b = a.is_v4() ? v4() : v6();
    const Buffer payload = bytes(below(100));
    Buffer out;
    header.append_to(out, a, b, payload);
    ASSERT_EQ(out.size(), header.size() + payload.size());
    EXPECT_EQ(TcpHeader::from(out), header);
    EXPECT_TRUE(transport_checksum_ok(a, b, 6, out));
    EXPECT_TRUE(std::ranges::equal(TcpView::parse(out)->payload(), payload));
    for (std::size_t n = 0; n < header.size(); ++n) EXPECT_FALSE(TcpHeader::from(Bytes(out).first(n)));
  }
}

TEST_F(Headers, UdpOfBothFamilies) {
  for (int round = 0; round < kRounds; ++round) {
    const UdpHeader header{any<std::uint16_t>(), any<std::uint16_t>()};
    const IpAddr a = flag() ? v4() : v6();
    const IpAddr b = a.is_v4() ? v4() : v6();
    const Buffer payload = bytes(below(100));
    Buffer out;
    header.append_to(out, a, b, payload);
    EXPECT_EQ(UdpHeader::from(out), header);
    EXPECT_NE(UdpView::parse(out)->check(), 0);
    EXPECT_TRUE(transport_checksum_ok(a, b, 17, out));
    put8(out, 0xee);  // padding behind the datagram
    EXPECT_TRUE(std::ranges::equal(UdpView::parse(out)->payload(), payload));
  }
}

TEST_F(Headers, IcmpOfBothFamilies) {
  for (int round = 0; round < kRounds; ++round) {
    const IcmpHeader header{any<std::uint8_t>(), any<std::uint8_t>(), any<std::uint32_t>()};
    const Buffer payload = bytes(below(100));
    Buffer four;
    header.append_v4(four, payload);
    EXPECT_EQ(IcmpHeader::from(four), header);
    EXPECT_TRUE(checksum_ok(four));
    const IpAddr a = v6();
    const IpAddr b = v6();
    Buffer six;
    header.append_v6(six, a, b, payload);
    EXPECT_EQ(IcmpHeader::from(six), header);
    EXPECT_TRUE(transport_checksum_ok(a, b, 58, six));
  }
}

}  // namespace
}  // namespace ringside::wire
