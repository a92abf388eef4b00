// For those who use the keyboard alone, and for those to whom a screen reader reads.
#include <QAccessible>
#include <QDockWidget>
#include <QMenu>
#include <QMenuBar>
#include <QTableView>
#include <set>

#include "tests/ui/window_fixture.h"
#include "ui/charts/charts_panel.h"
#include "ui/window/run_slider.h"

namespace ringside::ui {
namespace {

class AccessibleTest : public WindowTest {
 protected:
  void show_all_panels() {
    for (QDockWidget* dock : window->findChildren<QDockWidget*>()) {
      dock->show();
      dock->raise();
      QCoreApplication::processEvents();
    }
  }
  static QString name_of_widget(QWidget* widget) {
    QAccessibleInterface* accessible = QAccessible::queryAccessibleInterface(widget);
    return accessible != nullptr ? accessible->text(QAccessible::Name) : QString();
  }
  void all_actions(const QMenu* menu, std::set<QAction*>& found) {
    for (QAction* action : menu->actions()) {
      if (action->isSeparator()) continue;
      found.insert(action);
      if (action->menu() != nullptr) all_actions(action->menu(), found);
    }
  }
};

TEST_F(AccessibleTest, EverythingThatCanHaveTheFocusHasAName) {
  open(script("segments-5-to-9.pkt"));
  show_all_panels();
  int seen = 0;
  for (QWidget* widget : window->findChildren<QWidget*>()) {
    if ((widget->focusPolicy() & Qt::TabFocus) == 0 || widget->isHidden() ||
        widget->objectName().startsWith(QLatin1String("qt_")) || widget->inherits("QScrollArea") ||
        widget->inherits("QTabBar") || widget->inherits("QMenuBar"))
      continue;
    if (widget->parentWidget() != nullptr && widget->parentWidget()->inherits("QAbstractSpinBox")) continue;
    ++seen;
    EXPECT_FALSE(name_of_widget(widget).isEmpty())
        << widget->metaObject()->className() << " " << widget->objectName().toStdString() << " in "
        << (widget->parentWidget() ? widget->parentWidget()->metaObject()->className() : "");
  }
  EXPECT_GT(seen, 25);
}

TEST_F(AccessibleTest, EveryMenuAndEveryLineOfItHasAKeyOrALetter) {
  std::set<QAction*> found;
  for (QAction* top : window->menuBar()->actions()) {
    EXPECT_TRUE(top->text().contains(QLatin1Char('&'))) << top->text().toStdString();
    ASSERT_NE(top->menu(), nullptr);
    all_actions(top->menu(), found);
  }
  EXPECT_GT(found.size(), 50u);
  for (QAction* action : found)
    EXPECT_FALSE(action->text().isEmpty()) << "a line without words: " << action->objectName().toStdString();
  // In one menu a letter leads to one line.
  for (QMenu* menu : window->menuBar()->findChildren<QMenu*>()) {
    std::map<QChar, QString> lines;
    for (QAction* action : menu->actions()) {
      const qsizetype at = action->text().indexOf(QLatin1Char('&'));
      if (at < 0 || !action->isVisible()) continue;
      const auto [line, fresh] = lines.emplace(action->text()[at + 1].toLower(), action->text());
      EXPECT_TRUE(fresh) << line->second.toStdString() << " and " << action->text().toStdString();
    }
  }
  // No two of the window's actions want the same key.
  std::map<QString, QString> owner;
  for (QAction* action : window->findChildren<QAction*>())
    for (const QKeySequence& key : action->shortcuts()) {
      const auto [at, fresh] = owner.emplace(key.toString(), action->objectName() + action->text());
      EXPECT_TRUE(fresh) << key.toString().toStdString() << ": " << at->second.toStdString() << " and "
                         << action->text().toStdString();
    }
}

TEST_F(AccessibleTest, TheTwinIsReadThroughTheTextInterface) {
  open(script("segments-5-to-9.pkt"));
  ASSERT_TRUE(go_to(Place::out_of_order_queue));
  auto* dock = window->findChild<QDockWidget*>(QStringLiteral("dock-text"));
  dock->show();
  QCoreApplication::processEvents();
  auto* twin = dock->findChild<QPlainTextEdit*>();
  QAccessibleInterface* accessible = QAccessible::queryAccessibleInterface(twin);
  ASSERT_TRUE(accessible != nullptr && accessible->textInterface() != nullptr);
  QAccessibleTextInterface* text = accessible->textInterface();
  const QString words = text->text(0, text->characterCount());
  EXPECT_EQ(words, window->stage_text());
  EXPECT_TRUE(words.contains(QStringLiteral("out_of_order_queue: 1 packets, 1,000 B")))
      << words.toStdString();
  press(Qt::Key_Right);
  EXPECT_NE(text->text(0, text->characterCount()), words) << "it goes along";
}

TEST_F(AccessibleTest, APacketsMenuOpensByKeyboard) {
  open(script("segments-5-to-9.pkt"));
  ASSERT_TRUE(go_to(Place::out_of_order_queue));
  press(Qt::Key_Return, Qt::ControlModifier);
  auto* menu = window->findChild<QMenu*>(QStringLiteral("packet-menu"));
  ASSERT_NE(menu, nullptr);
  EXPECT_EQ(menu->actions().front()->text(), QStringLiteral("Follow packet 7"));
  menu->close();
}

TEST_F(AccessibleTest, TheFunctionAtWorkIsExplainedByKeyboard) {
  open(script("segments-5-to-9.pkt"));
  ASSERT_TRUE(go_to(Place::out_of_order_queue));
  press(Qt::Key_Return, Qt::ControlModifier | Qt::ShiftModifier);
  auto* menu = window->findChild<QMenu*>(QStringLiteral("function-menu"));
  ASSERT_NE(menu, nullptr);
  EXPECT_EQ(menu->actions().at(1)->text(), QStringLiteral("What tcp_data_queue_ofo does"));
  menu->close();
}

TEST_F(AccessibleTest, SocketsAreChosenByKeyboard) {
  open(capture("mixed.pcapng"));
  const StepIndex end = window->session().trace().step_count();
  for (StepIndex tenth = 10; tenth > 0 && window->stage().picture().sock_count < 2; --tenth)
    window->session().seek(end * tenth / 10);
  ASSERT_GT(window->stage().picture().sock_count, 1u);
  std::set<std::uint32_t> seen;
  for (std::uint32_t i = 0; i < window->stage().picture().sock_count; ++i) {
    press(Qt::Key_S);
    seen.insert(window->stage().picture().sock->index);
  }
  EXPECT_EQ(seen.size(), window->stage().picture().sock_count) << "one after the other";
}

TEST_F(AccessibleTest, PointsOfAChartAreReachedByKeyboard) {
  open(capture("bulk-reorder.pcap"));
  QueueChart* chart = window->findChild<ChartsPanel*>()->queues();
  ASSERT_TRUE(QTest::qWaitFor([&] { return chart->graph_names().contains(QStringLiteral("drop")); }, 10000));
  chart->setFocus();
  const StepIndex before = position();
  QTest::keyClick(chart, Qt::Key_Down);
  const StepIndex one = position();
  EXPECT_GT(one, before) << "the next mark";
  QTest::keyClick(chart, Qt::Key_Down);
  EXPECT_GT(position(), one);
  QTest::keyClick(chart, Qt::Key_Up);
  EXPECT_EQ(position(), one);
  const auto whole = chart->x_range();
  QTest::keyClick(chart, Qt::Key_Plus);
  EXPECT_LT(chart->x_range().second - chart->x_range().first, whole.second - whole.first);
}

}  // namespace
}  // namespace ringside::ui
