// The window's bridge to the engine, used as an impatient user uses it while runs, searches and readers are
// at work in their threads. Qt itself is not instrumented: qt.supp.
#include <gtest/gtest.h>

#include <QCoreApplication>
#include <QElapsedTimer>
#include <functional>

#include "tests/race/qt_handover.h"
#include "ui/session/session.h"

namespace ringside::ui {
namespace {

constexpr int kPatienceMs = 60'000;

bool wait_for(const std::function<bool()>& done) {
  QElapsedTimer clock;
  clock.start();
  while (!done()) {
    if (clock.elapsed() > kPatienceMs) return false;
    QCoreApplication::processEvents(QEventLoop::AllEvents, 10);
  }
  return true;
}

QString capture(const char* name) {
  return QStringLiteral(RINGSIDE_SOURCE_DIR "/resources/captures/") + QString::fromLatin1(name);
}

bool settled(Session& session) { return session.is_open() && !session.busy() && !session.is_searching(); }

TEST(SessionRace, StepsAndSearchesWhileTheRunGoesOn) {
  Session session;
  session.open_file(capture("bulk-reorder.pcap"));
  ASSERT_TRUE(wait_for([&] { return session.is_open(); }));
  for (int i = 0; session.busy() && i < 2000; ++i) {
    session.seek(session.trace().step_count() * static_cast<StepIndex>(i % 10) / 10);
    session.step_forward();
    session.next_packet();
    QCoreApplication::processEvents();
  }
  ASSERT_TRUE(wait_for([&] { return settled(session); }));
  session.search_forward([](const Page&, const Event& event) { return event.kind == EventKind::drop; });
  session.to_end();
  session.run_back();
  session.cancel_search();
  EXPECT_TRUE(wait_for([&] { return settled(session); }));
}

TEST(SessionRace, AnotherKernelOtherKnobsAnotherFileBeforeTheLastIsThere) {
  Session session;
  session.open_file(capture("mixed.pcapng"));
  ASSERT_TRUE(wait_for([&] { return session.is_open(); }));
  session.set_kernel(QStringLiteral("6.18"));
  QCoreApplication::processEvents();
  Scenario changed = session.scenario();
  changed.knobs.push_back({"nic.rx_ring", "64"});
  session.rerun(changed);
  session.open_file(capture("bulk-reorder.pcap"));
  QCoreApplication::processEvents();
  session.open_file(capture("http-get.pcap"));
  ASSERT_TRUE(
      wait_for([&] { return settled(session) && session.path().endsWith(QStringLiteral("http-get.pcap")); }));
  session.set_speed(5000);
  session.play(true);
  EXPECT_TRUE(wait_for([&] { return session.player().position() > 200; }));
}

TEST(SessionRace, GoneWhileEverythingIsAtWork) {
  for (int i = 0; i < 5; ++i) {
    Session session;
    session.open_file(capture("bulk-reorder.pcap"));
    ASSERT_TRUE(wait_for([&] { return session.is_open(); }));
    session.search_forward([](const Page&, const Event&) { return false; });
    for (int turns = 0; turns < i * 3; ++turns) QCoreApplication::processEvents();
  }
}

}  // namespace
}  // namespace ringside::ui

int main(int argc, char** argv) {
  QCoreApplication app(argc, argv);
  ringside::ui::tell_handovers(app);
  testing::InitGoogleTest(&argc, argv);
  const int failed = RUN_ALL_TESTS();
  ringside::ui::tell_the_end();
  return failed;
}
