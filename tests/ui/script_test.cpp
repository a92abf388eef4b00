#include <QAccessible>
#include <QDockWidget>
#include <QMenu>
#include <QMenuBar>

#include "tests/ui/window_fixture.h"
#include "ui/script/lessons.h"
#include "ui/script/note_strip.h"
#include "ui/script/script_panel.h"

namespace ringside::ui {
namespace {

class ScriptTest : public WindowTest {
 protected:
  void open_script(const char* name) {
    open(script(name));
    panel = window->findChild<ScriptPanel*>();
    ASSERT_NE(panel, nullptr);
    ASSERT_TRUE(QTest::qWaitFor([&] { return !panel->model().map().moments().empty(); }, 20000));
  }
  /// Number of the first line of the script that holds `words`.
  int line_with(const char* words) const {
    for (int row = 0; row < panel->model().rowCount(); ++row)
      if (row_text(row).contains(QString::fromLatin1(words)))
        return panel->model().index(row).data(ScriptModel::kLineRole).toInt();
    return -1;
  }
  QString row_text(int row) const { return panel->model().index(row).data().toString(); }
  QModelIndex index_of(int line) const { return panel->model().index(panel->model().row_of_line(line)); }
  ScriptModel::State state(int line) const {
    return static_cast<ScriptModel::State>(index_of(line).data(ScriptModel::kStateRole).toInt());
  }
  int current_line() const {
    return panel->model().index(panel->model().current_row()).data(ScriptModel::kLineRole).toInt();
  }
  void click(int line) {
    panel->view().scrollTo(index_of(line));
    QTest::mouseClick(panel->view().viewport(), Qt::LeftButton, Qt::NoModifier,
                      panel->view().visualRect(index_of(line)).center());
  }
  QString note() const { return window->findChild<NoteStrip*>()->text(); }

