#include "ui/stage/layout.h"

#include <QFontMetricsF>
#include <cmath>

#include "ui/look/theme.h"

namespace ringside::ui {

namespace {

/// Heights of the floors in lines of text: the least, and their share of what is left over.
struct FloorHeight {
  qreal least, share;
};
constexpr std::array<FloorHeight, static_cast<std::size_t>(Floor::count_)> kHeights{{
    {3.5, 0.9},   // user
    {2.2, 0.3},   // syscall
    {11.6, 3.6},  // socket
    {7.3, 2.2},   // tcp
    {3.0, 0.5},   // ip
    {3.0, 0.5},   // driver
    {4.4, 1.3},   // nic
}};
constexpr qreal kLeastWidth = 54;  ///< lines of text
constexpr qreal kLine = 15.5;      ///< logical pixels of a line of text at zoom 1
constexpr qreal kChip = 1.36;      ///< height of a function's chip

class Maker {
 public:
  Maker(QSizeF size, qreal zoom, const StageMode& mode) {
    l_.size = size;
    l_.zoom = zoom;
    l_.mode = mode;
    const QSizeF least = StageLayout::least_size(zoom);
    const qreal fit = std::min(size.width() / least.width(), size.height() / least.height());
    // Letters grow with a large stage, but leave some of the room to the packets.
    const qreal grown = fit > 1 ? std::min(StageLayout::kMostGrowth, 1 + (fit - 1) * 0.7) : fit;
    l_.unit = kLine * zoom * theme().scale * std::max(StageLayout::most_squeeze(), grown);
    u_ = l_.unit;
    label_width_ = u_ * 0.8 + floor_label_width() + u_ * 0.6;
  }

  StageLayout make() {
    floors();
    user();
    syscall();
    socket();
    tcp();
    ip();
    driver();
    nic();
    transmit();
    return l_;
  }

 private:
  QRectF& box(Place place) { return l_.box[static_cast<std::size_t>(place)]; }
  QRectF& node(Node n) { return l_.node[static_cast<std::size_t>(n)]; }
  QRectF& reason(Node n) { return l_.reason[static_cast<std::size_t>(n)]; }
  qreal left() const { return label_width_; }
  qreal edge() const { return u_ * 0.8; }
  qreal right() const { return l_.transmit_x - u_ * 0.7; }
  /// The widest floor's name, as the background writes it.
  qreal floor_label_width() const {
    qreal widest = 0;
    for (std::size_t i = 0; i < kHeights.size(); ++i)
      if (static_cast<Floor>(i) != Floor::driver)  // it has its title line to itself
        widest = std::max(widest, QFontMetricsF(StageLayout::label_font(u_, l_.zoom))
                                      .horizontalAdvance(floor_title(static_cast<Floor>(i))));
    return widest;
  }
  qreal node_width(Node n) const {
    return QFontMetricsF(StageLayout::name_font(u_, l_.zoom)).horizontalAdvance(label_of(n, l_.mode.ipv6)) +
           u_ * 1.1;
  }

  void floors() {
    const qreal transmit_width = std::clamp(l_.size.width() * 0.265, u_ * 13.6, u_ * 24.0);
    l_.transmit_x = l_.size.width() - transmit_width;
    qreal least = 0, shares = 0;
    for (const FloorHeight& h : kHeights) {
      least += h.least * u_;
      shares += h.share;
    }
    const qreal spare = std::max(0.0, l_.size.height() - least);
    qreal y = 0;
    for (std::size_t i = 0; i < kHeights.size(); ++i) {
      const qreal height = kHeights[i].least * u_ + spare * kHeights[i].share / shares;
      l_.floor[i] = QRectF(0, y, l_.size.width(), height);
      y += height;
    }
  }

