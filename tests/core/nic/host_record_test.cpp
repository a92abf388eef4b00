#include "core/nic/host_record.h"

#include <gtest/gtest.h>

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

class HostRecordTest : public ::testing::Test {
 protected:
  void from_peer(wire::TcpHeader tcp, std::size_t payload = 0) {
    frames_.append(++t_ * 1000, tcp_frame(kPeer, kOurs, tcp, payload));
  }
  void from_us(wire::TcpHeader tcp, std::size_t payload = 0) {
    frames_.append(++t_ * 1000, tcp_frame(kOurs, kPeer, tcp, payload));
  }
  HostRecord record() { return record_host(frames_, *explicit_local_host(frames_, kOurs)); }
  static wire::TcpHeader with(wire::TcpHeader tcp, std::vector<TcpOption> options) {
    tcp.options = std::move(options);
    return tcp;
  }

  const ConnectionKey key_{kOurs, kPeer, 80, 4000};
  MemoryFrames frames_;
  std::int64_t t_ = 0;
};

TEST_F(HostRecordTest, KeepsWhatTheModelMustAdopt) {
  from_peer(with(segment(4000, 80, TCPHDR_SYN, 100, 0, 64000),
                 {TcpOption::mss(1460), TcpOption::sack_permitted(), TcpOption::timestamps(50, 0),
                  TcpOption::window_scale(7)}));
  from_us(with(segment(80, 4000, TCPHDR_SYN | TCPHDR_ACK, 7000, 101, 65000),
               {TcpOption::mss(1400), TcpOption::sack_permitted(), TcpOption::timestamps(900, 50),
                TcpOption::window_scale(9)}));
  from_peer(segment(4000, 80, TCPHDR_ACK, 101, 7001));
  from_peer(segment(4000, 80, TCPHDR_ACK, 2000, 7001), 500);
  wire::SackList sack;
  sack.push_back({2000, 2500});
  from_us(with(segment(80, 4000, TCPHDR_ACK, 7001, 101, 120),
               {TcpOption::nop(), TcpOption::nop(), TcpOption::timestamps(903, 51), TcpOption::sack(sack)}));
  from_us(segment(80, 4000, TCPHDR_ACK | TCPHDR_PSH, 7001, 2500, 130), 77);

  const HostRecord host = record();
  const HostConnection* c = host.find(key_, 1);
  ASSERT_TRUE(c);
  EXPECT_FALSE(c->active_open);
  EXPECT_EQ(c->ours->isn, 7000u);
  EXPECT_EQ(c->ours->mss, 1400);
  EXPECT_EQ(c->ours->window, 65000);
  EXPECT_EQ(c->theirs->isn, 100u);
  EXPECT_EQ(c->our_wscale(), 9);
  EXPECT_EQ(c->their_wscale(), 7);
  EXPECT_TRUE(c->uses_sack());
  EXPECT_TRUE(c->uses_timestamps());
  EXPECT_EQ(c->first_ts_val, 900u);
  EXPECT_EQ(c->first_ts_t_ns, 2000);
  EXPECT_EQ(c->last_ts_val, 903u);
  ASSERT_EQ(c->sent.size(), 3u);
  EXPECT_EQ(c->sent[0].window, 65000u) << "a SYN's window is never scaled";
  EXPECT_EQ(c->sent[1].number, 5u);
  EXPECT_EQ(c->sent[1].ack, 101u);
  EXPECT_EQ(c->sent[1].window, 120u << 9);
  ASSERT_EQ(c->sent[1].sack_count, 1);
  EXPECT_EQ(c->sack_blocks[c->sent[1].sack_at], (wire::SackBlock{2000, 2500}));
  EXPECT_EQ(c->sent[2].payload_len, 77u);
  EXPECT_EQ(c->segments_received, 3u);
  EXPECT_EQ(c->max_payload_received, 500u);
}

