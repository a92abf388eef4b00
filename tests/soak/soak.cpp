// Hours of use in one go: the window opens captures and lessons, plays, scrubs, steps back, changes kernels
// and knobs, and opens the next. What it takes of memory must not grow: once every input has been open, the
// peak of each round is held against those of the first rounds.
//   ringside_soak MINUTES [FILE...]      (without files: the project's own captures and some lessons)
#include <unistd.h>

#include <QApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QStandardPaths>
#include <QTest>
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <random>

#include "ui/window/main_window.h"

namespace ringside::ui {
namespace {

constexpr std::size_t kFirstRounds = 4;        ///< they set the measure
constexpr std::int64_t kAllowance = 12 << 10;  ///< KiB beyond it
constexpr int kLongestRunMs = 120'000;

std::int64_t resident_kib() {
  std::ifstream file("/proc/self/statm");
  std::int64_t pages = 0, resident = 0;
  file >> pages >> resident;
  return resident * sysconf(_SC_PAGESIZE) / 1024;
}

class User {
 public:
  explicit User(unsigned seed) : random_(seed) {
    window_.resize(1366, 768);
    window_.show();
    (void)QTest::qWaitForWindowExposed(&window_);
  }

  /// One input, for some seconds. False: it did not open.
  bool visit(const QString& file) {
    Session& session = window_.session();
    window_.open_path(file);
    if (!QTest::qWaitFor([&] { return session.is_open() && !session.busy(); }, kLongestRunMs)) return false;
    for (int i = 0; i < 12; ++i) act(session);
    session.play(false);
    return true;
  }
  std::uint64_t acts() const { return acts_; }

 private:
  std::uint64_t below(std::uint64_t n) { return n == 0 ? 0 : random_() % n; }

  void act(Session& session) {
    ++acts_;
    const StepIndex end = session.trace().step_count();
    switch (below(8)) {
      case 0:  // plays for a while
        session.set_speed(5000);
        session.play(true);
        QTest::qWait(150);
        session.play(false);
        break;
      case 1:
      case 2:
      case 3: {  // pulls the slider to and fro
        StepIndex at = below(end + 1);
        for (int i = 0; i < 25; ++i) {
          session.seek(at);
          QCoreApplication::processEvents();
          at = std::min<StepIndex>(end, at + below(end / 20 + 2));
        }
        break;
      }
      case 4:
        for (int i = 0; i < 40; ++i) (i % 3 == 0) ? session.step_forward() : session.step_back();
        break;
      case 5:
        for (int i = 0; i < 10; ++i) (i % 2 == 0) ? session.next_packet() : session.next_queue_event();
        break;
      case 6:
        session.set_kernel(session.kernel() == QStringLiteral("4.13") ? QStringLiteral("6.18")
                                                                      : QStringLiteral("4.13"));
        break;
      default: {
        Scenario changed = session.scenario();
        changed.knobs.push_back({"net.core.netdev_budget", std::to_string(20 + below(300))});
        session.rerun(changed);
      }
    }
    QCoreApplication::processEvents();
    (void)QTest::qWaitFor([&] { return session.is_open() && !session.busy() && !session.is_searching(); },
                          kLongestRunMs);
  }

  std::mt19937_64 random_;
  MainWindow window_{MainWindow::Options{.keep_settings = false}};
  std::uint64_t acts_ = 0;
};

QStringList usual_files() {
  QStringList files;
  for (const auto& [folder, filter] : {std::pair("captures", "*.pcap*"), std::pair("scenarios", "s*.pkt")}) {
    const QDir dir(QStringLiteral(RINGSIDE_SOURCE_DIR "/resources/") + QString::fromLatin1(folder));
    for (const QString& name : dir.entryList({QString::fromLatin1(filter)})) files << dir.filePath(name);
  }
  return files;
}

int soak(int minutes, const QStringList& files) {
  User user(1);
  QElapsedTimer clock;
  clock.start();
  std::int64_t measure = 0, highest = 0;
  for (std::size_t round = 1; clock.elapsed() < minutes * 60'000LL; ++round) {
    std::int64_t peak = 0;
    for (const QString& file : files) {
      if (!user.visit(file)) {
        std::fprintf(stderr, "%s did not open\n", qPrintable(file));
        return 1;
      }
      peak = std::max(peak, resident_kib());
    }
    if (round <= kFirstRounds) measure = std::max(measure, peak);
    highest = std::max(highest, peak);
    std::printf("round %zu, %lld s, %llu deeds: peak %lld KiB\n", round,
                static_cast<long long>(clock.elapsed() / 1000), static_cast<unsigned long long>(user.acts()),
                static_cast<long long>(peak));
    std::fflush(stdout);
  }
  if (highest <= measure + kAllowance) return 0;
  std::printf("memory grows: from %lld to %lld KiB\n", static_cast<long long>(measure),
              static_cast<long long>(highest));
  return 1;
}

}  // namespace
}  // namespace ringside::ui

int main(int argc, char** argv) {
  if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
  QStandardPaths::setTestModeEnabled(true);
  QApplication app(argc, argv);
  QCoreApplication::setOrganizationName(QStringLiteral("ringside-tests"));
  QCoreApplication::setApplicationName(QStringLiteral("ringside-soak"));
  const int minutes = argc > 1 ? std::atoi(argv[1]) : 0;
  if (minutes <= 0) {
    std::fprintf(stderr, "how long? ringside_soak MINUTES [FILE...]\n");
    return 2;
  }
  QStringList files = QCoreApplication::arguments().mid(2);
  if (files.isEmpty()) files = ringside::ui::usual_files();
  return ringside::ui::soak(minutes, files);
}
