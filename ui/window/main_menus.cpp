// The window's menus, recent files, state kept between two starts.
#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QCloseEvent>
#include <QDialog>
#include <QDialogButtonBox>
#include <QDockWidget>
#include <QFileDialog>
#include <QFileInfo>
#include <QHeaderView>
#include <QMenu>
#include <QMenuBar>
#include <QMessageBox>
#include <QSettings>
#include <QStatusBar>
#include <QTableWidget>
#include <QVBoxLayout>

#include "ui/panels/packets_panel.h"
#include "ui/panels/why_reference.h"
#include "ui/script/lessons.h"
#include "ui/window/banner.h"
#include "ui/window/data_file.h"
#include "ui/window/main_window.h"
#include "ui/window/open_dialog.h"
#include "ui/window/shortcuts.h"
#include "ui/window/transport_bar.h"

namespace ringside::ui {

namespace {
constexpr int kMostRecent = 10;
}

void MainWindow::make_menus() {
  make_file_menu();
  QMenu* edit = menuBar()->addMenu(tr("&Edit"));
  QAction* filter = edit->addAction(tr("&Filter the packet list"), packets_, &PacketsPanel::focus_filter);
  filter->setObjectName(QStringLiteral("filter-packets"));
  filter->setShortcut(QKeySequence::Find);
  make_pointing_actions(edit);
  edit->addSeparator();
  make_wire_actions(edit);
  edit->addSeparator();
  make_settings_action(edit);
  make_run_menu();
  make_view_menu();
  make_help_menu();
  for (QAction* action : findChildren<QAction*>())
    if (!action->objectName().isEmpty()) shortcuts_->add(action);
}

void MainWindow::make_file_menu() {
  QMenu* file = menuBar()->addMenu(tr("&File"));
  QAction* open = file->addAction(tr("&Open a capture …"), this, &MainWindow::choose_file);
  open->setObjectName(QStringLiteral("open"));
  open->setShortcut(QKeySequence::Open);
  QAction* with = file->addAction(tr("Open with op&tions …"), this, &MainWindow::choose_with_options);
  with->setObjectName(QStringLiteral("open-with-options"));
  with->setShortcut(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_O));
  recent_menu_ = file->addMenu(tr("Open &recent"));
  connect(recent_menu_, &QMenu::aboutToShow, this, &MainWindow::fill_recent);
  make_live_action(file);
  file->addAction(tr("Open the exa&mple"), this, &MainWindow::open_default);
  lessons_menu_ = file->addMenu(tr("L&essons"));
  lessons_menu_->setObjectName(QStringLiteral("lessons"));
  connect(lessons_menu_, &QMenu::aboutToShow, this, &MainWindow::fill_lessons);
  file->addSeparator();
  make_session_actions(file);
  file->addSeparator();
  make_export_actions(file);
  QAction* copy = file->addAction(tr("&Copy the stage as text"), this,
                                  [this] { QApplication::clipboard()->setText(stage_text()); });
  copy->setObjectName(QStringLiteral("copy-as-text"));
  copy->setShortcut(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_C));
  file->addSeparator();
  QAction* quit = file->addAction(tr("&Quit"), this, &QWidget::close);
  quit->setObjectName(QStringLiteral("quit"));
  quit->setShortcut(QKeySequence::Quit);
}

void MainWindow::make_view_menu() {
  QMenu* view = menuBar()->addMenu(tr("&View"));
  const auto zoom = [&](const char* id, const QString& name, const QList<QKeySequence>& keys, auto change) {
    QAction* action = view->addAction(name, this, change);
    action->setObjectName(QString::fromLatin1(id));
    action->setShortcuts(keys);
  };
  zoom("zoom-in", tr("Zoom &in"), {QKeySequence::ZoomIn, QKeySequence(Qt::CTRL | Qt::Key_Equal)},
       [this] { stage_->set_zoom(stage_->zoom() * 1.15); });
  zoom("zoom-out", tr("Zoom &out"), {QKeySequence::ZoomOut},
       [this] { stage_->set_zoom(stage_->zoom() / 1.15); });
  zoom("zoom-normal", tr("&Normal size"), {QKeySequence(Qt::CTRL | Qt::Key_0)},
       [this] { stage_->set_zoom(1); });
  view->addSeparator();
  QMenu* themes = view->addMenu(tr("&Theme"));
  for (const auto& [words, name] :
       {std::pair{tr("As the &system"), "system"}, std::pair{tr("&Light"), "light"},
        std::pair{tr("&Dark"), "dark"}, std::pair{tr("&Projector"), "projector"}})
    themes->addAction(words, this, [this, name = QString::fromLatin1(name)] { prefer_theme(name); });
  QAction* full = view->addAction(tr("&Full screen"), this,
                                  [this] { setWindowState(windowState() ^ Qt::WindowFullScreen); });
  full->setObjectName(QStringLiteral("full-screen"));
  full->setShortcut(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_F));  // F11 is a debugger's
  view->addSeparator();
  docks_menu_ = view->addMenu(tr("&Panels"));
  connect(docks_menu_, &QMenu::aboutToShow, this, [this] {
    docks_menu_->clear();
    for (QDockWidget* dock : findChildren<QDockWidget*>()) docks_menu_->addAction(dock->toggleViewAction());
  });
}

