#include "ui/session/session_text.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace ringside::ui {

namespace {

constexpr int kVersion = 1;
QString key(const char* name) { return QString::fromLatin1(name); }

Error error_of(const char* id, const char* name, const QString& value) {
  Error error;
  error.id = id;
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

QByteArray session_text(const SavedSession& saved, const QString& beside) {
  QJsonObject root;
  root[key("ringside")] = kVersion;
  root[key("file")] = saved.file;
  root[key("beside")] = beside;
  root[key("title")] = saved.title;
  root[key("kernel")] = saved.kernel;
  root[key("filter")] = saved.filter;
  root[key("local")] = saved.local;
  root[key("apps")] = array_of(saved.apps);
  root[key("knobs")] = array_of(saved.knobs);
  root[key("edits")] = QJsonDocument::fromJson(saved.edits).array();
  root[key("position")] = QString::number(saved.position);  // JSON's numbers end at 2^53
  root[key("level")] = QString::fromLatin1(name_of(saved.level));
  root[key("breakpoints")] = array_of(saved.breakpoints);
  QJsonArray bookmarks;
  for (const Bookmark& mark : saved.bookmarks)
    bookmarks.append(
        QJsonObject{{key("position"), QString::number(mark.position)}, {key("note"), mark.note}});
  root[key("bookmarks")] = bookmarks;
  if (!saved.data.isEmpty()) root[key("data")] = QString::fromLatin1(saved.data.toBase64());
  return QJsonDocument(root).toJson();
}

Result<SessionText> parse_session(const QByteArray& text) {
  QJsonParseError problem;
  const QJsonObject root = QJsonDocument::fromJson(text, &problem).object();
  if (problem.error != QJsonParseError::NoError)
    return error_of("session.syntax", "detail", problem.errorString());
  const int version = root.value(key("ringside")).toInt();
  if (version <= 0) return error_of("session.syntax", "detail", key("ringside"));
  if (version > kVersion) return error_of("session.version", "version", QString::number(version));
  SessionText out;
  SavedSession& saved = out.saved;
  saved.file = root.value(key("file")).toString();
  saved.title = root.value(key("title")).toString();
  saved.kernel = root.value(key("kernel")).toString();
  saved.filter = root.value(key("filter")).toString();
  saved.local = root.value(key("local")).toString();
  saved.apps = lines_of(root.value(key("apps")));
  saved.knobs = lines_of(root.value(key("knobs")));
  saved.edits = QJsonDocument(root.value(key("edits")).toArray()).toJson(QJsonDocument::Compact);
  saved.position = root.value(key("position")).toString().toULongLong();
  saved.level = level_named(root.value(key("level")).toString().toStdString()).value_or(Level::function);
  saved.breakpoints = lines_of(root.value(key("breakpoints")));
  for (const QJsonValue& mark : root.value(key("bookmarks")).toArray())
    saved.bookmarks.push_back({mark.toObject().value(key("position")).toString().toULongLong(),
                               mark.toObject().value(key("note")).toString()});
  saved.data = QByteArray::fromBase64(root.value(key("data")).toString().toLatin1());
  out.beside = root.value(key("beside")).toString();
  return out;
}

}  // namespace ringside::ui
