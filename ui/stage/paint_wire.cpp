// The wire: what is still to come; and of a live host what is at its card now, while the stage shows what was
// before, or the host is held.
#include <QCoreApplication>
#include <QFontMetricsF>

#include "ui/look/theme.h"
#include "ui/stage/painter.h"
#include "ui/stage/stage_text.h"

namespace ringside::ui {

namespace {

QString tr(const char* text) { return QCoreApplication::translate("Stage", text); }
QString number(std::uint64_t n) { return number_text(static_cast<std::int64_t>(n)); }

/// The most that there is room for.
QString longest_that_fits(const QStringList& longest_first, const QFont& font, qreal width) {
  const QFontMetricsF metrics(font);
  for (const QString& words : longest_first)
    if (metrics.horizontalAdvance(words) <= width) return words;
  return longest_first.back();
}

QStringList now_title(const NowPicture& now) {
  if (now.held)
    return {tr("NOW, at the card: the host is held"), tr("NOW: the host is held"), tr("NOW: held")};
  return {tr("NOW, at the card: the host runs"), tr("NOW: the host runs"), tr("NOW: it runs")};
}

QStringList now_counts(const NowPicture& now) {
  if (!now.held)
    return {
        tr("%1 of %2 slots filled, %3 dropped").arg(number(now.used), number(now.size), number(now.missed)),
        tr("%1 filled, %2 dropped").arg(number(now.used), number(now.missed)), number(now.used)};
  if (now.size == 0) return {tr("%1 wait, there is no ring").arg(number(now.waiting)), number(now.waiting)};
  if (now.beyond() == 0)
    return {tr("%1 wait in %2 free slots").arg(number(now.waiting), number(now.room)),
            tr("%1 wait").arg(number(now.waiting))};
  return {tr("%1 came: %2 wait, %3 find no slot: dropped")
              .arg(number(now.waiting), number(now.fit()), number(now.beyond())),
          tr("%1 wait, %2 dropped").arg(number(now.fit()), number(now.beyond())),
          tr("%1 dropped").arg(number(now.beyond()))};
}

}  // namespace

/// One of the ring's slots [from, to) takes a frame that waits for a held host.
bool StagePainter::waits_now(std::uint32_t from, std::uint32_t to) const {
  if (!s_->now || s_->now->past || s_->now->size == 0) return false;
  const NowPicture& now = *s_->now;
  for (std::uint32_t slot = from; slot < to; ++slot)
    if ((slot + now.size - now.next) % now.size < now.fit()) return true;
  return false;
}

void StagePainter::wire() {
  QRectF box = l_.place(Place::wire);
  hits_->push_back({box, {}, Place::wire, Node::count_, {}});
  if (s_->now) {
    QRectF strip = box;
    const bool both = s_->now->past && box.height() > u_ * 5.8;
    if (both) strip.setTop(box.bottom() - u_ * 3.3);
    now_strip(strip);
    if (!both) return;
    box.setBottom(strip.top() - u_ * 0.2);
  }
  const QString title = s_->wire.empty() ? tr("wire: empty") : tr("on the wire, next first");
  text(QRectF(box.left(), box.top(), box.width(), u_), s_->now ? tr("then, ") + title : title, ui(0.66),
       theme().faint);
  wire_chips(s_->wire, box.adjusted(0, u_ * 1.15, 0, 0));
}

void StagePainter::wire_chips(const std::vector<ChipPicture>& chips, const QRectF& room) {
  const QSizeF size = l_.chip_size();
  const qreal gap = u_ * 0.35;
  qreal x = room.left(), y = room.top();
  for (const ChipPicture& c : chips) {
    if (x + size.width() > room.right() + 1) {
      x = room.left();
      y += size.height() + gap * 0.6;
    }
    if (y + size.height() > room.bottom() + u_ * 0.4) break;
    chip(c, QRectF(QPointF(x, y), size), Place::wire);
    x += size.width() + gap;
  }
}

void StagePainter::now_strip(const QRectF& box) {
  const NowPicture& now = *s_->now;
  card(box, theme().accent_soft, theme().accent, 1.6);
  hits_->push_back({box, {}, Place::wire, Node::count_, now_words(now), HitArea::Act::none, 0});
  const QRectF in = box.adjusted(u_ * 0.4, u_ * 0.2, -u_ * 0.4, -u_ * 0.2);
  const QFont title = ui(0.68, true), words = ui(0.66, now.beyond() != 0);
  text(QRectF(in.left(), in.top(), in.width(), u_), longest_that_fits(now_title(now), title, in.width()),
       title, theme().text);
  if (now.size != 0) slot_row(QRectF(in.left(), in.top() + u_ * 1.05, in.width(), u_ * 0.75));
  text(QRectF(in.left(), in.top() + u_ * 1.9, in.width(), u_),
       longest_that_fits(now_counts(now), words, in.width()), words,
       now.beyond() != 0 ? theme().error : theme().text);
  if (box.height() > u_ * 4.6)
    wire_chips(now.chips, QRectF(in.left(), in.top() + u_ * 3.0, in.width(), in.height() - u_ * 3.2));
}

/// The ring, rolled out: many slots share one mark, which shows the fullest of them. Behind its end what
/// found no slot.
void StagePainter::slot_row(const QRectF& row) {
  const NowPicture& now = *s_->now;
  const qreal step = u_ * 0.42, dot = u_ * 0.32;
  const bool lost = now.beyond() != 0;
  const qreal width = lost ? row.width() - u_ * 1.1 : row.width();
  const auto marks =
      std::min<std::uint32_t>(now.size, static_cast<std::uint32_t>(std::max(1.0, width / step)));
  for (std::uint32_t m = 0; m < marks; ++m) {
    // From the oldest frame on: those there were, those that wait, free slots.
    const std::uint32_t slot = m * now.size / marks;
    const bool filled = slot < now.used, waits = !filled && slot < now.used + now.fit();
    p_.setPen(QPen(filled || waits ? theme().text : theme().faint, 1));
    p_.setBrush(waits ? theme().accent : filled ? theme().place(Place::in_flight) : theme().card);
    p_.drawEllipse(QPointF(row.left() + (m + 0.5) * step, row.center().y()), dot / 2, dot / 2);
  }
  if (!lost) return;
  const QPointF at(row.right() - u_ * 0.45, row.center().y());
  const qreal arm = u_ * 0.28;
  p_.setPen(QPen(theme().error, std::max(1.6, u_ * 0.14), Qt::SolidLine, Qt::RoundCap));
  p_.drawLine(at - QPointF(arm, arm), at + QPointF(arm, arm));
  p_.drawLine(at - QPointF(arm, -arm), at + QPointF(arm, -arm));
}

}  // namespace ringside::ui