  /// Chips in a row with equal gaps, at most `most_gap` apart; squeezed when there is no room.
  void row(std::initializer_list<Node> list, qreal x, qreal end, qreal centre_y, qreal most_gap = 0.9) {
    qreal total = 0;
    for (const Node n : list) total += node_width(n);
    const auto count = static_cast<qreal>(list.size());
    const qreal room = end - x;
    const qreal squeeze = std::min(1.0, (room - (count - 1) * u_ * 0.35) / total);
    const qreal gap =
        count < 2 ? 0 : std::clamp((room - total * squeeze) / (count - 1), u_ * 0.3, u_ * most_gap);
    for (const Node n : list) {
      const qreal width = node_width(n) * squeeze;
      node(n) = QRectF(x, centre_y - u_ * kChip / 2, width, u_ * kChip);
      x += width + gap;
    }
  }

  /// Room for words above a chip, up to the next chip of its row (or `end`).
  void room_above(Node n, qreal end) {
    const QRectF& chip = node(n);
    reason(n) = QRectF(chip.left(), chip.top() - u_ * 0.78, end - chip.left(), u_ * 0.74);
  }

  void user() {
    const QRectF f = l_.at(Floor::user).adjusted(0, u_ * 0.35, 0, -u_ * 0.35);
    const qreal width = (right() - left()) * 0.58;
    l_.process = QRectF(left(), f.top(), width, f.height());
    l_.buffer = QRectF(l_.process.right() + u_, f.top(), right() - l_.process.right() - u_, f.height());
    box(Place::user_buffer) = QRectF(l_.buffer.left(), f.top() + u_ * 0.1, l_.buffer.width(), u_ * 1.25);
  }

  void syscall() {
    const QRectF f = l_.at(Floor::syscall);
    l_.chain = QRectF(left(), f.center().y() - u_ * kChip / 2, right() - left(), u_ * kChip);
    node(Node::tcp_recvmsg) = l_.chain;
  }

  void socket() {
    const QRectF f = l_.at(Floor::socket);
    const qreal head = u_ * 1.75;
    l_.address = QRectF(left(), f.top() + u_ * 0.25, right() - left() - u_ * 14, u_ * 1.3);
    l_.lock = QRectF(right() - u_ * 13.6, f.top() + u_ * 0.22, u_ * 13.6, u_ * 1.35);
    const qreal x = edge();
    const qreal ruler_height = u_ * 2.9;
    const qreal y = f.top() + head;
    const qreal queues = f.bottom() - u_ * 0.4 - ruler_height - u_ * 0.45 - y;
    l_.ruler = QRectF(x, f.bottom() - u_ * 0.4 - ruler_height, right() - x, ruler_height);
    const qreal gap = u_ * 0.45;
    const qreal height = (queues - gap) / 2;
    const qreal third = l_.mode.listener ? u_ * 9.8 : 0;
    const qreal width = (right() - x - gap - (third > 0 ? third + gap : 0)) / 2;
    const auto cell = [&](int column, int line) {
      return QRectF(x + column * (width + gap), y + line * (height + gap), width, height);
    };
    if (l_.mode.sockets == StageMode::Sockets::udp) {
      box(Place::udp_receive_queue) = cell(0, 0).united(cell(1, 0));
      box(Place::error_queue) = cell(0, 1).united(cell(1, 1));
    } else {
      box(Place::sk_receive_queue) = cell(0, 0);
      box(Place::out_of_order_queue) = cell(1, 0);
      box(Place::sk_backlog) = cell(0, 1);
      box(Place::prequeue) = cell(1, 1);
    }
    if (third > 0) {
      const qreal tx = right() - third;
      box(Place::accept_queue) = QRectF(tx, y, third, height);
      box(Place::syn_queue) = QRectF(tx, y + height + gap, third, height);
    }
  }

