// What the window says of files that are no captures, or not whole ones: one clear line, and it goes on.
#include <sys/stat.h>
#include <unistd.h>

#include <QDropEvent>
#include <QFile>
#include <QMimeData>
#include <QTemporaryDir>
#include <QToolButton>

#include "tests/ui/window_fixture.h"
#include "ui/window/banner.h"

namespace ringside::ui {
namespace {

class BadFilesTest : public WindowTest {
 protected:
  void SetUp() override {
    WindowTest::SetUp();
    open(capture("http-get.pcap"));
    press(Qt::Key_Right);
    before = position();
  }
  QString at(const char* name) const { return folder.filePath(QString::fromLatin1(name)); }
  /// A file with these bytes at its beginning and this size.
  QString file(const char* name, const QByteArray& bytes, qint64 size = -1) const {
    QFile out(at(name));
    EXPECT_TRUE(out.open(QIODevice::WriteOnly));
    out.write(bytes);
    if (size >= 0) {
      EXPECT_TRUE(out.resize(size));
    }
    return out.fileName();
  }
  static QByteArray bytes_of(const QString& path) {
    QFile in(path);
    EXPECT_TRUE(in.open(QIODevice::ReadOnly));
    return in.readAll();
  }
  /// Drops it on the window; waits until the window has said something.
  void drop(const QString& path) {
    window->banner().clear();
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(path)});
    QDragEnterEvent enter(QPoint(10, 10), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(window.get(), &enter);
    ASSERT_TRUE(enter.isAccepted());
    QDropEvent event(QPointF(10, 10), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(window.get(), &event);
    ASSERT_TRUE(QTest::qWaitFor([&] { return window->banner().isVisible(); }, 8000)) << path.toStdString();
  }
  /// One line that says this; what was open is still there and can be stepped.
  void is_refused(const QString& path, const char* words) {
    drop(path);
    const QString text = window->banner().text();
    EXPECT_TRUE(text.contains(QString::fromLatin1(words))) << text.toStdString();
    EXPECT_TRUE(text.contains(QFileInfo(path).fileName())) << "it names the file: " << text.toStdString();
    EXPECT_FALSE(text.contains(QLatin1Char('\n')));
    EXPECT_EQ(QApplication::activeModalWidget(), nullptr) << "nothing stops the user";
    ASSERT_TRUE(window->session().is_open());
    EXPECT_EQ(position(), before);
    press(Qt::Key_Right);
    EXPECT_GT(position(), before);
    press(Qt::Key_Home);
    press(Qt::Key_Right);
    EXPECT_EQ(position(), before);
  }
  QTemporaryDir folder;
  StepIndex before = 0;
};

TEST_F(BadFilesTest, AMissingFile) { is_refused(at("nowhere.pcap"), "there is no such file"); }

TEST_F(BadFilesTest, ADirectory) {
  ASSERT_EQ(mkdir(at("folder.pcap").toLocal8Bit().constData(), 0755), 0);
  is_refused(at("folder.pcap"), "this is a directory");
}

TEST_F(BadFilesTest, AFileThatMayNotBeRead) {
  const QString path = file("secret.pcap", bytes_of(capture("http-get.pcap")));
  ASSERT_TRUE(QFile::setPermissions(path, {}));
  const bool root = geteuid() == 0;  // who may read everything
  if (root) {
    ASSERT_EQ(chmod(folder.path().toLocal8Bit().constData(), 0755), 0);
    ASSERT_EQ(seteuid(65534), 0);
  }
  is_refused(path, "you may not read this file");
  if (root) {
    EXPECT_EQ(seteuid(0), 0);
  }
}

TEST_F(BadFilesTest, ATextFile) {
  is_refused(file("notes.pcap", "These are my notes, and no packets.\n"), "this is no capture file");
}

TEST_F(BadFilesTest, AnEmptyFile) { is_refused(file("empty.pcap", {}), "the file is empty"); }

TEST_F(BadFilesTest, TwoGigabytesOfNothing) {
  is_refused(file("sparse.pcap", {}, 2LL << 30), "this is no capture file");
}

TEST_F(BadFilesTest, APipe) {
  for (const char* name : {"pipe.pcap", "pipe.pkt", "pipe.ringside"}) {
    ASSERT_EQ(mkfifo(at(name).toLocal8Bit().constData(), 0644), 0);
    drop(at(name));
    EXPECT_TRUE(window->banner().text().contains(QString::fromLatin1(name)))
        << window->banner().text().toStdString();
  }
  is_refused(at("pipe.pcap"), "this is not a regular file");
}

TEST_F(BadFilesTest, ACaptureCutInsideARecordIsShownUpToThere) {
  const QByteArray whole = bytes_of(capture("bulk-reorder.pcap"));
  const QString path = file("cut.pcap", whole.left(whole.size() / 2));
  QSignalSpy finished(&window->session(), &Session::runFinished);
  drop(path);
  ASSERT_TRUE(QTest::qWaitFor([&] { return !finished.isEmpty(); }, 60000));
  EXPECT_TRUE(window->banner().text(Banner::Topic::input).contains(QStringLiteral("ends inside this frame")))
      << window->banner().text().toStdString();
  EXPECT_EQ(window->session().title(), QStringLiteral("cut.pcap"));
  EXPECT_GT(window->session().trace().packet_count(), 100u) << "what is in front of the cut";
  press(Qt::Key_End);
  EXPECT_GT(position(), 1000u);
}

TEST_F(BadFilesTest, ACaptureWhoseEndWasNeverWritten) {
  const QByteArray whole = bytes_of(capture("http-get.pcap"));
  const QString path = file("zeros.pcap", whole, 2LL << 30);
  QSignalSpy finished(&window->session(), &Session::runFinished);
  drop(path);
  ASSERT_TRUE(QTest::qWaitFor([&] { return !finished.isEmpty(); }, 60000));
  EXPECT_TRUE(window->banner().text(Banner::Topic::input).contains(QStringLiteral("only zeros")))
      << window->banner().text().toStdString();
  EXPECT_GT(window->session().trace().packet_count(), 5u);
}

TEST_F(BadFilesTest, AConnectionFromBeforeTheCaptureIsSaidToBeTakenOver) {
  // The handshake and what follows it are cut away: frames 20 on of the capture, behind its file header.
  const QByteArray whole = bytes_of(capture("bulk-reorder.pcap"));
  qsizetype offset = 24;
  for (int i = 0; i < 20; ++i) {
    quint32 length = 0;
    memcpy(&length, whole.constData() + offset + 8, 4);
    offset += 16 + static_cast<qsizetype>(length);
  }
  const QString path = file("middle.pcap", whole.left(24) + whole.mid(offset));
  open(path);
  const QString words = window->banner().text(Banner::Topic::taken_over);
  EXPECT_TRUE(words.startsWith(QStringLiteral("The connection 10.77.0.2:5001")) &&
              words.contains(QStringLiteral("was there before the capture began")) &&
              words.contains(QStringLiteral("window scale")))
      << words.toStdString();
  press(Qt::Key_End);
  QToolButton* go = nullptr;
  for (QToolButton* button : window->banner().findChildren<QToolButton*>())
    if (button->isVisible() && button->text().startsWith(QStringLiteral("Go to packet"))) go = button;
  ASSERT_NE(go, nullptr);
  QTest::mouseClick(go, Qt::LeftButton);
  EXPECT_LT(position(), window->session().trace().step_count() / 10);
  open(capture("http-get.pcap"));
  EXPECT_TRUE(window->banner().text().isEmpty()) << "the next file's window says nothing of the last one";
}

}  // namespace
}  // namespace ringside::ui
