#include "ui/window/still.h"

#include <QApplication>
#include <QTimer>

#include "ui/window/main_window.h"

namespace ringside::ui {

void take_still(MainWindow& window, const Still& still) {
  constexpr int kSettleMs = 300;
  const auto shoot = [&window, still] {
    QTimer::singleShot(kSettleMs, &window, [&window, still] {
      const bool written = window.grab().save(still.file);
      QApplication::exit(written ? 0 : 1);
    });
  };
  QObject::connect(&window.session(), &Session::failed, &window, shoot);
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
