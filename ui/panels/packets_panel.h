// The packets of the input as people know them from Wireshark, with what became of each.
#pragma once
#include <QAbstractTableModel>
#include <QTableView>
#include <QWidget>

#include "ui/session/session.h"

namespace ringside::ui {

class PacketModel : public QAbstractTableModel {
  Q_OBJECT
 public:
  enum Column { kNumber, kTime, kSummary, kFate, kColumns };
  explicit PacketModel(Session& session, QObject* parent = nullptr);
  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
  std::uint32_t number_at(int row) const;
  int row_of(std::uint32_t number) const;
  /// The run is another one, or has grown.
  void refresh(bool other_run);

 private:
  QString summary_of(std::uint32_t number) const;
  Session& session_;
  int rows_ = 0;
};

class PacketsPanel : public QWidget {
  Q_OBJECT
 public:
  explicit PacketsPanel(Session& session, QWidget* parent = nullptr);
  QTableView* view() const { return view_; }

 signals:
  /// The user chose it in the list.
  void packetChosen(quint32 number);

 private:
  void show_present();
  Session& session_;
  PacketModel* model_;
  QTableView* view_;
  bool following_ = false;
};

/// "delivered", "dropped: TCP_OLD_DATA", "in sk_backlog": what became of a packet.
QString fate_words(const PacketRow& row);

}  // namespace ringside::ui
