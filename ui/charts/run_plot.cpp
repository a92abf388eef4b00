#include "ui/charts/run_plot.h"

#include <qcustomplot.h>

#include <QKeyEvent>
#include <QVBoxLayout>
#include <cmath>

#include "ui/look/theme.h"

namespace ringside::ui {

namespace {
const QString kCursorLayer = QStringLiteral("cursor");
}

RunPlot::RunPlot(Session& session, QWidget* parent)
    : QWidget(parent), session_(session), plot_(new QCustomPlot(this)) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->addWidget(plot_);
  plot_->setInteractions(QCP::iRangeZoom);
  plot_->axisRect()->setRangeZoom(Qt::Horizontal);
  plot_->axisRect()->setRangeZoomFactor(0.8);
  // The cursor moves with every step: it has a picture of its own, and the curves are not drawn again.
  plot_->addLayer(kCursorLayer);
  plot_->layer(kCursorLayer)->setMode(QCPLayer::lmBuffered);
  plot_->installEventFilter(this);
  plot_->setFocusPolicy(Qt::NoFocus);
  setFocusPolicy(Qt::StrongFocus);
  setAccessibleDescription(tr("Up and Down go from point to point, plus and minus zoom"));
  later_.setSingleShot(true);
  later_.setInterval(120);
  connect(&later_, &QTimer::timeout, this, &RunPlot::fill);
  connect(&session_, &Session::opened, this, [this] {
    whole_ = true;
    refresh();
  });
  connect(&session_, &Session::traceGrew, this, &RunPlot::refresh);
  connect(&session_, &Session::positionChanged, this, &RunPlot::show_position);
  connect(&session_, &Session::loopChanged, this, &RunPlot::show_loop);
  connect(plot_->xAxis, qOverload<const QCPRange&>(&QCPAxis::rangeChanged), this, &RunPlot::keep_in_range);
}

QWidget* RunPlot::canvas() const { return plot_; }
QPoint RunPlot::pixel_of(double x, double y) const {
  return {static_cast<int>(plot_->xAxis->coordToPixel(x)), static_cast<int>(plot_->yAxis->coordToPixel(y))};
}
std::pair<double, double> RunPlot::x_range() const {
  return {plot_->xAxis->range().lower, plot_->xAxis->range().upper};
}
QStringList RunPlot::graph_names() const {
  QStringList names;
  for (int i = 0; i < plot_->graphCount(); ++i) names << plot_->graph(i)->name();
  return names;
}

void RunPlot::refresh() {
  if (!later_.isActive()) later_.start();
}

void RunPlot::keyPressEvent(QKeyEvent* event) {
  if (!session_.is_open()) return QWidget::keyPressEvent(event);
  const StepIndex now = session_.player().position();
  std::optional<StepIndex> found;
  switch (event->key()) {
    case Qt::Key_Plus:
    case Qt::Key_Equal:
    case Qt::Key_Minus:
      plot_->xAxis->scaleRange(event->key() == Qt::Key_Minus ? 2 : 0.5, x_now());
      plot_->replot(QCustomPlot::rpQueuedReplot);
      return;
    case Qt::Key_Down:
      for (const Point& point : points_)
        if (point.step + 1 > now && (!found || point.step < *found)) found = point.step;
      break;
    case Qt::Key_Up:
      for (const Point& point : points_)
        if (point.step + 1 < now && (!found || point.step > *found)) found = point.step;
      break;
    default:
      return QWidget::keyPressEvent(event);
  }
  if (found) session_.seek_soon(*found + 1);
}

/// A line at the top says that keys are for this chart.
void RunPlot::focusInEvent(QFocusEvent* event) {
  QWidget::focusInEvent(event);
  plot_->axisRect()->setBackground(QBrush(theme().accent_soft));
  plot_->replot(QCustomPlot::rpQueuedReplot);
}

void RunPlot::focusOutEvent(QFocusEvent* event) {
  QWidget::focusOutEvent(event);
  plot_->axisRect()->setBackground(QBrush(Qt::NoBrush));
  plot_->replot(QCustomPlot::rpQueuedReplot);
}

void RunPlot::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  refresh();
}

