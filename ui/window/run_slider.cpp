#include "ui/window/run_slider.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <QToolTip>

#include "ui/look/theme.h"
#include "ui/stage/painter.h"

namespace ringside::ui {

namespace {

constexpr int kRange = 100000;

/// A shape for each kind of marker, so that colour is not all.
void draw_marker(QPainter& p, MarkerKind kind, QPointF at, qreal r) {
  const Theme& t = theme();
  p.setPen(Qt::NoPen);
  QPainterPath path;
  switch (kind) {
    case MarkerKind::drop:
      p.setPen(QPen(t.place(Place::freed), 1.8));
      p.drawLine(at + QPointF(-r, -r), at + QPointF(r, r));
      p.drawLine(at + QPointF(-r, r), at + QPointF(r, -r));
      return;
    case MarkerKind::out_of_order:
      path.moveTo(at + QPointF(0, -r));
      path.lineTo(at + QPointF(r, 0));
      path.lineTo(at + QPointF(0, r));
      path.lineTo(at + QPointF(-r, 0));
      p.setBrush(t.place(Place::out_of_order_queue));
      p.drawPath(path);
      return;
    case MarkerKind::zero_window:
      p.setBrush(t.error);
      p.drawRect(QRectF(at.x() - 1, at.y() - r * 1.2, 2, r * 2.4));
      return;
    case MarkerKind::reset:
      p.setBrush(t.error);
      p.drawRect(QRectF(at.x() - r * 0.8, at.y() - r * 0.8, r * 1.6, r * 1.6));
      return;
    default:
      p.setBrush(t.place(Place::sk_backlog));
      p.drawEllipse(at, r * 0.8, r * 0.8);
      return;
  }
}

}  // namespace

RunSlider::RunSlider(QWidget* parent) : QAbstractSlider(parent) {
  setObjectName(QStringLiteral("run-slider"));
  setRange(0, kRange);
  setFocusPolicy(Qt::StrongFocus);
  setAccessibleName(tr("Position in the run"));
  setMouseTracking(true);
}

void RunSlider::set_trace(std::shared_ptr<const Trace> trace) {
  trace_ = std::move(trace);
  position_ = 0;
  marks_ = {};
  update();
}

void RunSlider::show_position(StepIndex position) {
  position_ = position;
  const StepIndex all = steps();
  const QSignalBlocker quiet(this);
  setValue(all == 0 ? 0
                    : static_cast<int>(static_cast<double>(position) / static_cast<double>(all) * kRange));
  setAccessibleDescription(tr("step %1 of %2").arg(position).arg(all));
  update();
}

QRectF RunSlider::groove() const { return QRectF(12, height() / 2.0 - 3, width() - 24.0, 6); }

qreal RunSlider::x_of(StepIndex step) const {
  const StepIndex all = std::max<StepIndex>(1, steps());
  return groove().left() + groove().width() * static_cast<qreal>(step) / static_cast<qreal>(all);
}

StepIndex RunSlider::step_at(qreal x) const {
  const qreal share = std::clamp((x - groove().left()) / std::max(1.0, groove().width()), 0.0, 1.0);
  return static_cast<StepIndex>(share * static_cast<qreal>(steps()) + 0.5);
}

void RunSlider::draw_marks() {
  marks_ = QPixmap((QSizeF(size()) * devicePixelRatioF()).toSize());
  marks_.setDevicePixelRatio(devicePixelRatioF());
  marks_.fill(Qt::transparent);
  marks_steps_ = steps();
  if (!trace_) return;
  QPainter p(&marks_);
  p.setRenderHint(QPainter::Antialiasing);
  std::vector<std::array<bool, 8>> taken(static_cast<std::size_t>(width() / 3 + 2));
  const std::uint32_t count = std::min<std::uint32_t>(trace_->marker_count(), 20000);
  for (std::uint32_t i = 0; i < count; ++i) {
    const Marker marker = trace_->marker(i);
    if (marker.step > marks_steps_) continue;  // a live run has grown since: its mark would be beyond the end
    const qreal x = x_of(marker.step);
    bool& here =
        taken[static_cast<std::size_t>(std::max(0.0, x / 3))][static_cast<std::size_t>(marker.kind) % 8];
    if (here) continue;
    here = true;
    const qreal y =
        marker.kind == MarkerKind::drop || marker.kind == MarkerKind::reset ? 5.5 : height() - 5.5;
    draw_marker(p, marker.kind, QPointF(x, y), 2.9);
  }
}

void RunSlider::paintEvent(QPaintEvent*) {
  QPainter p(this);
  p.setRenderHint(QPainter::Antialiasing);
  const Theme& t = theme();
  const QRectF line = groove();
  p.setPen(Qt::NoPen);
  p.setBrush(t.track);
  p.drawRoundedRect(line, 3, 3);
  if (!trace_) return;
  const qreal x = x_of(position_);
  p.setBrush(t.accent);
  p.drawRoundedRect(QRectF(line.left(), line.top(), x - line.left(), line.height()), 3, 3);
  if (marks_.isNull() || marks_steps_ != steps()) draw_marks();
  p.drawPixmap(0, 0, marks_);
  if (const QRectF mark = difference_rect(); !mark.isEmpty()) {  // a flag with the sign
    p.setPen(Qt::NoPen);
    p.setBrush(t.error);
    p.drawRoundedRect(mark, 2, 2);
    p.setPen(QPen(Theme::ink_on(t.error), 1.4));
    p.setFont(ui_font(10, true));
    p.drawText(mark, Qt::AlignCenter, QStringLiteral("≠"));
  }
  p.setPen(QPen(hasFocus() ? t.glow : t.accent, hasFocus() ? 3 : 2));
  p.setBrush(t.card);
  p.drawEllipse(QPointF(x, line.center().y()), 7, 7);
}

void RunSlider::set_difference(std::optional<StepIndex> step) {
  difference_ = step;
  update();
}

QRectF RunSlider::difference_rect() const {
  if (!difference_ || !trace_ || *difference_ > steps()) return {};
  const qreal x = x_of(*difference_);
  return QRectF(x - 6, 0, 12, 12);
}

void RunSlider::mousePressEvent(QMouseEvent* event) {
  if (event->button() == Qt::LeftButton && trace_) emit positionWanted(step_at(event->position().x()));
}

void RunSlider::mouseMoveEvent(QMouseEvent* event) {
  if ((event->buttons() & Qt::LeftButton) != 0 && trace_) emit positionWanted(step_at(event->position().x()));
}

void RunSlider::keyPressEvent(QKeyEvent* event) {
  if (!trace_) return;
  const StepIndex page = std::max<StepIndex>(1, steps() / 50);
  switch (event->key()) {
    case Qt::Key_Up:
      return emit positionWanted(std::min(steps(), position_ + page));
    case Qt::Key_Down:
      return emit positionWanted(position_ > page ? position_ - page : 0);
    default:
      QAbstractSlider::keyPressEvent(event);
  }
}

void RunSlider::changeEvent(QEvent* event) {
  if (event->type() == QEvent::PaletteChange) marks_ = {};
  QAbstractSlider::changeEvent(event);
}

bool RunSlider::event(QEvent* event) {
  if (event->type() != QEvent::ToolTip || !trace_) return QAbstractSlider::event(event);
  const auto* help = static_cast<QHelpEvent*>(event);
  const StepIndex step = step_at(help->pos().x());
  QStringList lines{tr("step %1").arg(number_text(static_cast<std::int64_t>(step)))};
  int shown = 0;
  for (std::uint32_t i = 0; i < trace_->marker_count() && shown < 6; ++i) {
    const Marker marker = trace_->marker(i);
    if (std::abs(x_of(marker.step) - help->pos().x()) > 4) continue;
    ++shown;
    lines << tr("packet %1: %2")
                 .arg(marker.packet)
                 .arg(QString::fromLatin1(name_of(marker.kind)).replace(QLatin1Char('_'), QLatin1Char(' ')));
  }
  if (difference_rect().adjusted(-2, 0, 2, 20).contains(help->pos()))
    lines << tr("here the compared runs first differ (step %1)")
                 .arg(number_text(static_cast<std::int64_t>(*difference_)));
  QToolTip::showText(help->globalPos(), lines.join(QLatin1Char('\n')), this);
  return true;
}

}  // namespace ringside::ui
