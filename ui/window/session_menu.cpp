// Sessions as files, bookmarks, and everything that leaves the program: pictures, paper, the trace, the list.
#include <QDir>
#include <QDockWidget>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QMenu>
#include <QPainter>
#include <QPrintDialog>
#include <QPrinter>
#include <QStandardPaths>
#include <QStatusBar>

#include "core/scenario/choices.h"
#include "core/scenario/wire_edits.h"
#include "ui/panels/bookmarks_panel.h"
#include "ui/session/error_text.h"
#include "ui/session/exports.h"
#include "ui/session/session_file.h"
#include "ui/window/banner.h"
#include "ui/window/main_window.h"

namespace ringside::ui {

/// Where the window leaves its state when it is closed.
QString MainWindow::last_session_file() {
  const QString folder = QStandardPaths::writableLocation(QStandardPaths::AppDataLocation);
  QDir().mkpath(folder);
  return QDir(folder).filePath(QStringLiteral("last.ringside"));
}

void MainWindow::keep_session() {
  if (!options_.keep_settings || !session_->is_open()) return;
  SavedSession saved = saved_session(*session_);
  saved.bookmarks = bookmarks_->bookmarks();
  (void)write_session(saved, last_session_file(), false);
}

void MainWindow::make_bookmarks() {
  exporter_ = std::make_unique<Exporter>();
  bookmarks_ = new BookmarksPanel(*session_, this);
  bookmarks_dock_ = new QDockWidget(tr("Bookmarks"), this);
  bookmarks_dock_->setObjectName(QStringLiteral("dock-bookmarks"));
  bookmarks_dock_->setWidget(bookmarks_);
  addDockWidget(Qt::RightDockWidgetArea, bookmarks_dock_);
  tabifyDockWidget(knobs_dock_, bookmarks_dock_);
  bookmarks_dock_->hide();
  connect(session_, &Session::opened, this, &MainWindow::reach_restored_position);
  connect(session_, &Session::traceGrew, this, &MainWindow::reach_restored_position);
}

void MainWindow::make_session_actions(QMenu* file) {
  const QString kinds = tr("Sessions (*.ringside)");
  const auto suggested = [this] {
    return QFileInfo(session_->path()).completeBaseName() + QStringLiteral(".ringside");
  };
  QAction* plain = file->addAction(tr("&Save the session …"), this, [this, kinds, suggested] {
    ask_name(tr("Save the session"), suggested(), kinds,
             [this](const QString& path) { save_session(path, false); });
  });
  plain->setObjectName(QStringLiteral("save-session"));
  plain->setShortcut(QKeySequence::Save);
  file->addAction(tr("Save the session &with its capture …"), this, [this, kinds, suggested] {
    ask_name(tr("Save the session with its capture"), suggested(), kinds,
             [this](const QString& path) { save_session(path, true); });
  });
  file->addAction(tr("Open the l&ast session"), this, [this] { open_path(last_session_file()); });
  QAction* mark = file->addAction(tr("&Bookmark this step"), this, [this] {
    bookmarks_dock_->show();
    bookmarks_dock_->raise();
    bookmarks_->add_here();
  });
  mark->setObjectName(QStringLiteral("bookmark"));
  mark->setShortcut(Qt::CTRL | Qt::Key_D);
}

void MainWindow::make_export_actions(QMenu* file) {
  QMenu* out = file->addMenu(tr("E&xport"));
  const auto when_open = [this](auto act) {
    return [this, act] {
      if (session_->is_open()) act();
    };
  };
  out->addAction(tr("The &stage as a picture …"), this, [this] {
    ask_name(tr("The stage as a picture"), QStringLiteral("stage.png"),
             tr("PNG (*.png);;SVG (*.svg);;PDF (*.pdf)"),
             [this](const QString& path) { report(save_stage(*stage_, path), path); });
  });
  out->addAction(tr("The &trace as JSON Lines or CSV …"), this, when_open([this] {
                   ask_name(tr("The trace as JSON Lines or CSV"), QStringLiteral("trace.jsonl"),
                            tr("JSON Lines (*.jsonl);;CSV (*.csv)"), [this](const QString& path) {
                              progress_->setText(tr("writing %1 …").arg(QFileInfo(path).fileName()));
                              exporter_->write_trace(
                                  *session_, path, [this, path](const auto& error) { report(error, path); });
                            });
                 }));
  out->addAction(tr("The packet &list as CSV …"), this, when_open([this] {
                   ask_name(tr("The packet list as CSV"), QStringLiteral("packets.csv"), tr("CSV (*.csv)"),
                            [this](const QString& path) {
                              exporter_->write_packets(
                                  *session_, path, [this, path](const auto& error) { report(error, path); });
                            });
                 }));
  QAction* capture = out->addAction(
      tr("The &model's packets as pcapng …"), this, when_open([this] {
        ask_name(tr("The model's packets as pcapng"),
                 QFileInfo(session_->path()).completeBaseName() + QStringLiteral("-model.pcapng"),
                 tr("pcapng (*.pcapng)"), [this](const QString& path) {
                   progress_->setText(tr("writing %1 …").arg(QFileInfo(path).fileName()));
                   exporter_->write_capture(*session_, path,
                                            [this, path](const auto& error) { report(error, path); });
                 });
      }));
  capture->setObjectName(QStringLiteral("export-capture"));
  QAction* steps =
      out->addAction(tr("A &run of steps as film or handout …"), this, &MainWindow::export_steps);
  steps->setObjectName(QStringLiteral("export-steps"));
  QAction* print = file->addAction(tr("&Print the stage …"), this, &MainWindow::print_stage);
  print->setObjectName(QStringLiteral("print"));
  print->setShortcut(QKeySequence::Print);
}

void MainWindow::ask_name(const QString& title, const QString& suggested, const QString& kinds,
                          const std::function<void(const QString&)>& use) {
  auto* dialog = new QFileDialog(this, title, suggested, kinds);
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setAcceptMode(QFileDialog::AcceptSave);
  dialog->setDefaultSuffix(QFileInfo(suggested).suffix());
  connect(dialog, &QFileDialog::fileSelected, this, use);
  dialog->open();
}

void MainWindow::report(const std::optional<Error>& error, const QString& path) {
  show_status();
  if (error)
    banner_->show_text(Banner::Kind::error, error_text(*error));
  else
    statusBar()->showMessage(tr("%1 is written.").arg(path), 6000);
}

void MainWindow::save_session(const QString& path, bool with_capture) {
  if (!session_->is_open()) return;
  SavedSession saved = saved_session(*session_);
  saved.bookmarks = bookmarks_->bookmarks();
  report(write_session(saved, path, with_capture), path);
}

void MainWindow::open_session(const QString& path) {
  if (open_live_session(path)) return;
  auto saved = read_session(path);
  if (!saved) return banner_->show_text(Banner::Kind::error, error_text(saved.error()));
  QString file = saved->file;
  if (!saved->data.isEmpty()) {
    unpacked_ = std::make_unique<QTemporaryDir>();
    file = unpacked_->filePath(QFileInfo(saved->title).fileName());
    QFile copy(file);
    if (!copy.open(QIODevice::WriteOnly) || copy.write(saved->data) != saved->data.size())
      return banner_->show_text(Banner::Kind::error, tr("%1 cannot be written.").arg(file));
  }
  std::vector<AppChoice> apps;
  std::vector<KnobSetting> knobs;
  for (const QString& text : saved->apps)
    if (auto app = app_choice(text.toStdString())) apps.push_back(*app);
  for (const QString& text : saved->knobs)
    if (auto knob = knob_setting(text.toStdString())) knobs.push_back(*knob);
  auto edits = wire_edits_from_json(saved->edits.toStdString());
  if (!edits) return banner_->show_text(Banner::Kind::error, error_text(edits.error()));
  session_->set_level(saved->level);
  session_->breakpoints().restore(saved->breakpoints);
  bookmarks_->set_bookmarks(saved->bookmarks);
  restored_position_ = saved->position;
  Scenario scenario;
  scenario.kernel = saved->kernel.toStdString();
  scenario.apps = std::move(apps);
  scenario.knobs = std::move(knobs);
  scenario.edits = std::move(*edits);
  scenario.input = CaptureInput{file.toStdString(), saved->filter.toStdString(), saved->local.toStdString()};
  session_->open_saved(std::move(scenario), file, saved->title);
}

/// As soon as the run has come so far.
void MainWindow::reach_restored_position() {
  if (!restored_position_ || !session_->is_open()) return;
  const bool there = session_->trace().step_count() >= *restored_position_;
  if (!there && !session_->run()->done()) return;
  const qulonglong position = *restored_position_;
  restored_position_.reset();
  session_->seek(position);
}

void MainWindow::print_stage() {
  auto* printer = new QPrinter(QPrinter::HighResolution);
  printer->setPageOrientation(QPageLayout::Landscape);
  auto* dialog = new QPrintDialog(printer, this);
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  connect(dialog, qOverload<QPrinter*>(&QPrintDialog::accepted), this, [this](QPrinter* paper) {
    QPainter painter;
    if (!painter.begin(paper))
      return banner_->show_text(Banner::Kind::error,
                                tr("The stage cannot be printed: the printer does not take it."));
    const QRectF page = paper->pageRect(QPrinter::DevicePixel);
    const qreal scale = std::min(page.width() / stage_->width(), page.height() / stage_->height());
    painter.scale(scale, scale);
    stage_->render_to(painter, QSizeF(stage_->size()));
  });
  connect(dialog, &QObject::destroyed, this, [printer] { delete printer; });
  dialog->open();
}

}  // namespace ringside::ui
