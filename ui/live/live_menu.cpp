// The window's part in a live host: its dock, its menu entry, its saved sessions.
#include <QAction>
#include <QCoreApplication>
#include <QDockWidget>
#include <QFileInfo>
#include <QMenu>
#include <QProcess>
#include <QScrollArea>
#include <QTimer>
#include <cerrno>
#include <cstring>

#include "core/live/sandbox.h"
#include "core/scenario/choices.h"
#include "ui/live/live_dialog.h"
#include "ui/live/live_panel.h"
#include "ui/session/error_text.h"
#include "ui/stage/stage_source.h"
#include "ui/stage/stage_widget.h"
#include "ui/window/banner.h"
#include "ui/window/main_window.h"

namespace ringside::ui {

void MainWindow::make_live() {
  live_ = new LivePanel(*session_, this);
  live_dock_ = new QDockWidget(tr("Live"), this);
  live_dock_->setObjectName(QStringLiteral("dock-live"));
  auto* scroll = new QScrollArea(live_dock_);
  scroll->setFrameShape(QFrame::NoFrame);
  scroll->setWidgetResizable(true);
  scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  scroll->setWidget(live_);
  live_dock_->setWidget(scroll);
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
  connect(live_, &LivePanel::looked, this, [this] { stage_->set_now(source_->now()); });
  connect(live_, &LivePanel::saveWanted, this, [this] {
    ask_name(tr("Save the live session"), QStringLiteral("live.ringside"), tr("Sessions (*.ringside)"),
             [this](const QString& path) { report(live_->save(path), path); });
  });
}

void MainWindow::make_live_action(QMenu* file) {
  QAction* live = file->addAction(tr("Open &live …"), this, [this] {
    (new LiveDialog(
         [this](const LiveWish& wish) {
           if (wish.sandbox) return open_sandboxed(wish);
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

/// Another window: only a process that begins can have a network of its own.
std::optional<Error> MainWindow::open_sandboxed(const LiveWish& wish) {
  if (auto error = live::try_sandbox()) return error;
  if (QProcess::startDetached(QCoreApplication::applicationFilePath(),
                              sandbox_arguments(wish, session_->kernel()))) {
    banner_->show_text(Banner::Kind::news, tr("Another window opens, which has a network of its own."));
    return std::nullopt;
  }
  Error error;
  error.id = "sandbox.command";
  error.args = {{"value", "ringside"}, {"detail", std::strerror(errno)}};
  return error;
}

void MainWindow::open_live(const LiveWish& wish, const std::optional<Error>& before) {
  play_when_open_ = false;
  restored_position_.reset();
  live_dock_->show();
  live_dock_->raise();
  if (wish.sandbox && !before) live_->set_sandboxed();
  const auto error = before ? before : live_->start(wish);
  if (!error) return;
  banner_->show_text(Banner::Kind::error, error_text(*error));
  QStringList addresses = wish.addresses;
  if (addresses.isEmpty())
    for (const char* address : live::kPeerAddresses) addresses << QString::fromLatin1(address);
  banner_->set_details(Banner::Topic::failure,
                       ways_to_a_tap(live::find_ways(wish.dev.toStdString()), wish.dev, addresses));
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
