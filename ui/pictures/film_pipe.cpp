#include "ui/pictures/film_pipe.h"

namespace ringside::ui {

namespace {
QStringList options(const StepRun& run, int frames_a_second, const QString& path) {
  QStringList all{
      QStringLiteral("-hide_banner"), QStringLiteral("-loglevel"),
      QStringLiteral("error"),        QStringLiteral("-y"),
      QStringLiteral("-f"),           QStringLiteral("rawvideo"),
      QStringLiteral("-pix_fmt"),     QStringLiteral("bgra"),
      QStringLiteral("-video_size"),  QStringLiteral("%1x%2").arg(run.size.width()).arg(run.size.height()),
      QStringLiteral("-framerate"),   QString::number(frames_a_second),
      QStringLiteral("-i"),           QStringLiteral("-")};
  if (run.form == StepRun::Form::gif)
    all << QStringLiteral("-vf")
        << QStringLiteral("fps=12,split[a][b];[a]palettegen=stats_mode=diff[p];[b][p]paletteuse=dither=none");
  else
    all << QStringLiteral("-pix_fmt") << QStringLiteral("yuv420p") << QStringLiteral("-movflags")
        << QStringLiteral("+faststart");
  return all << path;
}
}  // namespace

FilmPipe::FilmPipe(const QString& program, const StepRun& run, int frames_a_second, const QString& path) {
  connect(&process_, &QProcess::finished, this, &FilmPipe::say_end);
  connect(&process_, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
    if (error != QProcess::FailedToStart || told_) return;
    told_ = true;
    emit ended(process_.errorString());
  });
  process_.start(program, options(run, frames_a_second, path));
}

FilmPipe::~FilmPipe() {
  told_ = true;
  if (process_.state() == QProcess::NotRunning) return;
  process_.kill();
  process_.waitForFinished(2000);
}

void FilmPipe::write(const QImage& image) {
  // Lines of four bytes a pixel follow each other without gaps.
  process_.write(reinterpret_cast<const char*>(image.constBits()), image.sizeInBytes());
}

void FilmPipe::say_end(int code, QProcess::ExitStatus status) {
  if (told_) return;
  told_ = true;
  if (status == QProcess::NormalExit && code == 0) {
    emit ended({});
    return;
  }
  const QStringList lines =
      QString::fromLocal8Bit(process_.readAllStandardError()).trimmed().split(QLatin1Char('\n'));
  emit ended(lines.last().isEmpty() ? tr("ffmpeg ended with code %1").arg(code) : lines.last());
}

}  // namespace ringside::ui
