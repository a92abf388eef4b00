// The settings in force, the page that changes them, and the tour of the window.
#include <QApplication>
#include <QDockWidget>
#include <QMenu>
#include <QSettings>
#include <QTimer>

#include "ui/charts/charts_panel.h"
#include "ui/look/system_look.h"
#include "ui/panels/why_panel.h"
#include "ui/settings/settings_dialog.h"
#include "ui/window/main_window.h"
#include "ui/window/run_slider.h"
#include "ui/window/tour.h"
#include "ui/window/transport_bar.h"

namespace ringside::ui {

namespace {
const QString kTourSeen = QStringLiteral("tour/seen");

ThemeKind named_theme(const QString& name, const SystemLook& system) {
  if (name == QLatin1String("light")) return ThemeKind::light;
  if (name == QLatin1String("dark")) return ThemeKind::dark;
  if (name == QLatin1String("projector")) return ThemeKind::projector;
  return system.kind();
}
}  // namespace

void MainWindow::make_settings() {
  system_look_ = new SystemLook(this);
  connect(system_look_, &SystemLook::changed, this, [this] {
    if (preferences_.theme == QLatin1String("system")) use_theme(system_look_->kind());
  });
  connect(stage_, &StageWidget::zoomChanged, this, [this](qreal zoom) {
    Preferences changed = preferences_;
    changed.zoom = zoom;
    prefer(changed);
    QTimer::singleShot(0, this, &MainWindow::keep_action_in_sight);  // when the stage has its new size
  });
}

void MainWindow::make_settings_action(QMenu* edit) {
  QAction* settings = edit->addAction(tr("&Settings …"), this, &MainWindow::show_settings);
  settings->setObjectName(QStringLiteral("settings"));
  settings->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_Comma));
  settings->setMenuRole(QAction::PreferencesRole);
}

void MainWindow::show_settings() {
  if (settings_ == nullptr) {
    settings_ = new SettingsDialog(preferences_, this);
    connect(settings_, &SettingsDialog::changed, this, &MainWindow::prefer);
    connect(settings_, &SettingsDialog::shortcutsWanted, this, &MainWindow::show_shortcuts);
  }
  settings_->show();
  settings_->raise();
  settings_->activateWindow();
}

/// From now on, and at the next start.
void MainWindow::prefer(const Preferences& wanted) {
  const Preferences before = preferences_;
  preferences_ = wanted;
  if (wanted.theme != before.theme) use_theme(named_theme(wanted.theme, *system_look_));
  if (!qFuzzyCompare(wanted.zoom, stage_->zoom())) stage_->set_zoom(wanted.zoom);
  session_->set_movement(wanted.movement);
  session_->set_usual_costs(wanted.cost_preset);
  if (settings_ != nullptr && settings_->preferences() != wanted) settings_->show_preferences(wanted);
  if (!options_.keep_settings) return;
  QSettings settings;
  wanted.save(settings);
}

void MainWindow::prefer_theme(const QString& name) {
  Preferences changed = preferences_;
  changed.theme = name;
  prefer(changed);
  use_theme(named_theme(name, *system_look_));  // also where `--theme` had chosen another one meanwhile
}

/// What was kept at the last start.
void MainWindow::restore_preferences(const QSettings& settings) {
  const Preferences kept = Preferences::load(settings);
  prefer(kept);
  use_theme(named_theme(kept.theme, *system_look_));
  session_->set_kernel(kept.kernel);
}

void MainWindow::begin_tour() {
  if (tour_ != nullptr) return;
  const auto widget = [this](QWidget* part) {
    return [this, part] {
      return part->isVisible() ? QRect(part->mapTo(this, QPoint(0, 0)), part->size()) : QRect();
    };
  };
  const auto dock = [this, widget](const char* name) {
    return widget(findChild<QDockWidget*>(QString::fromLatin1(name)));
  };
  std::vector<TourStop> stops{
      {tr("The stage"),
       tr("This is the way of a packet through the Linux kernel: it comes in at the bottom, from the wire, "
          "and "
          "climbs on the left to the program on top. What is sent comes down on the right. The glowing "
          "packet "
          "is the one at work."),
       widget(scroll_)},
      {tr("The player"),
       tr("Space plays and pauses, the right arrow goes one step, the left one takes it back: everything can "
          "be undone. How far a step goes is chosen here, too: by packets, functions or decisions."),
       widget(transport_)},
      {tr("Why"),
       tr("What happened in this step and why, with the real values: the function, what it decides, and what "
          "it changed. Names of functions can be clicked."),
       dock("dock-why")},
      {tr("What came in"),
       tr("The script of this lesson with its notes, or the packets of a capture. A click goes there. A "
          "right "
          "click on a packet follows it or shows its whole journey."),
       dock(script_dock_->isVisible() ? "dock-script" : "dock-packets")},
      {tr("The whole run"),
       tr("Drag along this line to any moment, forward or back. The marks show drops and segments out of "
          "order."),
       widget(slider_)},
      {tr("Charts"),
       tr("How full the queues were, what the CPUs did, sequence numbers and latency. The wheel zooms, a "
          "click "
          "goes to that step."),
       dock("dock-charts")},
      {tr("Your own captures"),
       tr("Drop a .pcap file on this window, or open a lesson from the File menu. The kernel can be changed "
          "here, in the middle of the run: 4.13 has the prequeue, 6.18 is of today."),
       widget(findChild<QWidget*>(QStringLiteral("kernel")))},
  };
  tour_ = new Tour(std::move(stops), this);
  if (options_.keep_settings) QSettings().setValue(kTourSeen, true);
}

/// Once, when somebody sees the window for the first time.
void MainWindow::offer_tour() {
  if (options_.keep_settings && !QSettings().value(kTourSeen).toBool()) begin_tour();
}

}  // namespace ringside::ui
