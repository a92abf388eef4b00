#include "core/nic/capture_filter.h"

#include <gtest/gtest.h>
#include <pcap/dlt.h>

namespace ringside::nic {
namespace {

Error error_of(const std::string& text, int dlt = DLT_EN10MB) {
  const auto filter = CaptureFilter::compile(text, dlt);
  return filter ? Error{} : filter.error();
}

TEST(CaptureFilter, PointsAtTheWordThatMakesNoSense) {
  const std::pair<const char*, int> cases[] = {
      {"tcp prot 80", 5},
      {"tcp port", 9},
      {"tcp port 80 and", 16},
      {"(tcp", 5},
      {"tcp)", 4},
      {"and tcp", 1},
      {"tcp port 80 or or udp", 16},
      {"tcp[13 = 2", 8},
      {"host 1.2.3.4 5 x", 14},
      {"ip[0] & & 1 = 0", 9},
  };
  for (const auto& [text, column] : cases) {
    const Error error = error_of(text);
    EXPECT_EQ(error.id, "filter.syntax") << text;
    EXPECT_EQ(error.column, column) << text;
  }
}

TEST(CaptureFilter, TellsWhatIsGrammaticalButImpossible) {
  EXPECT_EQ(error_of("tcp port 99999").id, "filter.invalid");
  EXPECT_EQ(error_of("vlan 5000").id, "filter.invalid");
  EXPECT_EQ(error_of("ether host 1:2:3:4:5:6", DLT_RAW).id, "filter.invalid");
}

TEST(CaptureFilter, TakesWhatLibpcapTakes) {
  for (const char* text : {"tcp", "tcp port 80 and not host 10.0.0.1", "ip6", "vlan 100 and tcp",
                           "tcp[tcpflags] & (tcp-syn|tcp-fin) != 0", "greater 100", "net 10.0.0.0/8"}) {
    EXPECT_EQ(error_of(text).id, "") << text;
  }
}

}  // namespace
}  // namespace ringside::nic
