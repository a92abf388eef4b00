#include "ui/panels/packet_order.h"

#include <QString>
#include <algorithm>
#include <bit>
#include <cstring>
#include <map>
#include <numeric>
#include <tuple>
#include <vector>

#include "ui/panels/fate.h"

namespace ringside::ui {

namespace {

constexpr std::uint32_t kNotShown = UINT32_MAX;
constexpr std::uint32_t kLook = 4096;  // rows, until it looks whether it is cancelled

/// What a row is sorted by. Between equals the file's order decides.
struct Keyed {
  std::uint64_t high = 0, low = 0;
  std::uint32_t row = 0;
  std::uint16_t port = 0;
  std::uint8_t family = 0;
  auto key() const { return std::tie(family, high, low, port); }
};

std::uint64_t big_endian(const std::uint8_t* bytes) {
  std::uint64_t number = 0;
  for (int i = 0; i < 8; ++i) number = number << 8 | bytes[i];
  return number;
}

void set_end(Keyed& keyed, const IpAddr& address, std::uint16_t port) {
  keyed.family = static_cast<std::uint8_t>(address.family());
  keyed.high = big_endian(address.bytes().data());
  keyed.low = big_endian(address.bytes().data() + 8);
  keyed.port = port;
}

/// Texts that are the same for many rows: numbered as they are met, put in their order in the end.
class Texts {
 public:
  std::uint64_t number(const QString& text) {
    return numbers_.try_emplace(text, numbers_.size()).first->second;
  }
  /// What of a fate is shown depends on these only; making the words takes long.
  std::uint64_t fate_number(const PacketRow& row) {
    const std::tuple key(row.fate, row.reason, row.place, row.places);
    const auto [at, fresh] = fates_.try_emplace(key, 0);
    if (fresh) at->second = number(fate_short(row));
    return at->second;
  }
  bool any() const { return !numbers_.empty(); }
  std::vector<std::uint64_t> ranks() const {
    std::vector<std::uint64_t> ranks(numbers_.size());
    std::uint64_t rank = 0;
    for (const auto& [text, number] : numbers_) ranks[number] = rank++;
    return ranks;
  }

 private:
  std::map<QString, std::uint64_t> numbers_;
  std::map<std::tuple<Fate, Drop, Place, std::uint32_t>, std::uint64_t> fates_;
};

Keyed keyed_by(PacketColumns::Column column, std::uint32_t row, const query::PacketTable& table,
               const Trace& trace, Texts& texts) {
  Keyed keyed;
  keyed.row = row;
  const auto facts = table[row];
  switch (column) {
    case PacketColumns::kTime:  // with the sign's bit turned numbers order as signed ones do
      keyed.high = static_cast<std::uint64_t>(trace.packet(row).t_ns) ^ std::uint64_t{1} << 63;
      break;
    case PacketColumns::kFate:
      keyed.high = texts.fate_number(trace.packet(row));
      break;
    case PacketColumns::kSeq:
      keyed.high = std::uint64_t{facts.stream} << 32 | facts.rel_seq;
      break;
    case PacketColumns::kLen:
      keyed.high = facts.len;
      break;
    case PacketColumns::kFlags:
      keyed.high = facts.flags;
      break;
    case PacketColumns::kProtocol:
      keyed.high = texts.number(QString::fromStdString(query::protocol_of(facts)));
      break;
    case PacketColumns::kSource:
      set_end(keyed, table.source(facts), table.sport(facts));
      break;
    case PacketColumns::kDestination:
      set_end(keyed, table.destination(facts), table.dport(facts));
      break;
    default:
      keyed.high = row;
  }
  return keyed;
}

}  // namespace

std::shared_ptr<const PacketOrder> PacketOrder::make(const Wish& wish, const query::PacketTable& table,
                                                     const Trace& trace, std::uint32_t rows,
                                                     const std::atomic<bool>& cancelled) {
  auto order = std::make_shared<PacketOrder>();
  order->looked_at_ = rows;
  if (rows == 0) return order;
  order->rows_ = SpilledMemory::allocate(std::size_t{rows} * sizeof(std::uint32_t));
  order->positions_ = SpilledMemory::allocate(std::size_t{rows} * sizeof(std::uint32_t));
  if (!order->find(wish, table, trace, cancelled)) return nullptr;
  if (wish.column == PacketColumns::kNumber) {
    if (wish.down) std::reverse(order->rows(), order->rows() + order->shown_);
  } else if (!order->sort(wish, table, trace, cancelled)) {
    return nullptr;
  }
  order->index();
  return order;
}

bool PacketOrder::find(const Wish& wish, const query::PacketTable& table, const Trace& trace,
                       const std::atomic<bool>& cancelled) {
  if (wish.filter.empty()) {
    std::iota(rows(), rows() + looked_at_, 0u);
    shown_ = looked_at_;
    return true;
  }
  for (std::uint32_t row = 0; row < looked_at_; ++row) {
    if (row % kLook == 0 && cancelled) return false;
    if (wish.filter.matches(table, table[row], trace.packet(row))) rows()[shown_++] = row;
  }
  return true;
}

bool PacketOrder::sort(const Wish& wish, const query::PacketTable& table, const Trace& trace,
                       const std::atomic<bool>& cancelled) {
  if (shown_ == 0) return true;
  const SpilledMemory room = SpilledMemory::allocate(shown_ * sizeof(Keyed));
  Keyed* const begin = static_cast<Keyed*>(room.data());
  Keyed* const end = begin + shown_;
  Texts texts;
  for (std::uint32_t i = 0; i < shown_; ++i) {
    if (i % kLook == 0 && cancelled) return false;
    begin[i] = keyed_by(wish.column, rows()[i], table, trace, texts);
  }
  if (texts.any()) {
    const std::vector<std::uint64_t> ranks = texts.ranks();
    for (Keyed* keyed = begin; keyed != end; ++keyed) keyed->high = ranks[keyed->high];
  }
  std::sort(begin, end, [down = wish.down](const Keyed& a, const Keyed& b) {
    if (a.key() == b.key()) return a.row < b.row;
    return down ? b.key() < a.key() : a.key() < b.key();
  });
  for (std::uint32_t i = 0; i < shown_; ++i) rows()[i] = begin[i].row;
  return true;
}

void PacketOrder::index() {
  auto* const positions = static_cast<std::uint32_t*>(positions_.data());
  std::fill(positions, positions + looked_at_, kNotShown);
  for (std::uint32_t i = 0; i < shown_; ++i) positions[rows()[i]] = i;
  rows_.leave_to_file(0, rows_.size());
  positions_.leave_to_file(0, positions_.size());
}

std::int64_t PacketOrder::position(std::uint32_t row) const {
  if (row >= looked_at_) return -1;
  const std::uint32_t at = static_cast<const std::uint32_t*>(positions_.data())[row];
  return at == kNotShown ? -1 : std::int64_t{at};
}

bool PacketOrder::continues(const PacketOrder& before) const {
  return shown_ >= before.shown_ &&
         (before.shown_ == 0 ||
          std::memcmp(rows(), before.rows(), before.shown_ * sizeof(std::uint32_t)) == 0);
}

std::size_t PacketOrder::bytes_in_file() const {
  return (rows_.in_file() ? rows_.size() : 0) + (positions_.in_file() ? positions_.size() : 0);
}

}  // namespace ringside::ui