TEST_F(HostRecordTest, ScalesNothingUnlessBothSidesOffered) {
  from_peer(segment(4000, 80, TCPHDR_SYN, 100));
  from_us(with(segment(80, 4000, TCPHDR_SYN | TCPHDR_ACK, 7000, 101), {TcpOption::window_scale(9)}));
  from_us(segment(80, 4000, TCPHDR_ACK, 7001, 101, 120));
  const HostRecord host = record();
  EXPECT_EQ(host.find(key_, 1)->our_wscale(), 0);
  EXPECT_EQ(host.find(key_, 1)->sent.back().window, 120u);
}

TEST_F(HostRecordTest, ARetransmittedSynIsTheSameConnectionAnotherIsnIsNot) {
  from_peer(segment(4000, 80, TCPHDR_SYN, 100));
  from_peer(segment(4000, 80, TCPHDR_SYN, 100));
  from_us(segment(80, 4000, TCPHDR_SYN | TCPHDR_ACK, 7000, 101));
  from_us(segment(80, 4000, TCPHDR_SYN | TCPHDR_ACK, 7000, 101));
  from_peer(segment(4000, 80, TCPHDR_RST, 101));
  from_peer(segment(4000, 80, TCPHDR_SYN, 900));
  from_us(segment(80, 4000, TCPHDR_SYN | TCPHDR_ACK, 8000, 901));
  const HostRecord host = record();
  ASSERT_EQ(host.connections().at(key_).size(), 2u);
  EXPECT_EQ(host.find(key_, 4)->ours->isn, 7000u);
  EXPECT_EQ(host.find(key_, 6)->ours->isn, 8000u);
  EXPECT_EQ(host.find(key_, 6)->first_frame, 6u);
}

TEST_F(HostRecordTest, AConnectionThatBeginsMidStreamHasNoSyn) {
  from_peer(segment(4000, 80, TCPHDR_ACK, 100, 7000), 1448);
  from_us(segment(80, 4000, TCPHDR_ACK, 7000, 1548));
  from_us(with(segment(80, 4000, TCPHDR_SYN, 50), {}));  // and its ports are used again, by us connecting
  const HostRecord host = record();
  const HostConnection* c = host.find(key_, 2);
  EXPECT_FALSE(c->ours || c->theirs);
  EXPECT_EQ(c->max_payload_received, 1448u);
  ASSERT_EQ(host.connections().at(key_).size(), 2u);
  EXPECT_TRUE(host.find(key_, 3)->active_open);
}

TEST_F(HostRecordTest, OfTheReorderedUploadHoldsItsAcksAndSackBlocks) {
  const auto file =
      CaptureFile::open(std::string(RINGSIDE_SOURCE_DIR) + "/resources/captures/bulk-reorder.pcap");
  ASSERT_TRUE(file);
  auto reader = (*file)->reader();
  const HostRecord host = record_host(*reader, choose_local_host(*reader));
  ASSERT_EQ(host.connections().size(), 1u);
  const HostConnection& c = host.connections().begin()->second.front();
  int with_sack = 0;
  int dsack = 0;
  std::uint8_t most = 0;
  for (const HostSegment& s : c.sent) {
    with_sack += s.sack_count > 0 ? 1 : 0;
    most = std::max(most, s.sack_count);
    if (s.sack_count > 0 && before(c.sack_blocks[s.sack_at].start, s.ack)) ++dsack;
  }
  EXPECT_EQ(c.sent.size(), 128u);
  EXPECT_EQ(with_sack, 104);
  EXPECT_EQ(most, 3);
  EXPECT_GE(dsack, 2) << "frames 82 and 212";
  EXPECT_EQ(c.sent.back().ack - c.theirs->isn, 300002u) << "SYN, 300,000 bytes, FIN";
}

TEST_F(HostRecordTest, WithoutTheSegmentsKeepsTheRest) {
  from_peer(segment(4000, 80, TCPHDR_SYN, 100));
  from_us(segment(80, 4000, TCPHDR_SYN | TCPHDR_ACK, 7000, 101));
  const HostRecord host =
      record_host(frames_, *explicit_local_host(frames_, kOurs), HostRecord::Detail::kConnections);
  EXPECT_TRUE(host.find(key_, 1)->sent.empty());
  EXPECT_EQ(host.find(key_, 1)->segments_sent, 1u);
}

}  // namespace
}  // namespace ringside::nic