  ScriptPanel* panel = nullptr;
};

using State = ScriptModel::State;

TEST_F(ScriptTest, AScriptStandsBesideTheStageAndACaptureHasNone) {
  open_script("segments-5-to-9.pkt");
  const auto* dock = window->findChild<QDockWidget*>(QStringLiteral("dock-script"));
  ASSERT_NE(dock, nullptr);
  EXPECT_TRUE(panel->isVisible());
  EXPECT_EQ(panel->findChild<QLabel*>(QStringLiteral("lesson-title"))->text(),
            QStringLiteral("Segments 5 to 9, of which 7 and 8 come first"));
  open(capture("vlan.pcap"));
  EXPECT_FALSE(dock->isVisible());
  EXPECT_FALSE(window->findChild<NoteStrip*>()->isVisible());
}

TEST_F(ScriptTest, AClickOnALineGoesToTheStepWhereItsPacketArrives) {
  open_script("segments-5-to-9.pkt");
  const int line = line_with("6001:7001(1000)");
  click(line);
  arrive();
  EXPECT_EQ(window->session().present_packet(), 7u) << "the seventh packet that the script sends";
  EXPECT_EQ(position(), window->session().trace().packet(6).first_step + 1);
  EXPECT_EQ(current_line(), line);
  EXPECT_EQ(state(line), State::now);
  EXPECT_EQ(state(line_with("3001:4001(1000)")), State::done);
  EXPECT_EQ(state(line_with("8001:9001(1000)")), State::coming);
}

TEST_F(ScriptTest, EnterOnALineGoesThereToo) {
  open_script("segments-5-to-9.pkt");
  panel->view().setFocus();
  panel->view().setCurrentIndex(index_of(line_with("accept(3")));
  QTest::keyClick(&panel->view(), Qt::Key_Return);
  ASSERT_GT(position(), 0u);
  const StepView step = window->session().player().last();
  EXPECT_EQ(name_of(step->function), std::string_view("inet_accept"));
  QTest::keyClick(&panel->view(), Qt::Key_Down);
  QTest::keyClick(&panel->view(), Qt::Key_Return);
}

TEST_F(ScriptTest, TheMarkFollowsTheRunForwardAndBack) {
  open_script("segments-5-to-9.pkt");
  EXPECT_EQ(panel->model().current_row(), -1) << "before the first line";
  window->session().set_level(Level::packet);
  int before = 0, moves = 0;
  std::vector<int> lines;
  while (position() < window->session().trace().step_count()) {
    const StepIndex at = position();
    press(Qt::Key_Right);
    if (position() == at) break;
    if (current_line() != before) {
      before = current_line();
      lines.push_back(before);
      ++moves;
    }
  }
  EXPECT_GT(moves, 20) << "packets in, packets out and calls";
  EXPECT_TRUE(std::is_sorted(lines.begin(), lines.end())) << "the lines of this script happen in their order";
  press(Qt::Key_Home);
  EXPECT_EQ(panel->model().current_row(), -1);
}

TEST_F(ScriptTest, EveryLineThatHappensCanBeReached) {
  for (const char* name :
       {"segments-5-to-9.pkt", "zero-window.pkt", "nagle.pkt", "four-way-close-we-first.pkt"}) {
    open_script(name);
    for (const ScriptMoment& moment : panel->model().map().moments()) {
      ASSERT_TRUE(moment.reached) << name << " line " << moment.first_line;
      click(moment.first_line);
      EXPECT_EQ(position(), moment.step + 1) << name;
      EXPECT_EQ(current_line(), moment.first_line) << name;
    }
  }
}

TEST_F(ScriptTest, ACallThatBlocksIsUnderWayUntilItReturns) {
  open_script("blocked-reader.pkt");
  const int line = line_with("read(4");
  click(line_with("1:1001(1000)"));
  EXPECT_EQ(state(line), State::under_way);
  press(Qt::Key_End);
  EXPECT_EQ(state(line), State::done);
}

TEST_F(ScriptTest, ANoteIsShownWhenTheStepItIsAboutHappens) {
  open_script("segments-5-to-9.pkt");
  EXPECT_TRUE(note().isEmpty());
  const auto queued = window->session().trace().find_forward(0, [](const Page&, const Event& e) {
    return e.kind == EventKind::call && name_of(e.function) == std::string_view("tcp_data_queue_ofo");
  });
  ASSERT_TRUE(queued);
  window->session().seek(*queued);
  EXPECT_FALSE(note().startsWith(QStringLiteral("Segment 7 starts at 6001"))) << "not yet";
  window->session().step_into();
  EXPECT_TRUE(note().startsWith(QStringLiteral("Segment 7 starts at 6001"))) << note().toStdString();
  EXPECT_EQ(window->session().present_packet(), 7u);
}

TEST_F(ScriptTest, ANoteAboutWhatThisKernelDoesNotDoSaysSo) {
  window->session().set_kernel(QStringLiteral("6.18"));
  open_script("blocked-reader.pkt");
  EXPECT_EQ(state(line_with("A reader waits, so the softirq")), State::never) << "6.18 has no prequeue";
}

TEST_F(ScriptTest, TheLinesSpeakThroughTheAccessibilityInterface) {
  open_script("segments-5-to-9.pkt");
  click(line_with("6001:7001(1000)"));
  QAccessibleInterface* list = QAccessible::queryAccessibleInterface(&panel->view());
  ASSERT_NE(list, nullptr);
  EXPECT_EQ(list->text(QAccessible::Name), QStringLiteral("Script"));
  QAccessibleInterface* line = list->child(panel->model().current_row());
  ASSERT_NE(line, nullptr);
  EXPECT_TRUE(line->text(QAccessible::Name).contains(QStringLiteral("now: +.05 < P. 6001:7001(1000)")))
      << line->text(QAccessible::Name).toStdString();
}

TEST_F(ScriptTest, TheLessonsMenuListsEveryScriptByItsTitle) {
  auto* menu = window->findChild<QMenu*>(QStringLiteral("lessons"));
  ASSERT_NE(menu, nullptr);
  emit menu->aboutToShow();
  int lessons = 0;
  QAction* zero_window = nullptr;
  for (QAction* group : menu->actions()) {
    EXPECT_FALSE(group->text().isEmpty());
    ASSERT_NE(group->menu(), nullptr);
    for (QAction* lesson : group->menu()->actions()) {
      ++lessons;
      if (lesson->text().startsWith(QStringLiteral("The window is full"))) zero_window = lesson;
    }
  }
  EXPECT_GE(lessons, 24);
  ASSERT_NE(zero_window, nullptr);
  QSignalSpy finished(&window->session(), &Session::runFinished);
  zero_window->trigger();
  ASSERT_TRUE(QTest::qWaitFor([&] { return !finished.isEmpty(); }, 60000));
  EXPECT_EQ(window->session().title(), QStringLiteral("zero-window.pkt"));
}

}  // namespace
}  // namespace ringside::ui
