#include "ui/session/session_file.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSaveFile>

#include "core/scenario/choices.h"
#include "core/scenario/wire_edits.h"
#include "ui/session/session.h"

namespace ringside::ui {

namespace {

constexpr qint64 kLargestFile = 512LL << 20;

Error error_of(const char* id, const QString& file, const char* name, const QString& value) {
  Error error;
  error.id = id;
  error.file = file.toStdString();
  error.args.emplace_back(name, value.toStdString());
  return error;
}

}  // namespace

bool is_session(const QString& path) { return path.endsWith(QStringLiteral(".ringside")); }

SavedSession saved_session(Session& session) {
  SavedSession saved;
  saved.file = QFileInfo(session.path()).absoluteFilePath();
  saved.title = session.title();
  saved.kernel = session.kernel();
  const Scenario& scenario = session.scenario();
  if (const auto* capture = std::get_if<CaptureInput>(&scenario.input)) {
    saved.filter = QString::fromStdString(capture->filter);
    saved.local = QString::fromStdString(capture->local);
  }
  for (const AppChoice& app : scenario.apps) saved.apps << QString::fromStdString(text_of(app));
  for (const KnobSetting& knob : scenario.knobs)
    saved.knobs << QString::fromStdString(knob.name + '=' + knob.value);
  saved.edits = QByteArray::fromStdString(wire_edits_to_json(scenario.edits));
  if (session.is_open()) saved.position = session.player().position();
  saved.level = session.level();
  saved.breakpoints = session.breakpoints().saved();
  return saved;
}

std::optional<Error> write_session(const SavedSession& saved, const QString& path, bool with_capture) {
  SavedSession written = saved;
  written.data.clear();
  if (with_capture) {
    QFile input(saved.file);
    if (!input.open(QIODevice::ReadOnly))
      return error_of("session.write", path, "detail", input.errorString());
    written.data = input.readAll();
  }
  const QString beside = QDir(QFileInfo(path).absolutePath()).relativeFilePath(saved.file);
  QSaveFile file(path);
  const QByteArray text = session_text(written, beside);
  if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size() || !file.commit())
    return error_of("session.write", path, "detail", file.errorString());
  return std::nullopt;
}

Result<SavedSession> read_session(const QString& path) {
  const QFileInfo info(path);
  Error kind;
  kind.file = path.toStdString();
  kind.id = info.isDir() ? "capture.directory" : "capture.not_regular";
  if (info.exists() && !info.isFile()) return kind;  // a pipe would wait for somebody who writes into it
  QFile file(path);
  if (!file.open(QIODevice::ReadOnly)) return error_of("session.read", path, "detail", file.errorString());
  if (file.size() > kLargestFile)
    return error_of("session.read", path, "detail", QString::number(file.size()));
  auto text = parse_session(file.readAll());
  if (!text) {
    Error error = text.error();
    error.file = path.toStdString();
    return error;
  }
  SavedSession& saved = text->saved;
  if (!saved.data.isEmpty()) return saved;
  const QString beside = QDir(QFileInfo(path).absolutePath()).absoluteFilePath(text->beside);
  if (QFileInfo(beside).isFile()) saved.file = beside;
  if (!QFileInfo(saved.file).isFile()) return error_of("session.no_input", path, "path", saved.file);
  return saved;
}

}  // namespace ringside::ui
