#include "ui/session/session_file.h"

#include <signal.h>
#include <sys/resource.h>

#include <QDir>
#include <QFile>
#include <QImage>
#include <QTemporaryDir>

#include "tests/ui/window_fixture.h"
#include "ui/panels/bookmarks_panel.h"
#include "ui/session/exports.h"
#include "ui/window/banner.h"

namespace ringside::ui {
namespace {

class SessionFileTest : public WindowTest {
 protected:
  /// Saves the window's session, opens it in a second window, and waits until that stands where the first
  /// does.
  void reopens_where_it_stood(const QString& path) {
    MainWindow other(MainWindow::Options{.keep_settings = false});
    other.show();
    other.open_path(path);
    ASSERT_TRUE(QTest::qWaitFor(
        [&] { return other.session().is_open() && other.session().player().position() == position(); },
        60000));
    EXPECT_EQ(other.session().kernel(), window->session().kernel());
    EXPECT_EQ(other.session().player().host().state_hash(), window->session().player().host().state_hash());
    EXPECT_EQ(other.session().breakpoints().saved(), window->session().breakpoints().saved());
    const auto bookmarks = other.findChild<BookmarksPanel*>()->bookmarks();
    ASSERT_EQ(bookmarks.size(), 1);
    EXPECT_EQ(bookmarks[0].note, QStringLiteral("here it waits"));
    EXPECT_EQ(bookmarks[0].position, position());
  }
  void prepare() {
    ASSERT_TRUE(go_to(Place::out_of_order_queue));
    ASSERT_FALSE(window->session().breakpoints().add(QStringLiteral("drop"), false));
    window->findChild<BookmarksPanel*>()->set_bookmarks({{position(), QStringLiteral("here it waits")}});
  }
  void save(const QString& path, bool with_capture) {
    SavedSession saved = saved_session(window->session());
    saved.bookmarks = window->findChild<BookmarksPanel*>()->bookmarks();
    const auto problem = write_session(saved, path, with_capture);
    ASSERT_FALSE(problem) << problem->id;
  }
  QTemporaryDir folder;
};

TEST_F(SessionFileTest, ASessionOpensAgainAtTheExactStep) {
  window->session().set_kernel(QStringLiteral("6.18"));
  open(capture("bulk-reorder.pcap"));
  prepare();
  const QString path = folder.filePath(QStringLiteral("a.ringside"));
  save(path, false);
  reopens_where_it_stood(path);
}

TEST_F(SessionFileTest, WithItsCaptureInsideItOpensElsewhere) {
  const QString copy = folder.filePath(QStringLiteral("moved.pcap"));
  ASSERT_TRUE(QFile::copy(capture("bulk-reorder.pcap"), copy));
  open(copy);
  prepare();
  const QString path = folder.filePath(QStringLiteral("b.ringside"));
  save(path, true);
  ASSERT_TRUE(QFile::remove(copy));
  reopens_where_it_stood(path);
}

TEST_F(SessionFileTest, ABadSessionGivesOneLineAndLeavesWhatIsOpen) {
  open(capture("http-get.pcap"));
  const QString bad = folder.filePath(QStringLiteral("bad.ringside"));
  for (const char* text :
       {"", "not json", "{\"ringside\": 99}", "{\"ringside\": 1, \"file\": \"nowhere.pcap\"}"}) {
    QFile file(bad);
    ASSERT_TRUE(file.open(QIODevice::WriteOnly));
    file.write(text);
    file.close();
    window->banner().clear();
    window->open_path(bad);
    EXPECT_TRUE(window->banner().isVisible()) << text;
    EXPECT_TRUE(window->session().is_open());
  }
}

TEST_F(SessionFileTest, TheStageIsWrittenAsPngSvgAndPdf) {
  open(script("segments-5-to-9.pkt"));
  ASSERT_TRUE(go_to(Place::out_of_order_queue));
  for (const char* name : {"s.png", "s.svg", "s.pdf"}) {
    const QString path = folder.filePath(QString::fromLatin1(name));
    const auto problem = save_stage(window->stage(), path);
    ASSERT_FALSE(problem) << name;
    EXPECT_GT(QFileInfo(path).size(), 5000) << name;
  }
  EXPECT_EQ(QImage(folder.filePath(QStringLiteral("s.png"))).size(), window->stage().size() * 2);
  QFile svg(folder.filePath(QStringLiteral("s.svg")));
  ASSERT_TRUE(svg.open(QIODevice::ReadOnly));
  EXPECT_TRUE(svg.readAll().contains("out_of_order_queue"));
  EXPECT_TRUE(save_stage(window->stage(), folder.filePath(QStringLiteral("no/such/folder.png"))));
}

TEST_F(SessionFileTest, AFullDiskIsSaidAndLeavesWhatWasThere) {
  open(capture("http-get.pcap"));
  const QString path = folder.filePath(QStringLiteral("old"));
  const QString picture = folder.filePath(QStringLiteral("old.png"));
  for (const QString& name : {path, picture}) {
    QFile file(name);
    ASSERT_TRUE(file.open(QIODevice::WriteOnly));
    file.write("old");
  }
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  rlimit tight = before;
  tight.rlim_cur = 100;  // no file may be longer
  signal(SIGXFSZ, SIG_IGN);
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &tight), 0);
  const auto session_problem = write_session(saved_session(window->session()), path, true);
  const auto picture_problem = save_stage(window->stage(), picture);
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
  EXPECT_TRUE(session_problem);
  EXPECT_TRUE(picture_problem);
  for (const QString& name : {path, picture}) {
    QFile file(name);
    ASSERT_TRUE(file.open(QIODevice::ReadOnly));
    EXPECT_EQ(file.readAll(), "old");
  }
  EXPECT_EQ(QDir(folder.path()).entryList(QDir::Files).size(), 2) << "something half was left behind";
}

