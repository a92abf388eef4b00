// How long the window keeps somebody waiting who steps, drags the slider, or plays fast: the time its own
// thread works, for other programs are none of its fault. What is measured is printed.
#include <QFile>
#include <QTemporaryDir>
#include <QToolButton>
#include <algorithm>
#include <cstdio>
#include <ctime>

#include "tests/ui/window_fixture.h"
#include "ui/window/run_slider.h"

namespace ringside::ui {
namespace {

class SpeedTest : public WindowTest {
 protected:
  void SetUp() override {
    WindowTest::SetUp();
    // Another capture may be named, e.g. one of 100,000 packets.
    const QString named = qEnvironmentVariable("RINGSIDE_SPEED_CAPTURE");
    open(named.isEmpty() ? capture("bulk-reorder.pcap") : named);
    press(Qt::Key_Home);
    QCoreApplication::processEvents();
  }
  /// Milliseconds that `act` and all that follows from it take, the painted frame included.
  double answer(const std::function<void()>& act) {
    const double begin = worked_ms();
    act();
    window->stage().repaint();
    QCoreApplication::processEvents();
    return worked_ms() - begin;
  }
  static double worked_ms() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
  }
  static double tell(const char* what, std::vector<double> times) {
    std::sort(times.begin(), times.end());
    const double median = times[times.size() / 2];
    std::printf("%s: median %.1f ms, 95 %% %.1f ms, most %.1f ms\n", what, median,
                times[times.size() * 95 / 100], times.back());
    return median;
  }
};

TEST_F(SpeedTest, AStepIsAnsweredAtOnce) {
  std::vector<double> forward, back;
  for (int i = 0; i < 200; ++i) forward.push_back(answer([&] { press(Qt::Key_Right); }));
  for (int i = 0; i < 200; ++i) back.push_back(answer([&] { press(Qt::Key_Left); }));
  EXPECT_LT(tell("step", forward), 50);
  EXPECT_LT(tell("step back", back), 50);
}

TEST_F(SpeedTest, ADraggedSliderDoesNotHoldTheWindowUp) {
  auto* slider = window->findChild<RunSlider*>();
  std::vector<double> times;
  for (int i = 0; i < 60; ++i) {
    const QPoint at(slider->width() * ((i * 37) % 60 + 1) / 62, slider->height() / 2);
    times.push_back(answer([&] { QTest::mouseClick(slider, Qt::LeftButton, Qt::NoModifier, at); }));
  }
  EXPECT_LT(tell("slider", times), 50);
  ASSERT_TRUE(QTest::qWaitFor([&] { return !window->session().is_seeking(); }, 20000));
}

TEST_F(SpeedTest, TheStageGoesOnWhilePlayingAsFastAsItCan) {
  window->session().set_level(Level::packet);
  window->session().set_speed(2000);
  press(Qt::Key_Space);
  std::vector<double> times;
  for (int i = 0; i < 60; ++i) {
    QTest::qWait(5);
    times.push_back(answer([] {}));
  }
  press(Qt::Key_Space);
  EXPECT_LT(tell("frame while playing", times), 50);
}

TEST_F(WindowTest, ALongCaptureIsSteppedWhileItIsReadAndCanBeGivenUp) {
  // The same packets again and again: long enough to be looked at meanwhile.
  QFile in(capture("bulk-reorder.pcap"));
  ASSERT_TRUE(in.open(QIODevice::ReadOnly));
  const QByteArray whole = in.readAll();
  QTemporaryDir folder;
  const QString path = folder.filePath(QStringLiteral("long.pcap"));
  QFile out(path);
  ASSERT_TRUE(out.open(QIODevice::WriteOnly));
  out.write(whole);
  for (quint32 copy = 1; copy < 400; ++copy) {  // each a second later
    QByteArray records = whole.mid(24);
    for (qsizetype at = 0; at + 16 <= records.size();) {
      quint32 seconds = 0, length = 0;
      memcpy(&seconds, records.constData() + at, 4);
      memcpy(&length, records.constData() + at + 8, 4);
      seconds += copy;
      memcpy(records.data() + at, &seconds, 4);
      at += 16 + static_cast<qsizetype>(length);
    }
    out.write(records);
  }
  out.close();
  QSignalSpy opened(&window->session(), &Session::opened);
  QSignalSpy finished(&window->session(), &Session::runFinished);
  window->open_path(path);
  ASSERT_TRUE(QTest::qWaitFor([&] { return !opened.isEmpty(); }, 60000));
  EXPECT_TRUE(finished.isEmpty()) << "the first picture comes before the rest is read";
  press(Qt::Key_Right);
  press(Qt::Key_Right);
  EXPECT_GT(position(), 0u);
  auto* cancel = window->findChild<QToolButton*>(QStringLiteral("cancel"));
  ASSERT_TRUE(QTest::qWaitFor([&] { return cancel->isVisible() || !finished.isEmpty(); }, 60000));
  ASSERT_TRUE(finished.isEmpty());
  QTest::mouseClick(cancel, Qt::LeftButton);
  ASSERT_TRUE(QTest::qWaitFor([&] { return !finished.isEmpty(); }, 20000));
  EXPECT_TRUE(window->session().run()->cancelled());
  EXPECT_FALSE(cancel->isVisible());
  press(Qt::Key_End);
  EXPECT_EQ(position(), window->session().trace().step_count()) << "what was read can be used";
}

}  // namespace
}  // namespace ringside::ui
