// What the window shows when no file is named: the built-in example, found beside the program.
#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>

#include "ui/window/data_file.h"
#include "ui/window/main_window.h"

namespace ringside::ui {

QString data_file(const QString& name) {
  const QString program = QCoreApplication::applicationDirPath();
  for (const QString& folder :
       {program + QStringLiteral("/resources"), program + QStringLiteral("/../share/ringside"),
        program + QStringLiteral("/../../resources")}) {
    const QFileInfo file(QDir(folder).filePath(name));
    if (file.isFile()) return file.canonicalFilePath();
  }
  return {};
}

void MainWindow::open_default() {
  play_when_open_ = true;
  session_->set_level(Level::function);
  session_->open_file(data_file(QStringLiteral("scenarios/segments-5-to-9.pkt")));
}

}  // namespace ringside::ui
