// The socket's floor: whose it is, the lock, and the queues as rows of packets.
#include <QCoreApplication>
#include <algorithm>

#include "core/model/enums.h"
#include "ui/look/marks.h"
#include "ui/look/theme.h"
#include "ui/stage/nodes.h"
#include "ui/stage/painter.h"

namespace ringside::ui {

namespace {
QString tr(const char* text) { return QCoreApplication::translate("Stage", text); }

/// `whole`: with our own address too.
/// Of a connection in so many words: 2 both addresses, 1 the peer's, 0 the ports only.
QString address_text(const SockPicture& sock, int words) {
  const QString local = words > 1 ? QString::fromStdString(sock.local.to_string()) : QString();
  if (sock.remote_port == 0) return QStringLiteral("%1:%2").arg(local).arg(sock.local_port);
  const QString remote = words > 0 ? QString::fromStdString(sock.remote.to_string()) : QString();
  return QStringLiteral("%1:%2 ← %3:%4").arg(local).arg(sock.local_port).arg(remote).arg(sock.remote_port);
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
  const bool held = sock.owned || sock.slock != 0;
  const Context holder = sock.owned ? Context::process : s_->event ? s_->event->context : Context::softirq;
  const QColor colour = held ? theme().context(holder) : theme().card_edge;
  const QString words = sock.owned && sock.owner_pid == 0 ? tr("lock: owned by a process")
                        : sock.owned      ? tr("lock: owned by process %1").arg(sock.owner_pid)
                        : sock.slock != 0 ? tr("lock: spinlock held by CPU %1").arg(sock.slock - 1)
                                          : tr("lock: free");
  QRectF badge = l_.lock;
  const qreal mark = held ? u_ * 0.95 : 0;
  const qreal width =
      std::min(badge.width(), QFontMetricsF(ui(0.7, held)).horizontalAdvance(words) + u_ * 1.2 + mark);
  badge.setLeft(badge.right() - width);
  QRectF address = l_.address;
  address.setRight(badge.left() - u_ * 0.5);
  if (s_->sock_count > 1) {
    const QString many = tr("1 of %1 sockets").arg(number_text(s_->sock_count));
    const qreal wide = QFontMetricsF(ui(0.68)).horizontalAdvance(many) + u_ * 0.4;
    const QRectF others(address.right() - wide, address.top(), wide, address.height());
    text(others, many, ui(0.68), theme().accent, Qt::AlignRight | Qt::AlignVCenter);
    hits_->push_back(
        {others, {}, Place::none, Node::count_, tr("Show all sockets of the host"), HitArea::Act::sockets});
    address.setRight(others.left() - u_ * 0.3);
  }
  constexpr int kWhole = 2;
  const auto words_of = [&](int much) { return state + QStringLiteral("   ") + address_text(sock, much); };
  int much = kWhole;
  while (much > 0 && QFontMetricsF(mono(0.7)).horizontalAdvance(words_of(much)) > address.width()) --much;
  text(address, words_of(much), mono(0.7), theme().text);
  hits_->push_back({address, {}, Place::none, Node::count_, words_of(kWhole)});
  card(badge, held ? theme().why_back : theme().card, colour, held ? 1.8 : 1.1);
  if (held)
    draw_mark(p_, QRectF(badge.left() + u_ * 0.45, badge.center().y() - u_ * 0.32, u_ * 0.64, u_ * 0.64),
              holder);
  text(badge.adjusted(mark, 0, 0, 0), words, ui(0.7, held), held ? theme().text : theme().muted,
       Qt::AlignCenter);
  hits_->push_back({badge,
                    {},
                    Place::none,
                    Node::count_,
                    tr("While a process owns the lock, the softirq puts segments into sk_backlog.")});
}

void StagePainter::chips_in(const QRectF& room, const QueuePicture& queue, Place place, QSizeF size,
                            bool holes) {
  const qreal gap = size.height() * 0.24;
  const int lines = std::max(1, static_cast<int>((room.height() + gap) / (size.height() + gap)));
  const qreal hole = size.height() * 0.55;
  qreal x = room.left(), y = room.top();
  int line = 0;
  std::uint32_t drawn = 0, last_end = 0;
  const qreal more = size.height() * 3.1;  // room for "+ 780 more"
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
      hits_->push_back({mark,
                        {},
                        place,
                        Node::count_,
                        tr("%1 bytes are missing here").arg(number_text(c.seq - last_end))});
      x += hole + gap;
    }
    if (!view_->on_the_way.contains(way_key(c)) || c.skb == 0) chip(c, QRectF(QPointF(x, y), size), place);
    x += size.width() + gap;
    last_end = c.end_seq;
    ++drawn;
  }
  if (drawn < queue.count)
    text(QRectF(x, y, room.right() - x, size.height()), tr("+ %1 more").arg(number_text(queue.count - drawn)),
         ui(0.7, true), theme().text);
}

