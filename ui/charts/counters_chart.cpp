#include "ui/charts/counters_chart.h"

#include <qcustomplot.h>

#include <QBoxLayout>

#include "ui/look/theme.h"

namespace ringside::ui {

namespace {
/// What most questions are about: ticked at first, if they counted anything.
constexpr Counter kUsual[] = {Counter::TCPOFOQueue, Counter::TCPRcvCoalesce, Counter::TCPDSACKOldSent,
                              Counter::TCPBacklogDrop, Counter::RcvPruned};

QColor colour_of(int index) {
  const Place places[] = {Place::out_of_order_queue,
                          Place::sk_receive_queue,
                          Place::sk_backlog,
                          Place::prequeue,
                          Place::freed,
                          Place::rx_ring};
  return theme().place(places[static_cast<std::size_t>(index) % std::size(places)]);
}
}  // namespace

CountersChart::CountersChart(Session& session, QWidget* parent)
    : TimePlot(session, parent), list_(new QListWidget(this)) {
  setObjectName(QStringLiteral("counters-chart"));
  setAccessibleName(tr("Counters over time"));
  list_->setObjectName(QStringLiteral("counters"));
  list_->setAccessibleName(tr("Counters"));
  list_->setMaximumWidth(250);
  auto* column = static_cast<QBoxLayout*>(layout());
  column->setDirection(QBoxLayout::LeftToRight);
  column->insertWidget(0, list_);
  connect(list_, &QListWidget::itemChanged, this, &CountersChart::refresh);
}

void CountersChart::set_scan(std::shared_ptr<const query::RunScan> scan) {
  scan_ = std::move(scan);
  fill_list();
  refresh();
}

void CountersChart::fill_list() {
  QStringList ticked;
  for (int i = 0; i < list_->count(); ++i)
    if (list_->item(i)->checkState() == Qt::Checked)
      ticked << list_->item(i)->data(Qt::UserRole + 1).toString();
  const bool first = list_->count() == 0;
  const QSignalBlocker quiet(list_);
  list_->clear();
  if (!scan_) return;
  int ticks = 0;
  for (const auto& [counter, course] : scan_->counters) {
    const QString name = QString::fromLatin1(name_of(counter));
    const auto last = course.points().empty() ? 0 : course.points().back().value;
    auto* item = new QListWidgetItem(QStringLiteral("%1  %2").arg(name).arg(last), list_);
    item->setData(Qt::UserRole, static_cast<int>(counter));
    item->setData(Qt::UserRole + 1, name);
    const bool usual = std::find(std::begin(kUsual), std::end(kUsual), counter) != std::end(kUsual);
    const bool on = first ? usual : ticked.contains(name);
    if (on) ++ticks;
    item->setCheckState(on ? Qt::Checked : Qt::Unchecked);
  }
  for (int i = 0; ticks == 0 && i < std::min(4, list_->count()); ++i)
    list_->item(i)->setCheckState(Qt::Checked);
}

void CountersChart::draw() {
  if (!scan_) return;
  double highest = 1;
  int index = 0;
  for (int i = 0; i < list_->count(); ++i) {
    if (list_->item(i)->checkState() != Qt::Checked) continue;
    const auto counter = static_cast<Counter>(list_->item(i)->data(Qt::UserRole).toInt());
    const auto found = scan_->counters.find(counter);
    if (found == scan_->counters.end()) continue;
    QVector<double> x{0}, y{0};
    for (const query::ScanPoint& point : found->second.points()) {
      x << static_cast<double>(point.t_ns) / 1e6;
      y << static_cast<double>(point.value);
      points_.push_back({x.back(), y.back(), point.step});
    }
    highest = std::max(highest, y.back());
    x << x_end();
    y << y.back();
    QCPGraph* graph = plot_->addGraph();
    graph->setName(QString::fromLatin1(name_of(counter)));
    graph->setLineStyle(QCPGraph::lsStepLeft);
    graph->setPen(QPen(colour_of(index), 2, index % 2 == 0 ? Qt::SolidLine : Qt::DashLine));
    graph->setData(x, y);
    ++index;
  }
  std::sort(points_.begin(), points_.end(), [](const Point& a, const Point& b) { return a.x < b.x; });
  plot_->xAxis->setLabel(height() > 220 ? tr("ms") : QString());
  plot_->yAxis->setRange(0, highest * 1.2);
  plot_->legend->setVisible(index > 0);
  plot_->axisRect()->insetLayout()->setInsetAlignment(0, Qt::AlignLeft | Qt::AlignTop);
}

}  // namespace ringside::ui
