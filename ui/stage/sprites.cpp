#include "ui/stage/sprites.h"

#include <QPainter>
#include <QRadialGradient>

#include "ui/look/theme.h"

namespace ringside::ui {

namespace {

void halo(QPainter& painter, const QRectF& chip, qreal reach) {
  QColor colour = theme().glow;
  for (int ring = 6; ring > 0; --ring) {
    colour.setAlphaF(static_cast<float>(0.055 * (7 - ring)));
    const qreal grow = reach * ring / 6;
    painter.setPen(Qt::NoPen);
    painter.setBrush(colour);
    painter.drawRoundedRect(chip.adjusted(-grow, -grow, grow, grow), chip.height() * 0.3 + grow,
                            chip.height() * 0.3 + grow);
  }
}

void paint_chip(QPainter& painter, const QString& text, const QColor& fill, ChipLook look,
                const QRectF& chip) {
  painter.setRenderHint(QPainter::Antialiasing);
  const qreal radius = chip.height() * 0.28;
  if (look == ChipLook::moving) halo(painter, chip, SpriteCache::margin(chip.size(), look));
  const bool strong = look == ChipLook::moving || look == ChipLook::followed;
  QColor edge = look == ChipLook::moving     ? theme().glow
                : look == ChipLook::followed ? theme().text
                                             : fill.darker(135);
  painter.setPen(QPen(edge, strong ? 2.2 : 1.0));
  painter.setBrush(fill);
  painter.setOpacity(look == ChipLook::dimmed ? 0.28 : 1.0);
  painter.drawRoundedRect(chip.adjusted(0.6, 0.6, -0.6, -0.6), radius, radius);
  QFont font = mono_font(chip.height() * 0.56, true);
  const QFontMetricsF metrics(font);
  const qreal room = chip.width() - chip.height() * 0.3;
  const qreal wide = metrics.horizontalAdvance(text);
  if (wide > room) font.setPixelSize(std::max(5, static_cast<int>(font.pixelSize() * room / wide)));
  painter.setFont(font);
  painter.setPen(Theme::ink_on(fill));
  painter.drawText(chip, Qt::AlignCenter, text);
}

}  // namespace

qreal SpriteCache::margin(QSizeF size, ChipLook look) {
  return look == ChipLook::moving ? size.height() * 0.55 : 2.0;
}

const QPixmap& SpriteCache::packet(const QString& text, const QColor& fill, ChipLook look, QSizeF size,
                                   qreal ratio) {
  const QString key = QStringLiteral("%1|%2|%3|%4x%5|%6")
                          .arg(text)
                          .arg(fill.rgba())
                          .arg(static_cast<int>(look))
                          .arg(qRound(size.width() * 4))
                          .arg(qRound(size.height() * 4))
                          .arg(ratio);
  if (const QPixmap* known = cache_.object(key)) return *known;
  const qreal around = margin(size, look);
  const QSizeF whole(size.width() + 2 * around, size.height() + 2 * around);
  auto* pixmap = new QPixmap((whole * ratio).toSize());
  pixmap->setDevicePixelRatio(ratio);
  pixmap->fill(Qt::transparent);
  {
    QPainter painter(pixmap);
    paint_chip(painter, text, fill, look, QRectF(QPointF(around, around), size));
  }
  cache_.insert(key, pixmap);
  return *pixmap;
}

const QPixmap& SpriteCache::dot(const QColor& fill, qreal width, qreal ratio) {
  const QString key = QStringLiteral("dot|%1|%2|%3").arg(fill.rgba()).arg(width).arg(ratio);
  if (const QPixmap* known = cache_.object(key)) return *known;
  auto* pixmap = new QPixmap((QSizeF(width, width) * ratio).toSize());
  pixmap->setDevicePixelRatio(ratio);
  pixmap->fill(Qt::transparent);
  {
    QPainter painter(pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(fill);
    painter.drawEllipse(QRectF(0.5, 0.5, width - 1, width - 1));
  }
  cache_.insert(key, pixmap);
  return *pixmap;
}

QString chip_text(const ChipPicture& chip, std::uint32_t base) {
  if (chip.protocol != 6)
    return chip.packet != 0 ? QStringLiteral("#%1").arg(chip.packet) : QStringLiteral("skb");
  if ((chip.flags & 2) != 0) return QStringLiteral("SYN");
  const std::uint32_t relative = chip.seq - base;
  if ((chip.flags & 4) != 0) return QStringLiteral("RST");
  if (chip.len == 0 && (chip.flags & 1) != 0) return QStringLiteral("FIN");
  if (chip.len == 0 && chip.seq == 0 && chip.packet != 0) return QStringLiteral("#%1").arg(chip.packet);
  if (chip.len == 0) return QStringLiteral("ACK");
  if (of_another_connection(relative) && chip.packet != 0) return QStringLiteral("#%1").arg(chip.packet);
  if (of_another_connection(relative)) return QStringLiteral("%1 B").arg(chip.len);
  return QString::number(relative);
}

}  // namespace ringside::ui
