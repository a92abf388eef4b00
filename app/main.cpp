// ringside: the window.
#include <QApplication>
#include <QCommandLineParser>
#include <QTimer>

#include "ui/look/theme.h"
#include "ui/session/session.h"
#include "ui/window/main_window.h"
#include "ui/window/still.h"

using namespace ringside::ui;

namespace {

QCommandLineOption hidden(const QString& name, const QString& value) {
  QCommandLineOption option(name, {}, value);
  option.setFlags(QCommandLineOption::HiddenFromHelp);
  return option;
}

}  // namespace

int main(int argc, char** argv) {
  QApplication app(argc, argv);
  QCoreApplication::setOrganizationName(QStringLiteral("ringside"));
  QCoreApplication::setApplicationName(QStringLiteral("ringside"));
  QCoreApplication::setApplicationVersion(QStringLiteral(RINGSIDE_VERSION));
  QApplication::setStyle(QStringLiteral("Fusion"));

  QCommandLineParser parser;
  parser.setApplicationDescription(QCoreApplication::translate(
      "main", "A ringside seat at the Linux receive path, from the wire to read()."));
  parser.addHelpOption();
  parser.addVersionOption();
  parser.addPositionalArgument(
      QStringLiteral("FILE"),
      QCoreApplication::translate("main", "A capture to open; without it, a built-in example."),
      QStringLiteral("[FILE]"));
  const QCommandLineOption kernel(
      QStringLiteral("kernel"),
      QCoreApplication::translate("main", "The kernel to run: 4.13 (default) or 6.18."), QStringLiteral("K"),
      QStringLiteral("4.13"));
  const QCommandLineOption theme_option(QStringLiteral("theme"),
                                        QCoreApplication::translate("main", "light, dark or projector."),
                                        QStringLiteral("THEME"));
  // For pictures of the window, made without anybody looking.
  const QCommandLineOption screenshot = hidden(QStringLiteral("screenshot"), QStringLiteral("FILE"));
  const QCommandLineOption seek = hidden(QStringLiteral("seek"), QStringLiteral("N"));
  const QCommandLineOption packet = hidden(QStringLiteral("packet"), QStringLiteral("N"));
  const QCommandLineOption level = hidden(QStringLiteral("level"), QStringLiteral("LEVEL"));
  const QCommandLineOption size = hidden(QStringLiteral("size"), QStringLiteral("WxH"));
  parser.addOptions({kernel, theme_option, screenshot, seek, packet, level, size});
  parser.process(app);

  const bool still = parser.isSet(screenshot);
  MainWindow window({.keep_settings = !still});
  const QString named_theme = parser.value(theme_option);
  if (named_theme == QLatin1String("dark")) window.use_theme(ThemeKind::dark);
  if (named_theme == QLatin1String("light")) window.use_theme(ThemeKind::light);
  if (named_theme == QLatin1String("projector")) window.use_theme(ThemeKind::projector);
  window.session().set_kernel(parser.value(kernel));
  if (parser.isSet(size)) {
    const QStringList parts = parser.value(size).split(QLatin1Char('x'));
    if (parts.size() == 2) window.resize(parts[0].toInt(), parts[1].toInt());
  }
  Still picture;
  if (still) {
    picture.file = parser.value(screenshot);
    picture.step = parser.value(seek).toULongLong();
    picture.packet = parser.value(packet).toUInt();
    picture.level = parser.value(level);
    take_still(window, picture);
  }
  window.show();
  // The window is on the screen before the run begins.
  QTimer::singleShot(0, &window, [&] {
    const QStringList files = parser.positionalArguments();
    files.isEmpty() ? window.open_default() : window.open_path(files.first());
  });
  return QApplication::exec();
}
