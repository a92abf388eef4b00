// The list's rows: the columns of the trace and of the packet table, filtered and sorted.
#pragma once
#include <QAbstractTableModel>
#include <QTimer>

#include "ui/session/session.h"
#ifndef Q_MOC_RUN
#include "core/query/packet_filter.h"
#endif

namespace ringside::ui {

class PacketModel : public QAbstractTableModel {
  Q_OBJECT
 public:
  enum Column { kNumber, kTime, kFate, kSeq, kLen, kFlags, kProtocol, kSource, kDestination, kColumns };
  explicit PacketModel(Session& session, QObject* parent = nullptr);
  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
  void sort(int column, Qt::SortOrder order) override;
  void set_filter(query::PacketFilter filter);
  /// 0 if there is no such row.
  std::uint32_t number_at(int row) const;
  /// -1 if that packet is not shown.
  int row_of(std::uint32_t number) const;
  /// All there are, shown or not.
  std::uint32_t total() const { return total_; }
  /// The run is another one, or has grown.
  void refresh(bool other_run);

 signals:
  /// Which rows there are has changed.
  void arranged();

 private:
  bool plain() const { return filter_.empty() && column_ == kNumber && order_ == Qt::AscendingOrder; }
  std::uint32_t trace_row(int row) const;
  const query::PacketFacts& facts(std::uint32_t row) const { return (*session_.table())[row]; }
  void arrange();
  void arrange_slice();
  void finish();
  void sort_rows(std::vector<std::uint32_t>& rows) const;
  QVariant text(std::uint32_t row, int column) const;
  QString tip(std::uint32_t row, int column) const;

  Session& session_;
  query::PacketFilter filter_;
  int column_ = kNumber;
  Qt::SortOrder order_ = Qt::AscendingOrder;
  std::uint32_t total_ = 0;
  bool shown_plain_ = true;               ///< rows_ is not used: all rows in their order
  std::vector<std::uint32_t> rows_;       ///< rows of the trace that are shown
  std::vector<std::uint32_t> row_index_;  ///< trace row -> shown row, UINT32_MAX: not shown
  std::vector<std::uint32_t> found_;      ///< while the filter runs
  std::uint32_t looked_at_ = 0;
  QTimer slices_;
};

/// "SYN ACK" as "SA", as in tcpdump.
QString flag_letters(std::uint8_t flags);
/// "10.0.0.1:80", "[::1]:80".
QString end_text(const IpAddr& address, std::uint16_t port);

}  // namespace ringside::ui
