// The sequence space of the receiver: what was read, what waits in order, what waits behind a hole, and how
// far the window reaches.
#include <QCoreApplication>

#include "core/base/seq.h"
#include "ui/look/theme.h"
#include "ui/stage/painter.h"

namespace ringside::ui {

namespace {
QString tr(const char* text) { return QCoreApplication::translate("Stage", text); }
}  // namespace

void StagePainter::ruler() {
  const QRectF& box = l_.ruler;
  card(box, theme().card, theme().card_edge);
  const QRectF line(box.left() + u_ * 0.8, box.center().y() + u_ * 0.28, box.width() - u_ * 1.6, 0);
  if (!s_->sock || s_->sock->protocol != 6 || s_->sock->rcv_nxt == 0) {
    text(box, tr("sequence numbers appear with the first connection"), small(), theme().faint,
         Qt::AlignCenter);
    return;
  }
  const SockPicture& sock = *s_->sock;
  const auto offset = [&](std::uint32_t seq) {
    return static_cast<qreal>(static_cast<std::int32_t>(seq - sock.copied_seq));
  };
  // Show what is occupied, and as much of the window as keeps that readable.
  qreal occupied = std::max(0.0, offset(sock.rcv_nxt));
  for (const RulerRange& range : sock.ranges) occupied = std::max(occupied, offset(range.end));
  const qreal edge = std::max(1.0, offset(sock.window_edge));
  const bool cut = occupied > 0 ? edge > occupied * 2.2 : true;
  const qreal span = std::max(occupied > 0 && cut ? occupied * 1.6 : edge, 1.0);
  const auto x_of = [&](std::uint32_t seq) {
    return line.left() + line.width() * std::clamp(0.04 + 0.9 * offset(seq) / span, 0.0, 1.0);
  };
  p_.setPen(QPen(theme().faint, 1.2));
  p_.drawLine(line.topLeft(), line.topRight());
  p_.setPen(Qt::NoPen);
  for (const RulerRange& range : sock.ranges) {
    const qreal a = x_of(range.begin), b = std::max(a + 2, x_of(range.end));
    p_.setBrush(theme().place(range.place));
    const QRectF block(a, line.top() - u_ * 0.26, b - a, u_ * 0.52);
    p_.drawRoundedRect(block, 2, 2);
    hits_->push_back({block,
                      {},
                      range.place,
                      Node::count_,
                      tr("%1: %2 bytes from %3")
                          .arg(QString::fromLatin1(name_of(range.place)))
                          .arg(number_text(range.end - range.begin))
                          .arg(range.begin - view_->isn)});
  }
  const QFont font = mono(0.62, true);
  const QFontMetricsF metrics(font);
  QRectF taken;
  const auto mark = [&](qreal x, const QString& words, const QColor& colour, bool above) {
    p_.setPen(QPen(colour, 1.8));
    p_.drawLine(QPointF(x, line.top() - u_ * 0.42), QPointF(x, line.top() + u_ * 0.42));
    const qreal width = metrics.horizontalAdvance(words);
    const qreal left = std::clamp(x - width / 2, box.left() + u_ * 0.3, box.right() - width - u_ * 0.3);
    QRectF place(left, box.top() + u_ * 0.1, width + 1, u_ * 0.8);
    if (!above || place.intersects(taken)) place.moveTop(box.bottom() - u_ * 0.85);
    text(place, words, font, colour);
    taken = taken.united(place.adjusted(-4, 0, 4, -2));
  };
  const QString copied = tr("copied_seq %1").arg(sock.copied_seq - view_->isn);
  const QString next = tr("rcv_nxt %1").arg(sock.rcv_nxt - view_->isn);
  mark(x_of(sock.copied_seq), copied, theme().context(Context::process), true);
  mark(x_of(sock.rcv_nxt), next, theme().good, sock.rcv_nxt != sock.copied_seq);
  const QString window = cut ? tr("window → %1").arg(number_text(sock.rcv_wnd))
                             : tr("rcv_nxt + window %1").arg(number_text(sock.rcv_wnd));
  mark(cut ? line.right() : x_of(sock.window_edge), window, theme().error, true);
}

}  // namespace ringside::ui
