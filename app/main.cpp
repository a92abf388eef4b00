// ringside: the window.
#include <signal.h>

#include <QApplication>
#include <QCommandLineParser>
#include <QTimer>
#include <cstdio>
#include <cstring>

#include "app/out_of_memory.h"
#include "core/live/sandbox.h"
#include "core/scenario/choices.h"
#include "core/words/words.h"
#include "ui/live/live_panel.h"
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

/// `--app` and `--set`.
std::optional<ringside::Error> choose(MainWindow& window, const QStringList& apps, const QStringList& knobs) {
  std::vector<ringside::AppChoice> chosen;
  for (const QString& text : apps) {
    auto app = ringside::app_choice(text.toStdString());
    if (!app) return app.error();
    chosen.push_back(*app);
  }
  std::vector<ringside::KnobSetting> set;
  for (const QString& text : knobs) {
    auto setting = ringside::knob_setting(text.toStdString());
    if (!setting) return setting.error();
    set.push_back(*setting);
  }
  window.session().prepare_with(std::move(chosen), std::move(set));
  return std::nullopt;
}

}  // namespace

int main(int argc, char** argv) {
  std::set_terminate(ringside::end_with_a_word);
  signal(SIGXFSZ, SIG_IGN);  // a file that may not grow further is a failed write, not the end
  const auto needs_no_display = [](const char* option) {
    for (const char* known : {"--help", "-h", "--version", "-v"})
      if (std::strcmp(option, known) == 0) return true;
    return std::strncmp(option, "--render", 8) == 0;
  };
  // Before there are threads, and before anything is connected to.
  std::optional<ringside::Error> no_sandbox;
  for (int i = 1; i < argc; ++i)
    if (std::strcmp(argv[i], "--sandbox") == 0) no_sandbox = ringside::live::enter_sandbox();
  for (int i = 1; i < argc; ++i)
    if (needs_no_display(argv[i]) && qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM"))
      qputenv("QT_QPA_PLATFORM", "offscreen");
  QApplication app(argc, argv);
  QCoreApplication::setOrganizationName(QStringLiteral("ringside"));
  QCoreApplication::setApplicationName(QStringLiteral("ringside"));
  QCoreApplication::setApplicationVersion(QStringLiteral(RINGSIDE_VERSION));
  QGuiApplication::setDesktopFileName(QStringLiteral("ringside"));
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
      QCoreApplication::translate("main", "The kernel to run: 4.13 (usual) or 6.18."), QStringLiteral("K"));
  const QCommandLineOption theme_option(QStringLiteral("theme"),
                                        QCoreApplication::translate("main", "light, dark or projector."),
                                        QStringLiteral("THEME"));
  const QCommandLineOption filter(
      QStringLiteral("filter"),
      QCoreApplication::translate("main", "Only these frames, in libpcap's language."),
      QStringLiteral("EXPRESSION"));
  const QCommandLineOption local(
      QStringLiteral("local"),
      QCoreApplication::translate("main", "Our host's address; without it, the side that receives."),
      QStringLiteral("ADDRESS"));
  const QCommandLineOption application(
      QStringLiteral("app"),
      QCoreApplication::translate("main", "Application NAME[:KEY=VALUE,...] on the modelled host."),
      QStringLiteral("APP"));
  const QCommandLineOption knob(
      QStringLiteral("set"),
      QCoreApplication::translate("main", "Knob NAME=VALUE, as `ringside-cli knobs` lists them."),
      QStringLiteral("KNOB"));
  const QCommandLineOption tap(
      QStringLiteral("tap"),
      QCoreApplication::translate("main", "A live host on a TAP device: real clients talk to the model."));
  const QCommandLineOption dev(QStringLiteral("dev"),
                               QCoreApplication::translate("main", "With --tap: the device (ringside0)."),
                               QStringLiteral("NAME"), QStringLiteral("ringside0"));
  const QCommandLineOption sandbox(
      QStringLiteral("sandbox"),
      QCoreApplication::translate("main",
                                  "With --tap: this window has a network of its own, with the clients "
                                  "in there; needs no privilege."));
  const QCommandLineOption host(
      QStringLiteral("host"),
      QCoreApplication::translate("main", "With --tap: the host's address, of each family."),
      QStringLiteral("ADDRESS"));
  const QCommandLineOption address(
      QStringLiteral("address"),
      QCoreApplication::translate("main",
                                  "With --tap: ADDRESS/PREFIX of this machine's end, of each family."),
      QStringLiteral("ADDRESS"));
  const QCommandLineOption render(
      QStringLiteral("render"),
      QCoreApplication::translate(
          "main", "Draw the stage at that step into a file (see -o) and end; needs no display."),
      QStringLiteral("STEP"));
  const QCommandLineOption out(
      {QStringLiteral("o"), QStringLiteral("output")},
      QCoreApplication::translate("main", "With --render: the file; .png, .svg or .pdf."),
      QStringLiteral("FILE"));
  // For pictures of the window, made without anybody looking.
  const QCommandLineOption screenshot = hidden(QStringLiteral("screenshot"), QStringLiteral("FILE"));
  const QCommandLineOption seek = hidden(QStringLiteral("seek"), QStringLiteral("N"));
  const QCommandLineOption packet = hidden(QStringLiteral("packet"), QStringLiteral("N"));
  const QCommandLineOption level = hidden(QStringLiteral("level"), QStringLiteral("LEVEL"));
  const QCommandLineOption act = hidden(QStringLiteral("act"), QStringLiteral("ACTION"));
  const QCommandLineOption zoom = hidden(QStringLiteral("zoom"), QStringLiteral("PERCENT"));
  const QCommandLineOption size = hidden(QStringLiteral("size"), QStringLiteral("WxH"));
  parser.addOptions({kernel,       filter, local, application, knob, tap,    dev,   sandbox, host, address,
                     theme_option, render, out,   screenshot,  seek, packet, level, act,     zoom, size});
  parser.process(app);

  const bool still = parser.isSet(screenshot) || parser.isSet(render);
  bool is_number = true;
  const qulonglong render_step = parser.isSet(render) ? parser.value(render).toULongLong(&is_number) : 0;
  if (!is_number || parser.isSet(render) != parser.isSet(out)) {
    std::fprintf(stderr, "ringside: --render takes the number of a step, and -o the file to draw into\n");
    return 2;
  }
  MainWindow window({.keep_settings = !still});
  const QString named_theme = parser.value(theme_option);
  if (named_theme == QLatin1String("dark")) window.use_theme(ThemeKind::dark);
  if (named_theme == QLatin1String("light")) window.use_theme(ThemeKind::light);
  if (named_theme == QLatin1String("projector")) window.use_theme(ThemeKind::projector);
  if (parser.isSet(kernel)) window.session().set_kernel(parser.value(kernel));
  if (const auto error = choose(window, parser.values(application), parser.values(knob))) {
    std::fprintf(stderr, "ringside: %s\n", ringside::Words::english().error(*error).c_str());
    return 2;
  }
  if (parser.isSet(size)) {
    const QStringList parts = parser.value(size).split(QLatin1Char('x'));
    if (parts.size() == 2) window.resize(parts[0].toInt(), parts[1].toInt());
  }
  Still picture;
  if (still) {
    picture.file = parser.isSet(render) ? parser.value(out) : parser.value(screenshot);
    picture.stage_only = parser.isSet(render);
    picture.step = parser.isSet(render) ? render_step : parser.value(seek).toULongLong();
    picture.packet = parser.value(packet).toUInt();
    picture.level = parser.value(level);
    picture.actions = parser.values(act);
    if (parser.isSet(zoom)) window.stage().set_zoom(parser.value(zoom).toDouble() / 100);
    take_still(window, picture);
  }
  window.show();
  if (!still) QTimer::singleShot(600, &window, &MainWindow::offer_tour);
  // The window is on the screen before the run begins.
  QTimer::singleShot(0, &window, [&] {
    const QStringList files = parser.positionalArguments();
    if (parser.isSet(tap)) {
      LiveWish wish;
      wish.dev = parser.value(dev);
      wish.apps = parser.values(application);
      wish.knobs = parser.values(knob);
      wish.hosts = parser.values(host);
      wish.addresses = parser.values(address);
      wish.sandbox = parser.isSet(sandbox);
      return window.open_live(wish, no_sandbox);
    }
    files.isEmpty() ? window.open_default()
                    : window.open_path(files.first(), {parser.value(filter), parser.value(local)});
  });
  return QApplication::exec();
}
