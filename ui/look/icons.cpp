#include "ui/look/icons.h"

#include <QPainter>
#include <QPainterPath>

#include "ui/look/theme.h"

namespace ringside::ui {

namespace {

void triangle(QPainter& p, qreal x, qreal width, bool right) {
  QPainterPath path;
  const qreal tip = right ? x + width : x, base = right ? x : x + width;
  path.moveTo(base, 0.22);
  path.lineTo(tip, 0.5);
  path.lineTo(base, 0.78);
  path.closeSubpath();
  p.drawPath(path);
}

void rod(QPainter& p, qreal x) { p.drawRect(QRectF(x - 0.04, 0.22, 0.08, 0.56)); }

void draw(QPainter& p, Glyph glyph) {
  switch (glyph) {
    case Glyph::begin:
      rod(p, 0.26);
      return triangle(p, 0.36, 0.40, false);
    case Glyph::end:
      rod(p, 0.74);
      return triangle(p, 0.24, 0.40, true);
    case Glyph::previous_packet:
      triangle(p, 0.14, 0.34, false);
      return triangle(p, 0.50, 0.34, false);
    case Glyph::next_packet:
      triangle(p, 0.16, 0.34, true);
      return triangle(p, 0.52, 0.34, true);
    case Glyph::back:
      return triangle(p, 0.30, 0.40, false);
    case Glyph::forward:
    case Glyph::play:
      return triangle(p, 0.30, 0.42, true);
    case Glyph::pause:
      p.drawRect(QRectF(0.30, 0.22, 0.14, 0.56));
      p.drawRect(QRectF(0.56, 0.22, 0.14, 0.56));
      return;
    case Glyph::out: {
      QPainterPath path;
      path.moveTo(0.5, 0.2);
      path.lineTo(0.78, 0.52);
      path.lineTo(0.22, 0.52);
      path.closeSubpath();
      p.drawPath(path);
      p.drawRect(QRectF(0.22, 0.64, 0.56, 0.1));
      return;
    }
    case Glyph::open: {
      p.setBrush(Qt::NoBrush);
      p.drawRoundedRect(QRectF(0.16, 0.3, 0.68, 0.46), 0.05, 0.05);
      p.drawLine(QPointF(0.16, 0.3), QPointF(0.42, 0.3));
      p.drawLine(QPointF(0.2, 0.22), QPointF(0.42, 0.22));
      return;
    }
  }
}

QPixmap pixmap(Glyph glyph, const QColor& colour, int size) {
  QPixmap out(size, size);
  out.fill(Qt::transparent);
  QPainter p(&out);
  p.setRenderHint(QPainter::Antialiasing);
  p.scale(size, size);
  p.setBrush(colour);
  p.setPen(glyph == Glyph::open ? QPen(colour, 0.07) : QPen(Qt::NoPen));
  draw(p, glyph);
  return out;
}

}  // namespace

QIcon icon(Glyph glyph) {
  QIcon out;
  for (const int size : {20, 32, 64}) {
    out.addPixmap(pixmap(glyph, theme().text, size), QIcon::Normal);
    out.addPixmap(pixmap(glyph, theme().faint, size), QIcon::Disabled);
  }
  return out;
}

QIcon program_icon() {
  QIcon out;
  for (const int size : {16, 32, 64, 128, 256}) {
    QPixmap pixmap(size, size);
    pixmap.fill(Qt::transparent);
    QPainter p(&pixmap);
    p.setRenderHint(QPainter::Antialiasing);
    p.scale(size, size);
    p.setPen(QPen(QColor(0x00, 0x72, 0xb2), 0.12));
    p.drawEllipse(QRectF(0.12, 0.12, 0.76, 0.76));
    p.setPen(Qt::NoPen);
    p.setBrush(QColor(0xe6, 0x9f, 0x00));
    p.drawRoundedRect(QRectF(0.34, 0.40, 0.60, 0.26), 0.08, 0.08);
    out.addPixmap(pixmap);
  }
  return out;
}

}  // namespace ringside::ui
