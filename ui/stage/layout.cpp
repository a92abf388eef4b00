#include "ui/stage/layout.h"

#include <QFontMetricsF>

#include "ui/look/theme.h"

namespace ringside::ui {

namespace {

/// Heights of the floors in lines of text: the least, and their share of what is left over.
struct FloorHeight {
  qreal least, share;
};
constexpr std::array<FloorHeight, static_cast<std::size_t>(Floor::count_)> kHeights{{
    {3.9, 1.0},   // user
    {2.4, 0.4},   // syscall
    {11.2, 4.0},  // socket
    {5.6, 1.3},   // tcp
    {2.95, 0.5},  // ip
    {2.95, 0.5},  // driver
    {4.6, 1.2},   // nic
}};

class Maker {
 public:
  Maker(QSizeF size, qreal zoom, const StageMode& mode) {
    l_.size = size;
    l_.zoom = zoom;
    l_.mode = mode;
    const QSizeF least = StageLayout::least_size(zoom);
    const qreal fit = std::min({1.0, size.width() / least.width(), size.height() / least.height()});
    l_.unit = 15.5 * zoom * theme().scale * std::max(StageLayout::kMostSqueeze, fit);
    u_ = l_.unit;
    label_width_ = u_ * 6.7;
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
  qreal left() const { return label_width_; }
  qreal right() const { return l_.transmit_x - u_ * 0.7; }
  qreal node_width(Node n) const {
    return QFontMetricsF(mono_font(u_ * 0.72)).horizontalAdvance(label_of(n, l_.mode.ipv6)) + u_ * 1.1;
  }

  void floors() {
    const qreal transmit_width = std::clamp(l_.size.width() * 0.22, u_ * 12.6, u_ * 17.0);
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
      node(n) = QRectF(x, centre_y - u_ * 0.68, width, u_ * 1.36);
      x += width + gap;
    }
  }

  void user() {
    const QRectF f = l_.at(Floor::user).adjusted(0, u_ * 0.4, 0, -u_ * 0.4);
    const qreal width = (right() - left()) * 0.58;
    l_.process = QRectF(left(), f.top(), width, f.height());
    l_.buffer = QRectF(l_.process.right() + u_, f.top(), right() - l_.process.right() - u_, f.height());
    box(Place::user_buffer) = QRectF(l_.buffer.left(), f.top() + u_ * 0.1, l_.buffer.width(), u_ * 1.25);
  }

  void syscall() {
    const QRectF f = l_.at(Floor::syscall);
    l_.chain = QRectF(left(), f.center().y() - u_ * 0.68, right() - left(), u_ * 1.36);
    node(Node::tcp_recvmsg) = l_.chain;
  }

