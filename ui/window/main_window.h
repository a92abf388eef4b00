// The window: the stage in the middle, what belongs to it around.
#pragma once
#include <QLabel>
#include <QMainWindow>
#include <QPlainTextEdit>
#include <QPointer>
#include <QScrollArea>
#include <QTemporaryDir>
#include <QToolButton>
#include <functional>

#include "ui/look/theme.h"
#include "ui/session/session.h"
#include "ui/settings/preferences.h"
#include "ui/stage/stage_widget.h"

namespace ringside::ui {

class Banner;
class BookmarksPanel;
class ChartsPanel;
class CompareView;
class Exporter;
class KnobsPanel;
class LivePanel;
struct LiveWish;
class JourneyPanel;
class BreakpointsPanel;
class NoteStrip;
class PacketsPanel;
class RunSlider;
class ShortcutBook;
class RunPictures;
class ScriptPanel;
class SettingsDialog;
class StageSource;
struct StepRun;
class SystemLook;
class Tour;
class TransportBar;
class Reference;
class WhyPanel;
class WireEditor;
class WirePanel;

class MainWindow : public QMainWindow {
  Q_OBJECT
 public:
  struct Options {
    bool keep_settings = true;  ///< geometry, theme, zoom, recent files; off in tests
  };
  explicit MainWindow(Options options, QWidget* parent = nullptr);
  ~MainWindow() override;

  void open_path(const QString& path, const OpenOptions& options = {});
  void open_default();
  /// A live host on a TAP device.
  /// `before`: what went wrong already; it is shown, and nothing is opened.
  void open_live(const LiveWish& wish, const std::optional<Error>& before = std::nullopt);
  Session& session() { return *session_; }
  StageWidget& stage() { return *stage_; }
  Banner& banner() { return *banner_; }
  void use_theme(ThemeKind kind);
  const Preferences& preferences() const { return preferences_; }
  /// A tour for those who have never seen it; nothing for all others.
  void offer_tour();
  /// The stage's text twin.
  QString stage_text() const;

 protected:
  void closeEvent(QCloseEvent* event) override;
  void dragEnterEvent(QDragEnterEvent* event) override;
  void dropEvent(QDropEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  bool eventFilter(QObject* object, QEvent* event) override;

 private:
  void make_middle();
  void make_docks();
  void make_status();
  void make_menus();
  void make_script_dock(QDockWidget* beside);
  void make_file_menu();
  void fill_lessons();
  void make_view_menu();
  void make_help_menu();
  void make_run_menu();
  void make_breakpoints();
  void watch_search();
  void make_journey();
  void make_knobs();
  void make_settings();
  void make_settings_action(QMenu* edit);
  void show_settings();
  void prefer(const Preferences& wanted);
  void prefer_theme(const QString& name);
  void restore_preferences(const QSettings& settings);
  void begin_tour();
  void make_compare_menu(QMenu* menu);
  void make_bookmarks();
  void make_wire();
  void make_wire_actions(QMenu* edit);
  void show_wire(std::uint32_t packet);
  void mark_difference();
  void export_steps();
  void make_pictures(const StepRun& steps, const QString& path);
  void make_session_actions(QMenu* file);
  void make_live();
  void make_live_action(QMenu* file);
  std::optional<Error> open_sandboxed(const LiveWish& wish);
  bool open_live_session(const QString& path);
  void make_export_actions(QMenu* file);
  /// Asks for a name with that suffix, then does it; what goes wrong stands in the banner.
  void ask_name(const QString& title, const QString& suggested, const QString& kinds,
                const std::function<void(const QString&)>& use);
  void report(const std::optional<Error>& error, const QString& path);
  void save_session(const QString& path, bool with_capture);
  void open_session(const QString& path);
  static QString last_session_file();
  void keep_session();
  void reach_restored_position();
  void print_stage();
  void compare_with(const QString& kernel);
  void show_journey(const QList<quint32>& packets);
  void function_menu(Node node);
  /// Its page in the Why panel.
  void explain_function(Fn fn);
  void connect_session();
  void show_problems(const std::vector<Error>& problems);
  void show_notices();
  void give_stage_room();
  void play_example();
  void choose_file();
  void choose_with_options();
  void remember(const QString& path);
  void fill_recent();
  void show_position();
  void show_status();
  void follow(std::uint32_t packet);
  void packet_menu(std::uint32_t packet, const QPoint& at);
  void make_pointing_actions(QMenu* edit);
  void show_next_socket();
  /// On a stage larger than its room.
  void keep_action_in_sight();
  /// It stays on the stage until another is chosen.
  void show_socket(std::uint32_t index);
  void show_shortcuts();
  void restore();
  void save() const;

  Options options_;
  Session* session_;
  std::unique_ptr<StageSource> source_;
  StageWidget* stage_ = nullptr;
  QScrollArea* scroll_ = nullptr;
  Banner* banner_ = nullptr;
  RunSlider* slider_ = nullptr;
  TransportBar* transport_ = nullptr;
  PacketsPanel* packets_ = nullptr;
  WhyPanel* why_ = nullptr;
  Reference* reference_ = nullptr;  ///< made when it is first asked for
  ChartsPanel* charts_ = nullptr;
  QPlainTextEdit* twin_ = nullptr;
  QDockWidget* twin_dock_ = nullptr;
  ScriptPanel* script_ = nullptr;
  NoteStrip* note_ = nullptr;
  QDockWidget* script_dock_ = nullptr;
  QMenu* recent_menu_ = nullptr;
  QMenu* lessons_menu_ = nullptr;
  QMenu* docks_menu_ = nullptr;
  BreakpointsPanel* breakpoints_ = nullptr;
  QDockWidget* breakpoints_dock_ = nullptr;
  JourneyPanel* journey_ = nullptr;
  QDockWidget* journey_dock_ = nullptr;
  KnobsPanel* knobs_ = nullptr;
  QDockWidget* knobs_dock_ = nullptr;
  CompareView* compare_ = nullptr;
  BookmarksPanel* bookmarks_ = nullptr;
  QDockWidget* bookmarks_dock_ = nullptr;
  LivePanel* live_ = nullptr;
  QDockWidget* live_dock_ = nullptr;
  WireEditor* wire_ = nullptr;
  WirePanel* wire_panel_ = nullptr;
  QDockWidget* wire_dock_ = nullptr;
  std::unique_ptr<Exporter> exporter_;
  std::unique_ptr<RunPictures> pictures_;    ///< a film or handout that is being made
  std::unique_ptr<QTemporaryDir> unpacked_;  ///< a capture that came inside a session file
  std::optional<qulonglong> restored_position_;
  ShortcutBook* shortcuts_ = nullptr;
  Preferences preferences_;
  SystemLook* system_look_ = nullptr;
  QPointer<SettingsDialog> settings_;
  QPointer<Tour> tour_;
  QToolButton* cancel_ = nullptr;
  QLabel* where_ = nullptr;
  QLabel* progress_ = nullptr;
  QStringList recent_;
  bool play_when_open_ = false;
};

}  // namespace ringside::ui
