#include <QAccessible>
#include <QApplication>
#include <QDropEvent>
#include <QLabel>
#include <QMimeData>
#include <QTableView>
#include <QTemporaryDir>

#include "tests/ui/window_fixture.h"
#include "ui/window/banner.h"
#include "ui/window/run_slider.h"

namespace ringside::ui {
namespace {

TEST_F(WindowTest, AnArrowStepsForwardAndTheOtherTakesItBack) {
  open(capture("bulk-reorder.pcap"));
  press(Qt::Key_Right);
  const StepIndex one = position();
  EXPECT_GT(one, 0u);
  press(Qt::Key_Right);
  const StepIndex two = position();
  EXPECT_GT(two, one);
  press(Qt::Key_Left);
  EXPECT_GE(position(), one) << "the last call or return is undone, and no more than that";
  EXPECT_LT(position(), two);
  const QString there = window->stage_text();
  press(Qt::Key_Right);
  press(Qt::Key_Left);
  EXPECT_EQ(window->stage_text(), there) << "back must show what was there before";
}

TEST_F(WindowTest, HomeAndEndReachBothEndsOfTheRun) {
  open(capture("http-get.pcap"));
  press(Qt::Key_End);
  EXPECT_EQ(position(), window->session().trace().step_count());
  press(Qt::Key_Home);
  EXPECT_EQ(position(), 0u);
}

TEST_F(WindowTest, SpacePlaysAndPauses) {
  open(capture("http-get.pcap"));
  window->session().set_speed(200);
  press(Qt::Key_Space);
  EXPECT_TRUE(window->session().playing());
  EXPECT_TRUE(QTest::qWaitFor([&] { return position() > 50; }, 20000));
  press(Qt::Key_Space);
  EXPECT_FALSE(window->session().playing());
}

TEST_F(WindowTest, OnAStageLargerThanItsRoomWhatHappensIsInSight) {
  open(capture("bulk-reorder.pcap"));
  window->stage().set_zoom(3);
  QApplication::processEvents();
  window->session().set_level(Level::function);
  const auto in_sight = [&] {
    StageWidget& stage = window->stage();
    const QRect seen = stage.visibleRegion().boundingRect();
    return stage.action_rect().isEmpty() || seen.contains(stage.action_rect().center().toPoint());
  };
  EXPECT_GT(window->stage().height(), window->stage().visibleRegion().boundingRect().height());
  int somewhere = 0;
  for (int step = 0; step < 120; ++step) {
    QTest::keyClick(window.get(), Qt::Key_Right);
    somewhere += window->stage().action_rect().isEmpty() ? 0 : 1;
    ASSERT_TRUE(in_sight()) << "step " << position() << ", at " << window->stage().action_rect().center().x()
                            << ", " << window->stage().action_rect().center().y();
  }
  EXPECT_GT(somewhere, 60);
  window->stage().set_zoom(2.5);
  EXPECT_TRUE(QTest::qWaitFor(in_sight));
}

TEST_F(WindowTest, ItMayBeClosedWhilePlaying) {
  open(capture("bulk-reorder.pcap"));
  QTest::keyClick(window.get(), Qt::Key_Space);
  ASSERT_TRUE(window->session().playing());
  ASSERT_TRUE(QTest::qWaitFor([&] { return position() > 0; }));
  window.reset();
}

TEST_F(WindowTest, AClickInThePacketListGoesToThatPacket) {
  open(capture("http-get.pcap"));
  auto* list = window->findChild<QTableView*>(QStringLiteral("packets"));
  ASSERT_NE(list, nullptr);
  const QModelIndex row = list->model()->index(8, 0);
  list->scrollTo(row);
  QTest::mouseClick(list->viewport(), Qt::LeftButton, Qt::NoModifier, list->visualRect(row).center());
  const PacketRow packet = window->session().trace().packet(8);
  const bool injected = packet.fate != Fate::own && packet.fate != Fate::coming;
  if (injected) {
    EXPECT_EQ(position(), packet.first_step + 1);
  } else {
    EXPECT_GT(position(), 0u);
  }
}

TEST_F(WindowTest, FromPacketToPacketByCtrlDownOnlyThePresentOneIsSelected) {
  open(capture("bulk-reorder.pcap"));
  auto* list = window->findChild<QTableView*>(QStringLiteral("packets"));
  ASSERT_NE(list, nullptr);
  for (int i = 0; i < 4; ++i) {
    press(Qt::Key_Down, Qt::ControlModifier);
    EXPECT_EQ(list->selectionModel()->selectedRows().size(), 1);
  }
}

TEST_F(WindowTest, AClickOnTheSliderSeeks) {
  open(capture("http-get.pcap"));
  auto* slider = window->findChild<RunSlider*>();
  ASSERT_NE(slider, nullptr);
  QTest::mouseClick(slider, Qt::LeftButton, Qt::NoModifier,
                    QPoint(slider->width() / 2, slider->height() / 2));
  ASSERT_TRUE(QTest::qWaitFor([&] { return !window->session().is_seeking(); }, 10000));
  const auto half = static_cast<double>(window->session().trace().step_count()) / 2;
  EXPECT_NEAR(static_cast<double>(position()), half, half * 0.02);
}

TEST_F(WindowTest, AFileThatIsNoCaptureGivesOneLineAndAUsableProgram) {
  open(capture("http-get.pcap"));
  press(Qt::Key_Right);
  const StepIndex before = position();
  for (const QString& bad :
       {QStringLiteral("no-such-file.pcap"), QStringLiteral(RINGSIDE_SOURCE_DIR "/README.md"),
        QStringLiteral(RINGSIDE_SOURCE_DIR)}) {
    QSignalSpy failed(&window->session(), &Session::failed);
    window->open_path(bad);
    ASSERT_TRUE(QTest::qWaitFor([&] { return !failed.isEmpty(); }, 20000)) << bad.toStdString();
    EXPECT_TRUE(window->banner().isVisible());
    EXPECT_FALSE(window->banner().text().isEmpty());
    EXPECT_FALSE(window->banner().text().contains(QLatin1Char('\n')));
  }
  EXPECT_EQ(position(), before) << "what was open stays open";
  press(Qt::Key_Right);
  EXPECT_GT(position(), before);
}

TEST_F(WindowTest, AnEmptyCaptureIsSaidToBeEmpty) {
  open(capture("empty.pcap"));
  EXPECT_TRUE(window->banner().isVisible());
  press(Qt::Key_Right);  // nothing to do, and nothing happens
}

TEST_F(WindowTest, TheOtherKernelKeepsTheStageAtTheSamePacket) {
  open(capture("bulk-reorder.pcap"));
  ASSERT_TRUE(go_to(Place::out_of_order_queue));
  const std::uint32_t packet = window->session().present_packet();
  QSignalSpy finished(&window->session(), &Session::runFinished);
  window->session().set_kernel(QStringLiteral("6.18"));
  ASSERT_TRUE(QTest::qWaitFor([&] { return !finished.isEmpty(); }, 60000));
  EXPECT_EQ(window->session().trace().kernel(), "6.18");
  EXPECT_EQ(window->session().present_packet(), packet);
  EXPECT_FALSE(window->stage().picture().queue(Place::prequeue).exists);
}

TEST_F(WindowTest, AFileCanBeDroppedOnTheWindow) {
  QMimeData data;
  data.setUrls({QUrl::fromLocalFile(capture("vlan.pcap"))});
  QDragEnterEvent enter(QPoint(10, 10), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
  QApplication::sendEvent(window.get(), &enter);
  EXPECT_TRUE(enter.isAccepted());
  QDropEvent drop(QPointF(10, 10), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
  QSignalSpy finished(&window->session(), &Session::runFinished);
  QApplication::sendEvent(window.get(), &drop);
  ASSERT_TRUE(QTest::qWaitFor([&] { return !finished.isEmpty(); }, 60000));
  EXPECT_EQ(window->session().title(), QStringLiteral("vlan.pcap"));
}

TEST_F(WindowTest, AFocusedButtonIsPressedBySpaceInsteadOfPlaying) {
  open(capture("http-get.pcap"));
  auto* button = window->findChild<QToolButton*>(QString(), Qt::FindChildrenRecursively);
  ASSERT_NE(button, nullptr);
  for (QToolButton* candidate : window->findChildren<QToolButton*>())
    if (candidate->defaultAction() != nullptr &&
        candidate->defaultAction()->text() == QStringLiteral("To the end"))
      button = candidate;
  button->setFocus(Qt::TabFocusReason);
  QTest::keyClick(button, Qt::Key_Space);
  EXPECT_FALSE(window->session().playing());
  EXPECT_EQ(position(), window->session().trace().step_count());
}

TEST_F(WindowTest, TheStageSpeaksThroughTheAccessibilityInterface) {
  open(script("segments-5-to-9.pkt"));
  ASSERT_TRUE(go_to(Place::out_of_order_queue));
  QAccessibleInterface* stage = QAccessible::queryAccessibleInterface(&window->stage());
  ASSERT_NE(stage, nullptr);
  EXPECT_EQ(stage->text(QAccessible::Name), QStringLiteral("Stage"));
  const QString words = stage->text(QAccessible::Description);
  EXPECT_TRUE(words.contains(QStringLiteral("out_of_order_queue: 1 packets"))) << words.toStdString();
  EXPECT_TRUE(words.contains(QStringLiteral("seq 6001"))) << words.toStdString();
  for (const char* part : {"Lock: ", "Interrupt: ", "Timer: ", "Receive memory: ", "Receive ring: ",
                           "Quick ACKs left: ", "sk_receive_queue", "Next on the wire: packet 8"})
    EXPECT_TRUE(words.contains(QString::fromLatin1(part))) << part << " is missing in\n"
                                                           << words.toStdString();
}

}  // namespace
}  // namespace ringside::ui
