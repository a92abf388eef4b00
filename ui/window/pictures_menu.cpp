// Films and handouts of a run of steps.
#include <QFileInfo>
#include <QStatusBar>

#include "ui/pictures/run_pictures.h"
#include "ui/pictures/steps_dialog.h"
#include "ui/session/error_text.h"
#include "ui/settings/preferences.h"
#include "ui/stage/stage_source.h"
#include "ui/window/banner.h"
#include "ui/window/main_window.h"

namespace ringside::ui {

void MainWindow::export_steps() {
  if (!session_->is_open()) return;
  session_->play(false);
  const QString program = film_program(preferences_);
  Error missing;
  missing.id = "film.no_program";
  auto* dialog = new StepsDialog(
      *session_, program.isEmpty() ? error_text(missing) : tr("Films are made by %1.").arg(program), this);
  connect(dialog, &StepsDialog::wanted, this, [this](const StepRun& run) {
    const char* suffix = run.form == StepRun::Form::mp4   ? "mp4"
                         : run.form == StepRun::Form::gif ? "gif"
                                                          : "pdf";
    const QString name = QStringLiteral("%1.%2").arg(QFileInfo(session_->path()).completeBaseName(),
                                                     QString::fromLatin1(suffix));
    ask_name(
        tr("Export a run of steps"), name,
        QStringLiteral("%1 (*.%2)").arg(QString::fromLatin1(suffix).toUpper(), QString::fromLatin1(suffix)),
        [this, run](const QString& path) { make_pictures(run, path); });
  });
  dialog->show();
}

/// One at a time: a second wish takes the place of the first.
void MainWindow::make_pictures(const StepRun& steps, const QString& path) {
  if (pictures_) pictures_->cancel();
  pictures_ = std::make_unique<RunPictures>(*session_, steps, path, film_program(preferences_));
  connect(pictures_.get(), &RunPictures::progressed, this, [this, path](int percent) {
    progress_->setText(tr("writing %1: %2 %").arg(QFileInfo(path).fileName()).arg(percent));
    cancel_->show();
  });
  connect(pictures_.get(), &RunPictures::ended, this, [this, path](const std::optional<Error>& error) {
    cancel_->hide();
    const bool cancelled = pictures_ != nullptr && pictures_->cancelled();
    if (!cancelled) report(error, path);
    if (cancelled) show_status();
    if (pictures_) pictures_.release()->deleteLater();
  });
  pictures_->pin(source_->pinned());
  pictures_->begin();
}

}  // namespace ringside::ui
