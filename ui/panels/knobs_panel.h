// What can be set on the modelled host: application, costs, ring, CPUs, sysctls. A change runs again at once,
// and the position in time is kept.
#pragma once
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QSortFilterProxyModel>
#include <QTableView>
#include <QVBoxLayout>
#include <QWidget>

#include "ui/panels/knob_model.h"
#include "ui/session/session.h"

namespace ringside::ui {

class KnobsPanel : public QWidget {
  Q_OBJECT
 public:
  explicit KnobsPanel(Session& session, QWidget* parent = nullptr);
  QTableView* view() const { return view_; }
  KnobModel& model() { return *model_; }

 private:
  void make_application(QVBoxLayout* column);
  void make_table(QVBoxLayout* column);
  void show_scenario();
  void run_again();
  void say(const QString& words);

  Session& session_;
  QComboBox* app_;
  QLineEdit* parameters_;
  QLineEdit* filter_;
  QTableView* view_;
  KnobModel* model_;
  QSortFilterProxyModel* shown_;
  QLabel* problem_;
};

}  // namespace ringside::ui
