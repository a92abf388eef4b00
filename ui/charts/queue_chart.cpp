#include "ui/charts/queue_chart.h"

#include <qcustomplot.h>

#include <QVBoxLayout>

#include "ui/look/theme.h"

namespace ringside::ui {

namespace {

struct Lane {
  SeriesId id;
  Place place;      ///< whose colour it has ...
  Context context;  ///< ... or, for a CPU, whose
  bool cpu;
};
constexpr Lane kLanes[] = {
    {SeriesId::rx_ring, Place::rx_ring, Context::nic, false},
    {SeriesId::sk_backlog, Place::sk_backlog, Context::nic, false},
    {SeriesId::prequeue, Place::prequeue, Context::nic, false},
    {SeriesId::out_of_order_queue, Place::out_of_order_queue, Context::nic, false},
    {SeriesId::sk_receive_queue, Place::sk_receive_queue, Context::nic, false},
    {SeriesId::cpu0_softirq, Place::none, Context::softirq, true},
    {SeriesId::cpu0_process, Place::none, Context::process, true},
};
constexpr double kLaneHeight = 1.25;
constexpr int kRows = static_cast<int>(std::size(kLanes));

QString lane_name(const Lane& lane) {
  return QString::fromLatin1(name_of(lane.id)).replace(QLatin1Char('_'), QLatin1Char(' '));
}

/// Steps are the horizontal axis, as on the slider: the idle hours of a run take no room there.
void add_lane(QCustomPlot& plot, const Lane& lane, const std::vector<Bucket>& buckets, int row) {
  std::int32_t highest = 1;
  for (const Bucket& bucket : buckets) highest = std::max(highest, bucket.max);
  const double base = (kRows - 1 - row) * kLaneHeight;
  QVector<double> x, top, floor;
  for (const Bucket& bucket : buckets) {
    x << static_cast<double>(bucket.first_step);
    top << base + static_cast<double>(bucket.max) / highest;
    floor << base;
  }
  if (x.isEmpty()) return;
  const QColor colour = lane.cpu ? theme().context(lane.context) : theme().place(lane.place);
  QCPGraph* ground = plot.addGraph();
  ground->setLineStyle(QCPGraph::lsStepLeft);
  ground->setPen(QPen(theme().track, 1));
  ground->setData(x, floor, true);
  QCPGraph* graph = plot.addGraph();
  graph->setLineStyle(QCPGraph::lsStepLeft);
  graph->setPen(QPen(colour, 1));
  graph->setBrush(colour);
  graph->setChannelFillGraph(ground);
  graph->setData(x, top, true);
}

}  // namespace

QueueChart::QueueChart(Session& session, QWidget* parent)
    : QWidget(parent), session_(session), plot_(new QCustomPlot(this)) {
  setObjectName(QStringLiteral("queue-chart"));
  setAccessibleName(tr("Depth of the queues over the run"));
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->addWidget(plot_);
  setMinimumHeight(110);
  later_.setSingleShot(true);
  later_.setInterval(120);
  connect(&later_, &QTimer::timeout, this, &QueueChart::fill);
  connect(&session_, &Session::opened, this, &QueueChart::refresh);
  connect(&session_, &Session::traceGrew, this, &QueueChart::refresh);
  connect(&session_, &Session::positionChanged, this, &QueueChart::show_position);
  connect(plot_, &QCustomPlot::mousePress, this,
          [this](QMouseEvent* event) { go_to(event->position().x()); });
  connect(plot_, &QCustomPlot::mouseMove, this, [this](QMouseEvent* event) {
    if ((event->buttons() & Qt::LeftButton) != 0) go_to(event->position().x());
  });
  fill();
}

void QueueChart::refresh() {
  if (!later_.isActive()) later_.start();
}

void QueueChart::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  refresh();
}

void QueueChart::go_to(double x) {
  if (!session_.is_open()) return;
  session_.seek(static_cast<qulonglong>(std::max(0.0, plot_->xAxis->pixelToCoord(x))));
}

void QueueChart::fill() {
  plot_->clearItems();
  plot_->clearGraphs();
  plot_->setBackground(theme().window);
  plot_->axisRect()->setMinimumMargins(QMargins(0, 4, 12, 0));
  auto ticks = QSharedPointer<QCPAxisTickerText>::create();
  for (int row = 0; row < kRows; ++row)
    ticks->addTick((kRows - 1 - row) * kLaneHeight + 0.4, lane_name(kLanes[row]));
  plot_->yAxis->setTicker(ticks);
  plot_->yAxis->setRange(-0.1, kRows * kLaneHeight);
  for (QCPAxis* axis : {plot_->xAxis, plot_->yAxis}) {
    axis->setTickLabelColor(theme().muted);
    axis->setLabelColor(theme().muted);
    axis->setBasePen(QPen(Qt::NoPen));
    axis->setTickPen(QPen(Qt::NoPen));
    axis->setSubTickPen(QPen(Qt::NoPen));
    axis->grid()->setPen(QPen(Qt::NoPen));
    axis->setTickLabelFont(ui_font(11));
  }
  plot_->xAxis->setTickLabels(false);
  cursor_ = new QCPItemLine(plot_);
  cursor_->setPen(QPen(theme().text, 1.6));
  if (session_.is_open()) {
    const Trace& trace = session_.trace();
    const auto wanted = static_cast<std::size_t>(std::max(100, plot_->width()));
    for (int row = 0; row < kRows; ++row)
      add_lane(*plot_, kLanes[row],
               trace.series().query(kLanes[row].id, INT64_MIN / 2, trace.end_ns() + 1, wanted), row);
    plot_->xAxis->setRange(0, static_cast<double>(std::max<StepIndex>(1, trace.step_count())));
  }
  show_position();
}

void QueueChart::show_position() {
  if (cursor_ == nullptr || !session_.is_open()) return;
  const auto x = static_cast<double>(session_.player().position());
  cursor_->start->setCoords(x, -1);
  cursor_->end->setCoords(x, kRows * kLaneHeight);
  plot_->replot(QCustomPlot::rpQueuedReplot);
}

}  // namespace ringside::ui
