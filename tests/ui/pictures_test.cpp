// Films and handouts of a run of steps. What stands for ffmpeg here counts what it is given.
#include <QComboBox>
#include <QFile>
#include <QLabel>
#include <QPrintDialog>
#include <QPrinter>
#include <QTemporaryDir>

#include "tests/ui/window_fixture.h"
#include "ui/pictures/run_pictures.h"
#include "ui/pictures/steps_dialog.h"
#include "ui/window/banner.h"

namespace ringside::ui {
namespace {

class PicturesTest : public WindowTest {
 protected:
  QString program(const char* text) const {
    QFile file(folder.filePath(QStringLiteral("film-maker")));
    EXPECT_TRUE(file.open(QIODevice::WriteOnly));
    file.write(text);
    file.close();
    EXPECT_TRUE(file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner));
    return file.fileName();
  }
  /// Makes them; the error, if there was one.
  std::optional<Error> make(const StepRun& run, const QString& path, const QString& maker) {
    RunPictures pictures(window->session(), run, path, maker);
    std::optional<Error> problem;
    bool ended = false;
    QObject::connect(&pictures, &RunPictures::ended, &pictures, [&](const std::optional<Error>& error) {
      problem = error;
      ended = true;
    });
    steps = pictures.steps();
    pictures.begin();
    EXPECT_TRUE(QTest::qWaitFor([&] { return ended; }, 60000));
    return problem;
  }
  static QByteArray bytes_of(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
  }
  StepRun some_steps(StepRun::Form form) const {
    const PacketRow seventh = window->session().trace().packet(6);
    StepRun run;
    run.form = form;
    run.from = seventh.first_step;
    run.to = seventh.first_step + 120;
    run.level = Level::packet;
    run.seconds_a_step = 0.2;
    run.size = QSize(320, 200);
    return run;
  }
  QTemporaryDir folder;
  std::size_t steps = 0;
};

TEST_F(PicturesTest, AFilmIsGivenEveryFrameOfEveryStep) {
  open(script("segments-5-to-9.pkt"));
  const QString maker = program("#!/bin/sh\nfor last; do :; done\ncat | wc -c > \"$last\"\n");
  const StepIndex stood = position();
  const QString path = folder.filePath(QStringLiteral("film.mp4"));
  const auto problem = make(some_steps(StepRun::Form::mp4), path, maker);
  ASSERT_FALSE(problem) << problem->id;
  EXPECT_GT(steps, 3u);
  EXPECT_EQ(bytes_of(path).trimmed().toULongLong(), steps * 5 * 320 * 200 * 4)
      << "0.2 s at 25 frames a second";
  EXPECT_EQ(position(), stood) << "the window stays where it was";
}

TEST_F(PicturesTest, WithoutFfmpegItIsSaidWhatIsMissing) {
  open(script("segments-5-to-9.pkt"));
  const auto problem = make(some_steps(StepRun::Form::gif), folder.filePath(QStringLiteral("film.gif")), {});
  ASSERT_TRUE(problem);
  EXPECT_EQ(problem->id, "film.no_program");
}

TEST_F(PicturesTest, WhatFfmpegSaysLastIsTheReason) {
  open(script("segments-5-to-9.pkt"));
  const QString maker = program("#!/bin/sh\ncat >/dev/null\necho 'Unknown encoder' >&2\nexit 1\n");
  const auto problem = make(some_steps(StepRun::Form::mp4), folder.filePath(QStringLiteral("f.mp4")), maker);
  ASSERT_TRUE(problem);
  EXPECT_EQ(problem->args.front().second, "Unknown encoder");
  const auto other = make(some_steps(StepRun::Form::mp4), folder.filePath(QStringLiteral("f.mp4")),
                          QStringLiteral("/nowhere/ffmpeg"));
  EXPECT_TRUE(other) << "one that cannot be started";
}

TEST_F(PicturesTest, AHandoutHasAPageForEachStep) {
  open(script("segments-5-to-9.pkt"));
  const QString path = folder.filePath(QStringLiteral("handout.pdf"));
  const auto problem = make(some_steps(StepRun::Form::pdf), path, {});
  ASSERT_FALSE(problem) << problem->id;
  const QByteArray pdf = bytes_of(path);
  EXPECT_TRUE(pdf.startsWith("%PDF"));
  EXPECT_TRUE(pdf.contains("/Count " + QByteArray::number(static_cast<qulonglong>(steps)))) << steps;
}

TEST_F(PicturesTest, CancelledItLeavesNothingBehind) {
  open(script("segments-5-to-9.pkt"));
  const QString path = folder.filePath(QStringLiteral("film.mp4"));
  RunPictures pictures(window->session(), some_steps(StepRun::Form::pdf), path, {});
  pictures.begin();
  QTest::qWait(30);
  pictures.cancel();
  EXPECT_TRUE(pictures.cancelled());
  EXPECT_FALSE(QFile::exists(path));
}

TEST_F(PicturesTest, TheStageIsPrintedOnOnePage) {
  open(script("segments-5-to-9.pkt"));
  ASSERT_TRUE(go_to(Place::out_of_order_queue));
  window->findChild<QAction*>(QStringLiteral("print"))->trigger();
  auto* dialog = window->findChild<QPrintDialog*>();
  ASSERT_NE(dialog, nullptr);
  const QString path = folder.filePath(QStringLiteral("page.pdf"));
  dialog->printer()->setOutputFormat(QPrinter::PdfFormat);
  dialog->printer()->setOutputFileName(path);
  dialog->done(QDialog::Accepted);
  QFile file(path);
  ASSERT_TRUE(file.open(QIODevice::ReadOnly)) << path.toStdString();
  const QByteArray pdf = file.readAll();
  EXPECT_TRUE(pdf.startsWith("%PDF"));
  EXPECT_EQ(pdf.count("/Type /Page\n"), 1) << "one page";
  EXPECT_GT(pdf.size(), 10'000) << "with the stage on it";
}

TEST_F(PicturesTest, APrinterThatDoesNotTakeItIsSaid) {
  open(script("segments-5-to-9.pkt"));
  window->findChild<QAction*>(QStringLiteral("print"))->trigger();
  auto* dialog = window->findChild<QPrintDialog*>();
  ASSERT_NE(dialog, nullptr);
  dialog->printer()->setOutputFormat(QPrinter::PdfFormat);
  dialog->printer()->setOutputFileName(folder.filePath(QStringLiteral("no/such/folder/page.pdf")));
  dialog->done(QDialog::Accepted);
  EXPECT_TRUE(window->findChild<Banner*>()->text().contains(QStringLiteral("cannot be printed")))
      << window->findChild<Banner*>()->text().toStdString();
}

TEST_F(PicturesTest, TheDialogKnowsWhichStepsThereAre) {
  open(script("segments-5-to-9.pkt"));
  window->findChild<QAction*>(QStringLiteral("export-steps"))->trigger();
  auto* dialog = window->findChild<StepsDialog*>();
  ASSERT_NE(dialog, nullptr);
  auto* to = dialog->findChild<QLineEdit*>(QStringLiteral("steps-to"));
  to->setFocus();
  to->selectAll();
  QTest::keyClicks(to, QStringLiteral("99999999"));
  EXPECT_FALSE(dialog->chosen());
  EXPECT_TRUE(dialog->findChild<QLabel*>(QStringLiteral("steps-words"))
                  ->text()
                  .startsWith(QStringLiteral("The steps are numbers from 0 to")));
  to->selectAll();
  QTest::keyClicks(to, QStringLiteral("40"));
  auto* from = dialog->findChild<QLineEdit*>(QStringLiteral("steps-from"));
  from->setFocus();
  from->selectAll();
  QTest::keyClicks(from, QStringLiteral("10"));
  const auto run = dialog->chosen();
  ASSERT_TRUE(run);
  EXPECT_EQ(run->from, 10u);
  EXPECT_EQ(run->to, 40u);
  dialog->close();
}

}  // namespace
}  // namespace ringside::ui
