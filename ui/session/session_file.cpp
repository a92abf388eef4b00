#include "ui/session/session_file.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSaveFile>

#include "core/scenario/choices.h"
#include "ui/session/session.h"

namespace ringside::ui {

namespace {

constexpr int kVersion = 1;
constexpr qint64 kLargestFile = 512LL << 20;
QString key(const char* name) { return QString::fromLatin1(name); }

Error error_of(const char* id, const QString& file, const char* name, const QString& value) {
  Error error;
  error.id = id;
  error.file = file.toStdString();
  error.args.emplace_back(name, value.toStdString());
  return error;
}

QJsonArray array_of(const QStringList& lines) { return QJsonArray::fromStringList(lines); }
QStringList lines_of(const QJsonValue& value) {
  QStringList lines;
  for (const QJsonValue& line : value.toArray()) lines << line.toString();
  return lines;
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
  if (session.is_open()) saved.position = session.player().position();
  saved.level = session.level();
  saved.breakpoints = session.breakpoints().saved();
  return saved;
}

std::optional<Error> write_session(const SavedSession& saved, const QString& path, bool with_capture) {
  QJsonObject root;
  root[key("ringside")] = kVersion;
  root[key("file")] = saved.file;
  root[key("beside")] = QDir(QFileInfo(path).absolutePath()).relativeFilePath(saved.file);
  root[key("title")] = saved.title;
  root[key("kernel")] = saved.kernel;
  root[key("filter")] = saved.filter;
  root[key("local")] = saved.local;
  root[key("apps")] = array_of(saved.apps);
  root[key("knobs")] = array_of(saved.knobs);
  root[key("position")] = QString::number(saved.position);  // JSON's numbers end at 2^53
  root[key("level")] = QString::fromLatin1(name_of(saved.level));
  root[key("breakpoints")] = array_of(saved.breakpoints);
  QJsonArray bookmarks;
  for (const Bookmark& mark : saved.bookmarks)
    bookmarks.append(
        QJsonObject{{key("position"), QString::number(mark.position)}, {key("note"), mark.note}});
  root[key("bookmarks")] = bookmarks;
  if (with_capture) {
    QFile input(saved.file);
    if (!input.open(QIODevice::ReadOnly))
      return error_of("session.write", path, "detail", input.errorString());
    root[key("data")] = QString::fromLatin1(input.readAll().toBase64());
  }
  QSaveFile file(path);
  const QByteArray text = QJsonDocument(root).toJson();
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
  QJsonParseError problem;
  const QJsonObject root = QJsonDocument::fromJson(file.readAll(), &problem).object();
  if (problem.error != QJsonParseError::NoError)
    return error_of("session.syntax", path, "detail", problem.errorString());
  const int version = root.value(key("ringside")).toInt();
  if (version == 0) return error_of("session.syntax", path, "detail", key("ringside"));
  if (version > kVersion) return error_of("session.version", path, "version", QString::number(version));
  SavedSession saved;
  saved.file = root.value(key("file")).toString();
  saved.title = root.value(key("title")).toString();
  saved.kernel = root.value(key("kernel")).toString();
  saved.filter = root.value(key("filter")).toString();
  saved.local = root.value(key("local")).toString();
  saved.apps = lines_of(root.value(key("apps")));
  saved.knobs = lines_of(root.value(key("knobs")));
  saved.position = root.value(key("position")).toString().toULongLong();
  saved.level = level_named(root.value(key("level")).toString().toStdString()).value_or(Level::function);
  saved.breakpoints = lines_of(root.value(key("breakpoints")));
  for (const QJsonValue& mark : root.value(key("bookmarks")).toArray())
    saved.bookmarks.push_back({mark.toObject().value(key("position")).toString().toULongLong(),
                               mark.toObject().value(key("note")).toString()});
  saved.data = QByteArray::fromBase64(root.value(key("data")).toString().toLatin1());
  const QString beside =
      QDir(QFileInfo(path).absolutePath()).absoluteFilePath(root.value(key("beside")).toString());
  if (!saved.data.isEmpty()) return saved;
  if (QFileInfo(beside).isFile()) saved.file = beside;
  if (!QFileInfo(saved.file).isFile()) return error_of("session.no_input", path, "path", saved.file);
  return saved;
}

}  // namespace ringside::ui
