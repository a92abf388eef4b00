// The kernel's counters over time: those that are ticked in the list beside it.
#pragma once
#include <QListWidget>

#include "ui/charts/run_plot.h"
#ifndef Q_MOC_RUN
#include "core/query/run_scan.h"
#endif

namespace ringside::ui {

class CountersChart : public TimePlot {
  Q_OBJECT
 public:
  explicit CountersChart(Session& session, QWidget* parent = nullptr);
  void set_scan(std::shared_ptr<const query::RunScan> scan);
  QListWidget* list() const { return list_; }

 protected:
  void draw() override;

 private:
  void fill_list();
  std::shared_ptr<const query::RunScan> scan_;
  QListWidget* list_;
};

}  // namespace ringside::ui
