// Whether the desktop is light or dark, also when that changes while the program runs. Desktops say so in the
// settings portal of the session bus (org.freedesktop.appearance, color-scheme); where there is none, the
// palette the program started with tells.
#pragma once
#include <QDBusVariant>
#include <QObject>
#include <optional>

#include "ui/look/theme.h"

namespace ringside::ui {

class SystemLook : public QObject {
  Q_OBJECT
 public:
  explicit SystemLook(QObject* parent = nullptr);
  ThemeKind kind() const;

 public slots:
  /// The portal's signal.
  void setting_changed(const QString& group, const QString& name, const QDBusVariant& value);

 signals:
  void changed();

 private:
  void ask();
  void take(const QVariant& scheme);
  std::optional<ThemeKind> said_;  ///< by the portal; empty: it has no opinion
};

}  // namespace ringside::ui
