// What can be done with one packet, wherever it is shown: follow it, see its journey and its bytes.
#include <QDockWidget>
#include <QMenu>
#include <algorithm>

#include "ui/charts/charts_panel.h"
#include "ui/panels/journey_panel.h"
#include "ui/panels/packets_panel.h"
#include "ui/stage/stage_source.h"
#include "ui/window/main_window.h"
#include "ui/wire/wire_panel.h"

namespace ringside::ui {

void MainWindow::make_journey() {
  journey_ = new JourneyPanel(*session_, this);
  journey_dock_ = new QDockWidget(tr("Packet"), this);
  journey_dock_->setObjectName(QStringLiteral("dock-packet"));
  journey_dock_->setWidget(journey_);
  addDockWidget(Qt::RightDockWidgetArea, journey_dock_);
  journey_dock_->hide();
  auto* why = findChild<QDockWidget*>(QStringLiteral("dock-why"));
  if (why != nullptr) tabifyDockWidget(why, journey_dock_);
  if (why != nullptr) tabifyDockWidget(journey_dock_, breakpoints_dock_);
  connect(charts_, &ChartsPanel::packetChosen, this, [this](quint32 packet) {
    session_->seek_packet(packet);
    show_journey({packet});
  });
  connect(journey_dock_, &QDockWidget::visibilityChanged, this, [this](bool on) {
    if (on && journey_->packets().isEmpty() && session_->present_packet() != 0)
      journey_->show_packets({session_->present_packet()});
  });
}

void MainWindow::show_journey(const QList<quint32>& packets) {
  journey_->show_packets(packets);
  journey_dock_->show();
  journey_dock_->raise();
}

void MainWindow::follow(std::uint32_t packet) {
  session_->set_followed(packet);
  StageView view = stage_->view();
  view.followed = packet;
  stage_->set_view(view);
  if (packet != 0) show_journey({packet});
}

void MainWindow::packet_menu(std::uint32_t packet, const QPoint& at) {
  if (packet == 0 || !session_->is_open()) return;
  auto* menu = new QMenu(this);
  menu->setObjectName(QStringLiteral("packet-menu"));
  menu->setAttribute(Qt::WA_DeleteOnClose);
  if (stage_->view().followed == packet)
    menu->addAction(tr("Stop following packet %1").arg(packet), this, [this] { follow(0); });
  else
    menu->addAction(tr("Follow packet %1").arg(packet), this, [this, packet] { follow(packet); });
  menu->addAction(tr("Journey and bytes of packet %1").arg(packet), this,
                  [this, packet] { show_journey({packet}); });
  const QList<quint32> chosen = packets_->chosen();
  if (chosen.size() == 2)
    menu->addAction(tr("Compare packets %1 and %2").arg(chosen[0]).arg(chosen[1]), this,
                    [this, chosen] { show_journey(chosen); });
  menu->addSeparator();
  menu->addAction(tr("First step with it"), this, [this, packet] { session_->seek_packet(packet); });
  menu->addAction(tr("Next step with it"), this, [this, packet] {
    session_->search_forward([packet](const Page&, const Event& e) { return e.packet == packet; });
  });
  menu->addAction(tr("Last step with it"), this, [this, packet] {
    const auto row = session_->trace().row_of(packet);
    if (row && session_->trace().packet(*row).fate >= Fate::inside)
      session_->seek_soon(session_->trace().packet(*row).last_step + 1);
  });
  menu->addSeparator();
  QMenu* wire = menu->addMenu(tr("Change it on the &wire"));
  wire->setObjectName(QStringLiteral("wire-menu"));
  wire_panel_->fill_menu(wire, packet);
  wire->addSeparator();
  wire->addAction(tr("The wire …"), this, [this, packet] { show_wire(packet); });
  menu->addSeparator();
  menu->addAction(tr("Break on packet %1").arg(packet), this, [this, packet] {
    (void)session_->breakpoints().add(QStringLiteral("packet == %1").arg(packet));
    breakpoints_dock_->show();
    breakpoints_dock_->raise();
  });
  menu->addAction(tr("Show only its conversation"), this, [this, packet] {
    const auto row = session_->trace().row_of(packet);
    if (row && *row < session_->table()->size())
      packets_->filter()->setText(QStringLiteral("stream == %1").arg((*session_->table())[*row].stream));
  });
  menu->popup(at);
}

/// What the mouse points at, for those who use none: the present packet, the function at work, the sockets.
void MainWindow::make_pointing_actions(QMenu* edit) {
  const auto corner = [this] { return stage_->mapToGlobal(QPoint(40, 40)); };
  QAction* packet = edit->addAction(tr("What can be done with this &packet …"), this, [this, corner] {
    if (session_->is_open()) packet_menu(session_->present_packet(), corner());
  });
  packet->setObjectName(QStringLiteral("packet-actions"));
  packet->setShortcut(Qt::CTRL | Qt::Key_Return);
  QAction* function = edit->addAction(tr("What this functio&n does …"), this, [this] {
    const Node node = innermost_node(stage_->picture().current_stack);
    if (node != Node::count_) function_menu(node);
  });
  function->setObjectName(QStringLiteral("function-actions"));
  function->setShortcut(Qt::CTRL | Qt::SHIFT | Qt::Key_Return);
  QAction* socket = edit->addAction(tr("The ne&xt socket"), this, &MainWindow::show_next_socket);
  socket->setObjectName(QStringLiteral("next-socket"));
  socket->setShortcut(Qt::Key_S);
}

void MainWindow::show_next_socket() {
  const std::vector<SockLine>& all = stage_->picture().socks;
  if (all.empty()) return;
  const std::uint32_t shown = stage_->picture().sock ? stage_->picture().sock->index : 0;
  const auto at =
      std::find_if(all.begin(), all.end(), [shown](const SockLine& s) { return s.index == shown; });
  const bool last = at == all.end() || at + 1 == all.end();
  show_socket(last ? all.front().index : (at + 1)->index);
}

}  // namespace ringside::ui
