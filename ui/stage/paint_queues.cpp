// The socket's floor: whose it is, the lock, and the queues as rows of packets.
#include <QCoreApplication>

#include "core/model/enums.h"
#include "ui/look/theme.h"
#include "ui/stage/painter.h"

namespace ringside::ui {

namespace {
QString tr(const char* text) { return QCoreApplication::translate("Stage", text); }

QString address_text(const SockPicture& sock) {
  const QString local = QString::fromStdString(sock.local.to_string());
  if (sock.remote_port == 0) return QStringLiteral("%1:%2").arg(local).arg(sock.local_port);
  return QStringLiteral("%1:%2 ← %3:%4")
      .arg(local)
      .arg(sock.local_port)
      .arg(QString::fromStdString(sock.remote.to_string()))
      .arg(sock.remote_port);
}

QString state_text(TcpState state) {
  const QString name = QString::fromLatin1(name_of(state));
  return name.startsWith(QLatin1String("TCP_")) ? name.mid(4) : name;
}
}  // namespace

void StagePainter::socket_head() {
  if (!s_->sock) {
    text(l_.address, tr("no socket yet"), ui(0.74), theme().faint);
    return;
  }
  const SockPicture& sock = *s_->sock;
  const QString state = sock.protocol == 6 ? state_text(sock.state) : QStringLiteral("UDP");
  text(l_.address, state + QStringLiteral("   ") + address_text(sock), mono(0.7), theme().text);

  const bool held = sock.owned || sock.slock != 0;
  const QColor colour = sock.owned        ? theme().context(Context::process)
                        : sock.slock != 0 ? theme().context(Context::softirq)
                                          : theme().card_edge;
  const QString words = sock.owned && sock.owner_pid == 0 ? tr("lock: owned by a process")
                        : sock.owned      ? tr("lock: owned by process %1").arg(sock.owner_pid)
                        : sock.slock != 0 ? tr("lock: spinlock held by CPU %1").arg(sock.slock - 1)
                                          : tr("lock: free");
  QRectF badge = l_.lock;
  const qreal width =
      std::min(badge.width(), QFontMetricsF(ui(0.7, held)).horizontalAdvance(words) + u_ * 1.2);
  badge.setLeft(badge.right() - width);
  card(badge, held ? theme().why_back : theme().card, colour, held ? 1.8 : 1.1);
  text(badge, words, ui(0.7, held), held ? theme().text : theme().muted, Qt::AlignCenter);
  hits_->push_back({badge,
                    {},
                    Place::none,
                    Node::count_,
                    tr("While a process owns the lock, the softirq puts segments into sk_backlog.")});
}

void StagePainter::chips_in(const QRectF& room, const QueuePicture& queue, Place place, bool holes) {
  const QSizeF size = l_.chip_size();
  const qreal gap = u_ * 0.35;
  const int lines = std::max(1, static_cast<int>((room.height() + gap) / (size.height() + gap)));
  const qreal hole = u_ * 0.75;
  qreal x = room.left(), y = room.top();
  int line = 0;
  std::uint32_t drawn = 0, last_end = 0;
  const qreal more = u_ * 4.2;  // room for "+ 780 more"
  for (const ChipPicture& c : queue.chips) {
    const bool gap_before = holes && drawn > 0 && c.seq != last_end;
    const qreal needed = size.width() + (gap_before ? hole + gap : 0);
    const bool last_line = line == lines - 1;
    const bool last = drawn + 1 == queue.count;
    if (x + needed > room.right() - (last_line && !last ? more : 0)) {
      if (last_line) break;
      ++line;
      x = room.left();
      y += size.height() + gap;
    }
    if (gap_before) {
      const QRectF mark(x, y + size.height() * 0.2, hole, size.height() * 0.6);
      p_.setPen(QPen(theme().muted, 1, Qt::DotLine));
      p_.setBrush(Qt::NoBrush);
      p_.drawRect(mark);
      hits_->push_back(
          {mark, {}, place, Node::count_, tr("%1 bytes are missing here").arg(c.seq - last_end)});
      x += hole + gap;
    }
    if (!view_->on_the_way.contains(c.skb) || c.skb == 0) chip(c, QRectF(QPointF(x, y), size), place);
    x += size.width() + gap;
    last_end = c.end_seq;
    ++drawn;
  }
  if (drawn < queue.count)
    text(QRectF(x, y, room.right() - x, size.height()), tr("+ %1 more").arg(number_text(queue.count - drawn)),
         ui(0.72, true), theme().text);
}

void StagePainter::queue(Place place, const QString& note) {
  const QRectF& box = l_.place(place);
  const QueuePicture& queue = s_->queue(place);
  if (box.isEmpty() || !queue.exists) return;
  const bool target = s_->event && s_->event->to == place && s_->moving.place == place;
  if (target) {
    p_.setPen(QPen(theme().glow, 2));
    p_.setBrush(Qt::NoBrush);
    p_.drawRoundedRect(box, u_ * 0.4, u_ * 0.4);
  }
  hits_->push_back({box, {}, place, Node::count_, {}});
  const QFontMetricsF title(mono(0.74, true));
  const qreal title_width = title.horizontalAdvance(QString::fromLatin1(name_of(place)));
  text(QRectF(box.left() + title_width + u_, box.top() + u_ * 0.2, box.width() - title_width - u_ * 1.5, u_),
       note, small(), theme().muted, Qt::AlignRight | Qt::AlignVCenter);
  const QRectF room = box.adjusted(u_ * 0.5, u_ * 1.35, -u_ * 0.4, -u_ * 0.25);
  chips_in(room, queue, place, place == Place::out_of_order_queue);
}

void StagePainter::queues() {
  const auto note = [&](Place place) -> QString {
    const QueuePicture& q = s_->queue(place);
    if (q.count == 0) return tr("empty");
    return tr("%1 skb · %2").arg(number_text(q.count), bytes_text(q.bytes));
  };
  QString receive = note(Place::sk_receive_queue);
  if (s_->sock && s_->queue(Place::sk_receive_queue).count != 0)
    receive += tr(" · memory %1 of %2")
                   .arg(bytes_text(static_cast<std::uint64_t>(s_->sock->rmem)),
                        bytes_text(static_cast<std::uint64_t>(s_->sock->rcvbuf)));
  queue(Place::sk_receive_queue, receive);
  queue(Place::out_of_order_queue, s_->queue(Place::out_of_order_queue).count != 0
                                       ? note(Place::out_of_order_queue) + tr(" · rb-tree")
                                       : tr("empty"));
  const QueuePicture& backlog = s_->queue(Place::sk_backlog);
  queue(Place::sk_backlog, backlog.count == 0
                               ? tr("empty")
                               : tr("%1 skb · %2 of %3")
                                     .arg(number_text(backlog.count), bytes_text(backlog.bytes),
                                          bytes_text(static_cast<std::uint64_t>(backlog.limit))));
  queue(Place::prequeue, note(Place::prequeue));
  queue(Place::udp_receive_queue, note(Place::udp_receive_queue));
  queue(Place::error_queue, note(Place::error_queue));
  queue(Place::sk_write_queue, note(Place::sk_write_queue));
  queue(Place::tcp_rtx_queue, note(Place::tcp_rtx_queue));
  const QueuePicture& accept = s_->queue(Place::accept_queue);
  queue(Place::accept_queue, tr("%1 of %2").arg(accept.count).arg(accept.limit));
  queue(Place::syn_queue, number_text(s_->queue(Place::syn_queue).count));
}

}  // namespace ringside::ui
