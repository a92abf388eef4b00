// The forks of the way: what was asked, which way it went, and the ways not taken, grey, with the reason.
#include <QCoreApplication>
#include <algorithm>

#include "ui/look/theme.h"
#include "ui/stage/branches.h"
#include "ui/stage/painter.h"

namespace ringside::ui {

namespace {
QString tr(const char* text) { return QCoreApplication::translate("Stage", text); }
QPointF left_of(const QRectF& r) { return {r.left(), r.center().y()}; }
QPointF right_of(const QRectF& r) { return {r.right(), r.center().y()}; }
}  // namespace

void StagePainter::way(const QPolygonF& corners, bool taken) {
  p_.setPen(QPen(taken ? context_colour() : theme().card_edge, taken ? 2.2 : 1.2,
                 taken ? Qt::SolidLine : Qt::DotLine, Qt::RoundCap, Qt::RoundJoin));
  p_.setBrush(Qt::NoBrush);
  p_.drawPolyline(corners);
}

/// A word on a way: on a plate of the floor's colour, so that no line crosses it.
void StagePainter::plate(QPointF centre, const QString& words, bool taken) {
  const QFont font = ui(0.62, taken);
  const QSizeF size(QFontMetricsF(font).horizontalAdvance(words) + u_ * 0.5, u_ * 0.86);
  const QRectF box(centre - QPointF(size.width() / 2, size.height() / 2), size);
  p_.setPen(Qt::NoPen);
  p_.setBrush(theme().floor_odd);
  p_.drawRoundedRect(box, u_ * 0.2, u_ * 0.2);
  text(box, words, font, taken ? context_colour() : theme().muted, Qt::AlignCenter);
}

/// The lock decides which way tcp_v4_rcv goes; 4.13 then asks whether a reader waits.
void StagePainter::fork() {
  const QRectF& question = l_.at(Node::owned);
  const QRectF& backlog = l_.at(Node::tcp_add_backlog);
  const QRectF& process = l_.at(Node::tcp_v4_do_rcv);
  const QRectF& prequeue = l_.at(Node::tcp_prequeue);
  if (question.isEmpty()) return;
  const DecisionPicture* asked = s_->decision("sock_owned_by_user");
  const bool here =
      asked != nullptr && (asked->function == Fn::tcp_v4_rcv || asked->function == Fn::tcp_v6_rcv);
  const bool owned = here && asked->answer != 0, free = here && !owned;
  way({right_of(l_.at(Node::tcp_v4_rcv)), left_of(question)}, here);
  way({right_of(question), left_of(backlog)}, owned);
  plate({(question.right() + backlog.left()) / 2, question.center().y()}, tr("yes"), owned);
  const qreal gap = question.top() - process.bottom();
  if (!prequeue.isEmpty()) {
    const qreal up = question.left() + u_ * 0.9, over = prequeue.center().x() + prequeue.width() * 0.2;
    const qreal half = question.top() - gap * 0.5;
    way({QPointF(up, question.top()), QPointF(up, half), QPointF(over, half),
         QPointF(over, prequeue.bottom())},
        free);
    plate({up + u_ * 1.1, half}, tr("no"), free);
    const DecisionPicture* reader = s_->decision("no_reader_waits");
    const DecisionPicture* useless = s_->decision("prequeue_has_no_use");
    const bool on =
        free && reader != nullptr && (reader->answer != 0 || (useless != nullptr && useless->answer != 0));
    way({right_of(prequeue), left_of(process)}, on);
  } else {
    const qreal x = std::clamp(question.center().x(), process.left() + u_ * 0.5, process.right() - u_ * 0.5);
    way({QPointF(x, question.top()), QPointF(x, process.bottom())}, free);
    plate({x, question.top() - gap * 0.5}, tr("no"), free);
  }
  if (here) lit_node(Node::owned, s_->event ? s_->event->context : Context::nic, false);
}

void StagePainter::branches() {
  for (const Branch& branch : branches_of(*s_)) {
    const QRectF& chip = l_.at(branch.node);
    if (chip.isEmpty()) continue;
    const QRectF& room = l_.reason[static_cast<std::size_t>(branch.node)];
    if (!branch.taken) {  // struck from the way, but there
      p_.setPen(QPen(theme().card_edge, 1.1, Qt::DashLine));
      p_.setBrush(theme().floor_odd);
      p_.drawRoundedRect(chip, chip.height() / 2, chip.height() / 2);
      text(chip.adjusted(u_ * 0.35, 0, -u_ * 0.35, 0), label_of(branch.node, l_.mode.ipv6), mono(0.72),
           theme().faint, Qt::AlignCenter);
    }
    const QColor ink = branch.taken ? context_colour() : theme().muted;
    QRectF words = room;
    if (branch.node == innermost_node(s_->current_stack))  // the packet itself stands there
      words.setLeft(l_.token_at(chip).x() + l_.token_size().width() / 2 + u_ * 0.5);
    else if (std::any_of(s_->trail.begin(), s_->trail.end(),
                         [&](Fn fn) { return node_of(fn, Fn::none) == branch.node; }))
      words.setLeft(words.left() + u_ * 1.1);  // beside its number
    if (!room.isEmpty()) text(words, branch.reason, ui(0.6, branch.taken), ink);
    hits_->push_back({chip, {}, Place::none, branch.node, branch.reason});
  }
}

}  // namespace ringside::ui
