#include "ui/look/marks.h"

#include <QCoreApplication>
#include <QPainterPath>

#include "ui/look/theme.h"

namespace ringside::ui {

namespace {

QPainterPath bolt(const QRectF& b) {
  const auto at = [&](qreal x, qreal y) { return QPointF(b.x() + x * b.width(), b.y() + y * b.height()); };
  QPainterPath path(at(0.62, 0));
  path.lineTo(at(0.12, 0.56));
  path.lineTo(at(0.46, 0.56));
  path.lineTo(at(0.34, 1));
  path.lineTo(at(0.90, 0.40));
  path.lineTo(at(0.54, 0.40));
  path.closeSubpath();
  return path;
}

QPainterPath diamond(const QRectF& b) {
  QPainterPath path(QPointF(b.center().x(), b.top()));
  path.lineTo(b.right(), b.center().y());
  path.lineTo(b.center().x(), b.bottom());
  path.lineTo(b.left(), b.center().y());
  path.closeSubpath();
  return path;
}

}  // namespace

void draw_mark(QPainter& painter, const QRectF& box, Context context) {
  const QColor colour = theme().context(context);
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  const QPen line(colour, std::max(1.2, box.width() * 0.13));
  painter.setPen(Qt::NoPen);
  painter.setBrush(colour);
  const qreal inset = line.widthF() / 2;
  const QRectF inner = box.adjusted(inset, inset, -inset, -inset);
  switch (context) {
    case Context::hardirq:
      painter.drawPath(bolt(box));
      break;
    case Context::softirq:
      painter.drawPath(diamond(box));
      break;
    case Context::ksoftirqd:
      painter.setPen(line);
      painter.setBrush(Qt::NoBrush);
      painter.drawPath(diamond(inner));
      break;
    case Context::process:
      painter.drawEllipse(inner);
      break;
    case Context::timer:
      painter.setPen(line);
      painter.setBrush(Qt::NoBrush);
      painter.drawEllipse(inner);
      painter.drawLine(box.center(), QPointF(box.center().x(), inner.top() + inset * 2));
      painter.drawLine(box.center(), QPointF(inner.right() - inset * 3, box.center().y()));
      break;
    default:
      painter.drawRect(inner.adjusted(inset, inset, -inset, -inset));
      break;
  }
  painter.restore();
}

QIcon mark_icon(Context context) {
  QPixmap pixmap(32, 32);
  pixmap.fill(Qt::transparent);
  QPainter painter(&pixmap);
  draw_mark(painter, QRectF(4, 4, 24, 24), context);
  return QIcon(pixmap);
}

QString context_words(Context context) {
  const auto tr = [](const char* text) { return QCoreApplication::translate("Context", text); };
  switch (context) {
    case Context::hardirq:
      return tr("hard IRQ");
    case Context::softirq:
      return tr("softirq");
    case Context::ksoftirqd:
      return tr("ksoftirqd");
    case Context::process:
      return tr("process");
    case Context::timer:
      return tr("timer");
    default:
      return tr("NIC");
  }
}

}  // namespace ringside::ui
