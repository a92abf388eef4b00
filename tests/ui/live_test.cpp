// The window on a live host: its trace grows while one goes back and forth in it.
#include <sched.h>
#include <time.h>
#include <unistd.h>

#include <QCheckBox>
#include <QComboBox>
#include <QDockWidget>
#include <QEventLoop>
#include <QFile>
#include <QLabel>
#include <QPlainTextEdit>
#include <QProcess>
#include <QPushButton>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTimer>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <thread>

#include "core/live/live_setup.h"
#include "core/wire/ethernet.h"
#include "core/wire/icmp.h"
#include "core/wire/ipv4.h"
#include "tests/ui/window_fixture.h"
#include "ui/live/client_box.h"
#include "ui/live/live_dialog.h"
#include "ui/live/live_panel.h"
#include "ui/panels/packets_panel.h"
#include "ui/stage/stage_widget.h"
#include "ui/window/banner.h"

namespace ringside::ui {
namespace {

/// A wire on which somebody pings, so many times a second.
class Pinger : public LiveWire {
 public:
  Pinger(std::unique_ptr<nic::LiveFrames> frames, int per_second)
      : frames_(std::move(frames)), gap_(1'000'000'000 / per_second), began_(Clock::now()) {}

  std::optional<std::int64_t> wait(std::int64_t, std::int64_t reached_ns) override {
    if (ended) return std::nullopt;
    if (floor_ < 0) return floor_ = 0;
    std::this_thread::sleep_for(std::chrono::microseconds(200));
    if (hold && !told_) {  // those who watch are told all there was, first
      told_ = true;
      shown_ = since_begin() - 1'000'000'000;
      return floor_;
    }
    if (hold) stand_still();
    const std::int64_t now = std::max({since_begin(), reached_ns + 1, floor_ + 1});
    for (; next_ <= now; next_ += gap_) {
      floor_ = std::max({floor_ + 1, reached_ns + 1, next_});
      frames_->append(floor_, ping());
      ++came_;
    }
    return floor_ = std::max(floor_, now);
  }
  bool shows() override {
    if (since_begin() - shown_ < 100'000'000) return false;
    shown_ = since_begin();
    return true;
  }
  void sent(Kernel&, const Outgoing&) override { ++answers; }
  std::optional<Held> held() const override {
    const std::uint32_t waiting = waiting_, came = came_;
    return hold ? std::optional(Held{waiting, came - waiting + 1}) : std::nullopt;
  }

  std::atomic<bool> ended{false}, hold{false};
  std::atomic<std::uint32_t> flood{0};  ///< pings that come while it is held
  std::atomic<int> answers{0};

 private:
  using Clock = std::chrono::steady_clock;
  std::int64_t since_begin() const {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - began_).count();
  }
  static wire::Buffer ping() {
    wire::Buffer icmp, frame;
    wire::IcmpHeader{wire::ICMP_ECHO, 0, 1}.append_v4(icmp, wire::Buffer(56));
    wire::EthernetHeader{
        *MacAddr::parse("02:00:0a:42:00:02"), *MacAddr::parse("02:00:00:00:00:01"), {}, wire::ETH_P_IP}
        .append_to(frame);
    wire::Ipv4Header ip;
    ip.saddr = IpAddr::v4(10, 66, 0, 1);
    ip.daddr = IpAddr::v4(10, 66, 0, 2);
    ip.protocol = wire::IPPROTO_NR_ICMP;
    ip.append_to(frame, icmp.size());
    wire::put(frame, icmp);
    return frame;
  }
  /// As a TAP does it: what comes meanwhile has the time of the moment when the host goes on.
  void stand_still() {
    ++floor_;
    while (hold && !ended) {
      for (; waiting_ < flood; ++waiting_, ++came_) frames_->append(floor_, ping());
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    waiting_ = 0;
    told_ = false;
  }
  std::unique_ptr<nic::LiveFrames> frames_;
  std::atomic<std::uint32_t> came_{0}, waiting_{0};
  bool told_ = false;
  std::int64_t gap_, floor_ = -1, next_ = 1'000'000, shown_ = 0;
  Clock::time_point began_;
};

class LiveWindow : public WindowTest {
 protected:
  std::shared_ptr<Pinger> open_pinger(int per_second) {
    auto frames = std::move(*nic::LiveFrames::create());
    live::LiveSetup setup;
    setup.knobs = {{"nic.neigh_resolve", "0"}};
    auto scenario = std::move(*live::make_scenario(setup, *frames));
    auto wire = std::make_shared<Pinger>(std::move(frames), per_second);
    session().open_live(std::move(scenario), QStringLiteral("pinged"), wire);
    EXPECT_TRUE(
        QTest::qWaitFor([&] { return session().is_open() && session().trace().packet_count() > 3; }, 30000));
    return wire;
  }
  Session& session() { return window->session(); }
};

TEST_F(LiveWindow, TheTraceGrowsWhileOneGoesBackAndForthInIt) {
  const auto wire = open_pinger(100);
  ASSERT_TRUE(session().is_live());
  const StepIndex before = session().trace().step_count();
  session().seek(before / 2);
  session().step_back();
  const StepIndex here = position();
  ASSERT_LT(here, before);
  EXPECT_TRUE(QTest::qWaitFor([&] { return session().trace().step_count() > 2 * before; }, 30000));
  EXPECT_EQ(position(), here) << "growing must not move the player";
  session().to_end();
  EXPECT_GE(position(), 2 * before);
  EXPECT_GT(wire->answers, 0);
}

TEST_F(LiveWindow, AnotherKnobEndsItAndRunsWhatHasComeAgain) {
  const auto wire = open_pinger(200);
  Scenario changed = session().scenario();
  changed.knobs.push_back({"net.ipv4.icmp_echo_ignore_all", "1"});
  QSignalSpy finished(&session(), &Session::runFinished);
  session().rerun(std::move(changed));
  ASSERT_TRUE(QTest::qWaitFor(
      [&] { return !finished.isEmpty() && session().is_open() && !session().is_live() && !session().busy(); },
      30000));
  EXPECT_GT(session().trace().packet_count(), 3u);
  EXPECT_EQ(session().trace().sent_count(), 0u) << "no ping is answered now";
}

/// How long the window's thread works from one turn of its event loop to the next: so long a click waits at
/// most. CPU time, because others may use this machine, too.
class Turns {
 public:
  Turns() {
    QObject::connect(&beat_, &QTimer::timeout, [this] {
      const std::int64_t t = now();
      ms_.push_back(static_cast<double>(t - last_) / 1e6);
      last_ = t;
    });
    beat_.start(0);
  }
  std::size_t count() const { return ms_.size(); }
  std::size_t longer_than(double ms) const {
    return static_cast<std::size_t>(std::count_if(ms_.begin(), ms_.end(), [=](double d) { return d > ms; }));
  }
  double longest() const { return ms_.empty() ? 0 : *std::max_element(ms_.begin(), ms_.end()); }

