#include "core/query/packet_filter.h"

#include <gtest/gtest.h>

#include "core/engine/engine.h"

namespace ringside::query {
namespace {

struct Listed {
  std::shared_ptr<Run> run;
  std::shared_ptr<PacketTable> shared = std::make_shared<PacketTable>();
  PacketTable& table = *shared;
  std::size_t count(const char* text) const {
    const auto filter = PacketFilter::parse(text);
    EXPECT_TRUE(filter) << text;
    std::size_t sum = 0;
    for (std::uint32_t i = 0; filter && i < table.size(); ++i)
      if (filter->matches(table, table[i], run->trace()->packet(i))) ++sum;
    return sum;
  }
};

Listed list(const char* name) {
  Scenario scenario;
  scenario.input = CaptureInput{std::string(RINGSIDE_SOURCE_DIR "/resources/captures/") + name, {}, {}};
  auto run = Run::prepare(scenario);
  EXPECT_TRUE(run);
  Listed listed;
  listed.run = *run;
  listed.run->run_here();
  const auto frames = listed.run->frames();
  for (std::uint64_t i = 0; const auto frame = frames->at(i); ++i) listed.table.add(*frame);
  EXPECT_EQ(listed.table.size(), listed.run->trace()->packet_count());
  return listed;
}

TEST(PacketFilter, CountsInARealCapture) {
  const Listed http = list("http-get.pcap");
  const std::size_t all = http.table.size();
  EXPECT_EQ(http.count(""), all);
  EXPECT_EQ(http.count("tcp") + http.count("!tcp"), all);
  EXPECT_EQ(http.count("tcp.flags.syn && !tcp.flags.ack"), 1u);
  EXPECT_EQ(http.count("tcp.flags.syn && tcp.flags.ack"), 1u);
  EXPECT_EQ(http.count("fate == own") + http.count("fate != own"), all);
  EXPECT_GT(http.count("fate == delivered"), 0u);
  EXPECT_EQ(http.count("was_in == rx_ring"), http.count("!(fate == own) && !(fate == other_host)"));
  EXPECT_EQ(http.count("tcp.flags.syn && tcp.seq == 0"), 2u) << "sequence numbers count from the SYN";
  EXPECT_EQ(http.count("frame.number <= 3"), 3u);
  EXPECT_EQ(http.count("ip.addr == 0.0.0.0/0"), http.count("ip"));
}

TEST(PacketFilter, TellsOutOfOrderFromRetransmitted) {
  const Listed reorder = list("bulk-reorder.pcap");
  EXPECT_GT(reorder.count("out_of_order"), 0u) << "late segments fill holes";
  EXPECT_EQ(reorder.count("out_of_order && retransmission"), 0u);
}

TEST(PacketFilter, SeesVlanAndIpv6) {
  EXPECT_GT(list("vlan.pcap").count("vlan"), 0u);
  EXPECT_GT(list("ipv6.pcapng").count("ipv6 && tcp"), 0u);
}

}  // namespace
}  // namespace ringside::query
