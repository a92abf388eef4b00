#include "ui/look/system_look.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>

namespace ringside::ui {

namespace {
const QString kService = QStringLiteral("org.freedesktop.portal.Desktop");
const QString kPath = QStringLiteral("/org/freedesktop/portal/desktop");
const QString kInterface = QStringLiteral("org.freedesktop.portal.Settings");
const QString kGroup = QStringLiteral("org.freedesktop.appearance");
const QString kName = QStringLiteral("color-scheme");
}  // namespace

SystemLook::SystemLook(QObject* parent) : QObject(parent) {
  QDBusConnection bus = QDBusConnection::sessionBus();
  if (!bus.isConnected()) return;
  bus.connect(kService, kPath, kInterface, QStringLiteral("SettingChanged"), this,
              SLOT(setting_changed(QString, QString, QDBusVariant)));
  ask();
}

/// Nobody waits for the answer: the window is there before.
void SystemLook::ask() {
  QDBusMessage question = QDBusMessage::createMethodCall(kService, kPath, kInterface, QStringLiteral("Read"));
  question << kGroup << kName;
  auto* watcher = new QDBusPendingCallWatcher(QDBusConnection::sessionBus().asyncCall(question), this);
  connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, watcher] {
    const QDBusPendingReply<QDBusVariant> reply = *watcher;
    if (!reply.isError()) take(reply.value().variant());
    watcher->deleteLater();
  });
}

void SystemLook::setting_changed(const QString& group, const QString& name, const QDBusVariant& value) {
  if (group == kGroup && name == kName) take(value.variant());
}

/// 1: dark preferred, 2: light preferred, 0: no preference. Read() wraps it in one more variant.
void SystemLook::take(const QVariant& scheme) {
  QVariant value = scheme;
  while (value.canConvert<QDBusVariant>()) value = value.value<QDBusVariant>().variant();
  const ThemeKind before = kind();
  const uint number = value.toUInt();
  said_ = number == 1   ? std::optional(ThemeKind::dark)
          : number == 2 ? std::optional(ThemeKind::light)
                        : std::nullopt;
  if (kind() != before) emit changed();
}

ThemeKind SystemLook::kind() const { return said_.value_or(Theme::system_kind()); }

}  // namespace ringside::ui
