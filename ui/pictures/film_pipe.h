// An ffmpeg that is fed pictures and makes a film of them.
#pragma once
#include <QImage>
#include <QObject>
#include <QProcess>

#ifndef Q_MOC_RUN  // moc stumbles over the core's lists that are included inside an enum
#include "ui/pictures/step_run.h"
#endif

namespace ringside::ui {

class FilmPipe : public QObject {
  Q_OBJECT
 public:
  FilmPipe(const QString& program, const StepRun& run, int frames_a_second, const QString& path);
  ~FilmPipe() override;
  /// More pictures would only wait.
  bool full() const { return process_.bytesToWrite() > kMostWaiting; }
  void write(const QImage& image);
  void finish() { process_.closeWriteChannel(); }

 signals:
  /// "" when the film is there, else what ffmpeg said last.
  void ended(const QString& problem);

 private:
  static constexpr qint64 kMostWaiting = 24 << 20;
  void say_end(int code, QProcess::ExitStatus status);
  QProcess process_;
  bool told_ = false;
};

}  // namespace ringside::ui
