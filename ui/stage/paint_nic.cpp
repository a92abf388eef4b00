// The card: its descriptor ring with the two indices, the interrupt, NAPI's budget.
#include <QCoreApplication>
#include <QPainterPath>
#include <QtMath>

#include "ui/look/theme.h"
#include "ui/stage/painter.h"

namespace ringside::ui {

namespace {
QString tr(const char* text) { return QCoreApplication::translate("Stage", text); }

}  // namespace

void StagePainter::ring() {
  const QRectF& box = l_.ring;
  const NicPicture& nic = s_->nic;
  const auto size = static_cast<std::uint32_t>(nic.descriptors.size());
  if (size == 0) {
    text(box, tr("no ring"), small(), theme().faint, Qt::AlignCenter);
    return;
  }
  // Many descriptors share one mark: it shows the fullest of them.
  const std::uint32_t marks = std::min<std::uint32_t>(size, 48);
  const qreal radius = box.width() / 2 - u_ * 0.55;
  const qreal dot = std::min(u_ * 0.30, static_cast<qreal>(M_PI) * radius / marks * 0.82);
  for (std::uint32_t m = 0; m < marks; ++m) {
    std::uint8_t fullest = 0;
    for (std::uint32_t i = m * size / marks; i < (m + 1) * size / marks; ++i)
      fullest = std::max(fullest, nic.descriptors[i]);
    const bool waits = waits_now(m * size / marks, (m + 1) * size / marks);
    if (waits) fullest = 2;
    const qreal angle = 2 * M_PI * (m + 0.5) / marks - M_PI / 2;
    const QPointF at = box.center() + QPointF(std::cos(angle), std::sin(angle)) * radius;
    p_.setPen(QPen(fullest == 2 ? theme().text : theme().faint, 1));
    p_.setBrush(waits          ? theme().accent
                : fullest == 2 ? theme().place(Place::in_flight)
                : fullest == 1 ? theme().card
                               : theme().track);
    p_.drawEllipse(at, fullest == 2 ? dot * 1.3 : dot, fullest == 2 ? dot * 1.3 : dot);
  }
  const auto hand = [&](std::uint32_t index, const QColor& colour, qreal from, qreal to) {
    const qreal angle = 2 * M_PI * (static_cast<qreal>(index) + 0.5) / size - M_PI / 2;
    const QPointF way(std::cos(angle), std::sin(angle));
    p_.setPen(QPen(colour, 2.2, Qt::SolidLine, Qt::RoundCap));
    p_.drawLine(box.center() + way * radius * from, box.center() + way * radius * to);
  };
  hand(nic.next_to_clean, theme().context(Context::softirq), 0.52, 0.84);
  hand(nic.next_to_use, theme().accent, 1.14, 1.3);
  const bool past = s_->now && s_->now->past;
  text(past ? box.translated(0, -u_ * 0.25) : box, tr("rx ring"), ui(0.6), theme().muted, Qt::AlignCenter);
  if (past) text(box.translated(0, u_ * 0.55), tr("then"), ui(0.6, true), theme().muted, Qt::AlignCenter);
  hits_->push_back({box, {}, Place::rx_ring, Node::count_, {}});
  beside_ring(radius);
}

/// The packet that waits in the ring longest, or the one the step is about, with a line to its slot.
void StagePainter::beside_ring(qreal radius) {
  const std::vector<ChipPicture>& chips = s_->queue(Place::rx_ring).chips;
  std::size_t shown = chips.size(), count = 0;
  for (std::size_t i = 0; i < chips.size(); ++i) {
    const bool moving = chips[i].packet == s_->moving.packet;
    if (moving && s_->moving.place != Place::rx_ring) continue;  // a CPU has it already
    ++count;
    if (shown == chips.size() || moving) shown = i;
  }
  if (shown == chips.size() || view_->on_the_way.contains(way_key(chips[shown]))) return;
  const QRectF& rect = l_.ring_chip;
  const bool glows = in_hand_of_card(chips[shown]);
  const QPointF centre = l_.ring.center();
  // Outside around the ring, the shorter way, then in to the slot.
  const qreal out = radius + u_ * 0.36;
  const qreal turn = 360.0 * (s_->nic.filled[shown] + 0.5) / static_cast<qreal>(s_->nic.descriptors.size());
  const qreal from = 180,
              span = turn < 180 ? -90 - turn : 270 - turn;  // Qt: counter-clockwise from the right
  QPainterPath leader(QPointF(rect.right(), centre.y()));
  const QRectF round(centre - QPointF(out, out), QSizeF(2 * out, 2 * out));
  leader.lineTo(centre - QPointF(out, 0));
  leader.arcTo(round, from, span);
  const qreal angle = (turn - 90) * M_PI / 180;
  leader.lineTo(centre + QPointF(std::cos(angle), std::sin(angle)) * radius);
  p_.setPen(QPen(glows ? theme().glow : theme().muted, glows ? 2.4 : 1.4, Qt::SolidLine, Qt::RoundCap));
  p_.setBrush(Qt::NoBrush);
  p_.drawPath(leader);
  chip(chips[shown], rect, Place::rx_ring);
  const std::uint32_t others = std::max<std::uint32_t>(s_->nic.used, static_cast<std::uint32_t>(count)) - 1;
  if (others > 0)
    text(QRectF(rect.left(), rect.bottom() + u_ * 0.1, rect.width(), u_), tr("+ %1 more").arg(others),
         ui(0.64), theme().muted, Qt::AlignHCenter | Qt::AlignVCenter);
}

/// While the card or its interrupt works, what waits in the ring is what it is all about.
bool StagePainter::in_hand_of_card(const ChipPicture& c) const {
  if (!s_->event || s_->arriving != 0) return false;
  if (s_->moving.packet != 0 || s_->moving.skb != 0) return c.packet == s_->moving.packet;
  const Context context = s_->event->context;
  return context != Context::process && context != Context::timer;
}

void StagePainter::nic_floor() {
  ring();
  const NicPicture& nic = s_->nic;
  const QRectF& t = l_.ring_text;
  const qreal line = u_ * 1.0;
  text(QRectF(t.left(), t.top(), t.width(), line), QStringLiteral("next_to_clean %1").arg(nic.next_to_clean),
       mono(0.7), theme().context(Context::softirq));
  text(QRectF(t.left(), t.top() + line, t.width(), line),
       QStringLiteral("next_to_use   %1").arg(nic.next_to_use), mono(0.7), theme().accent);
  const bool more = s_->now && !s_->now->past && s_->now->waiting != 0;
  const auto sum = [more](std::uint64_t is, std::uint64_t comes) {
    const QString now = number_text(static_cast<std::int64_t>(is));
    return more ? QStringLiteral("%1 + %2").arg(now, number_text(static_cast<std::int64_t>(comes))) : now;
  };
  text(QRectF(t.left(), t.top() + 2 * line, t.width(), line),
       tr("%1 of %2 filled").arg(sum(nic.used, more ? s_->now->fit() : 0), number_text(nic.size)), ui(0.7),
       theme().muted);
  const std::uint64_t beyond = more ? s_->now->beyond() : 0;
  const bool drops = nic.dropped + beyond != 0;
  text(QRectF(t.left(), t.top() + 3 * line, t.width(), line), tr("%1 dropped").arg(sum(nic.dropped, beyond)),
       ui(0.7, drops), drops ? theme().error : theme().muted);

  const bool in_irq = s_->event && s_->event->context == Context::hardirq;
  const QColor irq = theme().context(Context::hardirq);
  card(l_.irq, in_irq ? irq : theme().card, nic.irq_masked || in_irq ? irq : theme().card_edge, 1.4);
  text(l_.irq,
       nic.irq_masked    ? tr("IRQ masked")
       : nic.irq_pending ? tr("IRQ raised")
                         : tr("IRQ enabled"),
       ui(0.74, true),
       in_irq           ? Theme::ink_on(irq)
       : nic.irq_masked ? irq
                        : theme().muted,
       Qt::AlignCenter);
  hits_->push_back(
      {l_.irq, {}, Place::none, Node::hard_irq, tr("The card's interrupt: masked while NAPI polls.")});

  const QRectF& b = l_.budget;
  const qreal share = nic.polling && nic.budget > 0
                          ? static_cast<qreal>(nic.budget - nic.budget_left) / static_cast<qreal>(nic.budget)
                          : 0;
  const QString words = nic.polling ? tr("NAPI: %1 of %2 left").arg(nic.budget_left).arg(nic.budget)
                                    : tr("NAPI idle, budget %1").arg(nic.budget);
  text(QRectF(b.left(), b.top(), b.width() + u_ * 0.4, u_), words, ui(0.64),
       nic.polling ? theme().context(Context::softirq) : theme().faint);
  bar(QRectF(b.left(), b.top() + u_ * 1.05, b.width(), u_ * 0.55), share, theme().context(Context::softirq));
  wire();
}

}  // namespace ringside::ui
