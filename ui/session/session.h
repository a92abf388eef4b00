// The only bridge between the engine and the window: it owns the run and the player, lets the run work in its
// own threads, and tells the views by signals what has changed.
#pragma once
#include <QElapsedTimer>
#include <QObject>
#include <QTimer>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#ifndef Q_MOC_RUN  // moc stumbles over the core's lists that are included inside an enum
#include "core/engine/engine.h"
#include "core/engine/live_wire.h"
#include "core/playback/player.h"
#include "ui/session/background.h"
#include "ui/session/breakpoints.h"
#include "ui/session/packet_reader.h"
#include "ui/session/script_source.h"
#include "ui/session/table_reader.h"
#include "ui/stage/motion.h"
#include "ui/wire/wire_plan.h"
#endif

namespace ringside::ui {

/// What the user may say of a capture when it is opened.
struct OpenOptions {
  QString filter;  ///< libpcap's language, "" takes every frame
  QString local;   ///< our host's address; "": chosen
};

class Session : public QObject {
  Q_OBJECT
 public:
  explicit Session(QObject* parent = nullptr);
  ~Session() override;

  /// Opens a capture with the present kernel, application and knobs. Signals: opened() or failed().
  void open_file(const QString& path, const OpenOptions& options = {});
  /// For what is opened next: as if it had been set before (nothing runs again).
  void prepare_with(std::vector<AppChoice> apps, std::vector<KnobSetting> knobs);
  /// Runs that scenario instead of what there is. `title` is what the window is about.
  void open(Scenario scenario, const QString& title);
  /// A live host on that wire: its trace grows until the wire ends, or something else is opened. Another
  /// kernel, application or knob ends it: what came so far is then run again like a capture.
  void open_live(Scenario scenario, const QString& title, std::shared_ptr<LiveWire> wire);
  /// The run that is open is a live host's, and goes on.
  bool is_live() const { return live_wire_ != nullptr && run_ && !run_->done(); }
  /// Of a live host that somebody has stopped: what waits at its card.
  std::optional<LiveWire::Held> held() const { return is_live() ? live_wire_->held() : std::nullopt; }
  /// What a session file says; `file` is a capture or a script.
  void open_saved(Scenario scenario, const QString& file, const QString& title);
  /// What another session has open, on that kernel and with the scenario's knobs.
  void open_like(const Session& other, Scenario scenario, const QString& kernel);
  /// The same input on the other kernel; the position is kept by the packet.
  void set_kernel(const QString& kernel);
  QString kernel() const { return kernel_; }
  /// Another application, other knobs, an edited wire: runs again, and keeps the position in time.
  void rerun(Scenario changed);
  /// The same, standing at the very same step: what comes before is not changed by it.
  void rerun_here(Scenario changed);
  void cancel();

  bool is_open() const { return player_ != nullptr; }
  bool busy() const { return opening_ != nullptr || (run_ && !run_->done()); }
  const QString& title() const { return title_; }
  /// The capture or script that is open.
  QString path() const;
  /// What stands in the script that runs; null: a capture.
  const std::shared_ptr<const OpenScript>& script() const { return open_script_; }
  const Scenario& scenario() const { return scenario_; }
  const std::shared_ptr<Run>& run() const { return run_; }
  /// Only while is_open().
  const Player& player() const { return *player_; }
  const Trace& trace() const { return player_->trace(); }
  PacketSummary summary(std::uint32_t packet);
  /// See PacketReader::frame().
  std::optional<nic::Frame> frame(std::uint32_t packet);
  /// What stands in the frames, as far as they have been read; never null.
  const TableReader::Table& table() const { return table_.table(); }
  /// What is on the wire, where the user has edited it; null: as it was captured (or not known yet).
  const WirePlan* wire_plan() const { return wire_.get(); }
  /// Where the player stood before its last change of position.
  StepIndex previous_position() const { return previous_; }
  /// The frame number that the present position is about; 0: none.
  std::uint32_t present_packet() const;

  Level level() const { return level_; }
  void set_level(Level level);
  /// Steps of the chosen level a second, 0.2 to 5000.
  double speed() const { return speed_; }
  void set_speed(double steps_a_second);
  /// Playing goes round in this part of the run: positions [first, second].
  const std::optional<std::pair<StepIndex, StepIndex>>& loop() const { return loop_; }
  void set_loop(StepIndex from, StepIndex to);
  void clear_loop();
  bool playing() const { return play_.isActive(); }
  /// How long movements take, relative to the usual; 0: none are to be shown.
  void set_movement(double factor) { movement_ = factor; }
  /// The cost preset that captures are opened with; "": the engine's usual one.
  void set_usual_costs(const QString& preset) { usual_costs_ = preset; }
  /// How long what moved in the last change of position may take to be shown, ms; below 0: not at all.
  int animation_ms() const { return animation_ms_; }

