#include "ui/session/session.h"

#include <QFileInfo>
#include <QThreadPool>
#include <algorithm>

namespace ringside::ui {

/// What a run in the background knows of its session: nothing once the session has dropped it.
struct Session::Ticket {
  std::mutex mutex;
  Session* session = nullptr;

  template <class F>
  void post(F&& f) {
    const std::lock_guard lock(mutex);
    if (session != nullptr) QMetaObject::invokeMethod(session, std::forward<F>(f), Qt::QueuedConnection);
  }
};

Session::Session(QObject* parent) : QObject(parent) {
  play_.setTimerType(Qt::PreciseTimer);
  connect(&play_, &QTimer::timeout, this, &Session::play_tick);
  watch_searches();
  connect(&table_, &TableReader::grown, this, &Session::tableGrew);
}

Session::~Session() {
  blockSignals(true);  // who would hear of it is being destroyed too
  forget(opening_);
  drop_run();
}

void Session::forget(std::shared_ptr<Ticket>& ticket) {
  if (!ticket) return;
  const std::lock_guard lock(ticket->mutex);
  ticket->session = nullptr;
}

void Session::drop_run() {
  play(false);
  cancel_search();
  clear_loop();
  forget(ticket_);
  ticket_.reset();
  table_.stop();
  wire_.reset();
  making_page_.cancel();
  making_near_.cancel();
  near_page_ = UINT32_MAX;
  packets_.reset();
  player_.reset();
  if (run_) {  // its end may take a moment: it waits for the run's thread
    run_->cancel();
    QThreadPool::globalInstance()->start(
        [run = std::move(run_), wire = live_wire_] { run->wait(); });  // others may hold the run still
  }
  run_.reset();
  live_wire_.reset();
}

void Session::prepare_with(std::vector<AppChoice> apps, std::vector<KnobSetting> knobs) {
  scenario_.apps = std::move(apps);
  scenario_.knobs = std::move(knobs);
}

void Session::open_file(const QString& path, const OpenOptions& options) {
  wanted_script_ = is_script(path) ? path : QString();
  Scenario scenario;
  scenario.input =
      CaptureInput{path.toStdString(), options.filter.toStdString(), options.local.toStdString()};
  if (script_.isEmpty() && wanted_script_.isEmpty()) {  // a script's knobs are its own
    scenario.apps = scenario_.apps;
    scenario.knobs = scenario_.knobs;
  }
  const auto chosen = [](const KnobSetting& knob) { return knob.name == "cost.preset"; };
  if (wanted_script_.isEmpty() && !usual_costs_.isEmpty() &&
      std::none_of(scenario.knobs.begin(), scenario.knobs.end(), chosen))
    scenario.knobs.insert(scenario.knobs.begin(), {"cost.preset", usual_costs_.toStdString()});
  open(std::move(scenario), QFileInfo(path).fileName());
}

namespace {
/// In a thread of the pool. A script is first made a scenario, which `scenario` then is.
Result<std::shared_ptr<Run>> prepare(Scenario& scenario, const QString& script,
                                     std::shared_ptr<const OpenScript>& opened, RunOptions options) {
  if (!script.isEmpty()) {
    auto made = source_of_script(script, scenario.kernel);
    if (!made) return made.error();
    const std::vector<KnobSetting> chosen =
        std::move(scenario.knobs);  // the script's own, as the user changed them
    const std::vector<WireEdit> edits = std::move(scenario.edits);
    scenario = std::move(made->scenario);
    if (!chosen.empty()) scenario.knobs = chosen;
    scenario.edits = edits;
    opened = std::move(made->script);
  }
  return Run::prepare(scenario, std::move(options));
}
}  // namespace

void Session::open(Scenario scenario, const QString& title) {
  scenario.kernel = kernel_.toStdString();
  emit opening(title);
  auto ticket = std::make_shared<Ticket>();
  ticket->session = this;
  forget(opening_);
  opening_ = ticket;
  // What there is stays until the new one is known to be good.
  QThreadPool::globalInstance()->start([ticket, scenario = std::move(scenario), title,
                                        script = wanted_script_, wire = std::exchange(wanted_wire_, nullptr),
                                        this]() mutable {
    RunOptions options;
    options.live = wire.get();
    options.progress = [weak = std::weak_ptr(ticket)](const RunProgress& progress) {
      if (const auto t = weak.lock())
        t->post([t, done = progress.done] {
          if (t->session != nullptr) t->session->progressed(t, done);
        });
    };
    std::shared_ptr<const OpenScript> opened;
    auto result =
        std::make_shared<Result<std::shared_ptr<Run>>>(prepare(scenario, script, opened, std::move(options)));
    ticket->post([ticket, result, scenario, title, script, opened, wire, this] {
      if (ticket != opening_) return;
      wanted_wire_ = wire;
      if (*result) {
        title_ = title;
        scenario_ = scenario;
        script_ = script;
        open_script_ = opened;
      }
      prepared(ticket, *result);
    });
  });
}

void Session::prepared(const std::shared_ptr<Ticket>& ticket,
                       std::optional<Result<std::shared_ptr<Run>>> result) {
  opening_.reset();
  if (!*result) {
    wanted_wire_.reset();
    return_to_packet_ = 0;
    return_to_ns_ = -1;
    return_to_step_.reset();
    emit failed(result->error());
    return;
  }
  drop_run();
  live_wire_ = std::exchange(wanted_wire_, nullptr);
  ticket_ = ticket;
  run_ = result->value();
  table_.start(run_);
  run_->start();
}

void Session::progressed(const std::shared_ptr<Ticket>& ticket, bool done) {
  if (ticket != ticket_ || !run_) return;
  if (done) run_->wait();
  if (player_ == nullptr && (done || run_->trace()->step_count() > 0)) {
    if (return_to_step_) {
      if (!done && run_->trace()->step_count() < *return_to_step_) return;
    } else if (return_to_packet_ != 0 || return_to_ns_ >= 0) {
      const auto row = run_->trace()->row_of(return_to_packet_);
      const bool there = done || (row && run_->trace()->packet(*row).first_step != 0);
      if (!there) return;
    }
    make_player();
    if (done) plan_wire();
    emit opened();
    emit positionChanged();
    told_problems_ = 0;
  }
  if (done && wire_ == nullptr) {
    plan_wire();
    if (wire_ != nullptr) emit positionChanged();
  }
  if (player_ != nullptr) tell_problems();
  emit traceGrew();
  if (done) emit runFinished();
}

void Session::plan_wire() {
  if (player_ != nullptr && !scenario_.edits.empty())
    wire_ = std::make_unique<WirePlan>(trace(), scenario_.edits);
}

/// Some are known when the file is opened, a file's cut end only when it has been reached.
void Session::tell_problems() {
  const std::vector<Error> all = run_->problems();
  if (all.size() == told_problems_) return;
  told_problems_ = all.size();
  emit problemsFound(all);
}

void Session::make_player() {
  packets_ = std::make_unique<PacketReader>(run_);
  player_ = std::make_unique<Player>(run_->trace());
  motions_.clear();
  animation_ms_ = 0;
  if (return_to_step_) {
    player_->seek(std::min(*return_to_step_, trace().step_count()));
    const bool elsewhere = return_to_ns_ >= 0 && player_->t_ns() != return_to_ns_;  // it was changed before
    if (elsewhere) player_->seek(std::min(trace().step_at(return_to_ns_) + 1, trace().step_count()));
  } else if (return_to_packet_ != 0) {
    if (const auto row = trace().row_of(return_to_packet_)) {
      const PacketRow packet = trace().packet(*row);
      const StepIndex last = std::max(packet.first_step, packet.last_step);
      const StepIndex wanted = std::min(packet.first_step + return_offset_, last + 1);
      const std::uint32_t number = return_to_packet_;
      const auto found = trace().find_backward(
          wanted > 0 ? wanted - 1 : 0, [number](const Page&, const Event& e) { return e.packet == number; });
      player_->seek(found ? *found + 1 : wanted);
    }
  } else if (return_to_ns_ >= 0) {
    player_->seek(std::min(trace().step_at(return_to_ns_) + 1, trace().step_count()));
  }
  return_to_packet_ = 0;
  return_to_ns_ = -1;
  return_to_step_.reset();
}

void Session::open_saved(Scenario scenario, const QString& file, const QString& title) {
  kernel_ = QString::fromStdString(scenario.kernel);
  wanted_script_ = is_script(file) ? file : QString();
  open(std::move(scenario), title);
}

void Session::open_live(Scenario scenario, const QString& title, std::shared_ptr<LiveWire> wire) {
  kernel_ = QString::fromStdString(scenario.kernel);
  wanted_script_.clear();
  wanted_wire_ = std::move(wire);
  open(std::move(scenario), title);
}

/// What has come to a live host by now, as an input that has an end.
Scenario Session::ended(Scenario live) {
  run_->cancel();
  run_->wait();
  auto input = std::make_shared<ScriptInput>(*std::get<std::shared_ptr<const ScriptInput>>(live.input));
  input->live->end_ns = run_->end().t_ns;
  live.input = std::shared_ptr<const ScriptInput>(std::move(input));
  return live;
}

void Session::open_like(const Session& other, Scenario scenario, const QString& kernel) {
  kernel_ = kernel;
  wanted_script_ = other.script_;
  open(std::move(scenario), other.title_);
}

void Session::set_kernel(const QString& kernel) {
  if (kernel == kernel_) return;
  kernel_ = kernel;
  if (is_open()) rerun(scenario_);
}

void Session::rerun(Scenario changed) {
  if (is_open() && player_->position() > 0) {
    return_to_ns_ = player_->t_ns();
    if (const std::uint32_t packet = present_packet()) {
      if (const auto row = trace().row_of(packet)) {
        const StepIndex first = trace().packet(*row).first_step;
        return_to_packet_ = packet;
        return_offset_ = player_->position() > first ? player_->position() - first : 1;
      }
    }
  }
  wanted_script_ = script_;
  const LiveHost* live = live_host_of(changed);
  if (live != nullptr && live->end_ns == INT64_MAX && run_) changed = ended(std::move(changed));
  open(std::move(changed), title_);
}

void Session::rerun_here(Scenario changed) {
  if (is_open()) {
    return_to_step_ = player_->position();
    return_to_ns_ = player_->position() > 0 ? player_->t_ns() : -1;
  }
  wanted_script_ = script_;
  open(std::move(changed), title_);
}

QString Session::path() const {
  if (!script_.isEmpty()) return script_;
  const auto* capture = std::get_if<CaptureInput>(&scenario_.input);
  return capture != nullptr ? QString::fromStdString(capture->path) : QString();
}

void Session::cancel() {
  if (run_) run_->cancel();
}

}  // namespace ringside::ui
