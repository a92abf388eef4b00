#include <QApplication>
#include <QWheelEvent>

#include "tests/ui/window_fixture.h"
#include "ui/charts/charts_panel.h"

namespace ringside::ui {
namespace {

class ChartsTest : public WindowTest {
 protected:
  ChartsPanel& panel() { return *window->findChild<ChartsPanel*>(); }
  void show_tab(int tab) {
    panel().tabs()->setCurrentIndex(tab);
    ASSERT_TRUE(QTest::qWaitFor([&] { return panel().scan() != nullptr && !panel().looking(); }, 20000));
    QTest::qWait(200);  // charts are drawn once things have calmed down
  }
};

TEST_F(ChartsTest, AClickInTheQueuesGoesThereTheWheelZoomsAndShiftMarksALoop) {
  open(capture("bulk-reorder.pcap"));
  show_tab(0);
  QueueChart& chart = *panel().queues();
  QWidget* plot = chart.canvas();
  const double all = chart.x_range().second;
  QTest::mouseClick(plot, Qt::LeftButton, {}, chart.pixel_of(all / 2, 1.0));
  EXPECT_NEAR(static_cast<double>(position()), all / 2, all / 100);
  const QPointF at = chart.pixel_of(all / 2, 1.0);
  QWheelEvent wheel(at, plot->mapToGlobal(at), {}, QPoint(0, 120), Qt::NoButton, {}, Qt::NoScrollPhase,
                    false);
  QApplication::sendEvent(plot, &wheel);
  const double low = chart.x_range().first, size = chart.x_range().second - low;
  EXPECT_LT(size, all);
  QTest::mousePress(plot, Qt::LeftButton, Qt::ShiftModifier, chart.pixel_of(low + size * 0.2, 1.0));
  QTest::mouseMove(plot, chart.pixel_of(low + size * 0.3, 1.0));
  QTest::mouseRelease(plot, Qt::LeftButton, Qt::ShiftModifier, chart.pixel_of(low + size * 0.3, 1.0));
  ASSERT_TRUE(window->session().loop().has_value());
  const auto [from, to] = *window->session().loop();
  EXPECT_LT(from, to);
  window->session().set_speed(5000);
  window->session().play(true);
  bool came_round = false;
  StepIndex before = 0;
  ASSERT_TRUE(QTest::qWaitFor(
      [&] {
        came_round = came_round || (before > from && position() == from);
        before = position();
        return came_round;
      },
      20000));
  EXPECT_LE(position(), to + 500);
}

TEST_F(ChartsTest, TheSequencePlotShowsSegmentsAndWhatBecameOfThem) {
  open(capture("bulk-reorder.pcap"));
  show_tab(1);
  SequenceChart& chart = *panel().sequence();
  const QStringList names = chart.graph_names();
  for (const char* name : {"segment", "fills a hole", "rcv_nxt", "copied_seq", "window's edge", "SACK"})
    EXPECT_TRUE(names.contains(QString::fromLatin1(name))) << name << " of " << names.join(' ').toStdString();
  // A click on a segment goes to the moment it came.
  const Trace& trace = window->session().trace();
  std::uint32_t row = 0;
  while (!trace.packet(row).was_in(Place::out_of_order_queue)) ++row;
  const query::PacketFacts& f = (*window->session().table())[row];
  QTest::mouseClick(
      chart.canvas(), Qt::LeftButton, {},
      chart.pixel_of(static_cast<double>(trace.packet(row).t_ns) / 1e6, f.rel_seq + f.len / 2.0));
  arrive();
  EXPECT_NEAR(static_cast<double>(window->session().player().t_ns()),
              static_cast<double>(trace.packet(row).t_ns), 2e6);
}

TEST_F(ChartsTest, ABarOfTheLatencyLeadsToItsSlowestPacket) {
  open(capture("bulk-reorder.pcap"));
  show_tab(2);
  const query::Histogram& histogram = panel().scan()->to_read;
  int bin = 0;
  while (histogram.count[static_cast<std::size_t>(bin)] == 0) ++bin;
  QSignalSpy chosen(&panel(), &ChartsPanel::packetChosen);
  QTest::mouseClick(panel().latency()->canvas(), Qt::LeftButton, {}, panel().latency()->pixel_of_bin(bin));
  ASSERT_EQ(chosen.size(), 1);
  EXPECT_EQ(chosen[0][0].toUInt(), histogram.packet[static_cast<std::size_t>(bin)]);
}

TEST_F(ChartsTest, CountersAreTickedInTheListAndDrawn) {
  open(capture("bulk-reorder.pcap"));
  show_tab(3);
  CountersChart& chart = *panel().counters();
  ASSERT_GT(panel().counters()->list()->count(), 5);
  const qsizetype before = chart.graph_names().size();
  EXPECT_GT(before, 0);
  for (int i = 0; i < panel().counters()->list()->count(); ++i)
    if (panel().counters()->list()->item(i)->checkState() == Qt::Unchecked) {
      panel().counters()->list()->item(i)->setCheckState(Qt::Checked);
      break;
    }
  EXPECT_TRUE(QTest::qWaitFor([&] { return chart.graph_names().size() == before + 1; }, 5000));
}

}  // namespace
}  // namespace ringside::ui
