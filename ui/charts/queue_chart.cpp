#include "ui/charts/queue_chart.h"

#include <qcustomplot.h>

#include "ui/look/theme.h"

namespace ringside::ui {

namespace {

struct Lane {
  SeriesId id;
  Place place;      ///< whose colour it has ...
  Context context;  ///< ... or, for a CPU, whose
  bool cpu;
  bool always;  ///< shown though nothing happens in it
};
constexpr Lane kLanes[] = {
    {SeriesId::rx_ring, Place::rx_ring, Context::nic, false, true},
    {SeriesId::softnet_backlog, Place::softnet_backlog, Context::nic, false, false},
    {SeriesId::ip_frag_queue, Place::ip_frag_queue, Context::nic, false, false},
    {SeriesId::sk_backlog, Place::sk_backlog, Context::nic, false, true},
    {SeriesId::prequeue, Place::prequeue, Context::nic, false, false},
    {SeriesId::out_of_order_queue, Place::out_of_order_queue, Context::nic, false, true},
    {SeriesId::sk_receive_queue, Place::sk_receive_queue, Context::nic, false, true},
    {SeriesId::udp_receive_queue, Place::udp_receive_queue, Context::nic, false, false},
    {SeriesId::locks_owned, Place::none, Context::process, false, false},
    {SeriesId::cpu0_hardirq, Place::none, Context::hardirq, true, false},
    {SeriesId::cpu0_softirq, Place::none, Context::softirq, true, true},
    {SeriesId::cpu0_ksoftirqd, Place::none, Context::ksoftirqd, true, false},
    {SeriesId::cpu0_process, Place::none, Context::process, true, true},
    {SeriesId::cpu0_timer, Place::none, Context::timer, true, false},
    {SeriesId::cpu1_hardirq, Place::none, Context::hardirq, true, false},
    {SeriesId::cpu1_softirq, Place::none, Context::softirq, true, false},
    {SeriesId::cpu1_ksoftirqd, Place::none, Context::ksoftirqd, true, false},
    {SeriesId::cpu1_process, Place::none, Context::process, true, false},
};
constexpr double kLaneHeight = 1.25;

QString lane_name(const Lane& lane) {
  if (lane.id == SeriesId::locks_owned) return QueueChart::tr("lock owned");
  return QString::fromLatin1(name_of(lane.id)).replace(QLatin1Char('_'), QLatin1Char(' '));
}

QColor lane_colour(const Lane& lane) {
  if (lane.id == SeriesId::locks_owned) return theme().warning;
  return lane.cpu ? theme().context(lane.context) : theme().place(lane.place);
}

/// Steps are the horizontal axis, as on the slider: the idle hours of a run take no room there.
void add_lane(QCustomPlot& plot, const Lane& lane, const std::vector<Bucket>& buckets, double base) {
  std::int32_t highest = 1;
  for (const Bucket& bucket : buckets) highest = std::max(highest, bucket.max);
  if (buckets.empty()) return;
  QVector<double> x, top;
  for (std::size_t i = 0; i < buckets.size(); ++i) {
    // A corner where it changes, and the ends.
    if (i != 0 && i + 1 != buckets.size() && buckets[i].max == buckets[i - 1].max) continue;
    x << static_cast<double>(buckets[i].first_step);
    top << base + static_cast<double>(buckets[i].max) / highest;
  }
  QCPGraph* ground = plot.addGraph();
  ground->setLineStyle(QCPGraph::lsStepLeft);
  ground->setPen(QPen(theme().track, 1));
  ground->setData({x.front(), x.back()}, {base, base}, true);
  QCPGraph* graph = plot.addGraph();
  graph->setLineStyle(QCPGraph::lsStepLeft);
  graph->setPen(QPen(lane_colour(lane), 1));
  graph->setBrush(lane_colour(lane));
  graph->setChannelFillGraph(ground);
  // Its edges run along the pixels: softening them would take most of the time that the chart takes.
  for (QCPGraph* part : {ground, graph}) {
    part->setAntialiased(false);
    part->setAntialiasedFill(false);
  }
  graph->setData(x, top, true);
}

}  // namespace

QueueChart::QueueChart(Session& session, QWidget* parent) : RunPlot(session, parent) {
  setObjectName(QStringLiteral("queue-chart"));
  setAccessibleName(tr("Depth of the queues over the run"));
  setMinimumHeight(84);
  connect(&session_, &Session::opened, this, [this] {
    resent_.clear();
    looked_at_ = 0;
  });
}

void QueueChart::set_scan(std::shared_ptr<const query::RunScan> scan) {
  scan_ = std::move(scan);
  refresh();
}

double QueueChart::x_end() const {
  return static_cast<double>(std::max<StepIndex>(1, session_.trace().step_count()));
}

void QueueChart::draw() {
  const SeriesStore& series = session_.trace().series();
  std::vector<Lane> shown;
  for (const Lane& lane : kLanes)
    if (lane.always || series.highest(lane.id) > 0) shown.push_back(lane);
  constexpr std::size_t kLegible = 8;  // lanes whose names have room in a low chart
  if (shown.size() > kLegible && height() < 170)
    std::erase_if(shown, [&](const Lane& lane) { return series.highest(lane.id) <= 0; });
  const double rows = static_cast<double>(shown.size()) + 2;  // and two for the marks
  auto ticks = QSharedPointer<QCPAxisTickerText>::create();
  ticks->addTick((rows - 2) * kLaneHeight + 1.1, tr("marks"));
  const auto wanted = static_cast<std::size_t>(std::max(100, plot_->width()) * (whole_ ? 1 : 8));
  for (std::size_t row = 0; row < shown.size(); ++row) {
    const double base = (rows - 3 - static_cast<double>(row)) * kLaneHeight;
    ticks->addTick(base + 0.4, lane_name(shown[row]));
    add_lane(*plot_, shown[row],
             series.query(shown[row].id, INT64_MIN / 2, session_.trace().end_ns() + 1, wanted), base);
  }
  plot_->yAxis->setTicker(ticks);
  plot_->yAxis->setRange(-0.1, rows * kLaneHeight);
  plot_->yAxis->setTickLabelFont(ui_font(height() < 170 ? 9.5 : 11));
  plot_->xAxis->setTickLabels(false);
  plot_->xAxis->grid()->setPen(QPen(Qt::NoPen));
  plot_->yAxis->grid()->setPen(QPen(Qt::NoPen));
  draw_marks((rows - 2) * kLaneHeight);
}

/// Goes on where it was; a long run is looked through in several turns.
void QueueChart::look_for_retransmissions() {
  constexpr std::uint32_t kAtOnce = 100'000;
  constexpr qsizetype kMost = 20'000;
  const Trace& trace = session_.trace();
  const query::PacketTable& table = *session_.table();
  const auto known = static_cast<std::uint32_t>(std::min<std::size_t>(table.size(), trace.packet_count()));
  const std::uint32_t end = std::min(known, looked_at_ + kAtOnce);
  for (; looked_at_ < end && resent_.size() < kMost; ++looked_at_) {
    if (!table[looked_at_].retransmission) continue;
    const PacketRow packet = trace.packet(looked_at_);
    if (packet.fate == Fate::coming && !trace.complete()) return;  // it has not arrived yet
    if (packet.fate >= Fate::inside) resent_ << static_cast<double>(packet.first_step);
  }
  if (looked_at_ == end && end < known) refresh();
}

/// Each kind has a shape and a height of its own; a click on one goes to its step.
void QueueChart::draw_marks(double base) {
  const Theme& t = theme();
  const double apart = 3 * (whole_ ? x_end() : plot_->xAxis->range().size()) / std::max(100, plot_->width());
  const auto add = [&](const QVector<double>& x, double y, QCPScatterStyle::ScatterShape shape,
                       const QColor& colour, const QString& name) {
    if (x.isEmpty()) return;
    QVector<double> seen;  // marks that would stand on each other are one
    for (const double step : x)
      if (seen.isEmpty() || step - seen.back() >= apart) seen << step;
    QCPGraph* graph = plot_->addGraph();
    graph->setName(name);
    graph->setLineStyle(QCPGraph::lsNone);
    graph->setScatterStyle(QCPScatterStyle(shape, QPen(colour, 1.6), QBrush(colour), 5));
    graph->setData(seen, QVector<double>(seen.size(), base + y));
    for (const double step : x) points_.push_back({step, base + y, static_cast<StepIndex>(step)});
  };
  const Trace& trace = session_.trace();
  std::array<QVector<double>, static_cast<std::size_t>(MarkerKind::count_)> marks;
  for (std::uint32_t i = 0; i < std::min<std::uint32_t>(trace.marker_count(), 20000); ++i)
    marks[static_cast<std::size_t>(trace.marker(i).kind)] << static_cast<double>(trace.marker(i).step);
  const auto of = [&](MarkerKind kind) -> const QVector<double>& {
    return marks[static_cast<std::size_t>(kind)];
  };
  add(of(MarkerKind::drop), 2.2, QCPScatterStyle::ssCross, t.place(Place::freed), tr("drop"));
  add(of(MarkerKind::prune), 2.2, QCPScatterStyle::ssPlus, t.error, tr("pruned"));
  add(of(MarkerKind::reset), 2.2, QCPScatterStyle::ssSquare, t.error, tr("reset"));
  add(of(MarkerKind::zero_window), 1.6, QCPScatterStyle::ssPlusSquare, t.error, tr("zero window"));
  add(of(MarkerKind::out_of_order), 0.9, QCPScatterStyle::ssDiamond, t.place(Place::out_of_order_queue),
      tr("out of order"));
  look_for_retransmissions();
  add(resent_, 1.6, QCPScatterStyle::ssTriangle, t.warning, tr("retransmission"));
  QVector<double> wakes;
  if (scan_)
    for (const query::ScanPoint& wake : scan_->wakes.points()) wakes << static_cast<double>(wake.step);
  add(wakes, 0.3, QCPScatterStyle::ssDisc, t.context(Context::process), tr("wake-up"));
  std::sort(points_.begin(), points_.end(), [](const Point& a, const Point& b) { return a.x < b.x; });
}

}  // namespace ringside::ui