/// How full it is, along the lower edge of its box.
void StagePainter::limit_bar(const QRectF& box, Place place, qreal used, qreal limit, const QString& tip) {
  if (limit <= 0) return;
  const QRectF track(box.left() + u_ * 0.5, box.bottom() - u_ * 0.42, box.width() - u_ * 1.0, u_ * 0.22);
  bar(track, used / limit, theme().place(place));
  hits_->push_back({track.adjusted(0, -u_ * 0.2, 0, u_ * 0.2), {}, place, Node::count_, tip});
}

namespace {
/// What an empty queue is for.
QString purpose_of(Place place, bool rtx_queue) {
  switch (place) {
    case Place::sk_receive_queue:
      return tr("in order: waits for read()");
    case Place::out_of_order_queue:
      return tr("what lies behind a hole");
    case Place::sk_backlog:
      return tr("for while a process owns it");
    case Place::prequeue:
      return tr("for a reader asleep in read()");
    case Place::udp_receive_queue:
      return tr("datagrams that wait for recv()");
    case Place::error_queue:
      return tr("what ICMP had to say");
    case Place::sk_write_queue:
      return rtx_queue ? tr("written, not yet sent") : tr("written, not acknowledged");
    case Place::tcp_rtx_queue:
      return tr("sent, not yet acknowledged");
    case Place::accept_queue:
      return tr("for accept() to take");
    case Place::syn_queue:
      return tr("handshakes under way");
    default:
      return {};
  }
}
}  // namespace

void StagePainter::queue(Place place, const QString& note) {
  const QRectF& box = l_.place(place);
  const QueuePicture& queue = s_->queue(place);
  const bool drawn_as_missing =
      l_.mode.prequeue ? place == Place::tcp_rtx_queue : place == Place::prequeue;  // also before any run
  if (box.isEmpty() || !queue.exists || drawn_as_missing) return;
  const bool target = s_->event && s_->event->to == place && s_->moving.place == place;
  if (target) {
    p_.setPen(QPen(theme().glow, 2));
    p_.setBrush(Qt::NoBrush);
    p_.drawRoundedRect(box, u_ * 0.4, u_ * 0.4);
  }
  hits_->push_back({box, {}, place, Node::count_, {}});
  const QFontMetricsF title(mono(0.74, true));
  const qreal title_width = title.horizontalAdvance(QString::fromLatin1(name_of(place)));
  const QRectF beside(box.left() + title_width + u_ * 0.8, box.top() + u_ * 0.2,
                      box.width() - title_width - u_ * 1.2, u_);
  const bool whole = QFontMetricsF(small()).horizontalAdvance(note) <= beside.width();
  // Where there is no room the bytes stand in the tooltip only.
  text(beside, whole ? note : note.section(QStringLiteral(" · "), 0, 0), small(), theme().muted,
       Qt::AlignRight | Qt::AlignVCenter);
  const QRectF room = box.adjusted(u_ * 0.5, u_ * 1.38, -u_ * 0.4, -u_ * 0.2);
  if (queue.count == 0) {
    const QString words = purpose_of(place, s_->queue(Place::tcp_rtx_queue).exists);
    const QFont font = ui(0.64);
    const QRectF space = room.adjusted(u_ * 0.05, -u_ * 0.15, 0, -u_ * 0.25);
    const QRectF needed =
        QFontMetricsF(font).boundingRect(QRectF(0, 0, space.width(), 1000), Qt::TextWordWrap, words);
    if (needed.height() <= space.height()) {
      p_.setFont(font);
      p_.setPen(theme().faint);
      p_.drawText(space, Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap, words);
    } else {
      text(QRectF(space.topLeft(), QSizeF(space.width(), u_)), words, font, theme().faint);
    }
    return;
  }
  // A few packets are large; many get smaller, down to what can still be read.
  const QSizeF size = l_.chip_size();
  const auto fits = [&](qreal scale) {
    const QSizeF one = size * scale, with_gap = one + QSizeF(one.height() * 0.24, one.height() * 0.24);
    const int lines =
        std::max(1, static_cast<int>((room.height() + one.height() * 0.24) / with_gap.height()));
    const int columns = static_cast<int>((room.width() + one.height() * 0.24) / with_gap.width());
    return static_cast<std::uint32_t>(lines * columns);
  };
  const qreal least =
      l_.zoom >= 1 ? std::clamp(SpriteCache::least_height() / size.height(), 0.74, 1.0) : 0.74;
  const qreal middle = std::max(0.86, least);
  const qreal scale = fits(1) >= queue.count ? 1 : fits(middle) >= queue.count ? middle : least;
  chips_in(room, queue, place, size * scale, place == Place::out_of_order_queue);
}

