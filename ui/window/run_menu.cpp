// Everything that moves through the run by condition: the Run menu, breakpoints, searches that take longer.
#include <QAction>
#include <QCursor>
#include <QDockWidget>
#include <QMenu>
#include <QMenuBar>
#include <QStatusBar>
#include <QToolTip>

#include "ui/panels/breakpoints_panel.h"
#include "ui/panels/why_panel.h"
#include "ui/pictures/run_pictures.h"
#include "ui/stage/nodes.h"
#include "ui/stage/painter.h"
#include "ui/window/main_window.h"
#include "ui/window/transport_bar.h"

namespace ringside::ui {

void MainWindow::make_run_menu() {
  QMenu* run = menuBar()->addMenu(tr("&Run"));
  run->addActions(transport_->moves());
  addActions(transport_->moves());
  run->addSeparator();
  QAction* stop = run->addAction(tr("Stop &looking"), session_, &Session::cancel_search);
  stop->setObjectName(QStringLiteral("cancel-search"));
  stop->setShortcut(QKeySequence::Cancel);
  QAction* edit = run->addAction(tr("New &breakpoint …"), this, [this] {
    breakpoints_dock_->show();
    breakpoints_dock_->raise();
    breakpoints_->begin_with({});
  });
  edit->setObjectName(QStringLiteral("new-breakpoint"));
  edit->setShortcut(Qt::CTRL | Qt::Key_B);
  make_compare_menu(run);
}

void MainWindow::make_breakpoints() {
  breakpoints_ = new BreakpointsPanel(*session_, this);
  breakpoints_dock_ = new QDockWidget(tr("Breakpoints"), this);
  breakpoints_dock_->setObjectName(QStringLiteral("dock-breakpoints"));
  breakpoints_dock_->setWidget(breakpoints_);
  addDockWidget(Qt::RightDockWidgetArea, breakpoints_dock_);
  breakpoints_dock_->hide();
}

void MainWindow::watch_search() {
  cancel_ = new QToolButton(this);
  cancel_->setObjectName(QStringLiteral("cancel"));
  cancel_->setText(tr("Cancel"));
  cancel_->hide();
  statusBar()->insertPermanentWidget(0, cancel_);
  connect(cancel_, &QToolButton::clicked, this, [this] {
    if (pictures_) return pictures_->cancel();
    if (session_->is_searching()) return session_->cancel_search();
    if (session_->busy()) session_->cancel();  // what has been read stays
  });
  connect(session_, &Session::searching, this, [this](qulonglong step) {
    cancel_->show();
    progress_->setText(tr("looking at step %1 …").arg(number_text(static_cast<std::int64_t>(step))));
  });
  connect(session_, &Session::searched, this, [this] {
    cancel_->hide();
    show_status();
  });
  connect(session_, &Session::breakpointHit, this, [this](int row) {
    statusBar()->showMessage(
        tr("Stopped by the breakpoint %1").arg(session_->breakpoints().index(row).data().toString()), 8000);
  });
  connect(session_, &Session::noBreakpointHit, this, [this](bool forward) {
    statusBar()->showMessage(
        forward ? tr("No breakpoint is met from here on.") : tr("No breakpoint is met before here."), 8000);
  });
}

namespace {
/// The functions a part of the stage stands for, of this kernel's.
QStringList functions_of(Node node, const QString& kernel) {
  QStringList names;
  const auto all = info_of(node).functions;
  for (const QString& name :
       QString::fromLatin1(all.data(), static_cast<qsizetype>(all.size())).split(QLatin1Char(','))) {
    const Fn fn = function_named(name.trimmed().toStdString());
    if (fn == Fn::none) continue;
    const auto profiles = static_cast<unsigned>(info_of(fn).profiles);
    const unsigned mine = kernel == QLatin1String("4.13") ? 1 : 2;
    if ((profiles & mine) != 0) names << name.trimmed();
  }
  return names;
}
}  // namespace

void MainWindow::explain_function(Fn fn) {
  why_->show_function(fn);
  if (auto* frame = findChild<QDockWidget*>(QStringLiteral("dock-why")); frame != nullptr) {
    frame->show();
    frame->raise();
  }
}

void MainWindow::function_menu(Node node) {
  if (!session_->is_open()) return;
  auto* menu = new QMenu(this);
  menu->setObjectName(QStringLiteral("function-menu"));
  menu->setAttribute(Qt::WA_DeleteOnClose);
  for (const QString& name : functions_of(node, session_->kernel())) {
    const Fn fn = function_named(name.toStdString());
    const auto called = [fn](const Page&, const Event& e) {
      return e.kind == EventKind::call && e.function == fn;
    };
    menu->addSection(name);
    menu->addAction(tr("What %1 does").arg(name), this, [this, fn] { explain_function(fn); });
    menu->addAction(tr("Run to the next call of %1").arg(name), this,
                    [this, called] { session_->search_forward(called); });
    menu->addAction(tr("Back to the last call of %1").arg(name), this,
                    [this, called] { session_->search_back(called); });
    menu->addAction(tr("Break on %1").arg(name), this, [this, name] {
      (void)session_->breakpoints().add(QStringLiteral("call == ") + name);
      breakpoints_dock_->show();
      breakpoints_dock_->raise();
    });
  }
  menu->popup(QCursor::pos());
}

}  // namespace ringside::ui
