#include "ui/window/still.h"

#include <QAction>
#include <QApplication>
#include <QTimer>
#include <cstdio>

#include "ui/session/error_text.h"
#include "ui/session/exports.h"
#include "ui/window/main_window.h"

namespace ringside::ui {

void take_still(MainWindow& window, const Still& still) {
  const int settle_ms = still.actions.isEmpty() ? 300 : 2500;  // a comparison has a run of its own
  const auto shoot = [&window, still, settle_ms] {
    for (const QString& name : still.actions)
      if (auto* action = window.findChild<QAction*>(name)) action->trigger();
    QTimer::singleShot(settle_ms, &window, [&window, still] {
      if (still.stage_only) {
        const auto problem = save_stage(window.stage(), still.file);
        if (problem) std::fprintf(stderr, "ringside: %s\n", error_text(*problem).toLocal8Bit().constData());
        return QApplication::exit(problem ? 1 : 0);
      }
      const bool written = window.grab().save(still.file);
      QApplication::exit(written ? 0 : 1);
    });
  };
  QObject::connect(&window.session(), &Session::failed, &window, [shoot, still](const Error& error) {
    if (!still.stage_only) return shoot();
    std::fprintf(stderr, "ringside: %s\n", error_text(error).toLocal8Bit().constData());
    QApplication::exit(1);
  });
  QObject::connect(&window.session(), &Session::runFinished, &window, [&window, still, shoot] {
    Session& session = window.session();
    session.play(false);
    StepIndex position = still.step;
    if (still.packet != 0) {
      if (const auto row = session.trace().row_of(still.packet))
        position += session.trace().packet(*row).first_step + 1;
    }
    if (const auto level = level_named(still.level.toStdString())) {
      session.set_level(*level);
      session.seek(position);
      session.step_forward();
    } else if (position > 0) {
      session.seek(position - 1);
      session.step_into();
    }
    shoot();
  });
}

}  // namespace ringside::ui
