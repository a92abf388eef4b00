#include "ui/panels/journey_strip.h"

#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>
#include <cmath>

#include "ui/look/amounts.h"
#include "ui/look/marks.h"
#include "ui/look/theme.h"
#include "ui/stage/painter.h"

namespace ringside::ui {

namespace {
constexpr qreal kRow = 17, kTitle = 18, kMargin = 4;
}

QString layer_words(query::Layer layer) {
  switch (layer) {
    case query::Layer::wire:
      return JourneyStrip::tr("wire");
    case query::Layer::nic:
      return JourneyStrip::tr("NIC");
    case query::Layer::driver:
      return JourneyStrip::tr("driver");
    case query::Layer::core:
      return JourneyStrip::tr("core");
    case query::Layer::ip:
      return JourneyStrip::tr("IP");
    case query::Layer::transport:
      return JourneyStrip::tr("TCP/UDP");
    case query::Layer::socket:
      return JourneyStrip::tr("socket");
    case query::Layer::user:
      return JourneyStrip::tr("user");
    default:
      return JourneyStrip::tr("gone");
  }
}

QString stop_words(const query::JourneyStop& stop) {
  const bool moving = stop.place == Place::in_flight || stop.place == Place::none;
  if (stop.place == Place::freed && stop.layer == query::Layer::socket)
    return JourneyStrip::tr("in another skb");
  return moving ? layer_words(stop.layer) : QString::fromLatin1(name_of(stop.place));
}

JourneyStrip::JourneyStrip(QWidget* parent) : QWidget(parent) {
  setObjectName(QStringLiteral("journey-strip"));
  setAccessibleName(tr("Journey"));
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  setMouseTracking(true);
}

void JourneyStrip::set_journeys(std::vector<query::Journey> journeys) {
  journeys_ = std::move(journeys);
  QStringList words;
  for (const query::Journey& journey : journeys_) {
    QStringList stops;
    for (const query::JourneyStop& stop : journey.stops)
      stops << tr("%1 for %2").arg(stop_words(stop), duration_text(stop.end_ns - stop.begin_ns));
    words << tr("packet %1: %2").arg(journey.packet).arg(stops.join(QStringLiteral(", ")));
  }
  setAccessibleDescription(words.join(QLatin1Char('\n')));
  updateGeometry();
  arrange();
}

void JourneyStrip::show_position(StepIndex position) {
  position_ = position;
  update();
}

QSize JourneyStrip::sizeHint() const {
  std::size_t rows = 1;
  for (const query::Journey& journey : journeys_) rows = std::max(rows, journey.stops.size());
  return {280, static_cast<int>(static_cast<qreal>(rows) * kRow + kTitle + 6)};
}

QRectF JourneyStrip::stop_rect(std::size_t journey, std::size_t stop) const {
  if (journey >= boxes_.size() || stop >= boxes_[journey].size()) return {};
  return boxes_[journey][stop];
}

void JourneyStrip::arrange() {
  boxes_.assign(journeys_.size(), {});
  const qreal wide = (width() - kMargin) / std::max<qreal>(1, static_cast<qreal>(journeys_.size()));
  for (std::size_t j = 0; j < journeys_.size(); ++j)
    for (std::size_t i = 0; i < journeys_[j].stops.size(); ++i)
      boxes_[j].push_back({kMargin + static_cast<qreal>(j) * wide, kTitle + static_cast<qreal>(i) * kRow,
                           wide - kMargin, kRow});
  update();
}

void JourneyStrip::resizeEvent(QResizeEvent*) { arrange(); }

/// Times differ by six powers of ten: the bar behind a time grows with its logarithm.
void JourneyStrip::paint_stop(QPainter& p, const query::JourneyStop& stop, const QRectF& box, bool now) {
  const Theme& t = theme();
  const bool moving = stop.place == Place::in_flight || stop.place == Place::none;
  const QColor fill = moving ? t.context(stop.context) : t.place(stop.place);
  if (now) p.fillRect(box, t.accent_soft);
  p.fillRect(QRectF(box.left() + 1, box.top() + 3, 11, box.height() - 6), fill);
  const std::int64_t spent = stop.end_ns - stop.begin_ns;
  const qreal room = std::min(box.width() * 0.42, 130.0);
  const qreal share = std::log10(1.0 + static_cast<qreal>(std::max<std::int64_t>(0, spent))) / 10.0;
  QColor soft = fill;
  soft.setAlpha(90);
  p.fillRect(QRectF(box.right() - room, box.top() + 2, room * std::min(1.0, share), box.height() - 4), soft);
  p.setFont(ui_font(12, now));
  p.setPen(t.text);
  const QRectF words(box.left() + 17, box.top(), box.width() - room - 20, box.height());
  p.drawText(words, Qt::AlignVCenter,
             p.fontMetrics().elidedText(stop_words(stop), Qt::ElideRight, static_cast<int>(words.width())));
  p.drawText(box.adjusted(0, 0, -4, 0), Qt::AlignVCenter | Qt::AlignRight,
             stop.layer == query::Layer::gone ? QString() : duration_text(spent));
}

void JourneyStrip::paintEvent(QPaintEvent*) {
  QPainter p(this);
  for (std::size_t j = 0; j < journeys_.size(); ++j) {
    const query::Journey& journey = journeys_[j];
    const query::JourneyStop* now = journey.at(position_);
    if (!boxes_[j].empty()) {
      p.setFont(ui_font(12, true));
      p.setPen(theme().text);
      p.drawText(
          QRectF(boxes_[j][0].left(), 0, boxes_[j][0].width(), kTitle), Qt::AlignVCenter,
          tr("packet %1: %2").arg(journey.packet).arg(duration_text(journey.end_ns() - journey.begin_ns())));
    }
    for (std::size_t i = 0; i < journey.stops.size() && i < boxes_[j].size(); ++i)
      paint_stop(p, journey.stops[i], boxes_[j][i], &journey.stops[i] == now);
  }
}

const query::JourneyStop* JourneyStrip::stop_at(QPointF at) const {
  for (std::size_t j = 0; j < boxes_.size(); ++j)
    for (std::size_t i = 0; i < boxes_[j].size(); ++i)
      if (boxes_[j][i].contains(at)) return &journeys_[j].stops[i];
  return nullptr;
}

void JourneyStrip::mousePressEvent(QMouseEvent* event) {
  const query::JourneyStop* stop = stop_at(event->position());
  if (stop != nullptr && event->button() == Qt::LeftButton) emit stepWanted(stop->step + 1);
}

bool JourneyStrip::event(QEvent* event) {
  if (event->type() != QEvent::ToolTip) return QWidget::event(event);
  const auto* help = static_cast<QHelpEvent*>(event);
  const query::JourneyStop* stop = stop_at(help->pos());
  if (stop == nullptr) {
    QToolTip::hideText();
    return true;
  }
  QString words =
      tr("%1 (%2)\nfor %3, from %4 on\n%5, CPU %6")
          .arg(stop_words(*stop), layer_words(stop->layer), duration_text(stop->end_ns - stop->begin_ns),
               time_text(stop->begin_ns), context_words(stop->context))
          .arg(stop->cpu);
  if (stop->function != Fn::none)
    words += QLatin1Char('\n') + tr("by %1()").arg(QString::fromLatin1(name_of(stop->function)));
  QToolTip::showText(help->globalPos(), words, this);
  return true;
}

}  // namespace ringside::ui
