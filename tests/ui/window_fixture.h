// The real window on real input, driven by real mouse and key events.
#pragma once
#include <gtest/gtest.h>

#include <QSignalSpy>
#include <QTest>
#include <memory>

#include "ui/window/main_window.h"

namespace ringside::ui {

class WindowTest : public testing::Test {
 protected:
  void SetUp() override {
    window = std::make_unique<MainWindow>(MainWindow::Options{.keep_settings = false});
    window->resize(1366, 768);
    window->show();
    ASSERT_TRUE(QTest::qWaitForWindowExposed(window.get()));
  }

  static QString capture(const char* name) {
    return QStringLiteral(RINGSIDE_SOURCE_DIR "/resources/captures/") + QString::fromLatin1(name);
  }
  static QString script(const char* name) {
    return QStringLiteral(RINGSIDE_SOURCE_DIR "/resources/scenarios/") + QString::fromLatin1(name);
  }
  /// Opens a file and waits for its run to end.
  void open(const QString& path) {
    QSignalSpy finished(&window->session(), &Session::runFinished);
    QSignalSpy failed(&window->session(), &Session::failed);
    window->open_path(path);
    ASSERT_TRUE(QTest::qWaitFor([&] { return !finished.isEmpty() || !failed.isEmpty(); }, 60000))
        << path.toStdString();
    ASSERT_TRUE(failed.isEmpty()) << path.toStdString();
  }
  /// Where the window stands once it has arrived: pages are made in a thread.
  StepIndex position() const {
    arrive();
    return window->session().player().position();
  }
  void arrive() const {
    EXPECT_TRUE(QTest::qWaitFor([&] { return !window->session().is_seeking(); }, 60000));
  }
  void press(int key, Qt::KeyboardModifiers modifiers = Qt::NoModifier) {
    QTest::keyClick(window.get(), static_cast<Qt::Key>(key), modifiers);
    arrive();
  }
  /// Goes where a packet lies in a place, by the trace.
  bool go_to(Place place) {
    const auto found = window->session().trace().find_forward(0, [place](const Page&, const Event& event) {
      return event.kind == EventKind::move && event.to == place;
    });
    if (!found) return false;
    window->session().seek(*found + 1);
    return true;
  }

  std::unique_ptr<MainWindow> window;
};

}  // namespace ringside::ui
