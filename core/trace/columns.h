// How a trace keeps its rows: 48 bytes a packet. Only trace.cpp and trace_builder.cpp know this.
#pragma once
#include <array>
#include <atomic>
#include <list>
#include <memory>
#include <mutex>
#include <vector>

#include "core/base/chunked.h"
#include "core/trace/trace.h"

namespace ringside {

struct PacketCell {
  std::int64_t t_ns = 0;
  StepIndex first_step = 0;
  std::int64_t delivered_ns = -1;
  std::uint32_t last_after = 0;  ///< last_step - first_step, at most 2^32 - 1
  std::uint32_t wire_len = 0;
  std::uint32_t delivered_len = 0;
  std::uint32_t flow = 0;
  std::uint32_t places = 0;
  Fate fate = Fate::coming;
  Drop reason = Drop::none;
  Place place = Place::none;
  std::uint8_t unused = 0;
};
static_assert(sizeof(PacketCell) == 48);

struct SentCell {
  std::int64_t t_ns = 0;
  StepIndex step = 0;
  std::uint32_t flow = 0, seq = 0, ack = 0, win = 0, len = 0;
  std::uint32_t sack_at = 0;  ///< first of its blocks in Columns::sacks
  std::uint16_t flags = 0;
  std::uint8_t protocol = 0, sack_count = 0;
  std::uint32_t before = 0;
};
static_assert(sizeof(SentCell) == 48);

struct SackCell {
  std::uint32_t start = 0, end = 0;
  std::uint64_t unused = 0;
};

struct PageCell {
  StepIndex first_step = 0;
  std::int64_t t_ns = 0;
};

struct Number {
  std::uint64_t number = 0;
};

struct Trace::Columns {
  Chunked<PacketCell> packets;
  Chunked<Number> numbers;  ///< only of inputs whose frames are not numbered 1, 2, 3, ...
  bool numbered = false;
  Chunked<SentCell> sent;
  Chunked<SackCell> sacks;
  Chunked<Marker> markers;
  Chunked<FlowRow> flows;  ///< by number, from 1
  Chunked<PageCell> pages;
  std::atomic<StepIndex> steps{0};  ///< published: all of them are in pages that can be made
  std::atomic<std::int64_t> end_ns{0};
  /// Sums over `packets`, so that nobody need read them all; of those with Fate::dropped, by reason.
  std::array<std::atomic<std::uint32_t>, static_cast<std::size_t>(Fate::count_)> packets_of{};
  std::array<std::atomic<std::uint32_t>, static_cast<std::size_t>(Drop::count_)> packets_dropped_for{};

  mutable std::mutex mutex;  // guards what follows
  std::vector<std::pair<Counter, std::uint64_t>> counters;
  std::vector<std::pair<Drop, std::uint64_t>> drops;
  std::shared_ptr<PageSource> source;
  mutable std::list<std::shared_ptr<const Page>> cache;  ///< the latest asked for in front
  static constexpr std::size_t kCacheBytes = 24u << 20;
};

}  // namespace ringside