  /// From below: arrival and the lock's fork; then who processes a segment; then what files it. Above each
  /// line is room for the reasons of its forks.
  void tcp() {
    const QRectF f = l_.at(Floor::tcp);
    const qreal step = (f.height() - u_ * 0.55) / 3;
    const auto line = [&](int i) { return f.top() + u_ * 0.3 + step * (i + 1) - u_ * kChip / 2; };
    row({Node::tcp_v4_rcv, Node::owned}, edge(), right(), line(2), 1.2);
    const auto after = [&](Node n, qreal x) {
      node(n) = QRectF(x, line(2) - u_ * kChip / 2, node_width(n), u_ * kChip);
    };
    after(Node::tcp_add_backlog, node(Node::owned).right() + u_ * 2.8);
    after(Node::other_protocols, right() - node_width(Node::other_protocols));
    room_above(Node::tcp_add_backlog, right());
    if (l_.mode.prequeue) {
      row({Node::tcp_prequeue, Node::tcp_v4_do_rcv, Node::tcp_rcv_established, Node::tcp_states}, edge(),
          right(), line(1), 1.5);
      room_above(Node::tcp_prequeue, node(Node::tcp_v4_do_rcv).left() - u_ * 0.2);
    } else {
      row({Node::tcp_v4_do_rcv, Node::tcp_rcv_established, Node::tcp_states}, u_ * 7.4, right(), line(1),
          2.0);
    }
    room_above(Node::tcp_v4_do_rcv, node(Node::tcp_rcv_established).left() - u_ * 0.2);
    room_above(Node::tcp_rcv_established, node(Node::tcp_states).left() - u_ * 0.2);
    room_above(Node::tcp_states, right());
    row({Node::tcp_ack, Node::tcp_data_queue, Node::tcp_data_queue_ofo, Node::tcp_ofo_queue}, u_ * 4.4,
        right(), line(0), 2.4);
    room_above(Node::tcp_data_queue_ofo, node(Node::tcp_ofo_queue).left() - u_ * 0.2);
    room_above(Node::tcp_ofo_queue, right());
  }

  /// A queue's box in the floor's title line, the functions in the line below.
  void two_lines(Floor floor, Place place, qreal begin, std::initializer_list<Node> list) {
    const QRectF f = l_.at(floor);
    const qreal spare = std::max(0.0, f.height() - u_ * 3.0);
    const qreal x = left() + u_ * 2.4;
    box(place) = QRectF(x, f.top() + u_ * 0.16 + spare * 0.25, right() - x, u_ * 1.14);
    row(list, begin, right(), f.bottom() - u_ * 0.85 - spare * 0.35, 1.4);
  }

  void ip() {
    two_lines(
        Floor::ip, Place::ip_frag_queue,
        edge() + u_ * 2.6,  // a packet at ip_rcv stands beside the floor's name
        {Node::ip_rcv, Node::pre_routing, Node::route, Node::defrag, Node::ip_local_deliver, Node::local_in});
  }

  void driver() {
    two_lines(Floor::driver, Place::softnet_backlog, edge(),
              {Node::net_rx_action, Node::napi_poll, Node::clean_rx_irq, Node::gro, Node::netif_receive_skb});
    box(Place::napi_gro) = node(Node::gro);
  }

  void nic() {
    const QRectF f = l_.at(Floor::nic);
    const qreal d = std::min(f.height() - u_ * 0.3, u_ * 7.0);
    // The packet that waits stands beside the ring, below the floor's name, and points to its slot.
    const QSizeF chip = l_.chip_size();
    l_.ring_chip = QRectF({u_ * 0.5, std::max(f.center().y() - chip.height() / 2, f.top() + u_ * 1.6)}, chip);
    l_.ring = QRectF(l_.ring_chip.right() + u_ * 0.45, f.center().y() - d / 2, d, d);
    box(Place::rx_ring) = l_.ring;
    l_.ring_text = QRectF(l_.ring.right() + u_ * 0.7, f.center().y() - u_ * 2.0, u_ * 9.0, u_ * 4.0);
    const qreal x = l_.ring_text.right() + u_ * 0.3;
    l_.irq = QRectF(x, f.center().y() - u_ * 2.0, u_ * 7.8, u_ * 1.8);
    node(Node::hard_irq) = l_.irq;
    l_.budget = QRectF(x, f.center().y() + u_ * 0.2, u_ * 7.8, u_ * 1.8);
    const qreal wire_x = x + u_ * 8.6;
    const qreal height = std::min(f.height() - u_ * 0.4, u_ * 6.2);
    box(Place::wire) =
        QRectF(wire_x, f.center().y() - height / 2, std::max(u_ * 4, right() - wire_x), height);
  }