/// A queue of one line: its name, its packets.
void StagePainter::row_place(Place place, const QString& title) {
  const QRectF& box = l_.place(place);
  if (box.isEmpty()) return;
  const QueuePicture& queue = s_->queue(place);
  const bool any = queue.count != 0;
  card(box, theme().card, any ? theme().place(place) : theme().card_edge, any ? 1.8 : 1.1);
  hits_->push_back({box, {}, place, Node::count_, {}});
  const QFont font = mono(0.64, any);
  const QRectF inner = box.adjusted(u_ * 0.4, 0, -u_ * 0.3, 0);
  text(inner, title, font, any ? theme().text : theme().muted);
  const qreal used = QFontMetricsF(font).horizontalAdvance(title) + u_ * 0.6;
  const QSizeF size = l_.chip_size() * 0.74;
  QRectF room(inner.left() + used, box.center().y() - size.height() / 2, inner.width() - used, size.height());
  const QString count = queue.limit > 0
                            ? tr("%1 of %2").arg(number_text(queue.count), number_text(queue.limit))
                            : number_text(queue.count);
  const qreal wide = QFontMetricsF(ui(0.64, any)).horizontalAdvance(count) + u_ * 0.2;
  QRectF number(room.right() - wide, box.top(), wide, box.height());
  QRectF token(QPointF(), l_.token_size());
  const Node at_work = innermost_node(s_->current_stack);
  if (at_work != Node::count_) token.moveCenter(l_.token_at(l_.at(at_work)));
  if (at_work != Node::count_ && token.intersects(number)) {  // the packet would stand on it
    number.moveLeft(room.left());
    room.setLeft(number.right() + u_ * 0.2);
  } else {
    room.setRight(number.left() - u_ * 0.2);
  }
  text(number, count, ui(0.64, any), any ? theme().text : theme().faint, Qt::AlignRight | Qt::AlignVCenter);
  if (any && room.width() > size.width()) chips_in(room, queue, place, size, false);
}

void StagePainter::queues() {
  const auto note = [&](Place place) -> QString {
    const QueuePicture& q = s_->queue(place);
    if (q.count == 0) return tr("empty");
    return tr("%1 skb · %2").arg(number_text(q.count), bytes_text(q.bytes));
  };
  for (const Place place :
       {Place::sk_receive_queue, Place::prequeue, Place::udp_receive_queue, Place::error_queue,
        Place::sk_write_queue, Place::tcp_rtx_queue, Place::out_of_order_queue})
    queue(place, note(place));
  if (s_->sock) {
    const Place place = s_->sock->protocol == 6 ? Place::sk_receive_queue : Place::udp_receive_queue;
    const QString memory = tr("memory: sk_rmem_alloc %1 of sk_rcvbuf %2")
                               .arg(number_text(s_->sock->rmem), number_text(s_->sock->rcvbuf));
    limit_bar(l_.place(place), place, static_cast<qreal>(s_->sock->rmem),
              static_cast<qreal>(s_->sock->rcvbuf), memory);
  }
  const QueuePicture& backlog = s_->queue(Place::sk_backlog);
  queue(Place::sk_backlog, note(Place::sk_backlog));
  if (!l_.place(Place::sk_backlog).isEmpty())
    limit_bar(l_.place(Place::sk_backlog), Place::sk_backlog, static_cast<qreal>(backlog.bytes),
              static_cast<qreal>(backlog.limit),
              tr("memory: %1 of %2").arg(bytes_text(backlog.bytes)).arg(number_text(backlog.limit)));
  const QueuePicture& accept = s_->queue(Place::accept_queue);
  const QueuePicture& syn = s_->queue(Place::syn_queue);
  queue(Place::accept_queue, tr("%1 of %2").arg(accept.count).arg(accept.limit));
  queue(Place::syn_queue, number_text(syn.count));
  if (!l_.place(Place::accept_queue).isEmpty())
    limit_bar(l_.place(Place::accept_queue), Place::accept_queue, accept.count,
              static_cast<qreal>(accept.limit),
              tr("sk_ack_backlog %1 of sk_max_ack_backlog %2").arg(accept.count).arg(accept.limit));
  row_place(Place::softnet_backlog, QStringLiteral("softnet_backlog"));
  row_place(Place::ip_frag_queue, QStringLiteral("ip_frag_queue"));
}

}  // namespace ringside::ui
