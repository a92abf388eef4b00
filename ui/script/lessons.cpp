#include "ui/script/lessons.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace ringside::ui {

QString title_of_script(const QString& path) {
  const QString mark = QStringLiteral("//@ title:");
  QFile file(path);
  if (file.open(QIODevice::ReadOnly | QIODevice::Text)) {
    constexpr int kMostLines = 40;
    for (int line = 0; line < kMostLines && !file.atEnd(); ++line) {
      const QString text = QString::fromUtf8(file.readLine(4096)).trimmed();
      if (text.startsWith(mark)) return text.mid(mark.size()).trimmed();
    }
  }
  return QFileInfo(path).completeBaseName();
}

std::vector<LessonGroup> lessons_in(const QString& folder) {
  const QDir dir(folder);
  QStringList left = dir.entryList({QStringLiteral("*.pkt")}, QDir::Files, QDir::Name);
  std::vector<LessonGroup> groups;
  const auto lesson = [&](const QString& file) {
    const QString path = dir.filePath(file);
    return Lesson{title_of_script(path), path};
  };
  QFile list(dir.filePath(QStringLiteral("lessons.json")));
  if (list.open(QIODevice::ReadOnly)) {
    const QJsonArray entries = QJsonDocument::fromJson(list.readAll()).array();
    for (const QJsonValue& entry : entries) {
      LessonGroup group{entry[QStringLiteral("group")].toString(), {}};
      const QJsonArray scripts = entry[QStringLiteral("scripts")].toArray();
      for (const QJsonValue& name : scripts) {
        const QString file = name.toString() + QStringLiteral(".pkt");
        if (left.removeOne(file)) group.lessons.push_back(lesson(file));
      }
      if (!group.lessons.empty()) groups.push_back(std::move(group));
    }
  }
  if (!left.isEmpty()) {
    LessonGroup more{QCoreApplication::translate("Lessons", "More"), {}};
    for (const QString& file : left) more.lessons.push_back(lesson(file));
    groups.push_back(std::move(more));
  }
  return groups;
}

}  // namespace ringside::ui
