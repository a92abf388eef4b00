#include "ui/charts/latency_chart.h"

#include <qcustomplot.h>

#include <QVBoxLayout>
#include <cmath>

#include "ui/look/amounts.h"
#include "ui/look/theme.h"
#include "ui/panels/journey_strip.h"

namespace ringside::ui {

namespace {
constexpr double kLine = 1.25;
}

LatencyChart::LatencyChart(QWidget* parent) : QWidget(parent), plot_(new QCustomPlot(this)) {
  setObjectName(QStringLiteral("latency-chart"));
  setAccessibleName(tr("Latency from the wire to read(), per floor"));
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->addWidget(plot_);
  connect(plot_, &QCustomPlot::mousePress, this, [this](QMouseEvent* event) { click(event->position()); });
  connect(plot_, &QCustomPlot::mouseMove, this, [this](QMouseEvent* event) {
    const double at = plot_->xAxis->pixelToCoord(event->position().x());
    plot_->setToolTip(duration_text(static_cast<std::int64_t>(std::pow(10.0, at))));
  });
}

QWidget* LatencyChart::canvas() const { return plot_; }
QPoint LatencyChart::pixel_of_bin(int bin) const {
  const double y = plot_->yAxis->range().upper - kLine + 0.3;
  return {static_cast<int>(plot_->xAxis->coordToPixel(bin / 10.0 + 0.05)),
          static_cast<int>(plot_->yAxis->coordToPixel(y))};
}

void LatencyChart::set_scan(std::shared_ptr<const query::RunScan> scan) {
  scan_ = std::move(scan);
  fill();
}

std::vector<LatencyChart::Line> LatencyChart::lines() const {
  std::vector<Line> all;
  if (!scan_) return all;
  all.push_back({tr("wire to read()"), &scan_->to_read, theme().accent});
  for (std::size_t i = 0; i < scan_->floors.size(); ++i) {
    if (scan_->floors[i].total == 0) continue;
    const auto layer = static_cast<query::Layer>(i);
    const QColor colour = layer == query::Layer::socket ? theme().place(Place::sk_receive_queue)
                          : layer == query::Layer::user ? theme().context(Context::process)
                                                        : theme().context(Context::softirq);
    all.push_back({layer_words(layer), &scan_->floors[i], colour});
  }
  return all;
}

void LatencyChart::fill() {
  const Theme& t = theme();
  plot_->clearGraphs();
  plot_->clearItems();
  plot_->setBackground(t.window);
  const std::vector<Line> all = lines();
  auto rows = QSharedPointer<QCPAxisTickerText>::create();
  auto decades = QSharedPointer<QCPAxisTickerText>::create();
  const char* units[] = {"1 ns", "10 ns", "100 ns", "1 µs", "10 µs", "100 µs",
                         "1 ms", "10 ms", "100 ms", "1 s",  "10 s",  "100 s"};
  for (int i = 0; i < 12; ++i) decades->addTick(i, QString::fromUtf8(units[i]));
  int first = query::Histogram::kBins, last = 0;
  for (std::size_t row = 0; row < all.size(); ++row) {
    const query::Histogram& histogram = *all[row].histogram;
    const double base = static_cast<double>(all.size() - 1 - row) * kLine;
    const std::uint32_t most =
        std::max<std::uint32_t>(1, *std::max_element(histogram.count.begin(), histogram.count.end()));
    QVector<double> x, top, floor;
    for (int bin = 0; bin < query::Histogram::kBins; ++bin) {
      x << bin / 10.0;
      top << base + static_cast<double>(histogram.count[static_cast<std::size_t>(bin)]) / most;
      floor << base;
      if (histogram.count[static_cast<std::size_t>(bin)] == 0) continue;
      first = std::min(first, bin);
      last = std::max(last, bin);
    }
    QCPGraph* ground = plot_->addGraph();
    ground->setLineStyle(QCPGraph::lsStepLeft);
    ground->setPen(QPen(t.track, 1));
    ground->setData(x, floor, true);
    QCPGraph* graph = plot_->addGraph();
    graph->setLineStyle(QCPGraph::lsStepLeft);
    graph->setPen(QPen(all[row].colour, 1));
    graph->setBrush(all[row].colour);
    graph->setChannelFillGraph(ground);
    graph->setData(x, top, true);
    const std::int64_t mean =
        histogram.total == 0 ? 0 : histogram.sum_ns / static_cast<std::int64_t>(histogram.total);
    rows->addTick(base + 0.4,
                  tr("%1   mean %2, at most %3")
                      .arg(all[row].name, duration_text(mean), duration_text(histogram.longest_ns)));
  }
  plot_->yAxis->setTicker(rows);
  plot_->xAxis->setTicker(decades);
  plot_->yAxis->setRange(-0.1, std::max<double>(1, static_cast<double>(all.size())) * kLine);
  plot_->xAxis->setRange(std::max(0.0, first / 10.0 - 0.3), std::max(1.0, last / 10.0 + 0.5));
  for (QCPAxis* axis : {plot_->xAxis, plot_->yAxis}) {
    axis->setTickLabelColor(t.muted);
    axis->setBasePen(QPen(Qt::NoPen));
    axis->setTickPen(QPen(Qt::NoPen));
    axis->setSubTickPen(QPen(Qt::NoPen));
    axis->grid()->setPen(axis == plot_->xAxis ? QPen(t.track, 1) : QPen(Qt::NoPen));
    axis->setTickLabelFont(ui_font(height() < 170 ? 9.5 : 11));
  }
  plot_->replot(QCustomPlot::rpQueuedReplot);
}

void LatencyChart::click(QPointF at) {
  const std::vector<Line> all = lines();
  const auto from_top = static_cast<double>(all.size()) - plot_->yAxis->pixelToCoord(at.y()) / kLine;
  if (all.empty() || from_top < 0 || from_top >= static_cast<double>(all.size())) return;
  const query::Histogram& histogram = *all[static_cast<std::size_t>(from_top)].histogram;
  const int bin =
      std::clamp(static_cast<int>(plot_->xAxis->pixelToCoord(at.x()) * 10), 0, query::Histogram::kBins - 1);
  for (const int near : {0, 1, -1, 2, -2}) {  // a bin may be only some pixels wide
    const int candidate = bin + near;
    if (candidate < 0 || candidate >= query::Histogram::kBins) continue;
    const std::uint32_t packet = histogram.packet[static_cast<std::size_t>(candidate)];
    if (packet != 0) return emit packetChosen(packet);
  }
}

}  // namespace ringside::ui
