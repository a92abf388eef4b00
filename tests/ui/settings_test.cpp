// The settings page, the shortcuts it opens, and the tour, by mouse and keys.
#include <QPushButton>
#include <QSettings>
#include <QTemporaryDir>

#include "tests/ui/window_fixture.h"
#include "ui/look/system_look.h"
#include "ui/settings/settings_dialog.h"
#include "ui/window/shortcuts.h"
#include "ui/window/tour.h"

namespace ringside::ui {
namespace {

class SettingsTest : public WindowTest {
 protected:
  SettingsDialog* page() {
    press(Qt::Key_Comma, Qt::ControlModifier);
    auto* dialog = window->findChild<SettingsDialog*>();
    EXPECT_TRUE(dialog != nullptr && dialog->isVisible());
    EXPECT_FALSE(dialog->isModal());
    return dialog;
  }
  /// Chooses by keyboard: the first entry that begins so.
  static void choose(QDialog* dialog, const char* name, const QString& begins) {
    auto* box = dialog->findChild<QComboBox*>(QString::fromLatin1(name));
    ASSERT_NE(box, nullptr) << name;
    box->setFocus();
    for (int i = 0; i < box->count(); ++i) QTest::keyClick(box, Qt::Key_Up);
    for (int i = 0; i < box->count() && !box->currentText().startsWith(begins); ++i)
      QTest::keyClick(box, Qt::Key_Down);
    ASSERT_TRUE(box->currentText().startsWith(begins)) << box->currentText().toStdString();
  }
  /// As a click on the window would.
  void to_the_window() {
    window->activateWindow();
    window->stage().setFocus();
    ASSERT_TRUE(QTest::qWaitForWindowActive(window.get()));
  }
  void TearDown() override {
    window.reset();
    set_theme(ThemeKind::light);
  }
};

TEST_F(SettingsTest, TheThemeChangesAtOnce) {
  SettingsDialog* dialog = page();
  choose(dialog, "settings-theme", QStringLiteral("dark"));
  EXPECT_EQ(theme().kind, ThemeKind::dark);
  choose(dialog, "settings-theme", QStringLiteral("proj"));
  EXPECT_EQ(theme().kind, ThemeKind::projector);
  const qreal large = QApplication::font().pointSizeF();
  choose(dialog, "settings-theme", QStringLiteral("light"));
  EXPECT_EQ(theme().kind, ThemeKind::light);
  EXPECT_GT(large, QApplication::font().pointSizeF()) << "the projector's letters are larger everywhere";
}

TEST_F(SettingsTest, TheDesktopsLookIsFollowedWhileTheProgramRuns) {
  SettingsDialog* dialog = page();
  choose(dialog, "settings-theme", QStringLiteral("as the"));
  auto* system = window->findChild<SystemLook*>();
  const auto says = [&](uint scheme) {
    system->setting_changed(QStringLiteral("org.freedesktop.appearance"), QStringLiteral("color-scheme"),
                            QDBusVariant(scheme));
  };
  says(1);
  EXPECT_EQ(theme().kind, ThemeKind::dark);
  says(2);
  EXPECT_EQ(theme().kind, ThemeKind::light);
  choose(dialog, "settings-theme", QStringLiteral("proj"));
  says(1);
  EXPECT_EQ(theme().kind, ThemeKind::projector) << "a chosen theme stays";
}

TEST_F(SettingsTest, ZoomOfThePageAndOfTheWheelAreOne) {
  SettingsDialog* dialog = page();
  auto* zoom = dialog->findChild<QSpinBox*>(QStringLiteral("settings-zoom"));
  zoom->setFocus();
  zoom->selectAll();
  QTest::keyClicks(zoom, QStringLiteral("300"));
  QTest::keyClick(zoom, Qt::Key_Return);
  EXPECT_DOUBLE_EQ(window->stage().zoom(), 3.0);
  to_the_window();
  press(Qt::Key_0, Qt::ControlModifier);
  EXPECT_DOUBLE_EQ(window->stage().zoom(), 1.0);
  EXPECT_EQ(zoom->value(), 100);
}

TEST_F(SettingsTest, WithoutMovementsAPacketIsWhereItBelongsAtOnce) {
  open(script("segments-5-to-9.pkt"));
  SettingsDialog* dialog = page();
  choose(dialog, "settings-movement", QStringLiteral("none"));
  to_the_window();
  ASSERT_TRUE(go_to(Place::out_of_order_queue));
  window->session().set_level(Level::packet);
  press(Qt::Key_Left);
  press(Qt::Key_Right);
  EXPECT_FALSE(window->stage().animating());
  EXPECT_TRUE(window->stage().streams().empty());
  window->stage().repaint();
  EXPECT_TRUE(window->stage()
                  .place_rect(Place::out_of_order_queue)
                  .contains(window->stage().packet_rect(window->stage().picture().moving.packet)));
  choose(dialog, "settings-movement", QStringLiteral("as usual"));
  to_the_window();
  press(Qt::Key_Left);
  EXPECT_TRUE(window->stage().animating());
}

TEST_F(SettingsTest, CapturesAreOpenedWithTheChosenCosts) {
  SettingsDialog* dialog = page();
  choose(dialog, "settings-costs", QStringLiteral("slow"));
  open(capture("http-get.pcap"));
  ASSERT_EQ(window->session().scenario().knobs.size(), 1u);
  EXPECT_EQ(window->session().scenario().knobs[0].value, "slow_laptop");
  open(script("segments-5-to-9.pkt"));
  for (const KnobSetting& knob : window->session().scenario().knobs)
    EXPECT_NE(knob.value, "slow_laptop") << "a script's times are its own";
}

TEST_F(SettingsTest, AFilmMakerThatIsNoneIsSaidToBeNone) {
  SettingsDialog* dialog = page();
  auto* line = dialog->findChild<QLineEdit*>(QStringLiteral("settings-ffmpeg"));
  auto* words = dialog->findChild<QLabel*>(QStringLiteral("settings-film"));
  line->setFocus();
  QTest::keyClicks(line, QStringLiteral("/nowhere/ffmpeg"));
  EXPECT_TRUE(words->text().startsWith(QStringLiteral("No ffmpeg is found"))) << words->text().toStdString();
  EXPECT_TRUE(film_program(window->preferences()).isEmpty());
}

TEST_F(SettingsTest, TheShortcutsAreOneClickAway) {
  auto* button = page()->findChild<QPushButton*>(QStringLiteral("settings-shortcuts"));
  QTest::mouseClick(button, Qt::LeftButton);
  auto* shortcuts = window->findChild<ShortcutsDialog*>();
  ASSERT_NE(shortcuts, nullptr);
  EXPECT_TRUE(shortcuts->isVisible());
}

TEST(Preferences, AreKeptBetweenTwoStarts) {
  QTemporaryDir folder;
  const QString file = folder.filePath(QStringLiteral("s.ini"));
  Preferences all;
  all.theme = QStringLiteral("projector");
  all.zoom = 1.5;
  all.kernel = QStringLiteral("6.18");
  all.cost_preset = QStringLiteral("make_it_drop");
  all.movement = 0;
  all.ffmpeg = QStringLiteral("/usr/bin/ffmpeg");
  {
    QSettings settings(file, QSettings::IniFormat);
    all.save(settings);
  }
  const QSettings settings(file, QSettings::IniFormat);
  EXPECT_EQ(Preferences::load(settings), all);
}

TEST(Preferences, NonsenseInTheirFileIsNotTaken) {
  QTemporaryDir folder;
  QSettings settings(folder.filePath(QStringLiteral("s.ini")), QSettings::IniFormat);
  settings.setValue(QStringLiteral("preferences/theme"), QStringLiteral("pink"));
  settings.setValue(QStringLiteral("preferences/zoom"), QStringLiteral("1000"));
  settings.setValue(QStringLiteral("preferences/kernel"), 7);
  const Preferences read = Preferences::load(settings);
  EXPECT_EQ(read.theme, QStringLiteral("system"));
  EXPECT_DOUBLE_EQ(read.zoom, 3.0);
  EXPECT_EQ(read.kernel, QStringLiteral("4.13"));
}

class TourTest : public WindowTest {
 protected:
  Tour* begin() {
    window->findChild<QAction*>(QStringLiteral("help-tour"))->trigger();
    return window->findChild<Tour*>();
  }
};

TEST_F(TourTest, ItGoesRoundTheWindowByKeyboardAlone) {
  open(script("segments-5-to-9.pkt"));
  Tour* tour = begin();
  ASSERT_NE(tour, nullptr);
  QStringList seen;
  for (int i = 0; i < 20 && tour->isVisible(); ++i) {
    EXPECT_TRUE(window->rect().contains(tour->geometry())) << tour->accessibleName().toStdString();
    EXPECT_FALSE(tour->geometry().contains(tour->outlined())) << "the card hides what it explains";
    seen << tour->accessibleName();
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Space);
  }
  EXPECT_EQ(seen.size(), 7);
  EXPECT_EQ(seen.first(), QStringLiteral("The stage"));
  EXPECT_FALSE(window->session().playing()) << "Space was the card's";
}

TEST_F(TourTest, TheWindowCanBeUsedMeanwhileAndEscapeEndsIt) {
  open(script("segments-5-to-9.pkt"));
  QPointer<Tour> tour = begin();
  press(Qt::Key_Right);
  EXPECT_GT(position(), 0u);
  QTest::keyClick(QApplication::focusWidget(), Qt::Key_Escape);
  EXPECT_TRUE(QTest::qWaitFor([&] { return tour.isNull(); }, 5000));
}

}  // namespace
}  // namespace ringside::ui