  void socket() {
    const QRectF f = l_.at(Floor::socket);
    const qreal head = u_ * 1.75;
    l_.address = QRectF(left(), f.top() + u_ * 0.25, (right() - left()) * 0.62, u_ * 1.3);
    l_.lock = QRectF(right() - u_ * 13, f.top() + u_ * 0.22, u_ * 13, u_ * 1.35);
    const qreal x = u_ * 0.8;
    const qreal ruler_height = u_ * 2.5;
    const qreal y = f.top() + head;
    const qreal queues = f.bottom() - u_ * 0.5 - ruler_height - u_ * 0.45 - y;
    l_.ruler = QRectF(x, f.bottom() - u_ * 0.4 - ruler_height, right() - x, ruler_height);
    const qreal gap = u_ * 0.5;
    const qreal height = (queues - gap) / 2;
    const qreal third = l_.mode.listener ? u_ * 8.6 : 0;
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

  void tcp() {
    const QRectF f = l_.at(Floor::tcp);
    const qreal step = (f.height() - u_ * 0.5) / 3;
    const auto line = [&](int i) { return f.top() + u_ * 0.25 + step * (i + 0.5); };
    // From below: arrival and the fork, then what processes a segment, then what files it.
    row({Node::tcp_v4_rcv, Node::owned, Node::tcp_add_backlog, Node::other_protocols}, u_ * 2.2, right(),
        line(2), 2.2);
    row({Node::tcp_prequeue, Node::tcp_v4_do_rcv, Node::tcp_rcv_established, Node::tcp_states}, u_ * 2.2,
        right(), line(1), 1.2);
    row({Node::tcp_ack, Node::tcp_data_queue, Node::tcp_data_queue_ofo, Node::tcp_ofo_queue}, left(), right(),
        line(0), 1.6);
  }

  /// A small box at the right of a floor's title line, the functions in the line below.
  void two_lines(Floor floor, Place place, std::initializer_list<Node> list) {
    const QRectF f = l_.at(floor);
    const qreal spare = std::max(0.0, f.height() - u_ * 2.9);
    const qreal width = u_ * 10;
    box(place) = QRectF(right() - width, f.top() + u_ * 0.2 + spare * 0.3, width, u_ * 1.1);
    row(list, u_ * 0.8, right(), f.bottom() - u_ * 0.85 - spare * 0.35, 1.4);
  }

  void ip() {
    two_lines(
        Floor::ip, Place::ip_frag_queue,
        {Node::ip_rcv, Node::pre_routing, Node::route, Node::ip_local_deliver, Node::defrag, Node::local_in});
  }

  void driver() {
    two_lines(Floor::driver, Place::softnet_backlog,
              {Node::net_rx_action, Node::napi_poll, Node::clean_rx_irq, Node::gro, Node::netif_receive_skb});
    box(Place::napi_gro) = node(Node::gro);
  }

  void nic() {
    const QRectF f = l_.at(Floor::nic);
    const qreal d = std::min(f.height() - u_ * 0.4, u_ * 7.0);
    l_.ring = QRectF(left() - u_ * 0.5, f.center().y() - d / 2, d, d);
    box(Place::rx_ring) = l_.ring;
    l_.ring_text = QRectF(l_.ring.right() + u_ * 0.6, f.center().y() - u_ * 2.0, u_ * 9.2, u_ * 4.0);
    const qreal x = l_.ring_text.right() + u_ * 0.4;
    l_.irq = QRectF(x, f.center().y() - u_ * 2.0, u_ * 7.6, u_ * 1.8);
    node(Node::hard_irq) = l_.irq;
    l_.budget = QRectF(x, f.center().y() + u_ * 0.2, u_ * 7.6, u_ * 1.8);
    const qreal wire_x = x + u_ * 8.3;
    box(Place::wire) =
        QRectF(wire_x, f.center().y() - u_ * 1.9, std::max(u_ * 4, right() - wire_x), u_ * 3.8);
  }

  void transmit() {
    const qreal x = l_.transmit_x + u_ * 0.7, width = l_.size.width() - x - u_ * 0.7;
    const auto in = [&](Floor floor, qreal top, qreal height) {
      const QRectF f = l_.at(floor);
      return QRectF(x, f.top() + top, width, height);
    };
    const QRectF user = l_.at(Floor::user), socket = l_.at(Floor::socket);
    l_.cpus = in(Floor::user, u_ * 1.35, user.height() - u_ * 1.6);
    l_.writer = in(Floor::syscall, u_ * 0.3, l_.at(Floor::syscall).height() - u_ * 0.6);
    const qreal top = u_ * 1.75;
    const qreal height =
        (l_.place(Place::sk_receive_queue).isEmpty() ? l_.place(Place::udp_receive_queue).height()
                                                     : l_.place(Place::sk_receive_queue).height());
    box(Place::sk_write_queue) = in(Floor::socket, top, height);
    box(Place::tcp_rtx_queue) = in(Floor::socket, top + height + u_ * 0.5, height);
    l_.timers = QRectF(x, l_.ruler.top(), width, socket.bottom() - u_ * 0.4 - l_.ruler.top());
    const auto centred = [&](Node n, Floor floor, qreal y) {
      const qreal w = std::min(width, node_width(n));
      node(n) = QRectF(x, y - u_ * 0.68, w, u_ * 1.36);
      Q_UNUSED(floor);
    };
    centred(Node::tcp_transmit_skb, Floor::tcp, l_.at(Floor::tcp).center().y());
    centred(Node::ip_queue_xmit, Floor::ip, l_.at(Floor::ip).center().y());
    const QRectF driver = l_.at(Floor::driver);
    centred(Node::dev_queue_xmit, Floor::driver, driver.center().y());
    const qreal after = node(Node::dev_queue_xmit).right() + u_ * 0.4;
    box(Place::qdisc) = QRectF(after, driver.center().y() - u_ * 0.68, x + width - after, u_ * 1.36);
    const QRectF nic = l_.at(Floor::nic);
    box(Place::tx_ring) = QRectF(x, nic.center().y() - u_ * 2.0, width, u_ * 1.7);
    node(Node::xmit_frame) = box(Place::tx_ring);
    l_.acks = QRectF(x, nic.center().y() - u_ * 0.1, width, u_ * 2.1);
  }

  StageLayout l_;
  qreal u_ = 16, label_width_ = 90;
};

}  // namespace

QSizeF StageLayout::least_size(qreal zoom) {
  qreal lines = 0;
  for (const FloorHeight& h : kHeights) lines += h.least;
  const qreal unit = 15.5 * zoom * theme().scale;
  return {unit * 52, unit * lines};
}

StageLayout StageLayout::make(QSizeF size, qreal zoom, const StageMode& mode) {
  return Maker(size, zoom, mode).make();
}

}  // namespace ringside::ui