  void transmit() {
    const qreal x = l_.transmit_x + u_ * 0.7, width = l_.size.width() - x - u_ * 0.7;
    const auto in = [&](Floor floor, qreal top, qreal height) {
      const QRectF f = l_.at(floor);
      return QRectF(x, f.top() + top, width, height);
    };
    l_.cpus = in(Floor::user, u_ * 1.35, l_.at(Floor::user).height() - u_ * 1.45);
    l_.writer = in(Floor::syscall, u_ * 0.3, l_.at(Floor::syscall).height() - u_ * 0.6);
    const QRectF& upper = l_.place(l_.mode.sockets == StageMode::Sockets::udp ? Place::udp_receive_queue
                                                                              : Place::sk_receive_queue);
    box(Place::sk_write_queue) = QRectF(x, upper.top(), width, upper.height());
    box(Place::tcp_rtx_queue) = QRectF(x, upper.bottom() + u_ * 0.45, width, upper.height());
    l_.send_ruler = QRectF(x, l_.ruler.top(), width, l_.ruler.height());
    const auto chip = [&](Node n, qreal centre_y) {
      node(n) = QRectF(x, centre_y - u_ * kChip / 2, std::min(width, node_width(n)), u_ * kChip);
    };
    const QRectF tcp = l_.at(Floor::tcp);
    chip(Node::tcp_transmit_skb, tcp.bottom() - u_ * 0.25 - u_ * kChip / 2);
    l_.timers =
        QRectF(x, tcp.top() + u_ * 0.35, width, node(Node::tcp_transmit_skb).top() - tcp.top() - u_ * 0.8);
    // Each line a function and the queue it fills.
    const auto pair = [&](Floor floor, Node n, Place place) {
      chip(n, l_.at(floor).center().y());
      const QRectF& function = node(n);
      const qreal after = function.right() + u_ * 0.4;
      box(place) = QRectF(after, function.top() - u_ * 0.15, x + width - after, function.height() + u_ * 0.3);
    };
    pair(Floor::ip, Node::ip_queue_xmit, Place::neigh_queue);
    pair(Floor::driver, Node::dev_queue_xmit, Place::qdisc);
    const QRectF nic = l_.at(Floor::nic);
    box(Place::tx_ring) = QRectF(x, nic.center().y() - u_ * 2.0, width, u_ * 1.7);
    node(Node::xmit_frame) = box(Place::tx_ring);
    l_.acks = QRectF(x, nic.center().y() - u_ * 0.15, width, u_ * 2.1);
  }

  StageLayout l_;
  qreal u_ = 16, label_width_ = 90;
};

}  // namespace

QSizeF StageLayout::least_size(qreal zoom) {
  qreal lines = 0;
  for (const FloorHeight& h : kHeights) lines += h.least;
  const qreal unit = kLine * zoom * theme().scale;
  return {unit * kLeastWidth, unit * lines};
}

/// The projector's letters are larger, but no less squeezable: a small screen is still usable.
qreal StageLayout::most_squeeze() { return 0.85 / theme().scale; }

QFont StageLayout::name_font(qreal unit, qreal zoom) {
  return mono_font(std::max(unit * 0.72, zoom >= 1 ? kLeastLetters : 0));
}

QFont StageLayout::label_font(qreal unit, qreal zoom) {
  QFont font = ui_font(std::max(unit * 0.66, zoom >= 1 ? kLeastLetters : 0), true);
  font.setLetterSpacing(QFont::AbsoluteSpacing, unit * 0.1);
  return font;
}

StageLayout StageLayout::make(QSizeF size, qreal zoom, const StageMode& mode) {
  return Maker(size, zoom, mode).make();
}

}  // namespace ringside::ui
