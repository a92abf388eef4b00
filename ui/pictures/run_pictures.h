// Makes a film or a handout of a run of steps, slice by slice, while the window goes on.
#pragma once
#include <QObject>
#include <QTimer>
#include <memory>
#include <optional>

#ifndef Q_MOC_RUN  // moc stumbles over the core's lists that are included inside an enum
#include "ui/pictures/step_run.h"
#include "ui/session/session.h"
#include "ui/stage/stage_source.h"
#include "ui/stage/stage_widget.h"
#endif

namespace ringside::ui {

class FilmPipe;
class Handout;

class RunPictures : public QObject {
  Q_OBJECT
 public:
  static constexpr std::size_t kMostPages = 200, kMostSteps = 2000;
  static constexpr int kFramesASecond = 25;

  /// `program`: ffmpeg, for films. Nothing is written before begin().
  RunPictures(Session& session, StepRun run, const QString& path, const QString& program,
              QObject* parent = nullptr);
  ~RunPictures() override;
  /// The socket to show throughout (SockId::index); 0: the one a step is about.
  void pin(std::uint32_t sock) { source_.pin(sock); }
  void begin();
  /// What was written so far is removed; ended() tells of no error.
  void cancel();
  bool cancelled() const { return cancelled_; }
  std::size_t steps() const { return positions_.size(); }

 signals:
  void progressed(int percent);
  /// It is written, or not: session.write (args detail), or film.no_program.
  void ended(const std::optional<ringside::Error>& error);

 private:
  void slice();
  void show_step();
  bool film_frame();
  void end(std::optional<Error> error);
  Session& session_;
  StepRun run_;
  QString path_, program_;
  std::vector<StepIndex> positions_;
  std::size_t at_ = 0;
  int frame_ = 0, frames_ = 1;  ///< of the present step
  std::unique_ptr<Player> player_;
  StageSource source_;
  std::unique_ptr<StageWidget> stage_;
  std::unique_ptr<FilmPipe> film_;
  std::unique_ptr<Handout> handout_;
  StepIndex before_ = 0;
  double fly_ms_ = 0;
  bool ended_ = false, cancelled_ = false;
  QTimer slices_;
};

}  // namespace ringside::ui
