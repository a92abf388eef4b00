// Changing the wire: the panel, the menu, and a packet dragged on the stage.
#include <QDockWidget>
#include <QMenu>
#include <QStatusBar>

#include "ui/stage/stage_widget.h"
#include "ui/window/main_window.h"
#include "ui/wire/wire_panel.h"

namespace ringside::ui {

void MainWindow::make_wire() {
  wire_ = new WireEditor(*session_, this);
  wire_panel_ = new WirePanel(*session_, *wire_, this);
  wire_dock_ = new QDockWidget(tr("Wire"), this);
  wire_dock_->setObjectName(QStringLiteral("dock-wire"));
  wire_dock_->setWidget(wire_panel_);
  addDockWidget(Qt::RightDockWidgetArea, wire_dock_);
  tabifyDockWidget(bookmarks_dock_, wire_dock_);
  wire_dock_->hide();
  connect(stage_, &StageWidget::wireMoved, wire_, &WireEditor::move);
  connect(wire_, &WireEditor::changed, this, [this] {
    if (session_->is_open() && !wire_->edits().empty() && session_->busy())
      statusBar()->showMessage(tr("The wire: %1").arg(WireEditor::words(wire_->edits().back())), 5000);
  });
}

void MainWindow::make_wire_actions(QMenu* edit) {
  QAction* show = edit->addAction(tr("The &wire …"), this, [this] { show_wire(0); });
  show->setObjectName(QStringLiteral("wire-show"));
  show->setShortcut(Qt::CTRL | Qt::SHIFT | Qt::Key_W);
  edit->addActions(wire_panel_->actions_of_wire());
}

void MainWindow::show_wire(std::uint32_t packet) {
  wire_dock_->show();
  wire_dock_->raise();
  if (packet != 0) wire_panel_->choose(packet);
  wire_panel_->table()->setFocus();
}

}  // namespace ringside::ui
