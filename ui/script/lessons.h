// The scripts that come with the program, in groups, as the menu lists them.
#pragma once
#include <QString>
#include <vector>

namespace ringside::ui {

struct Lesson {
  QString title, path;
};

struct LessonGroup {
  QString name;
  std::vector<Lesson> lessons;
};

/// Those in `folder`: grouped and ordered as its lessons.json says; scripts it does not name come last.
std::vector<LessonGroup> lessons_in(const QString& folder);

/// The `//@ title` of a script; its file name if it has none.
QString title_of_script(const QString& path);

}  // namespace ringside::ui
