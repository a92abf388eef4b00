// The window's part in a live host: its dock, its menu entry, its saved sessions.
#include <QAction>
#include <QDockWidget>
#include <QFileInfo>
#include <QMenu>
#include <QTimer>

#include "core/scenario/choices.h"
#include "ui/live/live_dialog.h"
#include "ui/live/live_panel.h"
#include "ui/session/error_text.h"
#include "ui/window/banner.h"
#include "ui/window/main_window.h"

namespace ringside::ui {

void MainWindow::make_live() {
  live_ = new LivePanel(*session_, this);
  live_dock_ = new QDockWidget(tr("Live"), this);
  live_dock_->setObjectName(QStringLiteral("dock-live"));
  live_dock_->setWidget(live_);
  addDockWidget(Qt::RightDockWidgetArea, live_dock_);
  tabifyDockWidget(knobs_dock_, live_dock_);
  live_dock_->hide();
  connect(live_, &LivePanel::lost, this,
          [this](const Error& error) { banner_->show_text(Banner::Kind::error, error_text(error)); });
  connect(session_, &Session::opened, this, [this] {
    if (!session_->is_live()) return;
    // Behind the window's own answer to this, which clears the banner.
    QTimer::singleShot(0, this, [this] {
      banner_->show_text(
          Banner::Kind::news,
          tr("Live: a TAP has no ring and no interrupt of its own; those that you see are modelled."),
          Banner::Topic::input);
    });
  });
  connect(live_, &LivePanel::saveWanted, this, [this] {
    ask_name(tr("Save the live session"), QStringLiteral("live.ringside"), tr("Sessions (*.ringside)"),
             [this](const QString& path) { report(live_->save(path), path); });
  });
}

void MainWindow::make_live_action(QMenu* file) {
  QAction* live = file->addAction(tr("Open &live …"), this, [this] {
    (new LiveDialog(
         [this](const LiveWish& wish) {
           auto error = live_->start(wish);
           if (!error) {
             live_dock_->show();
             live_dock_->raise();
           }
           return error;
         },
         this))
        ->show();
  });
  live->setObjectName(QStringLiteral("open-live"));
  live->setShortcut(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_L));
}

void MainWindow::open_live(const LiveWish& wish) {
  play_when_open_ = false;
  restored_position_.reset();
  live_dock_->show();
  live_dock_->raise();
  const auto error = live_->start(wish);
  if (!error) return;
  banner_->show_text(Banner::Kind::error, error_text(*error));
  banner_->set_details(Banner::Topic::failure, ways_to_a_tap(wish.dev, wish.addresses));
}

/// False: it is a session of another kind (or none at all).
bool MainWindow::open_live_session(const QString& path) {
  auto loaded = live::read_session(path.toStdString());
  if (!loaded) {
    const bool live = loaded.error().id == "session.no_input" || loaded.error().id.rfind("capture.", 0) == 0;
    if (live) banner_->show_text(Banner::Kind::error, error_text(loaded.error()));
    return live;
  }
  session_->open_saved(std::move(loaded->scenario), {}, QFileInfo(path).fileName());
  return true;
}

}  // namespace ringside::ui
