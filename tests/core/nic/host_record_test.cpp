#include "core/nic/host_record.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/nic/capture_file.h"
#include "frames.h"

namespace ringside::nic {
namespace {

using wire::TCPHDR_ACK;
using wire::TCPHDR_PSH;
using wire::TCPHDR_RST;
using wire::TCPHDR_SYN;
using wire::TcpOption;

const IpAddr kPeer = IpAddr::v4(10, 0, 0, 1);
const IpAddr kOurs = IpAddr::v4(10, 0, 0, 2);

std::vector<HostAck> acks_of(const HostRecord& host, const HostConnection& c) {
  std::vector<HostAck> acks;
  host.each_ack(c, [&](const HostAck& ack) { acks.push_back(ack); });
  std::reverse(acks.begin(), acks.end());
  return acks;
}

class HostRecordTest : public ::testing::Test {
 protected:
  void from_peer(wire::TcpHeader tcp, std::size_t payload = 0) {
    frames_.append(++t_ * 1000, tcp_frame(kPeer, kOurs, tcp, payload));
  }
  void from_us(wire::TcpHeader tcp, std::size_t payload = 0) {
    frames_.append(++t_ * 1000, tcp_frame(kOurs, kPeer, tcp, payload));
  }
  const HostRecord& record() {
    record_host(frames_, host_.emplace(*explicit_local_host(frames_, kOurs)));
    return *host_;
  }
  static wire::TcpHeader with(wire::TcpHeader tcp, std::vector<TcpOption> options) {
    tcp.options = std::move(options);
    return tcp;
  }

