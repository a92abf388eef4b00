// A place shown with all that is in it, over the middle of the stage: every packet of a long queue, every
// descriptor of the ring, every connection of the host.
#include <QCoreApplication>
#include <algorithm>
#include <cmath>

#include "ui/look/theme.h"
#include "ui/stage/painter.h"

namespace ringside::ui {

namespace {
QString tr(const char* text) { return QCoreApplication::translate("Stage", text); }

/// Cells of that shape (width / height) for `count` things in `room`, as large as they may be.
struct Grid {
  int columns = 1;
  QSizeF cell;

  static Grid of(QSizeF room, std::size_t count, QSizeF most) {
    const qreal shape = most.width() / most.height();
    qreal height = most.height();
    for (; height > 2; height *= 0.96) {
      const int columns = std::max(1, static_cast<int>(room.width() / (height * shape)));
      const auto lines = std::ceil(static_cast<qreal>(count) / columns);
      if (lines * height <= room.height()) break;
    }
    return {std::max(1, static_cast<int>(room.width() / (height * shape))), {height * shape, height}};
  }
  QRectF at(QPointF origin, std::size_t i) const {
    const auto column = static_cast<int>(i) % columns, line = static_cast<int>(i) / columns;
    return {origin + QPointF(column * cell.width(), line * cell.height()), cell};
  }
};
}  // namespace

QRectF StagePainter::unfolded_card(const QString& title) {
  const QRectF box(u_ * 0.8, l_.at(Floor::socket).top() + u_ * 0.1, l_.transmit_x - u_ * 1.5,
                   l_.at(Floor::tcp).bottom() - l_.at(Floor::socket).top() - u_ * 0.3);
  hits_->push_back({box, {}, Place::none, Node::count_, {}, HitArea::Act::none});
  card(box, theme().card, theme().accent, 2);
  const QRectF head(box.left() + u_ * 0.7, box.top() + u_ * 0.25, box.width() - u_ * 1.4, u_ * 1.2);
  text(head, title, ui(0.78, true), theme().text);
  const QString close = tr("× fold");
  const QRectF button(head.right() - u_ * 3.2, head.top(), u_ * 3.2, head.height());
  text(button, close, ui(0.72), theme().accent, Qt::AlignRight | Qt::AlignVCenter);
  hits_->push_back(
      {button, {}, Place::none, Node::count_, tr("Back to the whole path (Esc)"), HitArea::Act::fold});
  return {head.left(), head.bottom() + u_ * 0.2, head.width(), box.bottom() - head.bottom() - u_ * 0.6};
}

void StagePainter::unfolded() {
  if (view_->unfolded_sockets)
    unfolded_sockets();
  else if (view_->unfolded == Place::rx_ring)
    unfolded_ring();
  else if (view_->unfolded != Place::none)
    unfolded_queue();
}

void StagePainter::unfolded_queue() {
  const Place place = view_->unfolded;
  const QueuePicture& queue = s_->queue(place);
  const QRectF room = unfolded_card(
      tr("%1: %2 packets, %3")
          .arg(QString::fromLatin1(name_of(place)), number_text(queue.count), bytes_text(queue.bytes)));
  if (queue.chips.empty()) {
    text(room, tr("empty"), ui(0.8), theme().faint, Qt::AlignCenter);
    return;
  }
  const QSizeF full = l_.chip_size() * 1.08;
  const Grid grid = Grid::of(room.size(), queue.chips.size(), full);
  const bool readable = grid.cell.height() > u_ * 0.72;
  const qreal gap = grid.cell.height() * 0.12;
  std::uint32_t last_end = queue.chips.front().seq;
  for (std::size_t i = 0; i < queue.chips.size(); ++i) {
    const ChipPicture& c = queue.chips[i];
    const QRectF cell = grid.at(room.topLeft(), i).adjusted(gap / 2, gap / 2, -gap / 2, -gap / 2);
    const bool hole = place == Place::out_of_order_queue && i > 0 && c.seq != last_end;
    last_end = c.end_seq;
    if (readable) {
      chip(c, cell, place);
    } else {  // too small for a number: a block, whose number the mouse tells
      const bool moving = s_->moving.skb != 0 && c.skb == s_->moving.skb;
      p_.fillRect(cell, moving ? theme().glow : theme().place(place));
      hits_->push_back({cell, c, place, Node::count_, {}});
    }
    if (hole)
      p_.fillRect(QRectF(cell.left() - gap, cell.top(), std::max(2.0, gap), cell.height()), theme().error);
  }
  if (queue.count > queue.chips.size())
    text(QRectF(room.left(), room.bottom() - u_, room.width(), u_),
         tr("+ %1 more").arg(number_text(queue.count - static_cast<std::int64_t>(queue.chips.size()))),
         ui(0.72, true), theme().text, Qt::AlignRight | Qt::AlignVCenter);
}

/// Every descriptor, line by line; the two indices are outlined.
void StagePainter::unfolded_ring() {
  const NicPicture& nic = s_->nic;
  QRectF room =
      unfolded_card(tr("rx ring: %1 of %2 filled").arg(number_text(nic.used), number_text(nic.size)));
  const QRectF legend(room.left(), room.bottom() - u_ * 1.0, room.width(), u_ * 1.0);
  room.setBottom(legend.top() - u_ * 0.2);
  if (nic.descriptors.empty()) return;
  const Grid grid = Grid::of(room.size(), nic.descriptors.size(), {u_ * 1.2, u_ * 1.2});
  const qreal gap = std::min(2.0, grid.cell.height() * 0.2);
  const auto colour = [&](std::uint8_t state) {
    return state == 2 ? theme().place(Place::in_flight) : state == 1 ? theme().track : theme().card;
  };
  const auto box_of = [&](std::size_t i) {
    return grid.at(room.topLeft(), i).adjusted(gap / 2, gap / 2, -gap / 2, -gap / 2);
  };
  p_.setRenderHint(QPainter::Antialiasing, false);
  for (std::size_t i = 0; i < nic.descriptors.size(); ++i) {
    const std::uint8_t state = nic.descriptors[i];
    p_.fillRect(box_of(i), colour(state));
    if (state == 0) {
      p_.setPen(theme().card_edge);
      p_.setBrush(Qt::NoBrush);
      p_.drawRect(box_of(i));
    }
  }
  p_.setRenderHint(QPainter::Antialiasing);
  const auto outline = [&](std::uint32_t index, const QColor& ink) {
    p_.setPen(QPen(ink, 2));
    p_.setBrush(Qt::NoBrush);
    p_.drawRect(box_of(index).adjusted(-1.5, -1.5, 1.5, 1.5));
  };
  outline(nic.next_to_clean, theme().context(Context::softirq));
  outline(nic.next_to_use, theme().accent);
  text(legend,
       tr("grey: an empty buffer waits · yellow: filled by DMA · outlined: next_to_clean %1, next_to_use %2")
           .arg(nic.next_to_clean)
           .arg(nic.next_to_use),
       small(), theme().muted);
}

/// Every connection as a cell: its peer, its state, and how much waits for its reader.
void StagePainter::unfolded_sockets() {
  const QRectF room = unfolded_card(tr("%1 sockets; a click shows one").arg(s_->sock_count));
  const Grid grid = Grid::of(room.size(), s_->socks.size(), {u_ * 11, u_ * 2.1});
  const bool wide = grid.cell.height() > u_ * 1.5, words = grid.cell.height() > u_ * 0.8;
  std::uint32_t most = 1;
  for (const SockLine& line : s_->socks) most = std::max(most, line.queued);
  for (std::size_t i = 0; i < s_->socks.size(); ++i) {
    const SockLine& line = s_->socks[i];
    const QRectF cell = grid.at(room.topLeft(), i).adjusted(1.5, 1.5, -1.5, -1.5);
    const bool shown = s_->sock && s_->sock->index == line.index;
    card(cell, shown ? theme().accent_soft : theme().floor_even, shown ? theme().accent : theme().card_edge,
         shown ? 2 : 1);
    const QString name = line.remote_port == 0 ? QStringLiteral("*:%1").arg(line.local_port)
                                               : QStringLiteral("%1:%2")
                                                     .arg(QString::fromStdString(line.remote.to_string()))
                                                     .arg(line.remote_port);
    QString state = QString::fromLatin1(name_of(line.state));
    if (state.startsWith(QLatin1String("TCP_"))) state = state.mid(4);
    const QRectF inner = cell.adjusted(u_ * 0.25, 0, -u_ * 0.2, 0);
    if (wide) {
      text(QRectF(inner.topLeft(), QSizeF(inner.width(), cell.height() / 2)), name, mono(0.6), theme().text);
      text(QRectF(inner.left(), cell.center().y(), inner.width(), cell.height() / 2 - u_ * 0.2),
           line.protocol == 6 ? state : QStringLiteral("UDP"), ui(0.58), theme().muted);
    } else if (words) {
      text(inner, QString::number(line.remote_port != 0 ? line.remote_port : line.local_port), mono(0.56),
           theme().text);
    }
    const qreal share = static_cast<qreal>(line.queued) / most;
    if (line.queued != 0)
      p_.fillRect(QRectF(cell.left(), cell.bottom() - u_ * 0.2, cell.width() * share, u_ * 0.2),
                  theme().place(Place::sk_receive_queue));
    HitArea area{cell,
                 {},
                 Place::none,
                 Node::count_,
                 tr("%1, %2, %3 packets wait").arg(name, state).arg(line.queued),
                 HitArea::Act::socket};
    area.sock = line.index;
    hits_->push_back(area);
  }
}

}  // namespace ringside::ui
