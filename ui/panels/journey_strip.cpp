#include "ui/panels/journey_strip.h"

#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>
#include <cmath>

#include "ui/look/marks.h"
#include "ui/look/theme.h"
#include "ui/stage/painter.h"

namespace ringside::ui {

namespace {
constexpr qreal kLine = 46, kTitle = 18, kMargin = 8, kLeast = 15;
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
      stops << tr("%1 for %2").arg(stop_words(stop), time_text(stop.end_ns - stop.begin_ns));
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
  return {280, static_cast<int>(
                   static_cast<qreal>(std::max<std::size_t>(1, journeys_.size())) * (kLine + kTitle) + 6)};
}

QRectF JourneyStrip::stop_rect(std::size_t journey, std::size_t stop) const {
  if (journey >= boxes_.size() || stop >= boxes_[journey].size()) return {};
  return boxes_[journey][stop];
}

/// Times differ by six powers of ten: a box grows with the logarithm of its time.
void JourneyStrip::arrange() {
  boxes_.assign(journeys_.size(), {});
  for (std::size_t j = 0; j < journeys_.size(); ++j) {
    const auto& stops = journeys_[j].stops;
    const qreal room = width() - 2 * kMargin;
    std::vector<qreal> weights;
    qreal sum = 0;
    for (const query::JourneyStop& stop : stops) {
      weights.push_back(std::log10(10.0 + static_cast<qreal>(stop.end_ns - stop.begin_ns)) - 0.8);
      sum += weights.back();
    }
    const qreal least = std::min(kLeast, room / std::max<qreal>(1, static_cast<qreal>(stops.size())));
    const qreal free = std::max(0.0, room - least * static_cast<qreal>(stops.size()));
    qreal x = kMargin;
    for (const qreal weight : weights) {
      const qreal w = least + free * weight / std::max(0.001, sum);
      boxes_[j].push_back({x, static_cast<qreal>(j) * (kLine + kTitle) + kTitle, w, kLine - 8});
      x += w;
    }
  }
  update();
}

void JourneyStrip::resizeEvent(QResizeEvent*) { arrange(); }

void JourneyStrip::paintEvent(QPaintEvent*) {
  QPainter p(this);
  const Theme& t = theme();
  for (std::size_t j = 0; j < journeys_.size(); ++j) {
    const query::Journey& journey = journeys_[j];
    const qreal top = static_cast<qreal>(j) * (kLine + kTitle);
    p.setFont(ui_font(12, true));
    p.setPen(t.text);
    p.drawText(
        QRectF(kMargin, top, width() - 2 * kMargin, kTitle), Qt::AlignVCenter,
        tr("packet %1, in all %2").arg(journey.packet).arg(time_text(journey.end_ns() - journey.begin_ns())));
    const query::JourneyStop* now = journey.at(position_);
    for (std::size_t i = 0; i < journey.stops.size() && i < boxes_[j].size(); ++i) {
      const query::JourneyStop& stop = journey.stops[i];
      const QRectF box = boxes_[j][i].adjusted(1, 0, -1, 0);
      const bool moving = stop.place == Place::in_flight || stop.place == Place::none;
      const QColor fill = moving ? t.context(stop.context) : t.place(stop.place);
      p.fillRect(box, fill);
      if (&stop == now) {
        p.setPen(QPen(t.text, 2));
        p.drawRect(box.adjusted(1, 1, -1, -1));
      }
      p.setPen(Theme::ink_on(fill));
      p.setFont(ui_font(10.5, true));
      const QFontMetricsF metrics(p.font());
      const QString name = stop_words(stop);
      if (metrics.horizontalAdvance(name) + 4 <= box.width()) {
        p.drawText(QRectF(box.left(), box.top() + 2, box.width(), box.height() / 2), Qt::AlignCenter, name);
        p.setFont(ui_font(10));
        const QString time = time_text(stop.end_ns - stop.begin_ns);
        if (QFontMetricsF(p.font()).horizontalAdvance(time) + 4 <= box.width())
          p.drawText(QRectF(box.left(), box.center().y(), box.width(), box.height() / 2 - 2), Qt::AlignCenter,
                     time);
      } else {  // no room for words: its number in the table below
        p.drawText(box, Qt::AlignCenter, QString::number(i + 1));
      }
    }
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
          .arg(stop_words(*stop), layer_words(stop->layer), time_text(stop->end_ns - stop->begin_ns),
               time_text(stop->begin_ns), context_words(stop->context))
          .arg(stop->cpu);
  if (stop->function != Fn::none)
    words += QLatin1Char('\n') + tr("by %1()").arg(QString::fromLatin1(name_of(stop->function)));
  QToolTip::showText(help->globalPos(), words, this);
  return true;
}

}  // namespace ringside::ui
