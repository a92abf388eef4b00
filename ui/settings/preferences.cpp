#include "ui/settings/preferences.h"

#include <QFileInfo>
#include <QStandardPaths>
#include <algorithm>

namespace ringside::ui {

namespace {
QString key(const char* name) { return QStringLiteral("preferences/") + QString::fromLatin1(name); }
}  // namespace

Preferences Preferences::load(const QSettings& settings) {
  Preferences p;
  const auto text = [&](const char* name, const QString& usual, const QStringList& known) {
    const QString value = settings.value(key(name), usual).toString();
    return known.isEmpty() || known.contains(value) ? value : usual;
  };
  p.theme = text("theme", p.theme,
                 {QStringLiteral("system"), QStringLiteral("light"), QStringLiteral("dark"),
                  QStringLiteral("projector")});
  p.zoom = std::clamp(settings.value(key("zoom"), p.zoom).toDouble(), 0.5, 3.0);
  p.kernel = text("kernel", p.kernel, {QStringLiteral("4.13"), QStringLiteral("6.18")});
  p.cost_preset = text("costs", p.cost_preset, {});
  p.movement = std::clamp(settings.value(key("movement"), p.movement).toDouble(), 0.0, 4.0);
  p.ffmpeg = text("ffmpeg", p.ffmpeg, {});
  return p;
}

void Preferences::save(QSettings& settings) const {
  settings.setValue(key("theme"), theme);
  settings.setValue(key("zoom"), zoom);
  settings.setValue(key("kernel"), kernel);
  settings.setValue(key("costs"), cost_preset);
  settings.setValue(key("movement"), movement);
  settings.setValue(key("ffmpeg"), ffmpeg);
}

QString film_program(const Preferences& preferences) {
  if (preferences.ffmpeg.isEmpty()) return QStandardPaths::findExecutable(QStringLiteral("ffmpeg"));
  const QFileInfo chosen(preferences.ffmpeg);
  return chosen.isFile() && chosen.isExecutable() ? chosen.absoluteFilePath() : QString();
}

}  // namespace ringside::ui
