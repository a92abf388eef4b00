// The packets of the input as people know them from Wireshark, with what became of each.
#pragma once
#include <QLabel>
#include <QTableView>
#include <QWidget>

#include "ui/panels/packet_model.h"
#include "ui/panels/query_edit.h"

namespace ringside::ui {

class PacketsPanel : public QWidget {
  Q_OBJECT
 public:
  explicit PacketsPanel(Session& session, QWidget* parent = nullptr);
  QTableView* view() const { return view_; }
  QueryEdit* filter() const { return filter_; }
  const PacketModel& model() const { return *model_; }
  /// Columns: their widths, order, which are hidden.
  QByteArray layout_state() const;
  void restore_layout(const QByteArray& state);
  void focus_filter();
  /// Numbers of the chosen rows, in the order of the list.
  QList<quint32> chosen() const;

 signals:
  /// The user chose it in the list.
  void packetChosen(quint32 number);
  void packetMenu(quint32 number, const QPoint& global);

 private:
  void make_view();
  void make_filter();
  void apply_filter();
  void show_count();
  void show_present();
  void header_menu(const QPoint& at);

  Session& session_;
  PacketModel* model_;
  QTableView* view_;
  QueryEdit* filter_;
  QLabel* count_;
  QLabel* problem_;
  QTimer later_;
  bool following_ = false;
};

}  // namespace ringside::ui