 private:
  static std::int64_t now() {
    timespec t{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return std::int64_t{t.tv_sec} * 1'000'000'000 + t.tv_nsec;
  }
  QTimer beat_;
  std::int64_t last_ = now();
  std::vector<double> ms_;
};

TEST_F(LiveWindow, StaysResponsiveAtTwentyThousandPacketsASecond) {
  const auto wire = open_pinger(20000);
  QObject::connect(&session(), &Session::traceGrew, window.get(),
                   [this] { session().seek(session().trace().step_count()); });
  QTest::qWait(500);  // what is made once is made
  const std::uint32_t before = session().trace().packet_count();
  Turns turns;
  QEventLoop loop;
  QTimer::singleShot(4000, &loop, &QEventLoop::quit);
  loop.exec();
  const std::uint32_t came = session().trace().packet_count() - before;
  std::printf(
      "%u packets; turns of the event loop: %zu, above 5 ms of CPU %zu, above 20 ms %zu, longest %.1f\n",
      came, turns.count(), turns.longer_than(5), turns.longer_than(20), turns.longest());
  RecordProperty("longest_us", static_cast<int>(turns.longest() * 1000));
  EXPECT_GT(came, 5000u);
  EXPECT_GT(turns.count(), 3u);
  EXPECT_LT(turns.longest(), 50) << "ms of CPU that the window did not listen to its user";
}

/// Of this process, in MB: memory of its own, and pages of files, which the system may take back at any time.
struct Resident {
  double own = 0, file = 0;
};
Resident resident() {
  Resident found;
  QFile status(QStringLiteral("/proc/self/status"));
  if (!status.open(QIODevice::ReadOnly)) return found;
  for (const QByteArray& line : status.readAll().split('\n')) {
    const double mb = line.simplified().split(' ').value(1).toDouble() / 1024;
    if (line.startsWith("RssAnon:")) found.own = mb;
    if (line.startsWith("RssFile:") || line.startsWith("RssShmem:")) found.file += mb;
  }
  return found;
}

/// RINGSIDE_LIVE_FRAMES=1600000 is what core/README.md tells; the list's columns are held to it by
/// PacketTable's tests.
TEST_F(LiveWindow, ItsMemoryIsBounded) {
  const int frames = qEnvironmentVariableIntValue("RINGSIDE_LIVE_FRAMES");
  const std::uint32_t most = frames > 0 ? static_cast<std::uint32_t>(frames) : 100'000;
  const auto wire = open_pinger(20000);
  const query::PacketTable& list = *session().table();
  Turns turns;
  std::vector<Resident> found;
  for (std::uint32_t quarter = 1; quarter <= 4; ++quarter) {
    ASSERT_TRUE(QTest::qWaitFor([&] { return list.size() >= most / 4 * quarter; }, 300000));
    found.push_back(resident());
    std::printf("%zu frames: %.0f MB of its own, %.0f MB of files; the list: %zu MB, %zu of them in files\n",
                list.size(), found.back().own, found.back().file, list.bytes() >> 20,
                list.bytes_in_file() >> 20);
  }
  std::printf("longest turn of the event loop: %.1f ms of CPU\n", turns.longest());
  if (list.bytes_in_file() == 0) GTEST_SKIP() << "the temporary folder is in memory, or full";
  EXPECT_LT(found.back().own - found.front().own, 40)
      << "MB more after three quarters of " << most << " frames";
  EXPECT_TRUE(frames == 0 || turns.longest() < 50) << turns.longest() << " ms of CPU";
}

TEST_F(LiveWindow, ItsListGrowsAlsoFilteredAndSorted) {
  const auto wire = open_pinger(3000);
  auto* panel = window->findChild<PacketsPanel*>();
  QAbstractItemModel& list = *panel->view()->model();
  const auto number = [&](int row) { return list.index(row, PacketModel::kNumber).data().toUInt(); };
  const auto grows = [&](int by) {
    const int before = list.rowCount();
    return QTest::qWaitFor([&] { return list.rowCount() > before + by; }, 30000);
  };
  EXPECT_TRUE(grows(300));
  session().to_end();
  EXPECT_TRUE(QTest::qWaitFor(
      [&] {
        session().to_end();
        return panel->view()->currentIndex().row() > list.rowCount() - 2000;
      },
      20000))
      << "the list goes with the newest step";
  panel->filter()->setText(QStringLiteral("icmp && frame.number > 100"));
  QTest::keyClick(panel->filter(), Qt::Key_Return);
  EXPECT_TRUE(QTest::qWaitFor([&] { return list.rowCount() > 0 && number(0) == 101; }, 20000));
  // What is chosen in it stays: what comes is only added.
  panel->view()->selectRow(2);
  QPersistentModelIndex chosen(list.index(2, 0));
  QSignalSpy anew(&list, &QAbstractItemModel::modelReset);
  EXPECT_TRUE(grows(300)) << "filtered";
  EXPECT_TRUE(anew.isEmpty());
  EXPECT_TRUE(chosen.isValid());
  panel->view()->sortByColumn(PacketModel::kTime, Qt::DescendingOrder);
  EXPECT_TRUE(QTest::qWaitFor([&] { return number(0) > number(list.rowCount() - 1); }, 20000));
  const std::uint32_t newest = number(0);
  EXPECT_TRUE(QTest::qWaitFor([&] { return number(0) > newest + 300; }, 30000)) << "sorted by time";
  EXPECT_EQ(number(list.rowCount() - 1), 101u);
}

TEST_F(LiveWindow, AHeldHostsRingFillsOnTheStageWhileOneLooksAtItsPast) {
  const auto wire = open_pinger(100);
  StageWidget& stage = window->stage();
  const auto& now = stage.picture().now;
  session().to_end();
  const auto missed = [&] {
    for (const auto& [counter, n] : session().trace().counters())
      if (counter == Counter::rx_missed_errors) return n;
    return std::uint64_t{0};
  };
  EXPECT_EQ(missed(), 0u);
  wire->hold = true;
  wire->flood = 40;
  const auto waiting = [&](std::uint64_t n) {
    return QTest::qWaitFor(
        [&] {
          session().step_back();  // as a user who looks at what was
          session().to_end();
          return now && now->held && !now->past && now->waiting == n;
        },
        20000);
  };
  ASSERT_TRUE(waiting(40));
  QTest::qWait(300);  // those who watch have been told all of it
  ASSERT_TRUE(waiting(40));
  EXPECT_FALSE(now->past);
  EXPECT_EQ(now->fit(), 40u);
  EXPECT_EQ(now->beyond(), 0u);
  ASSERT_FALSE(now->chips.empty());
  EXPECT_GT(now->chips.front().packet, 0u);
  EXPECT_EQ(now->chips.front().protocol, 1) << "a ping";
  const QRectF strip = stage.place_rect(Place::wire);
  const QPointF title = strip.topLeft() + QPointF(20, 10);
  EXPECT_TRUE(stage.words_at(title).contains(QStringLiteral("40 frames have come")))
      << stage.words_at(title).toStdString();
  const QImage few = stage.grab().toImage();
  wire->flood = 700;
  ASSERT_TRUE(waiting(700));
  EXPECT_GT(now->room, 400u);
  EXPECT_LT(now->room, 512u) << "the register's slot stays empty";
  const std::uint64_t beyond = now->beyond();
  EXPECT_EQ(beyond, 700 - now->room);
  EXPECT_NE(stage.grab().toImage(), few) << "the ring is seen to be full";
  session().seek(position() / 2);
  ASSERT_TRUE(now);
  EXPECT_TRUE(now->past);
  EXPECT_EQ(now->beyond(), beyond) << "wherever one looks, now is now";
  const QPointF below = strip.bottomLeft() + QPointF(20, -10);
  EXPECT_TRUE(stage.words_at(below).contains(QStringLiteral("find no slot")))
      << stage.words_at(below).toStdString();
  wire->hold = false;
  EXPECT_TRUE(QTest::qWaitFor([&] { return missed() == beyond; }, 20000))
      << missed() << " counted, " << beyond << " were said before";
  session().seek(0);
  ASSERT_TRUE(now);
  EXPECT_FALSE(now->held);
  wire->ended = true;
  EXPECT_TRUE(QTest::qWaitFor([&] { return !session().is_live(); }, 20000));
  session().step_forward();
  EXPECT_FALSE(now) << "an ended host has no now";
}

TEST_F(LiveWindow, TheDialogSaysWhatOneCanDo) {
  auto* dialog = new LiveDialog([](const LiveWish&) {
    Error error;
    error.id = "tap.permission";
    error.args = {{"dev", "ringside0"}};
    return std::optional(error);
  });
  dialog->show();
  dialog->findChild<QPushButton*>()->setFocus();
  for (QPushButton* button : dialog->findChildren<QPushButton*>())
    if (button->isDefault() || button->text().contains(QStringLiteral("Open"))) button->click();
  EXPECT_TRUE(
      dialog->findChild<QLabel*>(QStringLiteral("live-wrong"))->text().contains(QStringLiteral("ringside0")));
  const QString ways = dialog->findChild<QPlainTextEdit*>()->toPlainText();
  EXPECT_TRUE(ways.contains(QStringLiteral("ip tuntap add dev ringside0 mode tap user")))
      << ways.toStdString();
  EXPECT_TRUE(ways.contains(QStringLiteral("setcap cap_net_admin"))) << ways.toStdString();
  EXPECT_TRUE(ways.contains(QStringLiteral("--sandbox"))) << ways.toStdString();
  dialog->close();
}

TEST_F(LiveWindow, TheDialogSaysWhichWaysThereAre) {
  live::Ways ways;
  ways.prepared = live::PreparedTap::yours;
  ways.helper = live::HelperState::powerless;
  ways.helper_path = "/opt/x/ringside-tap-helper";
  ways.no_sandbox = Error{};
  ways.no_sandbox->id = "sandbox.denied";
  ways.no_sandbox->args = {{"detail", "Operation not permitted"}};
  const QString text = ways_to_a_tap(ways, QStringLiteral("tap3"), {QStringLiteral("10.1.0.1/24")});
  for (const char* words :
       {"'tap3' is there, and yours", "it lacks its privilege", "ip addr add 10.1.0.1/24 dev tap3",
        "setcap cap_net_admin+ep /opt/x/ringside-tap-helper", "(Operation not permitted)"})
    EXPECT_TRUE(text.contains(QString::fromLatin1(words))) << words << "\n" << text.toStdString();
  LiveWish wish;
  wish.apps = QStringList{QStringLiteral("echo"), QStringLiteral("http:port=8080")};
  EXPECT_EQ(sandbox_arguments(wish, QStringLiteral("6.18")).join(QLatin1Char(' ')),
            QStringLiteral("--tap --sandbox --kernel 6.18 --dev ringside0 --app echo --app http:port=8080"));
}

TEST_F(LiveWindow, AClientRunsFromTheWindowAndIsStopped) {
  ClientBox box;
  box.show();
  auto* command = box.findChild<QComboBox*>(QStringLiteral("live-client"));
  auto* run = box.findChild<QPushButton*>(QStringLiteral("live-client-run"));
  auto* said = box.findChild<QPlainTextEdit*>(QStringLiteral("live-client-said"));
  box.offer(QStringLiteral("10.9.0.2"));
  EXPECT_EQ(command->currentText(), QStringLiteral("curl -s http://10.9.0.2/"));
  command->setEditText(QStringLiteral("echo one; echo two >&2; exit 3"));
  run->click();
  ASSERT_TRUE(QTest::qWaitFor([&] { return !box.running(); }, 20000));
  EXPECT_TRUE(QTest::qWaitFor([&] { return said->toPlainText().contains(QStringLiteral("code 3")); }, 5000));
  EXPECT_TRUE(said->toPlainText().contains(QStringLiteral("one\ntwo\n")))
      << said->toPlainText().toStdString();
  command->setEditText(QStringLiteral("sleep 100 | cat"));
  run->click();
  EXPECT_TRUE(QTest::qWaitFor([&] { return box.running() && run->text() == QStringLiteral("&Stop"); }, 5000));
  run->click();
  EXPECT_TRUE(QTest::qWaitFor([&] { return !box.running(); }, 20000)) << "a whole pipeline is stopped";
  EXPECT_EQ(run->text(), QStringLiteral("R&un"));
}

/// The window's own thread gets an empty network of its own; it needs root.
TEST_F(LiveWindow, ARealClientIsAnsweredHeldAndSaved) {
  if (geteuid() != 0 || unshare(CLONE_NEWNET) != 0 || access("/dev/net/tun", R_OK | W_OK) != 0)
    GTEST_SKIP() << "a network namespace and a TAP device are not to be had here";
  window->open_live({});
  auto* panel = window->findChild<LivePanel*>();
  ASSERT_TRUE(QTest::qWaitFor([&] { return session().is_live() && session().is_open(); }, 30000))
      << window->banner().text().toStdString();
  EXPECT_TRUE(panel->following());
  EXPECT_TRUE(
      QTest::qWaitFor([&] { return window->banner().text().contains(QStringLiteral("modelled")); }, 10000));
  const auto curl = [](const char* patience) {
    QProcess process;
    process.start(QStringLiteral("curl"),
                  {QStringLiteral("-s"), QStringLiteral("-m"), QString::fromLatin1(patience),
                   QStringLiteral("http://10.66.0.2/")});
    const bool ended = QTest::qWaitFor([&] { return process.state() == QProcess::NotRunning; }, 30000);
    return ended && process.readAllStandardOutput().contains("What your packets did");
  };
  EXPECT_TRUE(curl("20"));
  EXPECT_TRUE(QTest::qWaitFor([&] { return session().trace().flow_count() > 0; }, 10000));
  EXPECT_TRUE(QTest::qWaitFor([&] { return position() == session().trace().step_count(); }, 10000));
  if (const QString picture = qEnvironmentVariable("RINGSIDE_LIVE_PICTURE"); !picture.isEmpty())
    window->grab().save(picture);  // for those who want to see it
  session().step_back();
  EXPECT_FALSE(panel->following()) << "the user has gone elsewhere";
  panel->findChild<QCheckBox*>(QStringLiteral("live-hold"))->click();
  EXPECT_FALSE(curl("1")) << "held, the host answers nobody";
  auto* held = panel->findChild<QLabel*>(QStringLiteral("live-held"));
  EXPECT_TRUE(held->isVisibleTo(panel));
  EXPECT_TRUE(QTest::qWaitFor(
      [&] { return held->text().contains(QRegularExpression(QStringLiteral("have come meanwhile: [1-9]"))); },
      5000))
      << held->text().toStdString();
  // More than the ring takes: seen on the stage by itself, and counted when the host goes on.
  const auto& now = window->stage().picture().now;
  QProcess sender;
  sender.start(
      QStringLiteral("bash"),
      {QStringLiteral("-c"), QStringLiteral("for i in {1..700}; do echo $i > /dev/udp/10.66.0.2/9; done")});
  EXPECT_TRUE(QTest::qWaitFor([&] { return now && now->held && now->waiting >= 700; }, 20000));
  ASSERT_TRUE(now);
  EXPECT_TRUE(now->past);
  const std::uint64_t beyond = now->beyond();
  EXPECT_GT(beyond, 100u);
  if (const QString picture = qEnvironmentVariable("RINGSIDE_LIVE_PICTURE"); !picture.isEmpty())
    window->grab().save(picture + QStringLiteral(".held.png"));
  panel->findChild<QCheckBox*>(QStringLiteral("live-hold"))->click();
  EXPECT_TRUE(QTest::qWaitFor(
      [&] {
        for (const auto& [counter, n] : session().trace().counters())
          if (counter == Counter::rx_missed_errors) return n >= beyond && n <= beyond + 10;
        return false;
      },
      20000))
      << beyond << " frames were said to find no slot";
  EXPECT_TRUE(curl("20"));
  auto* cable = panel->findChild<QWidget*>(QStringLiteral("live-cable"));
  EXPECT_TRUE(cable->isEnabled());
  panel->findChild<QPushButton*>(QStringLiteral("live-end"))->click();
  ASSERT_TRUE(QTest::qWaitFor([&] { return panel->can_save(); }, 30000));
  EXPECT_TRUE(QTest::qWaitFor([&] { return !cable->isEnabled(); }, 5000)) << "nothing can act on it any more";
  EXPECT_FALSE(panel->findChild<QWidget*>(QStringLiteral("live-loss"))->isEnabled());
  EXPECT_FALSE(panel->findChild<QWidget*>(QStringLiteral("live-client-run"))->isEnabled());
  EXPECT_TRUE(panel->findChild<QLabel*>(QStringLiteral("live-state"))
                  ->text()
                  .contains(QStringLiteral("nothing to act on any more")));
  const RunEnd end = session().run()->end();
  const QTemporaryDir folder;
  const QString path = folder.filePath(QStringLiteral("x.ringside"));
  const auto error = panel->save(path);
  ASSERT_FALSE(error) << error->id;
  QSignalSpy finished(&session(), &Session::runFinished);
  window->open_path(path);
  ASSERT_TRUE(QTest::qWaitFor([&] { return !finished.isEmpty() && session().is_open() && !session().busy(); },
                              30000));
  EXPECT_EQ(session().run()->end().steps, end.steps);
  EXPECT_EQ(session().run()->end().state_hash, end.state_hash);
}

}  // namespace
}  // namespace ringside::ui
