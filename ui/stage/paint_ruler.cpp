// The sequence space of the receiver: what was read, what waits in order, what waits behind a hole, and how
// far the window reaches.
#include <QCoreApplication>
#include <algorithm>

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
  const QRectF line(box.left() + u_ * 0.8, box.center().y(), box.width() - u_ * 1.6, 0);
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
  // What is missing between rcv_nxt and the last byte that is here.
  std::vector<RulerRange> held = sock.ranges;
  std::sort(held.begin(), held.end(), [](const auto& a, const auto& b) { return before(a.begin, b.begin); });
  std::uint32_t reached = sock.rcv_nxt;
  for (const RulerRange& range : held) {
    if (after(range.begin, reached) && range.place == Place::out_of_order_queue)
      hole(QRectF(x_of(reached), line.top() - u_ * 0.2, x_of(range.begin) - x_of(reached), u_ * 0.4), reached,
           range.begin);
    if (after(range.end, reached)) reached = range.end;
  }
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
  // A tick points to the side where its name stands, beside the tick: nothing crosses a name.
  const auto mark = [&](qreal x, const QString& words, const QColor& colour, bool above) {
    p_.setPen(QPen(colour, 1.8));
    const qreal tip = above ? box.top() + u_ * 0.25 : box.bottom() - u_ * 0.25;
    p_.drawLine(QPointF(x, line.top() + (above ? u_ * 0.3 : -u_ * 0.3)), QPointF(x, tip));
    const qreal width = metrics.horizontalAdvance(words) + 1;
    const bool fits = x + u_ * 0.3 + width < box.right() - u_ * 0.2;
    text(QRectF(fits ? x + u_ * 0.3 : x - u_ * 0.3 - width,
                above ? box.top() + u_ * 0.05 : box.bottom() - u_ * 1.05, width, u_),
         words, font, colour);
  };
  const QString copied = tr("copied_seq %1").arg(sock.copied_seq - view_->isn);
  const QString next = tr("rcv_nxt %1").arg(sock.rcv_nxt - view_->isn);
  mark(x_of(sock.copied_seq), copied, theme().context(Context::process), true);
  mark(x_of(sock.rcv_nxt), next, theme().good, false);
  const qreal edge_x = cut ? line.right() : x_of(sock.window_edge);
  if (cut) {  // the scale breaks here
    p_.setPen(QPen(theme().card, u_ * 0.22));
    const QPointF at(line.right() - u_ * 1.1, line.top());
    p_.drawLine(at, at + QPointF(u_ * 0.16, 0));
    p_.setPen(QPen(theme().faint, 1.2));
    for (const qreal dx : {0.0, 0.2})
      p_.drawLine(at + QPointF((dx - 0.1) * u_, u_ * 0.25), at + QPointF((dx + 0.1) * u_, -u_ * 0.25));
  }
  const bool crowded = x_of(sock.copied_seq) + metrics.horizontalAdvance(copied) + u_ >
                       edge_x - metrics.horizontalAdvance(tr("window %1").arg(number_text(sock.rcv_wnd)));
  mark(edge_x, tr("window %1").arg(number_text(sock.rcv_wnd)), theme().error, !crowded);
}

/// A stretch that has not come: outlined and hatched.
void StagePainter::hole(const QRectF& rect, std::uint32_t begin, std::uint32_t end) {
  p_.setPen(QPen(theme().error, 1, Qt::DotLine));
  p_.setBrush(QBrush(theme().error, Qt::BDiagPattern));
  p_.drawRect(rect);
  hits_->push_back(
      {rect.adjusted(-2, -2, 2, 2),
       {},
       Place::none,
       Node::count_,
       tr("hole: %1 bytes from %2 have not come").arg(number_text(end - begin)).arg(begin - view_->isn)});
}

}  // namespace ringside::ui
