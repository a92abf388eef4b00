#include "ui/pictures/run_pictures.h"

#include <QFile>
#include <QPainter>

#include "ui/look/theme.h"
#include "ui/pictures/film_pipe.h"
#include "ui/pictures/handout.h"

namespace ringside::ui {

namespace {

Error error_of(const char* id, const QString& path, const QString& detail) {
  Error error;
  error.id = id;
  error.file = path.toStdString();
  error.args.emplace_back("detail", detail.toStdString());
  return error;
}

/// What moves is shown for this part of a step's time; then it stands.
constexpr double kFlies = 0.75;

}  // namespace

std::vector<StepIndex> positions_of(const Trace& trace, const StepRun& run, std::size_t most) {
  std::vector<StepIndex> all{run.from};
  std::shared_ptr<const Page> page;
  for (StepIndex step = run.from; step < run.to && all.size() < most; ++step) {
    if (page == nullptr || !page->contains(step)) page = trace.step(step).page;
    if (page == nullptr) break;
    if (level_of(page->event(step).kind) <= run.level) all.push_back(step + 1);
  }
  return all;
}

RunPictures::RunPictures(Session& session, StepRun run, const QString& path, const QString& program,
                         QObject* parent)
    : QObject(parent), session_(session), run_(run), path_(path), program_(program), source_(session) {
  const bool film = run_.form != StepRun::Form::pdf;
  positions_ = positions_of(session.trace(), run_, film ? kMostSteps : kMostPages);
  slices_.setInterval(0);
  connect(&slices_, &QTimer::timeout, this, &RunPictures::slice);
}

RunPictures::~RunPictures() = default;

void RunPictures::begin() {
  player_ = std::make_unique<Player>(session_.player().shared_trace());
  stage_ = std::make_unique<StageWidget>();
  stage_->setAttribute(Qt::WA_DontShowOnScreen);
  stage_->resize(run_.size);
  const auto began_with = session_.run();
  connect(&session_, &Session::opened, this, [this, began_with] {
    if (session_.run() != began_with) cancel();  // its packets cannot be read any more
  });
  if (run_.form == StepRun::Form::pdf) {
    handout_ = std::make_unique<Handout>(path_, session_.title());
    if (!handout_->is_open()) return end(error_of("session.write", path_, tr("it cannot be opened")));
  } else {
    if (program_.isEmpty()) return end(error_of("film.no_program", path_, {}));
    film_ = std::make_unique<FilmPipe>(program_, run_, kFramesASecond, path_);
    connect(film_.get(), &FilmPipe::ended, this, [this](const QString& problem) {
      if (problem.isEmpty())
        end(at_ >= positions_.size()
                ? std::nullopt
                : std::optional(error_of("session.write", path_, tr("ffmpeg ended early"))));
      else
        end(error_of("session.write", path_, problem));
    });
  }
  show_step();
  slices_.start();
}

void RunPictures::cancel() {
  if (ended_) return;
  ended_ = cancelled_ = true;
  slices_.stop();
  film_.reset();
  if (handout_) handout_->finish();
  handout_.reset();
  QFile::remove(path_);
  emit ended(std::nullopt);
}

void RunPictures::end(std::optional<Error> error) {
  if (ended_) return;
  ended_ = true;
  slices_.stop();
  emit ended(error);
}

/// Puts the next position on the stage.
void RunPictures::show_step() {
  const StepIndex position = positions_[at_];
  player_->seek(position);
  const auto summary = [this](std::uint32_t number) { return session_.summary(number).chip; };
  std::vector<Motion> motions;
  if (at_ > 0) motions = motions_between(*player_, before_, position, summary);
  frames_ = std::max(1, qRound(run_.seconds_a_step * kFramesASecond));
  fly_ms_ = run_.seconds_a_step * 1000 * kFlies;
  frame_ = 0;
  StagePicture picture = source_.read(*player_);
  StageView view;
  view.isn = source_.isn();
  stage_->set_view(view);
  const bool flies = run_.form != StepRun::Form::pdf && !motions.empty();
  stage_->show_picture(std::move(picture), motions, flies ? std::max(100, qRound(fly_ms_)) : -1);
}

/// True: that was the step's last one.
bool RunPictures::film_frame() {
  stage_->show_moment(frame_ * 1000.0 / kFramesASecond);
  QImage image(run_.size, QImage::Format_RGB32);
  image.fill(theme().window);
  stage_->render(&image);
  film_->write(image);
  return ++frame_ >= frames_;
}

void RunPictures::slice() {
  if (film_ && film_->full()) return;
  bool next = true;
  if (film_) {
    next = film_frame();
  } else {
    const Player& player = *player_;
    handout_->add(*stage_, {player, at_ > 0 ? before_ : positions_[at_], source_.sock_at(player)},
                  tr("%1, Linux %2: step %3 at %4")
                      .arg(session_.title(), session_.kernel())
                      .arg(positions_[at_])
                      .arg(time_text(player.t_ns())));
  }
  if (!next) return;
  before_ = positions_[at_];
  ++at_;
  emit progressed(static_cast<int>(at_ * 100 / positions_.size()));
  if (at_ < positions_.size()) return show_step();
  slices_.stop();
  if (film_) return film_->finish();  // its end is told by the program
  const bool written = handout_->finish();
  end(written ? std::nullopt : std::optional(error_of("session.write", path_, tr("writing failed"))));
}

}  // namespace ringside::ui