void MainWindow::make_help_menu() {
  QMenu* help = menuBar()->addMenu(tr("&Help"));
  QAction* keys = help->addAction(tr("&Keyboard shortcuts"), this, &MainWindow::show_shortcuts);
  keys->setObjectName(QStringLiteral("shortcuts"));
  keys->setShortcut(QKeySequence::HelpContents);
  const auto reference = [&](const QString& title, const char* name, Reference::Part part) {
    QAction* action = help->addAction(title, this, [this, part] {
      if (reference_ == nullptr) reference_ = new Reference(this);
      reference_->show_part(part);
    });
    action->setObjectName(QString::fromLatin1(name));
  };
  reference(tr("The modelled &functions"), "help-functions", Reference::functions);
  reference(tr("&Glossary"), "help-glossary", Reference::glossary);
  reference(tr("What is &simplified"), "help-simplified", Reference::simplified);
  QAction* tour = help->addAction(tr("&Tour of the window"), this, &MainWindow::begin_tour);
  tour->setObjectName(QStringLiteral("help-tour"));
  help->addSeparator();
  help->addAction(tr("&About Ringside"), this, [this] {
    auto* box = new QMessageBox(
        QMessageBox::NoIcon, tr("About Ringside"),
        tr("Ringside %1\n\nA ringside seat at the Linux receive path, from the wire to read().\n"
           "Free software under the GNU GPL, version 3 or later.")
            .arg(QApplication::applicationVersion()),
        QMessageBox::Ok, this);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setModal(false);
    box->show();
  });
}

void MainWindow::choose_file() {
  auto* dialog = new QFileDialog(
      this, tr("Open a capture"), recent_.isEmpty() ? QString() : QFileInfo(recent_.first()).path(),
      tr("Captures, scripts and sessions (*.pcap *.pcapng *.cap *.pkt *.ringside);;All files (*)"));
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setFileMode(QFileDialog::ExistingFile);
  connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& path) { open_path(path); });
  dialog->open();
}

void MainWindow::choose_with_options() {
  auto* dialog = new OpenDialog(*session_, recent_, this);
  connect(dialog, &OpenDialog::wanted, this, &MainWindow::open_path);
  dialog->show();
}

void MainWindow::remember(const QString& path) {
  const QString full = QFileInfo(path).absoluteFilePath();
  recent_.removeAll(full);
  recent_.prepend(full);
  while (recent_.size() > kMostRecent) recent_.removeLast();
  save();
}

void MainWindow::fill_recent() {
  recent_menu_->clear();
  for (const QString& path : recent_) {
    QAction* action =
        recent_menu_->addAction(QFileInfo(path).fileName(), this, [this, path] { open_path(path); });
    action->setToolTip(path);
  }
  if (recent_.isEmpty()) recent_menu_->addAction(tr("none yet"))->setEnabled(false);
}

void MainWindow::fill_lessons() {
  lessons_menu_->clear();
  const QString list = data_file(QStringLiteral("scenarios/lessons.json"));
  for (const LessonGroup& group : lessons_in(QFileInfo(list).path())) {
    QMenu* part = lessons_menu_->addMenu(group.name);
    for (const Lesson& lesson : group.lessons)
      part->addAction(lesson.title, this, [this, path = lesson.path] { open_path(path); });
  }
}

void MainWindow::show_shortcuts() { (new ShortcutsDialog(*shortcuts_, this))->show(); }

void MainWindow::restore() {
  if (!options_.keep_settings) return;
  const QSettings settings;
  restoreGeometry(settings.value(QStringLiteral("window/geometry")).toByteArray());
  restoreState(settings.value(QStringLiteral("window/state")).toByteArray());
  recent_ = settings.value(QStringLiteral("recent")).toStringList();
  restore_preferences(settings);
  shortcuts_->load(settings);
  session_->breakpoints().restore(settings.value(QStringLiteral("breakpoints")).toStringList());
  packets_->restore_layout(settings.value(QStringLiteral("packets/columns")).toByteArray());
}

void MainWindow::save() const {
  if (!options_.keep_settings) return;
  QSettings settings;
  settings.setValue(QStringLiteral("window/geometry"), saveGeometry());
  settings.setValue(QStringLiteral("window/state"), saveState());
  settings.setValue(QStringLiteral("recent"), recent_);
  shortcuts_->save(settings);
  settings.setValue(QStringLiteral("breakpoints"), session_->breakpoints().saved());
  settings.setValue(QStringLiteral("packets/columns"), packets_->layout_state());
}

void MainWindow::closeEvent(QCloseEvent* event) {
  save();
  keep_session();
  session_->play(false);
  event->accept();
}

}  // namespace ringside::ui