  const ConnectionKey key_{kOurs, kPeer, 80, 4000};
  MemoryFrames frames_;
  std::optional<HostRecord> host_;
  std::int64_t t_ = 0;
};

TEST_F(HostRecordTest, KeepsWhatWasAcknowledgedAndWithWhatWindow) {
  from_peer(with(segment(4000, 80, TCPHDR_SYN, 100, 0, 64000), {TcpOption::window_scale(7)}));
  from_us(with(segment(80, 4000, TCPHDR_SYN | TCPHDR_ACK, 7000, 101, 65000), {TcpOption::window_scale(9)}));
  from_peer(segment(4000, 80, TCPHDR_ACK, 101, 7001));
  from_peer(segment(4000, 80, TCPHDR_ACK, 2000, 7001), 500);
  from_us(segment(80, 4000, TCPHDR_ACK, 7001, 101, 120));
  from_us(segment(80, 4000, TCPHDR_ACK | TCPHDR_PSH, 7001, 2500, 130), 77);
  from_us(segment(80, 4000, TCPHDR_ACK | TCPHDR_RST, 7078, 2500, 130));

  const HostRecord& host = record();
  ASSERT_EQ(host.size(), 1u);
  const auto c = host.find(key_, 0);
  ASSERT_TRUE(c);
  EXPECT_EQ(c->ours.isn, 7000u);
  EXPECT_EQ(c->theirs.isn, 100u);
  EXPECT_EQ(c->our_wscale(), 9);
  EXPECT_EQ(c->first_sent_ns, 2000);
  const auto acks = acks_of(host, *c);
  ASSERT_EQ(acks.size(), 2u) << "neither the SYN-ACK nor the RST";
  EXPECT_EQ(acks[0].number, 5u);
  EXPECT_EQ(acks[0].ack, 101u);
  EXPECT_EQ(acks[0].window, 120u << 9);
  EXPECT_EQ(acks[1].ack, 2500u);
  EXPECT_FALSE(host.find({kOurs, kPeer, 81, 4000}, 0));
}

TEST_F(HostRecordTest, ScalesNothingUnlessBothSidesOffered) {
  from_peer(segment(4000, 80, TCPHDR_SYN, 100));
  from_us(with(segment(80, 4000, TCPHDR_SYN | TCPHDR_ACK, 7000, 101), {TcpOption::window_scale(9)}));
  from_us(segment(80, 4000, TCPHDR_ACK, 7001, 101, 120));
  const HostRecord& host = record();
  EXPECT_EQ(host.connection(0).our_wscale(), 0);
  EXPECT_EQ(acks_of(host, host.connection(0)).back().window, 120u);
}

TEST_F(HostRecordTest, ARetransmittedSynIsTheSameConnectionAnotherIsnIsNot) {
  from_peer(segment(4000, 80, TCPHDR_SYN, 100));
  from_peer(segment(4000, 80, TCPHDR_SYN, 100));
  from_us(segment(80, 4000, TCPHDR_SYN | TCPHDR_ACK, 7000, 101));
  from_us(segment(80, 4000, TCPHDR_SYN | TCPHDR_ACK, 7000, 101));
  from_peer(segment(4000, 80, TCPHDR_RST, 101));
  from_peer(segment(4000, 80, TCPHDR_SYN, 900));
  from_us(segment(80, 4000, TCPHDR_SYN | TCPHDR_ACK, 8000, 901));
  from_peer(segment(4000, 80, TCPHDR_SYN, 1700));
  const HostRecord& host = record();
  ASSERT_EQ(host.size(), 3u);
  EXPECT_EQ(host.find(key_, 6999)->ours.isn, 7000u);
  EXPECT_EQ(host.find(key_, 7000)->ours.isn, 8000u);
  EXPECT_EQ(host.find(key_, 7000)->first_frame, 6u);
  EXPECT_EQ(host.find(key_, 99000)->first_frame, 6u) << "our host never answered the third";
  EXPECT_EQ(host.find(key_, 0)->first_frame, 1u) << "nothing was sent so early: the first";
}

TEST_F(HostRecordTest, AConnectionThatBeginsMidStreamHasNoSyn) {
  from_peer(segment(4000, 80, TCPHDR_ACK, 100, 7000), 1448);
  from_us(segment(80, 4000, TCPHDR_ACK, 7000, 1548));
  from_us(with(segment(80, 4000, TCPHDR_SYN, 50), {}));  // and its ports are used again, by us connecting
  const HostRecord& host = record();
  ASSERT_EQ(host.size(), 2u);
  EXPECT_FALSE(host.connection(0).ours.seen || host.connection(0).theirs.seen);
  EXPECT_EQ(host.connection(1).ours.isn, 50u);
}

TEST_F(HostRecordTest, OfTheReorderedUploadHoldsItsAcks) {
  const auto file =
      CaptureFile::open(std::string(RINGSIDE_SOURCE_DIR) + "/resources/captures/bulk-reorder.pcap");
  ASSERT_TRUE(file);
  auto reader = (*file)->reader();
  HostRecord host(choose_local_host(*reader));
  record_host(*reader, host);
  ASSERT_EQ(host.size(), 1u);
  const HostConnection c = host.connection(0);
  const auto acks = acks_of(host, c);
  EXPECT_EQ(acks.size(), 127u) << "128 segments, one of them the SYN-ACK";
  EXPECT_EQ(acks.back().ack - c.theirs.isn, 300002u) << "SYN, 300,000 bytes, FIN";
}

TEST_F(HostRecordTest, TenThousandConnectionsAreToldApart) {
  constexpr std::uint16_t kMany = 10'000;
  for (std::uint16_t i = 0; i < kMany; ++i) from_peer(segment(i + 1, 80, TCPHDR_SYN, i));
  for (std::uint16_t i = 0; i < kMany; ++i) from_us(segment(80, i + 1, TCPHDR_ACK, 7001, i + 1u));
  const HostRecord& host = record();
  ASSERT_EQ(host.size(), kMany);
  for (std::uint16_t i = 0; i < kMany; ++i) {
    const auto c = host.find({kOurs, kPeer, 80, static_cast<std::uint16_t>(i + 1)}, 0);
    ASSERT_TRUE(c);
    ASSERT_EQ(c->theirs.isn, i);
    ASSERT_EQ(acks_of(host, *c).size(), 1u);
  }
}

}  // namespace
}  // namespace ringside::nic
