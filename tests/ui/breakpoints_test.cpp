#include <QAbstractItemView>
#include <QCompleter>
#include <QKeySequenceEdit>
#include <QPushButton>
#include <QSettings>
#include <QTableWidget>
#include <QTemporaryDir>

#include "tests/ui/window_fixture.h"
#include "ui/panels/breakpoints_panel.h"
#include "ui/window/shortcuts.h"

namespace ringside::ui {
namespace {

class BreakpointTest : public WindowTest {
 protected:
  BreakpointsPanel& panel() { return *window->findChild<BreakpointsPanel*>(); }
  void break_on(const char* text) {
    press(Qt::Key_B, Qt::ControlModifier);
    ASSERT_TRUE(panel().edit()->isVisible());
    QTest::keyClicks(panel().edit(), QString::fromLatin1(text));
    panel().edit()->query_completer()->popup()->hide();
    QTest::keyClick(panel().edit(), Qt::Key_Return);
  }
  void wait() {
    ASSERT_TRUE(QTest::qWaitFor([&] { return !window->session().is_searching(); }, 20000));
  }
  Event event() { return window->session().player().last().event(); }
};

TEST_F(BreakpointTest, ARunStopsWhereAFieldsConditionBecomesTrueAndBackAtTheOneBefore) {
  open(capture("bulk-reorder.pcap"));
  break_on("out_of_order_queue.len > 0");
  press(Qt::Key_F5);
  wait();
  ASSERT_EQ(event().kind, EventKind::change);
  EXPECT_EQ(event().old_value, 0);
  EXPECT_EQ(event().new_value, 1);
  const StepIndex first = position();
  press(Qt::Key_F5);
  wait();
  EXPECT_GT(position(), first);
  EXPECT_EQ(event().new_value, 1) << "the queue was empty again in between";
  press(Qt::Key_F5, Qt::ShiftModifier);
  wait();
  EXPECT_EQ(position(), first);
  press(Qt::Key_F5, Qt::ShiftModifier);
  wait();
  EXPECT_EQ(position(), first) << "there is none before: it stays, and says so";
  auto* news = window->findChild<QLabel*>(QStringLiteral("breakpoint-news"));
  EXPECT_TRUE(news->isVisible());
}

TEST_F(BreakpointTest, ABreakpointFarAwayIsLookedForInAThreadAndCanBeGivenUp) {
  open(capture("bulk-reorder.pcap"));
  break_on("packet == 100000");
  QSignalSpy ended(&window->session(), &Session::searched);
  press(Qt::Key_F5);
  EXPECT_TRUE(window->session().is_searching());
  window->session().cancel_search();
  EXPECT_FALSE(window->session().is_searching());
  EXPECT_EQ(ended.size(), 1);
  EXPECT_EQ(position(), 0u);
  press(Qt::Key_F5);
  wait();
  EXPECT_EQ(position(), 0u);
}

TEST_F(BreakpointTest, PlayingStopsAtABreakpoint) {
  open(script("segments-5-to-9.pkt"));
  break_on("enters == out_of_order_queue");
  window->stage().setFocus();
  window->session().set_speed(2000);
  window->session().play(true);
  ASSERT_TRUE(QTest::qWaitFor([&] { return !window->session().playing(); }, 20000));
  EXPECT_EQ(event().to, Place::out_of_order_queue);
}

TEST_F(BreakpointTest, AWrongConditionIsSaidAndOneSwitchedOffDoesNotStop) {
  open(script("segments-5-to-9.pkt"));
  break_on("enters == out_of_order_que");
  auto* news = window->findChild<QLabel*>(QStringLiteral("breakpoint-news"));
  EXPECT_TRUE(news->text().contains(QStringLiteral("out_of_order_queue"))) << news->text().toStdString();
  EXPECT_EQ(window->session().breakpoints().rowCount(), 0);
  panel().edit()->clear();
  break_on("drop");
  ASSERT_EQ(window->session().breakpoints().rowCount(), 1);
  QListView* list = panel().view();
  list->setFocus();
  list->setCurrentIndex(list->model()->index(0, 0));
  QTest::keyClick(list, Qt::Key_Space);
  EXPECT_FALSE(window->session().breakpoints().any_enabled());
  QTest::keyClick(list, Qt::Key_Delete);
  EXPECT_EQ(window->session().breakpoints().rowCount(), 0);
}

TEST_F(BreakpointTest, SteppingOverOutAndBackAreEachOthersOpposite) {
  open(capture("http-get.pcap"));
  window->session().search_forward(
      [](const Page&, const Event& e) { return e.kind == EventKind::call && e.function == Fn::tcp_v4_rcv; });
  wait();
  const StepIndex inside = position();
  press(Qt::Key_F11, Qt::ControlModifier);
  wait();
  EXPECT_EQ(event().kind, EventKind::return_);
  EXPECT_EQ(event().function, Fn::tcp_v4_rcv);
  press(Qt::Key_F10, Qt::ShiftModifier);
  wait();
  EXPECT_EQ(position(), inside - 1) << "back over the whole call: to before it";
  press(Qt::Key_F10);
  wait();
  EXPECT_EQ(event().function, Fn::tcp_v4_rcv);
  press(Qt::Key_F11, Qt::ShiftModifier);
  press(Qt::Key_F11);
  EXPECT_EQ(event().kind, EventKind::return_);
}

TEST_F(BreakpointTest, NoTwoActionsHaveTheSameKey) {
  QHash<QString, QString> owners;
  for (const auto& entry : window->findChild<ShortcutBook*>()->entries())
    for (const QKeySequence& key : entry.action->shortcuts()) {
      EXPECT_FALSE(owners.contains(key.toString())) << key.toString().toStdString();
      owners.insert(key.toString(), entry.action->objectName());
    }
  EXPECT_GT(owners.size(), 30);
}

TEST_F(BreakpointTest, AnotherKeyCanBeChosenAndIsKept) {
  open(capture("http-get.pcap"));
  press(Qt::Key_F1);
  auto* dialog = window->findChild<QDialog*>(QStringLiteral("shortcuts"));
  ASSERT_NE(dialog, nullptr);
  auto* table = dialog->findChild<QTableWidget*>();
  int row = -1;
  for (int i = 0; i < table->rowCount(); ++i)
    if (table->item(i, 0)->text() == QStringLiteral("Step forward")) row = i;
  ASSERT_GE(row, 0);
  table->setCurrentCell(row, 0);
  dialog->findChild<QKeySequenceEdit*>()->setKeySequence(QKeySequence(Qt::Key_J));
  QTest::mouseClick(dialog->findChild<QPushButton*>(QStringLiteral("shortcut-assign")), Qt::LeftButton);
  dialog->close();
  press(Qt::Key_J);
  EXPECT_GT(position(), 0u);
  auto* book = window->findChild<ShortcutBook*>();
  QTemporaryDir folder;
  QSettings settings(folder.filePath(QStringLiteral("keys.ini")), QSettings::IniFormat);
  book->save(settings);
  book->reset();
  EXPECT_EQ(book->owner_of(QKeySequence(Qt::Key_J)), -1);
  book->load(settings);
  EXPECT_EQ(book->owner_of(QKeySequence(Qt::Key_J)), row);
}

}  // namespace
}  // namespace ringside::ui