 public slots:
  void seek(qulonglong position);
  /// The same for who does not wait: if the page has to be made first, that is done in a thread, and the
  /// latest wish counts. going() tells that it takes a moment.
  void seek_soon(qulonglong position);
  /// Likewise: to a packet's arrival, or where it would have come.
  void seek_packet(quint32 packet);
  void step_forward();
  void step_back();
  void step_over();
  void step_back_over();
  void step_into();
  void step_back_into();
  void step_out();
  void step_back_out();
  void next_packet();
  void previous_packet();
  void next_queue_event();
  void previous_queue_event();
  void next_decision();
  void previous_decision();
  /// Steps of the packet that is followed, else of the present one.
  void next_of_packet();
  void previous_of_packet();
  /// To the next (last) step that meets a breakpoint. Without breakpoints: play.
  void run_forward();
  void run_back();
  void cancel_search();
  void to_begin();
  void to_end();
  void play(bool on);
  void toggle_play() { play(!playing()); }

 signals:
  void opening(const QString& title);
  /// A run has something to show; the player stands at its beginning (or where it stood before).
  void opened();
  void failed(const ringside::Error& error);
  /// Not fatal: what is wrong with the input, as far as it has been read.
  void problemsFound(const std::vector<ringside::Error>& errors);
  void positionChanged();
  void traceGrew();
  void tableGrew();
  void runFinished();
  void playingChanged(bool playing);
  void levelChanged();
  void loopChanged();
  /// A search that takes longer: where it looks now.
  void searching(qulonglong step);
  /// It ended (or was given up). `found`: the player has moved.
  void searched(bool found);
  /// A seek_soon() takes a moment; positionChanged() ends it.
  void going();
  /// The breakpoint (its row) that stopped the run.
  void breakpointHit(int row);
  void noBreakpointHit(bool forward);

 public:
  /// To the next (last) step that matches; in a thread if it is not near. `matches` may be called in it.
  void search_forward(Trace::Predicate matches, bool to_breakpoint = false);
  void search_back(Trace::Predicate matches, bool to_breakpoint = false);
  /// A seek_soon() that has not arrived.
  bool is_seeking() const { return making_page_.running(); }
  bool is_searching() const { return search_ != nullptr; }
  Breakpoints& breakpoints() { return breakpoints_; }
  /// The packet whose steps next_of_packet() goes through; 0: the present one.
  void set_followed(std::uint32_t packet) { followed_ = packet; }
  /// What moved in the last change of position.
  const std::vector<Motion>& motions() const { return motions_; }

 private:
  struct Ticket;
  void prepared(const std::shared_ptr<Ticket>& ticket, std::optional<Result<std::shared_ptr<Run>>> result);
  void progressed(const std::shared_ptr<Ticket>& ticket, bool done);
  void make_player();
  void tell_problems();
  Scenario ended(Scenario live);
  void plan_wire();
  void drop_run();
  template <class Act>
  void moved(Act&& act, bool animate = true);
  /// Finds the position in a thread, and makes the pages there, and those on the way if it is shown.
  using Target = std::function<std::optional<StepIndex>(const Trace&)>;
  void go_soon(Target target, bool animate);
  void go_to_packet(bool forward);
  void play_tick();
  void make_pages_near();
  struct SearchJob;
  void watch_searches();
  using MakeSearch = std::function<Search()>;
  void search(const MakeSearch& make, bool to_breakpoint = false, bool forward = true);
  void search_in_thread(Search what, bool to_breakpoint, bool forward);
  void search_ended(const std::shared_ptr<SearchJob>& job, std::optional<StepIndex> found);
  void arrive(std::optional<StepIndex> found, bool to_breakpoint, bool forward);

  static void forget(std::shared_ptr<Ticket>& ticket);
  std::shared_ptr<Ticket> ticket_, opening_;
  std::shared_ptr<Run> run_;
  std::shared_ptr<LiveWire> live_wire_,
      wanted_wire_;  ///< of the run there is; of the one that is being opened
  std::unique_ptr<Player> player_;
  std::unique_ptr<PacketReader> packets_;
  TableReader table_;
  std::unique_ptr<WirePlan> wire_;
  Breakpoints breakpoints_;
  std::shared_ptr<SearchJob> search_;
  Background making_page_, making_near_;
  std::optional<StepIndex> going_to_;     ///< where a seek that has not arrived goes, if that is known
  std::uint32_t near_page_ = UINT32_MAX;  ///< whose neighbours are made
  QTimer search_news_;
  std::uint32_t followed_ = 0;
  std::optional<std::pair<StepIndex, StepIndex>> loop_;
  Scenario scenario_;
  std::shared_ptr<const OpenScript> open_script_;
  QString script_, wanted_script_;  ///< path of the packetdrill script that runs; "": a capture
  QString title_, kernel_ = QStringLiteral("4.13");
  StepIndex previous_ = 0;
  std::size_t told_problems_ = 0;
  std::uint32_t return_to_packet_ = 0;
  std::int64_t return_to_ns_ = -1;
  std::optional<StepIndex> return_to_step_;
  StepIndex return_offset_ = 0;
  Level level_ = Level::function;
  double speed_ = 2;
  double owed_steps_ = 0;
  double movement_ = 1;
  QString usual_costs_;
  int animation_ms_ = 0;
  QTimer play_;
  QElapsedTimer play_clock_;
  std::vector<Motion> motions_;
};

}  // namespace ringside::ui
