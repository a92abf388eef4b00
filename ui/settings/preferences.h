// What the user has chosen once and for all, as it is kept between two starts.
#pragma once
#include <QSettings>
#include <QString>

namespace ringside::ui {

struct Preferences {
  QString theme = QStringLiteral("system");  ///< or "light", "dark", "projector"
  double zoom = 1;                           ///< of the stage, 0.5 to 3
  QString kernel = QStringLiteral("4.13");   ///< what captures are opened on
  QString cost_preset;                       ///< for captures; "": the kernel's usual one
  double movement = 1;  ///< how long movements take, relative to the usual; 0: none is shown
  QString ffmpeg;       ///< the program that makes films; "": the one in PATH

  static Preferences load(const QSettings& settings);
  void save(QSettings& settings) const;
  friend bool operator==(const Preferences&, const Preferences&) = default;
};

/// The film maker to be used: the chosen one, else the one in PATH; "" if there is none that can be run.
QString film_program(const Preferences& preferences);

}  // namespace ringside::ui
