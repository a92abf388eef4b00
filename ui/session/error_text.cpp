#include "ui/session/error_text.h"

#include <QCoreApplication>
#include <QStringList>

namespace ringside::ui {

QString error_text(const Error& error) {
  QStringList parts;
  if (!error.file.empty()) parts << QString::fromStdString(error.file);
  QString what = QString::fromStdString(error.id);
  for (const auto& [name, value] : error.args)
    what += QStringLiteral(", %1 %2").arg(QString::fromStdString(name), QString::fromStdString(value));
  if (error.packet != 0) what += QCoreApplication::translate("Error", " (packet %1)").arg(error.packet);
  parts << what;
  return parts.join(QStringLiteral(": "));
}

}  // namespace ringside::ui
