#include <QLineEdit>
#include <QToolButton>

#include "tests/ui/window_fixture.h"
#include "ui/charts/charts_panel.h"
#include "ui/compare/compare_view.h"
#include "ui/panels/knobs_panel.h"
#include "ui/window/run_slider.h"

namespace ringside::ui {
namespace {

class KnobsTest : public WindowTest {
 protected:
  KnobsPanel& panel() { return *window->findChild<KnobsPanel*>(); }
  /// Types a value into the knob's cell.
  void turn(const char* name, const char* value) {
    QAbstractItemModel* model = panel().view()->model();
    for (int row = 0; row < model->rowCount(); ++row) {
      if (model->index(row, KnobModel::kName).data().toString() != QString::fromLatin1(name)) continue;
      const QModelIndex cell = model->index(row, KnobModel::kValue);
      panel().view()->scrollTo(cell);
      panel().view()->setCurrentIndex(cell);
      panel().view()->edit(cell);
      auto* editor = panel().view()->viewport()->findChild<QLineEdit*>();
      ASSERT_NE(editor, nullptr) << name;
      editor->selectAll();
      QTest::keyClicks(editor, QString::fromLatin1(value));
      QTest::keyClick(editor, Qt::Key_Return);
      return;
    }
    FAIL() << name;
  }
};

TEST_F(KnobsTest, AChangedKnobRunsAgainAndKeepsThePlaceInTime) {
  open(capture("bulk-reorder.pcap"));
  ASSERT_TRUE(go_to(Place::out_of_order_queue));
  const std::uint32_t packet = window->session().present_packet();
  press(Qt::Key_K, Qt::ControlModifier);
  ASSERT_TRUE(panel().isVisible());
  QSignalSpy finished(&window->session(), &Session::runFinished);
  turn("nic.rx_ring", "64");
  ASSERT_TRUE(QTest::qWaitFor([&] { return !finished.isEmpty(); }, 60000));
  EXPECT_EQ(window->stage().picture().nic.size, 64u);
  EXPECT_EQ(window->session().present_packet(), packet);
}

TEST_F(KnobsTest, AValueOutOfRangeIsSaidAndChangesNothing) {
  open(capture("http-get.pcap"));
  press(Qt::Key_K, Qt::ControlModifier);
  QSignalSpy opening(&window->session(), &Session::opening);
  turn("net.core.netdev_budget", "0");
  auto* problem = window->findChild<QLabel*>(QStringLiteral("knob-problem"));
  EXPECT_TRUE(QTest::qWaitFor([&] { return problem->isVisible(); }, 5000));
  EXPECT_TRUE(problem->text().contains(QStringLiteral("netdev_budget"))) << problem->text().toStdString();
  EXPECT_TRUE(opening.isEmpty());
}

TEST_F(KnobsTest, TwoKernelsStandOneAboveTheOtherOnOneClock) {
  open(capture("bulk-reorder.pcap"));
  press(Qt::Key_M, Qt::ControlModifier);
  auto* view = window->findChild<CompareView*>();
  ASSERT_TRUE(view->isVisible());
  ASSERT_TRUE(QTest::qWaitFor([&] { return view->session().is_open() && !view->looking(); }, 60000));
  EXPECT_EQ(view->session().trace().kernel(), "6.18");
  ASSERT_TRUE(view->difference().has_value());
  EXPECT_TRUE(view->difference_words().startsWith(QStringLiteral("First difference")))
      << view->difference_words().toStdString();
  auto* slider = window->findChild<RunSlider*>();
  EXPECT_FALSE(slider->difference_rect().isEmpty()) << "marked on the slider";
  EXPECT_NEAR(slider->difference_rect().center().x() / slider->width(),
              static_cast<double>(view->difference()->step_a) /
                  static_cast<double>(window->session().trace().step_count()),
              0.03);
  QueueChart* chart = window->findChild<ChartsPanel*>()->queues();
  ASSERT_TRUE(QTest::qWaitFor([&] { return chart->difference_at().has_value(); }, 5000))
      << "and in the chart";
  EXPECT_DOUBLE_EQ(*chart->difference_at(), static_cast<double>(view->difference()->step_a));
  QTest::mouseClick(window->findChild<QToolButton*>(QStringLiteral("compare-go")), Qt::LeftButton);
  EXPECT_EQ(position(), view->difference()->step_a + 1);
  press(Qt::Key_Right);
  const std::int64_t now = window->session().player().t_ns();
  EXPECT_LE(view->session().player().t_ns(), now);
  const StepView next = view->session().player().next();
  if (next) {
    EXPECT_GT(next->t_ns, now) << "the second run stands as far as the clock of the first";
  }
  for (QToolButton* button : view->findChildren<QToolButton*>())
    if (button->accessibleName() == QStringLiteral("End the comparison"))
      QTest::mouseClick(button, Qt::LeftButton);
  EXPECT_TRUE(slider->difference_rect().isEmpty()) << "no comparison, no mark";
}

}  // namespace
}  // namespace ringside::ui