void RunPlot::style() {
  plot_->setBackground(theme().window);
  plot_->axisRect()->setMinimumMargins(QMargins(0, 4, 12, 0));
  for (QCPAxis* axis : {plot_->xAxis, plot_->yAxis}) {
    axis->setTickLabelColor(theme().muted);
    axis->setLabelColor(theme().muted);
    axis->setBasePen(QPen(Qt::NoPen));
    axis->setTickPen(QPen(Qt::NoPen));
    axis->setSubTickPen(QPen(Qt::NoPen));
    axis->grid()->setPen(QPen(theme().track, 1));
    axis->grid()->setZeroLinePen(QPen(theme().track, 1));
    axis->setTickLabelFont(ui_font(11));
    axis->setLabelFont(ui_font(11));
  }
  QColor veil = theme().window;
  veil.setAlpha(200);
  plot_->legend->setBrush(veil);
  plot_->legend->setBorderPen(QPen(Qt::NoPen));
  plot_->legend->setFillOrder(QCPLegend::foColumnsFirst);
  plot_->legend->setWrap(8);
  plot_->legend->setMargins(QMargins(4, 0, 4, 0));
  plot_->legend->setTextColor(theme().text);
  plot_->legend->setFont(ui_font(10.5));
}

void RunPlot::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  if (stale_) refresh();
}

void RunPlot::fill() {
  stale_ = !isVisible();
  if (stale_) return;  // nobody looks: when somebody does
  plot_->clearItems();
  plot_->clearGraphs();
  points_.clear();
  style();
  loop_ = new QCPItemRect(plot_);
  QColor soft = theme().accent;
  soft.setAlpha(50);
  loop_->setBrush(soft);
  loop_->setPen(QPen(theme().accent, 1));
  for (QCPItemPosition* corner : {loop_->topLeft, loop_->bottomRight})
    corner->setTypeY(QCPItemPosition::ptAxisRectRatio);
  cursor_ = new QCPItemLine(plot_);
  cursor_->setLayer(kCursorLayer);
  cursor_->setPen(QPen(theme().text, 1.6));
  for (QCPItemPosition* end : {cursor_->start, cursor_->end}) end->setTypeY(QCPItemPosition::ptAxisRectRatio);
  difference_ = new QCPItemLine(plot_);
  difference_->setPen(QPen(theme().error, 1.6, Qt::DashLine));
  for (QCPItemPosition* end : {difference_->start, difference_->end})
    end->setTypeY(QCPItemPosition::ptAxisRectRatio);
  difference_words_ = new QCPItemText(plot_);
  difference_words_->position->setTypeY(QCPItemPosition::ptAxisRectRatio);
  difference_words_->setColor(theme().error);
  difference_words_->setFont(ui_font(11, true));
  difference_words_->setText(QStringLiteral("≠ "));
  difference_words_->setPositionAlignment(Qt::AlignRight | Qt::AlignTop);
  const QCPRange before = plot_->xAxis->range();
  adjusting_ = true;
  if (session_.is_open()) {
    draw();
    if (whole_)
      plot_->xAxis->setRange(0, x_end());
    else
      plot_->xAxis->setRange(before);
  }
  adjusting_ = false;
  plot_->axisRect()->setVisible(session_.is_open());  // no scale of nothing
  for (QCPAbstractItem* item :
       {static_cast<QCPAbstractItem*>(loop_), static_cast<QCPAbstractItem*>(cursor_),
        static_cast<QCPAbstractItem*>(difference_), static_cast<QCPAbstractItem*>(difference_words_)})
    item->setVisible(session_.is_open());
  show_loop();
  show_difference();
  show_position();
  plot_->replot(QCustomPlot::rpQueuedReplot);
}

void RunPlot::set_difference(std::optional<StepIndex> step) {
  difference_step_ = step;
  show_difference();
}

std::optional<double> RunPlot::difference_at() const {
  if (difference_ == nullptr || !difference_->visible()) return {};
  return difference_->start->coords().x();
}

/// A line where the compared runs part, with the sign that says so.
void RunPlot::show_difference() {
  if (difference_ == nullptr || !session_.is_open()) return;
  const bool any = difference_step_ && *difference_step_ < session_.trace().step_count();
  difference_->setVisible(any);
  difference_words_->setVisible(any);
  if (any) {
    const double x = x_of_step(*difference_step_);
    difference_->start->setCoords(x, 0);
    difference_->end->setCoords(x, 1);
    difference_words_->position->setCoords(x, 0);
  }
  plot_->replot(QCustomPlot::rpQueuedReplot);
}

