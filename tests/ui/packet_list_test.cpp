#include <QAbstractItemView>
#include <QDialog>
#include <QHeaderView>
#include <QTableView>
#include <QTemporaryDir>
#include <iostream>

#include "core/nic/capture_file.h"
#include "core/nic/capture_writer.h"
#include "tests/ui/window_fixture.h"
#include "ui/panels/packets_panel.h"

namespace ringside::ui {
namespace {

class PacketListTest : public WindowTest {
 protected:
  PacketsPanel& panel() { return *window->findChild<PacketsPanel*>(); }
  QTableView& view() { return *panel().view(); }
  int rows() { return view().model()->rowCount(); }
  QString cell(int row, int column) { return view().model()->index(row, column).data().toString(); }
  void open_list(const QString& path) {
    open(path);
    ASSERT_TRUE(QTest::qWaitFor(
        [&] { return rows() == static_cast<int>(window->session().trace().packet_count()); }, 20000));
  }
  void type_filter(const char* text) {
    panel().filter()->setFocus();
    panel().filter()->selectAll();
    QTest::keyClicks(panel().filter(), QString::fromLatin1(text));
    panel().filter()->query_completer()->popup()->hide();
    QTest::keyClick(panel().filter(), Qt::Key_Return);
  }
};

TEST_F(PacketListTest, AFilterShowsOnlyThePacketsItIsAbout) {
  open_list(capture("bulk-reorder.pcap"));
  const int all = rows();
  type_filter("was_in == out_of_order_queue");
  ASSERT_TRUE(QTest::qWaitFor([&] { return rows() < all; }, 5000));
  EXPECT_GT(rows(), 0);
  for (int row = 0; row < rows(); ++row)
    EXPECT_EQ(cell(row, PacketModel::kFate), QStringLiteral("ooo, read")) << row;
  // A click in the filtered list goes to the packet that is seen there.
  const auto number = cell(1, PacketModel::kNumber).toUInt();
  QTest::mouseClick(view().viewport(), Qt::LeftButton, Qt::NoModifier,
                    view().visualRect(view().model()->index(1, 0)).center());
  arrive();
  EXPECT_EQ(window->session().present_packet(), number);
  type_filter("");
  QTest::keyClick(panel().filter(), Qt::Key_Return);
  panel().filter()->clear();
  EXPECT_TRUE(QTest::qWaitFor([&] { return rows() == all; }, 5000));
}

TEST_F(PacketListTest, AWrongFilterSaysWhereAndLeavesTheListAlone) {
  open_list(capture("http-get.pcap"));
  const int all = rows();
  type_filter("fate == droped");
  auto* problem = window->findChild<QLabel*>(QStringLiteral("packet-filter-problem"));
  ASSERT_NE(problem, nullptr);
  EXPECT_TRUE(problem->isVisible());
  EXPECT_TRUE(problem->text().contains(QStringLiteral("column 9"))) << problem->text().toStdString();
  EXPECT_TRUE(problem->text().contains(QStringLiteral("dropped")));
  EXPECT_EQ(rows(), all);
}

TEST_F(PacketListTest, TypingOffersFieldsAndValues) {
  open_list(capture("http-get.pcap"));
  panel().filter()->setFocus();
  QTest::keyClicks(panel().filter(), QStringLiteral("fat"));
  QCompleter* completer = panel().filter()->query_completer();
  ASSERT_TRUE(completer->popup()->isVisible());
  EXPECT_EQ(completer->completionModel()->index(0, 0).data().toString(), QStringLiteral("fate"));
  QTest::keyClick(completer->popup(), Qt::Key_Down);
  QTest::keyClick(completer->popup(), Qt::Key_Return);
  EXPECT_EQ(panel().filter()->text(), QStringLiteral("fate"));
}

TEST_F(PacketListTest, AClickOnAHeaderSorts) {
  open_list(capture("bulk-reorder.pcap"));
  QHeaderView* header = view().horizontalHeader();
  const auto click = [&](int column) {
    QTest::mouseClick(header->viewport(), Qt::LeftButton, Qt::NoModifier,
                      QPoint(header->sectionViewportPosition(column) + 10, header->height() / 2));
  };
  click(PacketModel::kLen);
  if (view().horizontalHeader()->sortIndicatorOrder() == Qt::AscendingOrder) click(PacketModel::kLen);
  for (int row = 1; row < rows(); ++row)
    EXPECT_GE(cell(row - 1, PacketModel::kLen).toInt(), cell(row, PacketModel::kLen).toInt()) << row;
  click(PacketModel::kNumber);
  if (view().horizontalHeader()->sortIndicatorOrder() == Qt::DescendingOrder) click(PacketModel::kNumber);
  EXPECT_EQ(cell(0, PacketModel::kNumber), QStringLiteral("1"));
}

TEST_F(PacketListTest, ACaptureFilterLeavesFramesOutWhenOpening) {
  QSignalSpy finished(&window->session(), &Session::runFinished);
  window->open_path(capture("mixed.pcapng"), {QStringLiteral("udp"), {}});
  ASSERT_TRUE(QTest::qWaitFor([&] { return !finished.isEmpty(); }, 20000));
  ASSERT_TRUE(QTest::qWaitFor([&] { return rows() > 0; }, 20000));
  for (int row = 0; row < rows(); ++row) EXPECT_EQ(cell(row, PacketModel::kProtocol), QStringLiteral("UDP"));
}

TEST_F(PacketListTest, AWrongCaptureFilterIsSaidInTheDialogWhichStays) {
  press(Qt::Key_O, Qt::ControlModifier | Qt::ShiftModifier);
  auto* dialog = window->findChild<QDialog*>(QStringLiteral("open-dialog"));
  ASSERT_NE(dialog, nullptr);
  dialog->findChild<QLineEdit*>(QStringLiteral("open-file"))->setText(capture("http-get.pcap"));
  auto* filter = dialog->findChild<QLineEdit*>(QStringLiteral("open-filter"));
  QTest::keyClicks(filter, QStringLiteral("tcp prt 80"));
  QTest::keyClick(filter, Qt::Key_Return);
  auto* problem = dialog->findChild<QLabel*>(QStringLiteral("open-problem"));
  ASSERT_TRUE(QTest::qWaitFor([&] { return !problem->text().isEmpty(); }, 20000));
  EXPECT_TRUE(dialog->isVisible());
  EXPECT_FALSE(dialog->isModal());
}

/// A capture of that many frames: a real one over and over, each time a second later.
void write_long(const QString& path, const QString& model, std::size_t count) {
  const auto file = nic::CaptureFile::open(model.toStdString());
  ASSERT_TRUE(file);
  const auto frames = (*file)->reader();
  auto writer = nic::CaptureWriter::create(path.toStdString(), nic::LinkType::kEthernet);
  ASSERT_TRUE(writer);
  std::int64_t base = 0;
  for (std::size_t written = 0; written < count; base += 1000000000) {
    for (std::uint64_t i = 0; written < count; ++i, ++written) {
      const auto frame = frames->at(i);
      if (!frame) break;
      (*writer)->write(base + frame->t_ns, frame->bytes, frame->wire_len);
    }
  }
  ASSERT_TRUE((*writer)->finish());
}

TEST_F(PacketListTest, AHundredThousandRowsStaySmooth) {
  QTemporaryDir folder;
  const QString path = folder.filePath(QStringLiteral("long.pcap"));
  write_long(path, capture("http-get.pcap"), 100000);
  open_list(path);
  ASSERT_EQ(rows(), 100000);
  QElapsedTimer clock;
  clock.start();
  for (int row = 0; row < 100000; row += 2500) {
    view().scrollTo(view().model()->index(row, 0));
    view().viewport()->repaint();
  }
  const qint64 scroll_ms = clock.restart();
  view().sortByColumn(PacketModel::kLen, Qt::DescendingOrder);
  const qint64 sort_ms = clock.restart();
  view().sortByColumn(PacketModel::kNumber, Qt::AscendingOrder);
  clock.restart();
  type_filter("tcp.flags.syn && !tcp.flags.ack");
  ASSERT_TRUE(QTest::qWaitFor([&] { return rows() < 100000; }, 10000));
  const qint64 filter_ms = clock.elapsed();
  RecordProperty("scroll_ms_40_pages", static_cast<int>(scroll_ms));
  std::cout << "40 pages " << scroll_ms << " ms, sort " << sort_ms << " ms, filter " << filter_ms << " ms\n";
  EXPECT_LT(scroll_ms, 40 * 50) << "a page may take 50 ms, also on a busy machine";
  EXPECT_GT(rows(), 1000);
}

}  // namespace
}  // namespace ringside::ui
