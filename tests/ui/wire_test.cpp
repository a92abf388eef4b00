// The wire is changed: a packet dragged on the stage, and the list by keyboard alone.
#include <QComboBox>
#include <QMenu>
#include <QTemporaryDir>

#include "tests/ui/window_fixture.h"
#include "ui/session/session_file.h"
#include "ui/wire/wire_panel.h"

namespace ringside::ui {
namespace {

class WireTest : public WindowTest {
 protected:
  /// In front of segments 7, 8, 5, 6 and 9 (packets 7 to 11), none of which has come.
  void SetUp() override {
    WindowTest::SetUp();
    open(script("segments-5-to-9.pkt"));
    window->session().seek(window->session().trace().packet(6).first_step);
    before = position();
    ASSERT_EQ(wire().mid(0, 5), QList<quint32>({7, 8, 9, 10, 11}));
  }
  QList<quint32> wire() const {
    QList<quint32> numbers;
    for (const ChipPicture& chip : window->stage().picture().wire) numbers << chip.packet;
    return numbers;
  }
  WirePanel& panel() { return *window->findChild<WirePanel*>(); }
  /// Does it, and waits until the changed run has ended.
  void and_run(const std::function<void()>& act) {
    QSignalSpy finished(&window->session(), &Session::runFinished);
    act();
    ASSERT_TRUE(QTest::qWaitFor([&] { return !finished.isEmpty(); }, 20000));
    EXPECT_EQ(position(), before) << "the window stays at its step";
  }
  void show_panel() {
    press(Qt::Key_W, Qt::ControlModifier | Qt::ShiftModifier);
    ASSERT_TRUE(panel().isVisible());
  }
  void choose(int row) {
    panel().table()->setFocus();
    QTest::keyClick(panel().table(), Qt::Key_Home, Qt::ControlModifier);
    for (int i = 0; i < row; ++i) QTest::keyClick(panel().table(), Qt::Key_Down);
  }
  QPoint chip(quint32 packet) {
    window->stage().repaint();
    return window->stage().packet_rect(packet).center().toPoint();
  }
  void drag(QPoint from, QPoint to) {
    StageWidget* stage = &window->stage();
    QTest::mousePress(stage, Qt::LeftButton, Qt::NoModifier, from);
    for (int i = 1; i <= 4; ++i) {
      const QPoint at = from + (to - from) * i / 4;
      QMouseEvent move(QEvent::MouseMove, at, stage->mapToGlobal(at), Qt::NoButton, Qt::LeftButton,
                       Qt::NoModifier);
      QApplication::sendEvent(stage, &move);
    }
    QTest::mouseRelease(stage, Qt::LeftButton, Qt::NoModifier, to);
  }
  PacketRow packet(quint32 number) const {
    return window->session().trace().packet(*window->session().trace().row_of(number));
  }
  StepIndex before = 0;
};

TEST_F(WireTest, ADraggedPacketComesWhereItIsLetGo) {
  const std::int64_t when = packet(7).t_ns;
  and_run([&] { drag(chip(9), chip(7) - QPoint(20, 0)); });
  EXPECT_EQ(wire().mid(0, 5), QList<quint32>({9, 7, 8, 10, 11})) << "segment 5 comes before 7 and 8";
  EXPECT_LT(packet(9).first_step, packet(7).first_step);
  EXPECT_FALSE(packet(9).was_in(Place::out_of_order_queue));
  press(Qt::Key_Down, Qt::ControlModifier);
  EXPECT_EQ(window->session().present_packet(), 9u) << "the next packet is that one";
  EXPECT_EQ(window->session().player().t_ns(), when) << "at the time of the one that was first";
  window->session().seek(before);
  and_run([&] { press(Qt::Key_Z, Qt::ControlModifier); });
  EXPECT_EQ(wire().mid(0, 5), QList<quint32>({7, 8, 9, 10, 11}));
  and_run([&] { press(Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier); });
  EXPECT_EQ(wire().front(), 9u) << "and once more";
}

TEST_F(WireTest, ItCanBeDraggedBetweenTwoOthers) {
  const QPoint between = chip(9) + QPoint(12, 0);
  and_run([&] { drag(chip(7), between); });
  EXPECT_EQ(wire().mid(0, 4), QList<quint32>({8, 9, 7, 10}));
}

TEST_F(WireTest, LetGoBesideTheWireItStays) {
  QSignalSpy opening(&window->session(), &Session::opening);
  drag(chip(7), QPoint(30, 30));
  EXPECT_TRUE(opening.isEmpty());
  EXPECT_EQ(wire().front(), 7u);
}

TEST_F(WireTest, ByKeyboardAPacketIsLostAndComesBack) {
  show_panel();
  choose(1);
  ASSERT_EQ(panel().chosen(), 8u);
  and_run([&] { QTest::keyClick(panel().table(), Qt::Key_Delete, Qt::AltModifier); });
  EXPECT_FALSE(wire().contains(8));
  EXPECT_EQ(packet(8).fate, Fate::coming) << "it never comes";
  auto* edits = panel().findChild<QListWidget*>(QStringLiteral("wire-edits"));
  ASSERT_EQ(edits->count(), 1);
  EXPECT_EQ(edits->item(0)->text(), QStringLiteral("packet 8 is lost"));
  auto* list = window->findChild<QTableView*>(QStringLiteral("packets"));
  EXPECT_EQ(list->model()->index(7, 2).data().toString(), QStringLiteral("lost by you"));
  and_run([&] { press(Qt::Key_Z, Qt::ControlModifier); });
  EXPECT_TRUE(wire().contains(8));
}

TEST_F(WireTest, ByKeyboardAPacketIsMovedDoubledAndDelayed) {
  show_panel();
  choose(2);
  and_run([&] { QTest::keyClick(panel().table(), Qt::Key_Up, Qt::AltModifier); });
  EXPECT_EQ(wire().mid(0, 4), QList<quint32>({7, 9, 8, 10}));
  EXPECT_EQ(panel().chosen(), 9u) << "it stays chosen";
  and_run([&] { QTest::keyClick(panel().table(), Qt::Key_Up, Qt::AltModifier); });
  EXPECT_EQ(wire().mid(0, 4), QList<quint32>({9, 7, 8, 10}));
  and_run([&] { QTest::keyClick(panel().table(), Qt::Key_Down, Qt::AltModifier); });
  EXPECT_EQ(wire().mid(0, 4), QList<quint32>({7, 9, 8, 10}));
  and_run([&] { QTest::keyClick(panel().table(), Qt::Key_Insert, Qt::AltModifier); });
  EXPECT_EQ(wire().count(9), 2);
  choose(0);
  and_run([&] { QTest::keyClick(panel().table(), Qt::Key_PageDown, Qt::AltModifier); });
  EXPECT_EQ(window->session().scenario().edits.back().delay_ns, 10000000);
  EXPECT_NE(wire().front(), 7u);
}

TEST_F(WireTest, ADamagedPacketFailsItsChecksum) {
  show_panel();
  choose(0);
  QMenu menu;
  panel().fill_menu(&menu, 7);
  QMenu* damage = nullptr;
  for (QMenu* part : menu.findChildren<QMenu*>())
    if (part->title().contains(QStringLiteral("amage"))) damage = part;
  ASSERT_NE(damage, nullptr);
  ASSERT_EQ(damage->actions().size(), 3) << "IP, TCP, payload";
  QSignalSpy finished(&window->session(), &Session::runFinished);
  damage->actions()[1]->trigger();
  ASSERT_TRUE(QTest::qWaitFor([&] { return !finished.isEmpty(); }, 20000));
  EXPECT_EQ(packet(7).fate, Fate::dropped);
  EXPECT_EQ(packet(7).reason, Drop::TCP_CSUM);
  EXPECT_NE(packet(8).fate, Fate::dropped) << "the others are whole";
  EXPECT_TRUE(window->stage().picture().wire.front().edited);
  EXPECT_TRUE(window->stage_text().contains(QStringLiteral("changed by you")));
}

TEST_F(WireTest, WhatHasComeCannotBeChangedAnyMore) {
  press(Qt::Key_Down, Qt::ControlModifier);
  press(Qt::Key_Down, Qt::ControlModifier);
  QMenu menu;
  panel().fill_menu(&menu, 7);
  ASSERT_EQ(menu.actions().size(), 1);
  EXPECT_FALSE(menu.actions()[0]->isEnabled());
}

TEST_F(WireTest, TheChangesAreSavedWithTheSession) {
  and_run([&] { drag(chip(9), chip(7) - QPoint(20, 0)); });
  QTemporaryDir folder;
  const QString path = folder.filePath(QStringLiteral("w.ringside"));
  ASSERT_FALSE(write_session(saved_session(window->session()), path, false));
  MainWindow other(MainWindow::Options{.keep_settings = false});
  other.show();
  other.open_path(path);
  ASSERT_TRUE(QTest::qWaitFor(
      [&] {
        return other.session().is_open() && !other.session().busy() &&
               other.session().player().position() == position();
      },
      20000));
  EXPECT_EQ(other.session().scenario().edits.size(), 2u);
  EXPECT_EQ(other.stage().picture().wire.front().packet, 9u);
  EXPECT_EQ(other.session().player().host().state_hash(), window->session().player().host().state_hash());
}

TEST_F(WireTest, AnotherFileHasNothingToUndo) {
  and_run([&] { drag(chip(9), chip(7) - QPoint(20, 0)); });
  open(capture("http-get.pcap"));
  EXPECT_FALSE(window->findChild<QAction*>(QStringLiteral("wire-undo"))->isEnabled());
  EXPECT_TRUE(window->session().scenario().edits.empty());
}

}  // namespace
}  // namespace ringside::ui
