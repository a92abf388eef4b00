// The transmit side, coming down: the writer, what is queued and unacknowledged, timers, and the way to the
// card.
#include <QCoreApplication>
#include <algorithm>

#include "core/base/seq.h"
#include "ui/look/marks.h"
#include "ui/look/theme.h"
#include "ui/stage/painter.h"

namespace ringside::ui {

namespace {
QString tr(const char* text) { return QCoreApplication::translate("Stage", text); }

bool sends(const std::string& call) {
  for (const char* name : {"write(", "send(", "sendmsg(", "connect(", "shutdown("})
    if (call.rfind(name, 0) == 0) return true;
  return false;
}

/// ICSK_TIME_*: the one timer of the sending side has several uses.
QString write_timer_words(std::uint8_t purpose) {
  switch (purpose) {
    case 3:
      return tr("window probe");
    case 5:
      return tr("tail loss probe");
    case 6:
      return tr("RACK reordering");
    default:
      return tr("retransmit (RTO)");
  }
}

}  // namespace

QString timer_words(const TimerPicture& timer, TcpState state) {
  switch (timer.kind) {
    case TimerKind::sk_delack:
      return tr("delayed ACK");
    case TimerKind::sk_write:
      return write_timer_words(timer.purpose);
    case TimerKind::sk_keepalive:
      return state == TcpState::fin_wait2 ? tr("FIN_WAIT2") : tr("keepalive");
    case TimerKind::sk_pacing:
      return tr("pacing");
    case TimerKind::sk_compressed_ack:
      return tr("compressed ACK");
    default:
      return tr("timer");
  }
}

void StagePainter::timer_row(const QRectF& row, const QString& words, std::int64_t left_ns) {
  draw_mark(p_, QRectF(row.left(), row.center().y() - u_ * 0.34, u_ * 0.68, u_ * 0.68), Context::timer);
  const QString left = time_text(left_ns);
  const qreal wide = QFontMetricsF(mono(0.66)).horizontalAdvance(left) + u_ * 0.3;
  text(row.adjusted(u_ * 0.95, 0, -wide, 0), words, ui(0.7), theme().text);
  text(row, left, mono(0.66), theme().context(Context::timer), Qt::AlignRight | Qt::AlignVCenter);
}

void StagePainter::timers() {
  const QRectF& box = l_.timers;
  card(box, theme().card, theme().card_edge);
  const QRectF inner = box.adjusted(u_ * 0.55, u_ * 0.2, -u_ * 0.4, -u_ * 0.15);
  const qreal step = u_ * 1.02;
  const int fit = std::max(1, static_cast<int>((inner.height() + 2) / step));
  int line = 0;
  const auto next = [&] { return QRectF(inner.left(), inner.top() + step * line++, inner.width(), u_); };
  const bool tcp = s_->sock && s_->sock->protocol == 6;
  if (tcp) {
    std::vector<TimerPicture> timers = s_->sock->timers;
    std::sort(timers.begin(), timers.end(),
              [](const auto& a, const auto& b) { return a.left_ns < b.left_ns; });
    for (const TimerPicture& timer : timers)
      if (line < fit) timer_row(next(), timer_words(timer, s_->sock->state), timer.left_ns);
  }
  if (s_->listener && s_->listener->synack_left_ns >= 0 && line < fit)
    timer_row(next(), tr("SYN-ACK again"), s_->listener->synack_left_ns);
  if (line == 0) text(next(), tr("no timer armed"), ui(0.7), theme().faint);
  if (tcp && line < fit) text(next(), tr("quick ACKs left: %1").arg(s_->sock->quick), ui(0.7), theme().muted);
}

/// What was written, sent and acknowledged, in the sender's own sequence numbers.
void StagePainter::send_ruler() {
  const QRectF& box = l_.send_ruler;
  card(box, theme().card, theme().card_edge);
  const bool any = s_->sock && s_->sock->protocol == 6 && s_->sock->write_seq != 0;
  const QRectF line(box.left() + u_ * 0.7, box.center().y(), box.width() - u_ * 1.4, 0);
  if (!any) {
    text(box, tr("nothing sent yet"), small(), theme().faint, Qt::AlignCenter);
    return;
  }
  const SockPicture& k = *s_->sock;
  const auto sent = static_cast<std::int32_t>(k.snd_nxt - k.snd_una);
  const auto left = static_cast<std::int32_t>(k.write_seq - k.snd_nxt);
  const qreal whole = std::max(1, sent + std::max(0, left));
  const bool idle = sent <= 0 && left <= 0;
  if (idle) {
    text(box, tr("all that was sent is acknowledged"), small(), theme().faint, Qt::AlignCenter);
    return;
  }
  const qreal x0 = line.left() + line.width() * 0.06, width = line.width() * 0.88;
  const qreal x1 = x0 + width * sent / whole, x2 = x0 + width;
  p_.setPen(QPen(theme().faint, 1.2));
  p_.drawLine(line.topLeft(), line.topRight());
  p_.setPen(Qt::NoPen);
  const QColor colour = theme().place(Place::tcp_rtx_queue);
  p_.setBrush(colour);
  if (x1 > x0) p_.drawRoundedRect(QRectF(x0, line.top() - u_ * 0.24, x1 - x0, u_ * 0.48), 2, 2);
  p_.setBrush(QBrush(colour, Qt::Dense5Pattern));
  if (x2 > x1) p_.drawRoundedRect(QRectF(x1, line.top() - u_ * 0.24, x2 - x1, u_ * 0.48), 2, 2);
  p_.setPen(QPen(theme().text, 1.6));
  for (const qreal x : {x0, x1, x2})
    p_.drawLine(QPointF(x, line.top() - u_ * 0.36), QPointF(x, line.top() + u_ * 0.36));
  const QRectF above(box.left() + u_ * 0.4, box.top() + u_ * 0.1, box.width() - u_ * 0.8, u_ * 0.85);
  const QRectF below(above.left(), box.bottom() - u_ * 0.95, above.width(), u_ * 0.85);
  text(above, tr("sent, not acknowledged: %1").arg(bytes_text(static_cast<std::uint64_t>(std::max(0, sent)))),
       ui(0.64), theme().text);
  text(below, tr("not yet sent: %1").arg(bytes_text(static_cast<std::uint64_t>(std::max(0, left)))), ui(0.64),
       theme().muted);
  hits_->push_back(
      {box, {}, Place::none, Node::count_, tr("snd_una, snd_nxt and write_seq of the sending side")});
}

/// The last frames that left, latest first.
void StagePainter::sent() {
  text(QRectF(l_.acks.left(), l_.acks.top(), l_.acks.width(), u_ * 0.9),
       s_->sent.empty() ? tr("nothing sent yet") : tr("sent, latest first"), ui(0.64), theme().faint);
  const QSizeF size(l_.chip_size().width() * 1.12, l_.chip_size().height() * 0.86);
  qreal x = l_.acks.left();
  const qreal y = l_.acks.top() + u_ * 0.95;
  for (const ChipPicture& c : s_->sent) {
    if (x + size.width() > l_.acks.right() + 1) break;
    const bool pure_ack = c.len == 0 && (c.flags & 7) == 0 && c.protocol == 6;
    const std::uint32_t ack = c.end_seq - view_->isn;
    const QString words = pure_ack && !of_another_connection(ack) ? tr("ack %1").arg(ack) : chip_label(c);
    const QPixmap& sprite =
        sprites_.packet(words, theme().place(Place::tx_ring), ChipLook::plain, size, ratio_);
    const qreal around = SpriteCache::margin(size, ChipLook::plain);
    p_.drawPixmap(QPointF(x - around, y - around), sprite);
    x += size.width() + u_ * 0.3;
  }
}

void StagePainter::transmit_side() {
  timers();
  send_ruler();
  row_place(Place::neigh_queue, QStringLiteral("neigh"));
  row_place(Place::qdisc, QStringLiteral("qdisc"));
  row_place(Place::tx_ring, QStringLiteral("tx ring"));
  sent();
  const ProcessPicture* writer = nullptr;
  for (const ProcessPicture& process : s_->processes)
    if (sends(process.call)) writer = &process;
  if (writer != nullptr)
    text(l_.writer, QString::fromStdString(writer->call), mono(0.72, true), theme().text);
  else
    text(l_.writer, tr("write(): nothing to send"), mono(0.68), theme().faint);
}

}  // namespace ringside::ui
