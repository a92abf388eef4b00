// Which packets the list shows, and in which order: found in one go by any thread, then only read.
#pragma once
#include <atomic>
#include <cstdint>
#include <memory>

#ifndef Q_MOC_RUN  // moc stumbles over the core's lists that are included inside an enum
#include "core/query/packet_filter.h"
#include "core/trace/trace.h"
#endif

namespace ringside::ui {

struct PacketColumns {
  enum Column { kNumber, kTime, kFate, kSeq, kLen, kFlags, kProtocol, kSource, kDestination, kColumns };
};

/// 8 bytes a row of the trace; those of a long list lie in files (SpilledMemory).
class PacketOrder {
 public:
  struct Wish {
    query::PacketFilter filter;
    PacketColumns::Column column = PacketColumns::kNumber;
    bool down = false;
    /// All rows as they are, for which no order is needed.
    bool plain() const { return filter.empty() && column == PacketColumns::kNumber && !down; }
  };
  /// Of the first `rows` rows, which both have. Null if it was cancelled.
  static std::shared_ptr<const PacketOrder> make(const Wish& wish, const query::PacketTable& table,
                                                 const Trace& trace, std::uint32_t rows,
                                                 const std::atomic<bool>& cancelled);
  /// So many rows of the trace were looked at, and so many are shown.
  std::uint32_t looked_at() const { return looked_at_; }
  std::uint32_t shown() const { return shown_; }
  /// `position` < shown().
  std::uint32_t row(std::uint32_t position) const { return rows()[position]; }
  /// -1 if it is not shown.
  std::int64_t position(std::uint32_t row) const;
  /// It begins as `before` does, and has more at its end.
  bool continues(const PacketOrder& before) const;
  std::size_t bytes() const { return rows_.size() + positions_.size(); }
  /// Of these, what lies in files.
  std::size_t bytes_in_file() const;

 private:
  std::uint32_t* rows() const { return static_cast<std::uint32_t*>(rows_.data()); }
  bool find(const Wish& wish, const query::PacketTable& table, const Trace& trace,
            const std::atomic<bool>& cancelled);
  bool sort(const Wish& wish, const query::PacketTable& table, const Trace& trace,
            const std::atomic<bool>& cancelled);
  void index();

  SpilledMemory rows_, positions_;  ///< by position; by row of the trace
  std::uint32_t looked_at_ = 0, shown_ = 0;
};

}  // namespace ringside::ui
