#include "ui/live/live_panel.h"

#include <QFile>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLocale>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include "core/base/spill.h"
#include "core/scenario/choices.h"
#include "ui/look/amounts.h"

namespace ringside::ui {

namespace {

constexpr int kRefreshMs = 250;

std::vector<std::string> texts(const QStringList& list) {
  std::vector<std::string> all;
  for (const QString& text : list) all.push_back(text.toStdString());
  return all;
}

QString count_text(std::int64_t n) { return QLocale().toString(static_cast<qlonglong>(n)); }

QLabel* small_label(QWidget* parent) {
  auto* label = new QLabel(parent);
  label->setWordWrap(true);
  label->setTextInteractionFlags(Qt::TextSelectableByMouse);
  return label;
}

std::optional<Error> choose(const LiveWish& wish, live::LiveSetup& setup) {
  for (const QString& text : wish.apps) {
    auto app = app_choice(text.toStdString());
    if (!app) return app.error();
    setup.apps.push_back(*app);
  }
  for (const QString& text : wish.knobs) {
    auto knob = knob_setting(text.toStdString());
    if (!knob) return knob.error();
    setup.knobs.push_back(*knob);
  }
  if (!wish.hosts.isEmpty()) setup.addresses = texts(wish.hosts);
  return std::nullopt;
}

}  // namespace

LivePanel::LivePanel(Session& session, QWidget* parent) : QWidget(parent), session_(session) {
  auto* column = new QVBoxLayout(this);
  make_switches();
  make_cable();
  make_words();
  column->addStretch(1);
  timer_.setInterval(kRefreshMs);
  connect(&timer_, &QTimer::timeout, this, &LivePanel::refresh);
  connect(&session_, &Session::opened, this, [this] {
    if (session_.is_live() && wire_ && !run_) run_ = session_.run();
    moving_ = true;  // that the player then stands at the beginning is no wish of the user's
    QTimer::singleShot(0, this, [this] {
      moving_ = false;
      follow();
    });
    refresh();
  });
  connect(&session_, &Session::traceGrew, this, &LivePanel::follow);
  connect(&session_, &Session::runFinished, this, &LivePanel::refresh);
  connect(&session_, &Session::positionChanged, this, [this] {
    if (!moving_ && session_.is_open() && session_.player().position() != session_.trace().step_count())
      follow_->setChecked(false);
  });
  refresh();
}

LivePanel::~LivePanel() = default;

void LivePanel::make_switches() {
  auto* column = static_cast<QVBoxLayout*>(layout());
  state_ = small_label(this);
  state_->setObjectName(QStringLiteral("live-state"));
  column->addWidget(state_);
  counts_ = small_label(this);
  counts_->setObjectName(QStringLiteral("live-counts"));
  column->addWidget(counts_);
  ring_ = small_label(this);
  ring_->setObjectName(QStringLiteral("live-ring"));
  column->addWidget(ring_);
  follow_ = new QCheckBox(tr("Follow the &newest step"), this);
  follow_->setObjectName(QStringLiteral("live-follow"));
  connect(follow_, &QCheckBox::toggled, this, &LivePanel::follow);
  hold_ = new QCheckBox(tr("Hold the host, &as a debugger would"), this);
  hold_->setObjectName(QStringLiteral("live-hold"));
  connect(hold_, &QCheckBox::toggled, this, [this](bool on) {
    if (wire_) wire_->hold(on);
    refresh();
  });
  speed_ = new QComboBox(this);
  speed_->setObjectName(QStringLiteral("live-speed"));
  speed_->setAccessibleName(tr("Speed of the host's time"));
  speed_->setToolTip(
      tr("The peers' time goes on as ever: they see the delay. From 100,000 times slower on their timers "
         "run out, and they send again."));
  for (const auto& [name, factor] :
       {std::pair{tr("real time"), 1.0}, std::pair{tr("10 times slower"), 0.1},
        std::pair{tr("100 times slower"), 0.01}, std::pair{tr("1,000 times slower"), 0.001},
        std::pair{tr("100,000 times slower"), 1e-5}, std::pair{tr("1,000,000 times slower"), 1e-6}})
    speed_->addItem(name, factor);
  connect(speed_, &QComboBox::activated, this, [this] {
    if (wire_) wire_->set_speed(speed_->currentData().toDouble());
  });
  column->addWidget(follow_);
  column->addWidget(hold_);
  held_ = small_label(this);
  held_->setObjectName(QStringLiteral("live-held"));
  column->addWidget(held_);
  auto* row = new QFormLayout;
  row->addRow(tr("S&peed"), speed_);
  column->addLayout(row);
  clients_ = new ClientBox(this);
  column->addWidget(clients_);
  auto* buttons = new QHBoxLayout;
  end_ = new QPushButton(tr("En&d"), this);
  end_->setObjectName(QStringLiteral("live-end"));
  save_ = new QPushButton(tr("&Save the session …"), this);
  buttons->addWidget(end_);
  buttons->addWidget(save_);
  column->addLayout(buttons);
  connect(end_, &QPushButton::clicked, this, [this] {
    if (wire_) wire_->shut();
  });
  connect(save_, &QPushButton::clicked, this, &LivePanel::saveWanted);
}

QDoubleSpinBox* LivePanel::knob(const QString& name, const QString& unit, double most) {
  auto* box = new QDoubleSpinBox(this);
  box->setRange(0, most);
  box->setDecimals(unit == QLatin1String(" %") ? 2 : 1);
  box->setSuffix(unit);
  box->setAccessibleName(name);
  box->setKeyboardTracking(false);
  connect(box, &QDoubleSpinBox::valueChanged, this, &LivePanel::set_faults);
  return box;
}

void LivePanel::make_cable() {
  cable_ = new QWidget(this);
  cable_->setObjectName(QStringLiteral("live-cable"));
  auto* form = new QFormLayout(cable_);
  form->setContentsMargins(0, 0, 0, 0);
  const QString percent = QStringLiteral(" %");
  loss_ = knob(tr("Loss"), percent, 100);
  loss_->setObjectName(QStringLiteral("live-loss"));
  reorder_ = knob(tr("Reordered"), percent, 100);
  duplicate_ = knob(tr("Duplicated"), percent, 100);
  corrupt_ = knob(tr("Damaged"), percent, 100);
  delay_ = knob(tr("Delay"), QStringLiteral(" ms"), 10000);
  rate_ = knob(tr("Rate"), tr(" Mbit/s"), 100000);
  rate_->setSpecialValueText(tr("no limit"));
  rate_->setValue(1000);
  form->addRow(tr("&Loss"), loss_);
  form->addRow(tr("Dela&y"), delay_);
  form->addRow(tr("Re&ordered"), reorder_);
  form->addRow(tr("Dupl&icated"), duplicate_);
  form->addRow(tr("Dama&ged"), corrupt_);
  form->addRow(tr("Ra&te"), rate_);
  static_cast<QVBoxLayout*>(layout())->addWidget(cable_);
}

void LivePanel::make_words() {
  auto* column = static_cast<QVBoxLayout*>(layout());
  auto* modelled = small_label(this);
  modelled->setObjectName(QStringLiteral("live-modelled"));
  modelled->setText(
      tr("A TAP has no descriptor ring and no interrupt of its own: the card, its DMA and its interrupt are "
         "modelled, "
         "and the cable is a gigabit unless you say otherwise."));
  column->addWidget(modelled);
  memory_ = small_label(this);
  memory_->setObjectName(QStringLiteral("live-memory"));
  column->addWidget(memory_);
}

void LivePanel::set_faults() {
  if (!wire_) return;
  const auto share = [](const QDoubleSpinBox* box) {
    return static_cast<std::int64_t>(box->value() * 10000);
  };
  live::LinkFaults faults;
  faults.loss = share(loss_);
  faults.reorder = share(reorder_);
  faults.duplicate = share(duplicate_);
  faults.corrupt = share(corrupt_);
  faults.delay_ns = static_cast<std::int64_t>(delay_->value() * 1e6);
  faults.rate_bps = static_cast<std::int64_t>(rate_->value() * 1e6);
  wire_->set_faults(faults);
}

std::optional<Error> LivePanel::start(const LiveWish& wish) {
  live::LiveSetup setup;
  setup.kernel = session_.kernel().toStdString();
  if (auto error = choose(wish, setup)) return error;
  std::vector<std::string> own = texts(wish.addresses);
  if (own.empty()) own.assign(std::begin(live::kPeerAddresses), std::end(live::kPeerAddresses));
  if (wire_) wire_->shut();  // it may be the same device
  if (run_) run_->wait();
  run_.reset();
  wire_.reset();
  capture_.reset();
  auto tap = live::open_tap(wish.dev.toStdString(), own);
  if (!tap) return tap.error();
  folder_ = std::make_unique<QTemporaryDir>(QString::fromStdString(spill_folder()) +
                                            QStringLiteral("/ringside-XXXXXX"));
  auto live = live::open_session(setup, std::move(*tap), wish.speed, {},
                                 folder_->filePath(QStringLiteral("live.pcapng")).toStdString());
  if (!live) return live.error();
  setup_ = setup;
  wire_ = live->wire;
  capture_ = live->save;
  clients_->offer(QString::fromStdString(setup_.addresses.front()));
  told_ = false;
  before_ = {};
  since_.start();
  set_faults();
  const QSignalBlocker blocked(hold_);
  hold_->setChecked(false);
  follow_->setChecked(true);
  session_.open_live(std::move(live->scenario), tr("live on %1").arg(wish.dev), wire_);
  timer_.start();
  return std::nullopt;
}

void LivePanel::follow() {
  if (!follow_->isChecked() || !session_.is_live() || session_.playing() || !session_.is_open()) return;
  const StepIndex end = session_.trace().step_count();
  if (session_.player().position() == end) return;
  moving_ = true;
  session_.seek(end);
  moving_ = false;
}

QString LivePanel::counts(const live::TapStatus& status) {
  const double seconds = static_cast<double>(std::max<qint64>(since_.restart(), 1)) / 1000;
  const auto rate = [&](std::uint64_t now, std::uint64_t then) {
    return count_text(static_cast<std::int64_t>(static_cast<double>(now - then) / seconds));
  };
  QString words =
      tr("%1 frames came (%2 a second), %3 left (%4 a second)")
          .arg(count_text(static_cast<std::int64_t>(status.received)),
               rate(status.received, before_.received), count_text(static_cast<std::int64_t>(status.sent)),
               rate(status.sent, before_.sent));
  if (status.lost != 0)
    words += tr("; the cable lost %1").arg(count_text(static_cast<std::int64_t>(status.lost)));
  if (status.overflowed != 0)
    words += tr("; its queue was full for %1").arg(count_text(static_cast<std::int64_t>(status.overflowed)));
  if (status.behind_ns > 1'000'000)
    words += tr("; the model is late by %1").arg(duration_text(status.behind_ns));
  before_ = status;
  return words;
}

/// What is at the card, whatever one looks at.
QString LivePanel::ring_words() const {
  const Trace& trace = session_.trace();
  std::uint64_t missed = 0;
  for (const auto& [counter, n] : trace.counters())
    if (counter == Counter::rx_missed_errors) missed = n;
  const std::int64_t end = trace.series().end_ns();
  const auto last = trace.series().query(SeriesId::rx_ring, end - 1, end, 1);
  return tr("The card's ring: %1 of %2 slots hold a frame, at most it were %3; %4 found no slot.")
      .arg(last.empty() ? 0 : last.back().last)
      .arg(session_.player().host().nic->ring_size)
      .arg(trace.series().highest(SeriesId::rx_ring))
      .arg(count_text(static_cast<std::int64_t>(missed)));
}

QString LivePanel::held_words(const live::TapStatus& status) const {
  return tr("Held: no CPU of the host runs and its clock stands. The peers see silence: they send again, "
            "ever more rarely, and give up after minutes. Frames that have come meanwhile: %1. The stage "
            "shows them at the card: what finds no free slot of its ring is dropped and counted.")
      .arg(count_text(static_cast<std::int64_t>(status.held_frames)));
}

QString LivePanel::memory_words() const {
  const auto size = [](std::size_t bytes) { return QLocale().formattedDataSize(static_cast<qint64>(bytes)); };
  const query::PacketTable& list = *session_.table();
  return tr("Frames, the trace (%1 of %2 now) and this window's list of packets (%3 of %4) lie in temporary "
            "files, all but their newest parts: memory is bounded, and nothing is forgotten.")
      .arg(size(session_.trace().bytes_in_file()), size(session_.trace().bytes()), size(list.bytes_in_file()),
           size(list.bytes()));
}

void LivePanel::refresh() {
  const bool live = wire_ && session_.is_live();
  for (QWidget* widget : {static_cast<QWidget*>(follow_), static_cast<QWidget*>(hold_),
                          static_cast<QWidget*>(speed_), static_cast<QWidget*>(end_), cable_})
    widget->setEnabled(live);
  clients_->set_host(live);
  save_->setEnabled(can_save());
  const bool held = live && hold_->isChecked();
  held_->setVisible(held);
  ring_->setVisible(!held);  // it was so when the host was stopped; the stage shows what has come since
  if (!wire_) {
    state_->setText(tr("No live host. File, Open live … starts one on a TAP device."));
    return;
  }
  QStringList addresses;
  for (const std::string& address : setup_.addresses) addresses << QString::fromStdString(address);
  const QString device = QString::fromStdString(wire_->dev());
  state_->setText(
      live ? tr("A modelled Linux %1 answers at %2 on %3.")
                 .arg(QString::fromStdString(setup_.kernel), addresses.join(tr(" and ")), device)
           : tr("The live host on %1 has ended; what came and went can be saved. Its time, its cable "
                "and clients have nothing to act on any more: File, Open live … starts another host.")
                 .arg(device));
  const live::TapStatus status = wire_->status();
  counts_->setText(counts(status));
  held_->setText(held_words(status));
  if (session_.is_open() && session_.run() == run_) {  // not something else, opened since
    ring_->setText(ring_words());
    memory_->setText(memory_words());
  }
  emit looked();
  if (const auto problem = wire_->problem(); problem && !told_) {
    told_ = true;
    emit lost(*problem);
  }
  if (!live && run_ && run_->done()) timer_.stop();
}

bool LivePanel::can_save() const { return run_ && run_->done() && capture_ != nullptr; }

std::optional<Error> LivePanel::save(const QString& path) {
  const auto written = capture_->finish();
  if (!written) return written.error();
  const QString beside = path + QStringLiteral(".pcapng");
  QFile::remove(beside);
  QFile from(QString::fromStdString(capture_->path()));
  if (!from.copy(beside)) {
    Error error;
    error.id = "session.write";
    error.file = beside.toStdString();
    error.args.emplace_back("detail", from.errorString().toStdString());
    return error;
  }
  return live::write_session(path.toStdString(), setup_,
                             {beside.toStdString(), capture_->first_ns(), run_->end()});
}

}  // namespace ringside::ui
