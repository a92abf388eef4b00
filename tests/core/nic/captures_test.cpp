// The recordings under resources/captures, with what is known of each.
#include <gtest/gtest.h>

#include <array>
#include <ostream>
#include <set>

#include "core/nic/capture_file.h"
#include "core/nic/host_record.h"
#include "core/wire/checksum.h"
#include "core/wire/icmp.h"
#include "core/wire/ipv4.h"

namespace ringside::nic {
namespace {

std::shared_ptr<CaptureFile> open_capture(const std::string& name, const std::string& filter = "") {
  auto file = CaptureFile::open(std::string(RINGSIDE_SOURCE_DIR) + "/resources/captures/" + name, filter);
  EXPECT_TRUE(file) << name << ": " << (file ? "" : file.error().id);
  return file ? *file : nullptr;
}

struct Known {
  std::string name;
  std::array<int, 4> packets;  ///< all, TCP, UDP, ARP
  std::string local;
  std::string reason;
  std::array<int, 3> classes;  ///< incoming (broadcast and multicast too), outgoing, others
  std::size_t connections;
};

void PrintTo(const Known& known, std::ostream* out) { *out << known.name; }

const Known kCaptures[] = {
    {"http-get.pcap", {42, 40, 0, 2}, "10.77.0.2", "local.receives", {20, 22, 0}, 1},
    {"bulk-reorder.pcap", {346, 344, 0, 2}, "10.77.0.2", "local.receives", {217, 129, 0}, 1},
    {"reset.pcap", {24, 22, 0, 2}, "10.77.0.2", "local.receives", {13, 11, 0}, 4},
    {"vlan.pcap", {28, 26, 0, 2}, "10.77.100.2", "local.receives", {15, 13, 0}, 1},
    {"ipv6.pcapng", {34, 32, 0, 0}, "fd77::2", "local.receives", {18, 16, 0}, 1},
    {"fragments.pcap", {37, 22, 4, 2}, "10.77.0.2", "local.receives", {25, 12, 0}, 1},
    {"zero-window.pcap", {83, 81, 0, 2}, "10.77.0.2", "local.receives", {53, 30, 0}, 1},
    {"syn-flood-small.pcap", {93, 89, 0, 4}, "10.77.0.2", "local.receives", {61, 32, 0}, 8},
    {"half-close.pcap", {46, 44, 0, 2}, "10.77.0.2", "local.receives", {22, 24, 0}, 1},
    {"mixed.pcapng", {404, 321, 36, 5}, "10.77.0.2", "local.receives", {208, 196, 0}, 12},
    {"gso.pcap", {38, 38, 0, 0}, "127.0.0.1", "local.loopback", {23, 15, 0}, 1},
    {"truncated.pcap", {42, 40, 0, 2}, "10.77.0.2", "local.receives", {20, 22, 0}, 1},
    {"empty.pcap", {0, 0, 0, 0}, "", "local.none", {0, 0, 0}, 0},
};

class Captures : public ::testing::TestWithParam<Known> {};

TEST_P(Captures, AreReadAsTheyAreKnown) {
  const Known& known = GetParam();
  const auto file = open_capture(known.name);
  auto reader = file->reader();
  const LocalHost local = choose_local_host(*reader);
  EXPECT_EQ(local.address.to_string(), known.local);
  EXPECT_EQ(local.reason, known.reason);
  std::array<int, 4> packets{};
  std::array<int, 3> classes{};
  while (const auto frame = reader->at(static_cast<std::uint64_t>(packets[0]))) {
    const auto layers = dissect(frame->link, frame->bytes);
    ASSERT_TRUE(layers);
    ++packets[0];
    if (layers->tcp) ++packets[1];
    if (layers->udp) ++packets[2];  // first fragments
    if (layers->link.protocol == wire::ETH_P_ARP) ++packets[3];
    const FrameClass c = local.classify(*frame);
    ++classes[is_injected(c) ? 0 : c == FrameClass::kOutgoing ? 1 : 2];
  }
  EXPECT_EQ(packets, known.packets);
  EXPECT_EQ(classes, known.classes);
  EXPECT_TRUE(reader->problems().empty());
  HostRecord record(local);
  record_host(*reader, record);
  EXPECT_EQ(record.size(), known.connections);
}

INSTANTIATE_TEST_SUITE_P(All, Captures, ::testing::ValuesIn(kCaptures), [](const auto& param) {
  std::string name = param.param.name.substr(0, param.param.name.find('.'));
  std::erase(name, '-');
  return name;
});

TEST(Captures, HaveRightChecksumsWhereverTheyAreWhole) {
  for (const Known& known : kCaptures) {
    const auto reader = open_capture(known.name)->reader();
    for (std::uint64_t i = 0;; ++i) {
      const auto frame = reader->at(i);
      if (!frame) break;
      const auto layers = dissect(frame->link, frame->bytes);
      if (layers->ip_version == 4) {
        EXPECT_TRUE(wire::Ipv4View::parse(layers->link.l3)->checksum_ok());
      }
      if (known.name == "gso.pcap" && layers->tcp) {
        EXPECT_TRUE(wire::transport_checksum_partial(layers->saddr, layers->daddr, 6, layers->transport,
                                                     layers->tcp->check()))
            << frame->number;
        continue;
      }
      if (!layers->tcp || layers->transport.size() != layers->transport_len) continue;
      EXPECT_TRUE(wire::transport_checksum_ok(layers->saddr, layers->daddr, 6, layers->transport))
          << known.name << " " << frame->number;
    }
  }
}

TEST(Captures, TruncatedIsHttpGetCutTo96Bytes) {
  const auto whole = open_capture("http-get.pcap")->reader();
  const auto cut = open_capture("truncated.pcap")->reader();
  for (std::uint64_t i = 0; i < 42; ++i) {
    const auto a = whole->at(i);
    const auto b = cut->at(i);
    ASSERT_TRUE(a && b);
    EXPECT_EQ(a->wire_len, b->wire_len);
    EXPECT_EQ(b->bytes.size(), std::min<std::size_t>(96, a->bytes.size()));
    EXPECT_TRUE(std::ranges::equal(a->bytes.first(b->bytes.size()), b->bytes));
    const auto layers = dissect(b->link, b->bytes);
    if (layers->tcp) {
      EXPECT_EQ(layers->tcp_payload_len(), dissect(a->link, a->bytes)->tcp->payload().size());
    }
  }
}

TEST(Captures, VlanTagsStandInTheLinkFrame) {
  const auto reader = open_capture("vlan.pcap")->reader();
  for (std::uint64_t i = 0; i < 28; ++i) {
    const auto link = parse_link(LinkType::kEthernet, reader->at(i)->bytes);
    ASSERT_EQ(link->tag_count, 1);
    EXPECT_EQ(link->tags[0].vid(), 100);
    EXPECT_EQ(link->tags[0].priority(), 3);
  }
}

TEST(Captures, FragmentsAreSeenInTheirOrder) {
  const auto reader = open_capture("fragments.pcap")->reader();
  std::string order;
  for (std::uint64_t i = 0; i < 37; ++i) {
    const auto frame = reader->at(i);
    const auto layers = dissect(frame->link, frame->bytes);
    if (layers->fragment) {
      order += std::to_string(frame->number) + ":" + std::to_string(layers->fragment_offset) + " ";
    }
  }
  EXPECT_EQ(order, "6:0 7:1480 8:2960 13:2960 18:1480 19:0 20:0 21:2960 26:2960 31:0 32:1480 33:1480 ");
}

TEST(Captures, MixedCountsAsItsMakerCounted) {
  const auto reader = open_capture("mixed.pcapng")->reader();
  const LocalHost local = choose_local_host(*reader);
  std::set<std::pair<std::uint16_t, Seq>> active;
  int pings_in = 0;
  int icmp = 0;
  for (std::uint64_t i = 0; i < 404; ++i) {
    const auto frame = reader->at(i);
    const auto layers = dissect(frame->link, frame->bytes);
    if (layers->tcp && layers->tcp->syn() && !layers->tcp->ack() &&
        local.classify(*layers) == FrameClass::kOutgoing)
      active.insert({layers->sport(), layers->tcp->seq()});
    if (layers->ip_version != 4 || layers->protocol != wire::IPPROTO_NR_ICMP) continue;
    ++icmp;
    const auto message = wire::IcmpView::parse(layers->transport);
    if (message->type() == wire::ICMP_ECHO && is_injected(local.classify(*layers))) ++pings_in;
  }
  EXPECT_EQ(active.size(), 7u) << "kernel: ActiveOpens 7, PassiveOpens 5";
  EXPECT_EQ(icmp, 42);
  EXPECT_EQ(pings_in, 8);
}

TEST(Captures, HalfCloseBeginsAtNanoseconds) {
  const auto reader = open_capture("half-close.pcap")->reader();
  bool finer_than_micro = false;
  for (std::uint64_t i = 0; i < 46; ++i) finer_than_micro |= reader->at(i)->t_ns % 1000 != 0;
  EXPECT_TRUE(finer_than_micro);
}

TEST(Captures, GsoFramesAreWholeAndItsOneConnectionReceives) {
  const auto reader = open_capture("gso.pcap")->reader();
  const LocalHost local = choose_local_host(*reader);
  std::size_t longest = 0;
  std::uint64_t received = 0;
  for (std::uint64_t i = 0; i < 38; ++i) {
    const auto frame = reader->at(i);
    longest = std::max(longest, frame->bytes.size());
    const auto layers = dissect(frame->link, frame->bytes);
    if (local.classify(*layers) == FrameClass::kIncoming) received += layers->tcp_payload_len();
  }
  EXPECT_EQ(longest, 65226u);
  EXPECT_EQ(received, 700000u);
}

TEST(Captures, FilterKeepsTheNumbersOfTheFile) {
  const auto file = open_capture("fragments.pcap", "udp or icmp");
  auto reader = file->reader();
  std::string numbers;
  for (std::uint64_t i = 0;; ++i) {
    const auto frame = reader->at(i);
    if (!frame) break;
    numbers += std::to_string(frame->number) + " ";
  }
  EXPECT_EQ(numbers, "6 7 8 13 18 19 20 21 26 31 32 33 37 ");
  EXPECT_EQ(file->records(), 37u);
  EXPECT_EQ(index_of(*reader, 6), 0u);
  EXPECT_EQ(index_of(*reader, 20), 6u);
  EXPECT_EQ(index_of(*reader, 37), 12u);
  for (const std::uint32_t number : {0u, 1u, 9u, 36u, 38u, ~0u}) EXPECT_FALSE(index_of(*reader, number));
  EXPECT_EQ(index_of(*open_capture("fragments.pcap")->reader(), 37), 36u);
}

}  // namespace
}  // namespace ringside::nic
