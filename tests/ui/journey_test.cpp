#include <QApplication>
#include <QContextMenuEvent>
#include <QMenu>
#include <QTableView>

#include "tests/ui/window_fixture.h"
#include "ui/panels/journey_panel.h"
#include "ui/panels/packets_panel.h"

namespace ringside::ui {
namespace {

class JourneyTest : public WindowTest {
 protected:
  JourneyPanel& panel() { return *window->findChild<JourneyPanel*>(); }
  void wait() {
    ASSERT_TRUE(
        QTest::qWaitFor([&] { return !panel().looking() && !window->session().is_searching(); }, 20000));
  }
  /// Opens the packet's menu by a right click in the list and chooses the line that begins so.
  void choose(int row, const char* line) {
    auto* list = window->findChild<QTableView*>(QStringLiteral("packets"));
    list->scrollTo(list->model()->index(row, 0));
    const QPoint at = list->visualRect(list->model()->index(row, 0)).center();
    QContextMenuEvent event(QContextMenuEvent::Mouse, at, list->viewport()->mapToGlobal(at));
    QApplication::sendEvent(list->viewport(), &event);
    auto* menu = window->findChild<QMenu*>(QStringLiteral("packet-menu"));
    ASSERT_NE(menu, nullptr);
    for (QAction* action : menu->actions())
      if (action->text().startsWith(QString::fromLatin1(line))) {
        action->trigger();
        menu->close();
        window->activateWindow();  // a window manager does that
        return;
      }
    FAIL() << line;
  }
};

TEST_F(JourneyTest, AFollowedPacketShowsItsStopsAndAClickGoesThere) {
  open(capture("bulk-reorder.pcap"));
  ASSERT_TRUE(go_to(Place::out_of_order_queue));
  const std::uint32_t packet = window->session().present_packet();
  choose(static_cast<int>(packet) - 1, "Follow packet");
  wait();
  EXPECT_EQ(window->stage().view().followed, packet);
  ASSERT_EQ(panel().strip().journeys().size(), 1u);
  const query::Journey& journey = panel().strip().journeys()[0];
  EXPECT_EQ(journey.packet, packet);
  std::size_t ooo = 0;
  for (std::size_t i = 0; i < journey.stops.size(); ++i)
    if (journey.stops[i].place == Place::out_of_order_queue) ooo = i;
  ASSERT_GT(ooo, 0u);
  auto* strip = window->findChild<JourneyStrip*>();
  QTest::mouseClick(strip, Qt::LeftButton, Qt::NoModifier, strip->stop_rect(0, ooo).center().toPoint());
  EXPECT_EQ(position(), journey.stops[ooo].step + 1);
  EXPECT_TRUE(panel().next_words().startsWith(QStringLiteral("Next: ")))
      << panel().next_words().toStdString();
  press(Qt::Key_N);
  wait();
  EXPECT_EQ(window->session().present_packet(), packet);
  EXPECT_GT(position(), journey.stops[ooo].step + 1);
}

TEST_F(JourneyTest, ItsBytesAreShownHeaderByHeader) {
  open(capture("vlan.pcap"));
  choose(7, "Journey and bytes");
  wait();
  const QString words = window->findChild<BytesView*>()->toPlainText();
  for (const char* part : {"link", "VLAN", "vlan_id", "IP", "saddr", "TCP", "window"})
    EXPECT_TRUE(words.contains(QString::fromLatin1(part))) << part;
}

TEST_F(JourneyTest, TwoChosenPacketsAreCompared) {
  open(capture("bulk-reorder.pcap"));
  auto* list = window->findChild<QTableView*>(QStringLiteral("packets"));
  const auto click = [&](int row, Qt::KeyboardModifiers modifiers) {
    QTest::mouseClick(list->viewport(), Qt::LeftButton, modifiers,
                      list->visualRect(list->model()->index(row, 0)).center());
  };
  list->scrollTo(list->model()->index(5, 0));
  click(5, Qt::NoModifier);
  click(7, Qt::ControlModifier);
  choose(7, "Compare packets 6 and 8");
  wait();
  ASSERT_EQ(panel().strip().journeys().size(), 2u);
  EXPECT_EQ(panel().strip().journeys()[1].packet, 8u);
}

}  // namespace
}  // namespace ringside::ui
