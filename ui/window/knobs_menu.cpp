// Another setting of the host: the knobs' panel, and a second run beside the first.
#include <QDockWidget>
#include <QMenu>

#include "ui/charts/charts_panel.h"
#include "ui/compare/compare_view.h"
#include "ui/panels/knobs_panel.h"
#include "ui/window/main_window.h"
#include "ui/window/run_slider.h"

namespace ringside::ui {

void MainWindow::make_knobs() {
  knobs_ = new KnobsPanel(*session_, this);
  knobs_dock_ = new QDockWidget(tr("Knobs"), this);
  knobs_dock_->setObjectName(QStringLiteral("dock-knobs"));
  knobs_dock_->setWidget(knobs_);
  addDockWidget(Qt::RightDockWidgetArea, knobs_dock_);
  tabifyDockWidget(journey_dock_, knobs_dock_);
  knobs_dock_->hide();
}

void MainWindow::make_compare_menu(QMenu* menu) {
  menu->addSeparator();
  QAction* knobs = menu->addAction(tr("&Knobs …"), this, [this] {
    knobs_dock_->show();
    knobs_dock_->raise();
  });
  knobs->setObjectName(QStringLiteral("knobs"));
  knobs->setShortcut(Qt::CTRL | Qt::Key_K);
  QAction* kernels = menu->addAction(tr("&Compare the two kernels"), this, [this] {
    compare_with(session_->kernel() == QLatin1String("4.13") ? QStringLiteral("6.18")
                                                             : QStringLiteral("4.13"));
  });
  kernels->setObjectName(QStringLiteral("compare-kernels"));
  kernels->setShortcut(Qt::CTRL | Qt::Key_M);
  QAction* settings =
      menu->addAction(tr("Compare with other k&nobs …"), this, [this] { compare_with(session_->kernel()); });
  settings->setObjectName(QStringLiteral("compare-knobs"));
  settings->setShortcut(Qt::CTRL | Qt::SHIFT | Qt::Key_M);
}

void MainWindow::compare_with(const QString& kernel) {
  if (!session_->is_open()) return;
  compare_->begin(kernel);
}

/// Where the compared runs part stands on the slider and in the charts.
void MainWindow::mark_difference() {
  std::optional<StepIndex> step;
  if (compare_->difference()) step = compare_->difference()->step_a;
  slider_->set_difference(step);
  charts_->set_difference(step);
}

}  // namespace ringside::ui