void RunPlot::show_position() {
  if (cursor_ == nullptr || !session_.is_open() || !isVisible()) return;
  const double x = x_now();
  cursor_->start->setCoords(x, 0);
  cursor_->end->setCoords(x, 1);
  cursor_->setVisible(plot_->xAxis->range().contains(x));
  plot_->layer(kCursorLayer)->replot();
}

void RunPlot::show_loop() {
  if (loop_ == nullptr || !session_.is_open()) return;
  const auto loop = session_.loop();
  loop_->setVisible(loop.has_value());
  if (loop) {
    loop_->topLeft->setCoords(x_of_step(loop->first), 0);
    loop_->bottomRight->setCoords(x_of_step(loop->second), 1);
  }
  plot_->replot(QCustomPlot::rpQueuedReplot);
}

/// Zooming never leaves the run.
void RunPlot::keep_in_range() {
  if (adjusting_ || !session_.is_open()) return;
  adjusting_ = true;
  const double end = x_end();
  QCPRange range = plot_->xAxis->range();
  const double size = std::min(range.size(), end);
  double from = std::clamp(range.lower, 0.0, std::max(0.0, end - size));
  plot_->xAxis->setRange(from, from + size);
  whole_ = size >= end * 0.999;
  adjusting_ = false;
  refresh();  // with as many points as there is room for now
  show_position();
}

void RunPlot::go_to(QPointF at, bool nearest_point) {
  if (!session_.is_open()) return;
  const double x = plot_->xAxis->pixelToCoord(at.x());
  if (nearest_point) {
    constexpr double kNear = 10;  // pixels
    double best = kNear * kNear;
    const Point* found = nullptr;
    const double low = plot_->xAxis->pixelToCoord(at.x() - kNear);
    const double high = plot_->xAxis->pixelToCoord(at.x() + kNear);
    auto point = std::lower_bound(points_.begin(), points_.end(), low,
                                  [](const Point& p, double value) { return p.x < value; });
    for (; point != points_.end() && point->x <= high; ++point) {
      const double dx = plot_->xAxis->coordToPixel(point->x) - at.x();
      const double dy = plot_->yAxis->coordToPixel(point->y) - at.y();
      if (dx * dx + dy * dy >= best) continue;
      best = dx * dx + dy * dy;
      found = &*point;
    }
    if (found != nullptr) return session_.seek_soon(found->step + 1);
  }
  session_.seek_soon(step_at(std::clamp(x, 0.0, x_end())));
}

bool RunPlot::eventFilter(QObject* object, QEvent* event) {
  const auto type = event->type();
  if (type != QEvent::MouseButtonPress && type != QEvent::MouseMove && type != QEvent::MouseButtonRelease &&
      type != QEvent::MouseButtonDblClick)
    return QWidget::eventFilter(object, event);
  const auto* mouse = static_cast<QMouseEvent*>(event);
  if (!session_.is_open()) return false;
  const double x = std::clamp(plot_->xAxis->pixelToCoord(mouse->position().x()), 0.0, x_end());
  if (type == QEvent::MouseButtonDblClick) {
    whole_ = true;
    session_.clear_loop();
    refresh();
  } else if (type == QEvent::MouseButtonPress && mouse->button() == Qt::LeftButton) {
    if (mouse->modifiers().testFlag(Qt::ShiftModifier))
      brush_from_ = x;
    else
      go_to(mouse->position(), true);
  } else if (type == QEvent::MouseMove && mouse->buttons().testFlag(Qt::LeftButton)) {
    if (brush_from_ >= 0)
      session_.set_loop(step_at(std::min(brush_from_, x)), step_at(std::max(brush_from_, x)));
    else
      go_to(mouse->position(), false);
  } else if (type == QEvent::MouseButtonRelease) {
    brush_from_ = -1;
  }
  return false;
}

double TimePlot::x_now() const { return static_cast<double>(session_.player().t_ns()) / 1e6; }
StepIndex TimePlot::step_at(double x) const {
  return session_.trace().series().step_near(static_cast<std::int64_t>(x * 1e6));
}
double TimePlot::x_of_step(StepIndex step) const {
  const StepView view = session_.trace().step(step);
  return view ? static_cast<double>(view->t_ns) / 1e6 : x_end();
}
double TimePlot::x_end() const {
  return std::max(1e-6, static_cast<double>(session_.trace().end_ns()) / 1e6);
}

}  // namespace ringside::ui