TEST_F(SessionFileTest, TraceAndListAreWrittenInFull) {
  open(capture("http-get.pcap"));
  const auto lines_of = [](const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll().count('\n') : 0;
  };
  Exporter exporter;
  int written = 0;
  const auto done = [&](const std::optional<Error>& error) { written += error ? 0 : 1; };
  const QString trace = folder.filePath(QStringLiteral("t.jsonl")),
                list = folder.filePath(QStringLiteral("p.csv"));
  exporter.write_trace(window->session(), trace, done);
  ASSERT_TRUE(QTest::qWaitFor([&] { return written == 1; }, 60000));
  EXPECT_EQ(static_cast<StepIndex>(lines_of(trace)), window->session().trace().step_count());
  const QString rows = folder.filePath(QStringLiteral("t.csv"));
  exporter.write_trace(window->session(), rows, done);
  ASSERT_TRUE(QTest::qWaitFor([&] { return written == 2; }, 60000));
  EXPECT_EQ(lines_of(rows), lines_of(trace) + 1) << "and the columns' names";
  ASSERT_TRUE(QTest::qWaitFor([&] { return window->session().table()->size() != 0; }, 20000));
  exporter.write_packets(window->session(), list, done);
  ASSERT_TRUE(QTest::qWaitFor([&] { return written == 3; }, 60000));
  EXPECT_EQ(lines_of(list), static_cast<qsizetype>(window->session().trace().packet_count()) + 1);
}

TEST_F(SessionFileTest, TheModelsPacketsAreACaptureThatOpensAgain) {
  open(capture("http-get.pcap"));
  Exporter exporter;
  bool written = false;
  const QString path = folder.filePath(QStringLiteral("model.pcapng"));
  exporter.write_capture(window->session(), path,
                         [&](const std::optional<Error>& error) { written = !error; });
  ASSERT_TRUE(QTest::qWaitFor([&] { return written; }, 60000));
  const auto delivered = window->session().run()->delivered();
  open(path);
  EXPECT_EQ(window->session().run()->delivered().size(), delivered.size());
  EXPECT_GT(window->session().trace().packet_count(), 5u);
}

}  // namespace
}  // namespace ringside::ui
