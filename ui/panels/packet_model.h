// The list's rows: the columns of the trace and of the packet table, filtered and sorted.
#pragma once
#include <QAbstractTableModel>
#include <QElapsedTimer>
#include <QTimer>

#include "ui/panels/packet_order.h"
#include "ui/session/session.h"

namespace ringside::ui {

class PacketModel : public QAbstractTableModel, public PacketColumns {
  Q_OBJECT
 public:
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
  /// The order of a list that is filtered or sorted, if that is what is shown: it takes room, too.
  const PacketOrder* order() const { return order_.get(); }
  /// The run is another one, or has grown.
  void refresh(bool other_run);

 signals:
  /// Which rows there are has changed.
  void arranged();

 private:
  std::uint32_t trace_row(int row) const;
  query::PacketFacts facts(std::uint32_t row) const { return (*session_.table())[row]; }
  void arrange();
  void arrange_what_came();
  void show(std::shared_ptr<const PacketOrder> order);
  QVariant text(std::uint32_t row, int column) const;
  QString tip(std::uint32_t row, int column) const;

  Session& session_;
  PacketOrder::Wish wish_;
  std::uint32_t total_ = 0;
  std::shared_ptr<const PacketOrder> order_;  ///< null: all rows as they are
  bool only_grown_ = false;                   ///< order_ is that of wish_, for fewer rows
  Background work_;
  QElapsedTimer spent_;
  QTimer rest_;  ///< between two orders of a list that grows
};

/// "SYN ACK" as "SA", as in tcpdump.
QString flag_letters(std::uint8_t flags);
/// "10.0.0.1:80", "[::1]:80".
QString end_text(const IpAddr& address, std::uint16_t port);

}  // namespace ringside::ui
