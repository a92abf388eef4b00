#include <QCoreApplication>
#include <QLineF>
#include <QLocale>
#include <cmath>

#include "ui/look/theme.h"
#include "ui/stage/painter.h"

namespace ringside::ui {

QString number_text(std::int64_t value) {
  return QLocale(QLocale::English).toString(static_cast<qlonglong>(value));
}

QString bytes_text(std::uint64_t bytes) {
  if (bytes < 100000) return number_text(static_cast<std::int64_t>(bytes)) + QStringLiteral(" B");
  if (bytes < 100ull << 20)
    return number_text(static_cast<std::int64_t>(bytes >> 10)) + QStringLiteral(" KiB");
  return number_text(static_cast<std::int64_t>(bytes >> 20)) + QStringLiteral(" MiB");
}

QString time_text(std::int64_t ns) {
  const qreal value = static_cast<qreal>(ns);
  if (ns < 10'000'000'000) return QString::number(value / 1e6, 'f', 3) + QStringLiteral(" ms");
  return QString::number(value / 1e9, 'f', 3) + QStringLiteral(" s");
}

QFont StagePainter::small() const { return ui(0.66); }
QFont StagePainter::mono(qreal scale, bool bold) const {
  return mono_font(std::max(u_ * scale, l_.zoom >= 1 ? StageLayout::kLeastLetters : 0), bold);
}
QFont StagePainter::ui(qreal scale, bool bold) const {
  return ui_font(std::max(u_ * scale, l_.zoom >= 1 ? StageLayout::kLeastLetters : 0), bold);
}

QColor StagePainter::context_colour() const {
  return theme().context(s_->event ? s_->event->context : Context::nic);
}

void StagePainter::card(const QRectF& rect, const QColor& fill, const QColor& edge, qreal width) {
  p_.setPen(QPen(edge, width));
  p_.setBrush(fill);
  const qreal radius = std::min(u_ * 0.4, rect.height() * 0.3);
  p_.drawRoundedRect(rect, radius, radius);
}

void StagePainter::text(const QRectF& rect, const QString& words, const QFont& font, const QColor& colour,
                        int flags) {
  p_.setFont(font);
  p_.setPen(colour);
  const QFontMetricsF metrics(font);
  const bool fits = metrics.horizontalAdvance(words) <= rect.width() + 0.5;
  p_.drawText(rect, flags, fits ? words : metrics.elidedText(words, Qt::ElideRight, rect.width()));
}

void StagePainter::bar(const QRectF& rect, qreal share, const QColor& fill) {
  const qreal radius = std::min(rect.height() / 2, u_ * 0.3);
  p_.setPen(Qt::NoPen);
  p_.setBrush(theme().track);
  p_.drawRoundedRect(rect, radius, radius);
  if (share <= 0) return;
  QRectF filled = rect;
  filled.setWidth(std::max(rect.height() * 0.5, rect.width() * std::min(1.0, share)));
  p_.setBrush(fill);
  p_.drawRoundedRect(filled, radius, radius);
}

void StagePainter::chip(const ChipPicture& c, const QRectF& rect, Place as) {
  const bool arrives = as == Place::wire && s_->arriving != 0 && c.packet == s_->arriving;
  const bool moving = arrives || (s_->moving.skb != 0 && c.skb == s_->moving.skb) ||
                      (as == Place::rx_ring && in_hand_of_card(c));
  ChipLook look = ChipLook::plain;
  if (moving)
    look = ChipLook::moving;
  else if (view_->followed != 0)
    look = c.packet == view_->followed ? ChipLook::followed : ChipLook::dimmed;
  else if (view_->selected != 0 && c.packet == view_->selected)
    look = ChipLook::followed;
  const QPixmap& sprite = sprites_.packet(chip_label(c), theme().place(as), look, rect.size(), ratio_);
  const qreal around = SpriteCache::margin(rect.size(), look);
  p_.drawPixmap(rect.topLeft() - QPointF(around, around), sprite);
  if (c.edited) changed_mark(rect);
  hits_->push_back({rect, c, as, Node::count_, {}});
}

/// A folded corner: the user has changed this packet.
void StagePainter::changed_mark(const QRectF& rect) {
  const qreal size = rect.height() * 0.46;
  QPolygonF corner{rect.topRight() - QPointF(size, 0), rect.topRight(), rect.topRight() + QPointF(0, size)};
  p_.setPen(QPen(theme().card, 1));
  p_.setBrush(theme().glow);
  p_.drawPolygon(corner);
}

void StagePainter::flyer(const ChipPicture& c, const StageView& view, QPointF at, qreal opacity, int count) {
  QString words = chip_text(c, s_ != nullptr ? s_->base_of(c, view.isn) : view.isn);
  if (count > 1) words = QStringLiteral("×%1").arg(count);
  p_.setOpacity(opacity);
  glowing(words, c.place, l_.chip_size(), at);
  p_.setOpacity(1);
}

void StagePainter::token(const ChipPicture& c, const StageView& view, QPointF at) {
  glowing(chip_text(c, s_->base_of(c, view.isn)), c.place, l_.token_size(), at);
}

void StagePainter::glowing(const QString& words, Place as, QSizeF size, QPointF at) {
  if (as == Place::none) as = Place::in_flight;
  const QPixmap& sprite = sprites_.packet(words, theme().place(as), ChipLook::moving, size, ratio_);
  const qreal around = SpriteCache::margin(size, ChipLook::moving);
  p_.drawPixmap(at - QPointF(size.width() / 2 + around, size.height() / 2 + around), sprite);
}

void StagePainter::trail(const QPolygonF& way, const QColor& colour) {
  if (way.size() < 2) return;
  QPen pen(colour, std::max(1.6, u_ * 0.14), Qt::CustomDashLine, Qt::RoundCap);
  pen.setDashPattern({2.2, 2.4});
  p_.setPen(pen);
  p_.setBrush(Qt::NoBrush);
  p_.drawPolyline(way);
}

/// Dots that run along the way: ready-made, for long dashed lines take ten times as long to paint.
void StagePainter::stream(const Stream& stream) {
  const QColor colour = stream.drops ? theme().error : theme().glow;
  const qreal width = qRound(u_ * std::min(0.7, 0.26 + 0.05 * std::sqrt(stream.packets)));
  const QPixmap& dot = sprites_.dot(colour, width, ratio_);
  const qreal gap = u_ * 1.3;
  qreal next = std::fmod(stream.phase, gap);
  p_.setOpacity(0.15 + 0.7 * stream.heat);
  for (qsizetype i = 1; i < stream.way.size(); ++i) {
    const QLineF piece(stream.way[i - 1], stream.way[i]);
    for (; next < piece.length(); next += gap)
      p_.drawPixmap(piece.pointAt(next / piece.length()) - QPointF(width / 2, width / 2), dot);
    next -= piece.length();
  }
  p_.setOpacity(1);
  if (stream.packets < 2) return;
  const QString words = QStringLiteral("×%1").arg(qRound(stream.packets));
  const QSizeF size = l_.chip_size() * 0.8;
  const QPixmap& sprite =
      sprites_.packet(words, theme().place(Place::in_flight), ChipLook::plain, size, ratio_);
  const qreal around = SpriteCache::margin(size, ChipLook::plain);
  const QPointF at = Animator::point_at(stream.way, 0.5);
  p_.setOpacity(std::min(1.0, 0.3 + stream.heat));
  p_.drawPixmap(at - QPointF(size.width() / 2 + around, size.height() / 2 + around), sprite);
  p_.setOpacity(1);
}

void StagePainter::state(const StagePicture& picture, const StageView& view, std::vector<HitArea>& hits) {
  s_ = &picture;
  view_ = &view;
  hits_ = &hits;
  hits.clear();
  p_.setRenderHint(QPainter::Antialiasing);
  user_floor();
  cpu_lamps();
  socket_head();
  syscall_floor();
  functions();
  queues();
  way_numbers();  // over the queues' edges
  ruler();
  nic_floor();
  transmit_side();
  unfolded();
}

}  // namespace ringside::ui
