#include <QCoreApplication>

#include "ui/look/theme.h"
#include "ui/stage/painter.h"

namespace ringside::ui {

namespace {
QString tr(const char* text) { return QCoreApplication::translate("Stage", text); }
}  // namespace

void StagePainter::background() {
  p_.setRenderHint(QPainter::Antialiasing);
  floors_background();
  for (const Place place :
       {Place::sk_receive_queue, Place::out_of_order_queue, Place::sk_backlog, Place::prequeue,
        Place::udp_receive_queue, Place::error_queue, Place::sk_write_queue, Place::tcp_rtx_queue,
        Place::accept_queue, Place::syn_queue})
    queue_background(place, QString::fromLatin1(name_of(place)));
  nodes_background();
}

void StagePainter::floors_background() {
  p_.fillRect(QRectF(QPointF(0, 0), l_.size), theme().window);
  for (std::size_t i = 0; i < l_.floor.size(); ++i) {
    const QRectF& f = l_.floor[i];
    p_.fillRect(f, i % 2 == 0 ? theme().floor_even : theme().floor_odd);
    const QFont font = StageLayout::label_font(u_, l_.zoom);
    const qreal y = f.top() + u_ * 0.35;
    text(QRectF(u_ * 0.8, y, u_ * 11, u_), floor_title(static_cast<Floor>(i)), font, theme().muted);
    if (i > 0) {
      p_.setPen(QPen(theme().floor_line, 1));
      p_.drawLine(f.topLeft(), f.topRight());
    }
  }
  p_.fillRect(QRectF(l_.transmit_x, 0, l_.size.width() - l_.transmit_x, l_.size.height()), theme().transmit);
  text(QRectF(l_.send_ruler.left(), l_.at(Floor::socket).top() + u_ * 0.35, l_.send_ruler.width(), u_),
       tr("TRANSMIT"), StageLayout::label_font(u_, l_.zoom), theme().muted);
  QPen dashed(theme().card_edge, 1, Qt::DashLine);
  p_.setPen(dashed);
  p_.drawLine(QPointF(l_.transmit_x, 0), QPointF(l_.transmit_x, l_.size.height()));
}

void StagePainter::queue_background(Place place, const QString& title) {
  const QRectF& box = l_.place(place);
  if (box.isEmpty()) return;
  const bool missing =
      (place == Place::prequeue && !l_.mode.prequeue) || (place == Place::tcp_rtx_queue && l_.mode.prequeue);
  QColor fill = theme().card, ink = theme().text;
  if (missing) {
    fill.setAlphaF(0.35f);
    ink = theme().faint;
  }
  p_.setPen(QPen(theme().card_edge, 1.2, missing ? Qt::DashLine : Qt::SolidLine));
  p_.setBrush(fill);
  p_.drawRoundedRect(box, u_ * 0.4, u_ * 0.4);
  text(box.adjusted(u_ * 0.55, u_ * 0.22, -u_ * 0.4, 0), title, mono(0.74, true), ink,
       Qt::AlignLeft | Qt::AlignTop);
  if (missing) {
    const QString why = place == Place::prequeue ? tr("not in this kernel (removed in 4.14)")
                                                 : tr("not in this kernel (since 4.15)");
    text(box.adjusted(u_ * 0.55, u_ * 1.2, -u_ * 0.4, -u_ * 0.1), why, small(), theme().faint,
         Qt::AlignLeft | Qt::AlignTop);
  }
}

void StagePainter::nodes_background() {
  for (const NodeInfo& info : nodes()) {
    const QRectF& rect = l_.at(info.node);
    if (rect.isEmpty() || info.node == Node::hard_irq || info.node == Node::xmit_frame ||
        info.floor == Floor::syscall)
      continue;
    const bool missing = info.node == Node::tcp_prequeue && !l_.mode.prequeue;
    const qreal radius = info.floor == Floor::syscall ? u_ * 0.3 : rect.height() / 2;
    p_.setPen(QPen(theme().card_edge, 1.1, missing ? Qt::DashLine : Qt::SolidLine));
    p_.setBrush(missing ? QColor(Qt::transparent) : theme().card);
    p_.drawRoundedRect(rect, radius, radius);
    text(rect.adjusted(u_ * 0.35, 0, -u_ * 0.35, 0), label_of(info.node, l_.mode.ipv6), mono(0.72),
         missing ? theme().faint : theme().text, Qt::AlignCenter);
  }
}

}  // namespace ringside::ui
