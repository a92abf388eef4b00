#include "core/query/journey.h"

#include <gmock/gmock.h>

#include "core/engine/engine.h"
#include "core/query/sections.h"

namespace ringside::query {
namespace {

std::shared_ptr<Run> run_capture(const char* name) {
  Scenario scenario;
  scenario.input = CaptureInput{std::string(RINGSIDE_SOURCE_DIR "/resources/captures/") + name, {}, {}};
  auto run = Run::prepare(scenario);
  EXPECT_TRUE(run);
  (*run)->run_here();
  return *run;
}

std::vector<Place> places_of(const Journey& journey) {
  std::vector<Place> places;
  for (const JourneyStop& stop : journey.stops)
    if (places.empty() || places.back() != stop.place) places.push_back(stop.place);
  return places;
}

/// Each packet's journey touches the places its row says, in time that only grows, and ends as its fate says.
TEST(Journey, AgreesWithThePacketsRowForEveryPacket) {
  const auto run = run_capture("bulk-reorder.pcap");
  const Trace& trace = *run->trace();
  int out_of_order = 0;
  for (std::uint32_t i = 0; i < trace.packet_count(); i += 3) {
    const PacketRow row = trace.packet(i);
    const Journey journey = journey_of(trace, row.number);
    if (row.fate < Fate::inside) {
      EXPECT_TRUE(journey.stops.empty()) << row.number;
      continue;
    }
    ASSERT_FALSE(journey.stops.empty());
    std::int64_t t = journey.begin_ns();
    std::uint32_t touched = 0;
    for (const JourneyStop& stop : journey.stops) {
      EXPECT_EQ(stop.begin_ns, t) << "packet " << row.number << " is somewhere at any time";
      EXPECT_LE(stop.begin_ns, stop.end_ns);
      t = stop.end_ns;
      touched |= 1u << static_cast<unsigned>(stop.place);
    }
    for (const Place place : {Place::rx_ring, Place::out_of_order_queue, Place::sk_backlog, Place::prequeue,
                              Place::sk_receive_queue})
      EXPECT_EQ((touched >> static_cast<unsigned>(place) & 1) != 0, row.was_in(place))
          << "packet " << row.number << ", " << ringside::name_of(place);
    if (row.was_in(Place::out_of_order_queue)) ++out_of_order;
  }
  EXPECT_GT(out_of_order, 10);
}

TEST(Journey, ASegmentThatIsReadGoesFromTheWireToTheUser) {
  const auto run = run_capture("http-get.pcap");
  const Trace& trace = *run->trace();
  for (std::uint32_t i = 0; i < trace.packet_count(); ++i) {
    if (trace.packet(i).fate != Fate::delivered) continue;
    const Journey journey = journey_of(trace, trace.packet(i).number);
    std::vector<Layer> layers;
    for (const JourneyStop& stop : journey.stops) layers.push_back(stop.layer);
    EXPECT_THAT(layers, testing::IsSupersetOf({Layer::wire, Layer::nic, Layer::driver, Layer::ip,
                                               Layer::transport, Layer::user}));
    EXPECT_EQ(places_of(journey).front(), Place::wire);
    return;
  }
  FAIL() << "nothing was delivered";
}

/// Every byte of every frame belongs to exactly one section, and every field lies inside its own.
TEST(Sections, CoverEveryFrameWithoutGaps) {
  for (const char* name : {"http-get.pcap", "vlan.pcap", "ipv6.pcapng", "fragments.pcap", "mixed.pcapng",
                           "truncated.pcap", "gso.pcap"}) {
    const auto run = run_capture(name);
    const auto frames = run->frames();
    for (std::uint64_t i = 0; const auto frame = frames->at(i); ++i) {
      std::uint32_t at = 0;
      for (const Section& section : sections_of(*frame)) {
        ASSERT_EQ(section.begin, at) << name << " frame " << frame->number;
        at = section.end;
        for (const ByteField& field : section.fields) {
          EXPECT_GE(field.begin, section.begin);
          EXPECT_LE(field.end, section.end);
        }
      }
      ASSERT_EQ(at, frame->bytes.size()) << name << " frame " << frame->number;
    }
  }
}

}  // namespace
}  // namespace ringside::query
