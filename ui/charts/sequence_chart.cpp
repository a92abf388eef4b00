#include "ui/charts/sequence_chart.h"

#include <qcustomplot.h>

#include <cmath>

#include "ui/look/theme.h"

namespace ringside::ui {

namespace {

/// Upright strokes: from one sequence number to another at a time.
struct Strokes {
  QVector<double> x, y;
  void add(double t, double from, double to) {
    x << t << t << t;
    y << from << to << std::nan("");
  }
  QCPGraph* draw(QCustomPlot& plot, const QColor& colour, const QString& name, qreal width) const {
    if (x.isEmpty()) return nullptr;
    QCPGraph* graph = plot.addGraph();
    graph->setName(name);
    graph->setAdaptiveSampling(false);
    graph->setPen(QPen(colour, width));
    graph->setData(x, y, true);
    return graph;
  }
};

constexpr std::uint32_t kMostRows = 60000;

}  // namespace

SequenceChart::SequenceChart(Session& session, QWidget* parent) : TimePlot(session, parent) {
  setObjectName(QStringLiteral("sequence-chart"));
  setAccessibleName(tr("Sequence numbers over time"));
  connect(&session_, &Session::tableGrew, this, &SequenceChart::refresh);
}

void SequenceChart::set_scan(std::shared_ptr<const query::RunScan> scan) {
  scan_ = std::move(scan);
  refresh();
}

void SequenceChart::set_flow(std::uint32_t flow) {
  flow_ = flow;
  whole_ = true;
  refresh();
}

void SequenceChart::draw() {
  double highest = 1;
  draw_segments(highest);
  draw_courses(highest);
  draw_answers(highest);
  std::sort(points_.begin(), points_.end(), [](const Point& a, const Point& b) { return a.x < b.x; });
  plot_->xAxis->setLabel(height() > 220 ? tr("ms") : QString());
  plot_->yAxis->setLabel(height() > 220 ? tr("bytes since the SYN") : QString());
  plot_->yAxis->setRange(0, highest * 1.15);
  plot_->legend->setVisible(true);
  plot_->axisRect()->insetLayout()->setInsetAlignment(0, Qt::AlignLeft | Qt::AlignTop);
}

/// What came in: as it was sent, filling a hole, or again.
void SequenceChart::draw_segments(double& highest) {
  const Trace& trace = session_.trace();
  const query::PacketTable& table = *session_.table();
  Strokes in_order, out_of_order, again;
  bool known = false;
  std::uint32_t shown = 0;
  for (std::uint32_t i = 0;
       i < std::min<std::size_t>(table.size(), trace.packet_count()) && shown < kMostRows; ++i) {
    const PacketRow row = trace.packet(i);
    const query::PacketFacts& f = table[i];
    if (row.flow != flow_ || row.fate < Fate::inside || f.protocol != 6) continue;
    if (!known) base_ = f.seq - f.rel_seq;
    known = true;
    if (f.len == 0) continue;
    ++shown;
    const double t = static_cast<double>(row.t_ns) / 1e6;
    const double from = relative(f.seq), to = from + f.len;
    (f.retransmission ? again : f.out_of_order ? out_of_order : in_order).add(t, from, to);
    points_.push_back({t, (from + to) / 2, row.first_step});
    highest = std::max(highest, to);
  }
  in_order.draw(*plot_, theme().place(Place::wire), tr("segment"), 2);
  out_of_order.draw(*plot_, theme().place(Place::out_of_order_queue), tr("fills a hole"), 2.4);
  again.draw(*plot_, theme().error, tr("retransmission"), 2.4);
}

void SequenceChart::draw_courses(double& highest) {
  if (!scan_) return;
  const auto found = scan_->flows.find(flow_);
  if (found == scan_->flows.end()) return;
  const auto add = [&](const query::Course& course, const QColor& colour, Qt::PenStyle style,
                       const QString& name) {
    QVector<double> x, y;
    for (const query::ScanPoint& point : course.points()) {
      const double value = relative(static_cast<std::uint32_t>(point.value));
      if (value < 0) continue;
      x << static_cast<double>(point.t_ns) / 1e6;
      y << value;
      highest = std::max(highest, value);
      points_.push_back({x.back(), value, point.step});
    }
    QCPGraph* graph = plot_->addGraph();
    graph->setName(name);
    graph->setLineStyle(QCPGraph::lsStepLeft);
    graph->setPen(QPen(colour, 1.8, style));
    graph->setData(x, y);
  };
  add(found->second.rcv_nxt, theme().place(Place::sk_receive_queue), Qt::SolidLine,
      QStringLiteral("rcv_nxt"));
  add(found->second.copied_seq, theme().accent, Qt::DashLine, QStringLiteral("copied_seq"));
}

/// What the model's host answered: the window's edge, and what it has beyond the first hole.
void SequenceChart::draw_answers(double& highest) {
  const Trace& trace = session_.trace();
  QVector<double> x, edge;
  Strokes sacks;
  for (std::uint32_t i = 0; i < std::min(trace.sent_count(), kMostRows); ++i) {
    const SentRow row = trace.sent(i);
    if (row.flow != flow_ || row.protocol != 6 || (row.flags & 0x10) == 0) continue;
    const double t = static_cast<double>(row.t_ns) / 1e6;
    const double right = relative(row.ack + row.win);
    x << t;
    edge << right;
    highest = std::max(highest, right);
    points_.push_back({t, right, row.step});
    for (std::size_t b = 0; b < row.sack_count; ++b)
      sacks.add(t, relative(row.sack[b][0]), relative(row.sack[b][1]));
  }
  QCPGraph* graph = plot_->addGraph();
  graph->setName(tr("window's edge"));
  graph->setLineStyle(QCPGraph::lsStepLeft);
  graph->setPen(QPen(theme().warning, 1.4, Qt::DotLine));
  graph->setData(x, edge);
  QColor soft = theme().place(Place::prequeue);
  soft.setAlpha(150);
  sacks.draw(*plot_, soft, tr("SACK"), 1);
}

}  // namespace ringside::ui
