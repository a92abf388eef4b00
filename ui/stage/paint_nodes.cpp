// The function chips: lit where code runs now, tinted where the moving packet has been.
#include <QCoreApplication>
#include <algorithm>
#include <cstring>

#include "ui/look/marks.h"
#include "ui/look/theme.h"
#include "ui/stage/painter.h"

namespace ringside::ui {

namespace {
QString tr(const char* text) { return QCoreApplication::translate("Stage", text); }

bool visited(const StagePicture& s, Node node) {
  return std::any_of(s.trail.begin(), s.trail.end(), [&](Fn fn) { return node_of(fn, Fn::none) == node; });
}

QColor mixed(const QColor& a, const QColor& b, qreal share) {
  const auto mix = [share](int x, int y) { return static_cast<int>(x + (y - x) * share); };
  return {mix(a.red(), b.red()), mix(a.green(), b.green()), mix(a.blue(), b.blue())};
}
}  // namespace

void StagePainter::lit_node(Node node, const QColor& colour, bool strong) {
  const QRectF& rect = l_.at(node);
  if (rect.isEmpty()) return;
  const qreal radius = info_of(node).floor == Floor::syscall ? u_ * 0.3 : rect.height() / 2;
  const QColor fill = strong ? colour : mixed(theme().card, colour, 0.16);
  p_.setPen(QPen(colour, strong ? 1.8 : 1.4));
  p_.setBrush(fill);
  p_.drawRoundedRect(rect, radius, radius);
  text(rect.adjusted(u_ * 0.35, 0, -u_ * 0.35, 0), label_of(node, l_.mode.ipv6), mono(0.72, strong),
       strong ? Theme::ink_on(fill) : theme().text, Qt::AlignCenter);
}

void StagePainter::tcp_floor() {
  fork();
  for (const NodeInfo& info : nodes())
    if (visited(*s_, info.node) && info.floor != Floor::syscall && info.floor != Floor::nic)
      lit_node(info.node, context_colour(), false);
  for (std::size_t i = 0; i < s_->current_stack.size(); ++i) {
    const Node node = node_of(s_->current_stack[i], i > 0 ? s_->current_stack[i - 1] : Fn::none);
    if (node != Node::count_ && info_of(node).floor != Floor::syscall && info_of(node).floor != Floor::nic)
      lit_node(node, context_colour(), false);
  }
  const Node now = innermost_node(s_->current_stack);
  if (now != Node::count_ && info_of(now).floor != Floor::nic && info_of(now).floor != Floor::syscall)
    lit_node(now, context_colour(), true);
  for (const NodeInfo& info : nodes())
    if (!l_.at(info.node).isEmpty()) hits_->push_back({l_.at(info.node), {}, Place::none, info.node, {}});
}

/// The lock decision: which way tcp_v4_rcv goes. The way not taken stays visible, with the reason.
void StagePainter::fork() {
  const QRectF question = l_.at(Node::owned), from = l_.at(Node::tcp_v4_rcv);
  if (question.isEmpty()) return;
  const bool asked = visited(*s_, Node::tcp_v4_rcv) && s_->event && s_->event->context != Context::process;
  const bool owned = s_->sock && s_->sock->owned;
  const bool decided = asked && s_->sock.has_value();
  const auto line = [&](QPointF a, QPointF b, bool on) {
    p_.setPen(
        QPen(on ? context_colour() : theme().card_edge, on ? 2.2 : 1.2, on ? Qt::SolidLine : Qt::DotLine));
    p_.drawLine(a, b);
  };
  const auto right = [](const QRectF& r) { return QPointF(r.right(), r.center().y()); };
  const auto left = [](const QRectF& r) { return QPointF(r.left(), r.center().y()); };
  line(right(from), left(question), decided);
  const QRectF backlog = l_.at(Node::tcp_add_backlog);
  line(right(question), left(backlog), decided && owned);
  const QPointF no_from(question.center().x(), question.top());
  const auto below = [](const QRectF& r) { return QPointF(r.center().x(), r.bottom()); };
  const QRectF process = l_.at(Node::tcp_v4_do_rcv);
  const bool prequeued = visited(*s_, Node::tcp_prequeue);
  const bool not_owned = decided && !owned;
  line(no_from, below(process), not_owned && !prequeued);
  if (l_.mode.prequeue) line(no_from, below(l_.at(Node::tcp_prequeue)), not_owned && prequeued);
  const QRectF words(question.right() + u_ * 0.1, question.top() - u_ * 0.25,
                     backlog.left() - question.right(), u_);
  text(words, tr("yes"), ui(0.62, owned), decided && owned ? context_colour() : theme().muted,
       Qt::AlignHCenter);
  const QRectF no_words(no_from.x() + u_ * 0.7, question.top() - u_ * 0.75, u_ * 2, u_ * 0.8);
  text(no_words, tr("no"), ui(0.62, not_owned), not_owned ? context_colour() : theme().muted);
  if (decided) lit_node(Node::owned, context_colour(), false);
}

void StagePainter::ip_and_driver() {
  const QRectF& softnet = l_.place(Place::softnet_backlog);
  const QRectF& frags = l_.place(Place::ip_frag_queue);
  const auto small_box = [&](const QRectF& box, Place place) {
    const QueuePicture& queue = s_->queue(place);
    card(box, theme().card, queue.count != 0 ? theme().place(place) : theme().card_edge,
         queue.count != 0 ? 1.8 : 1.1);
    const QRectF inner = box.adjusted(u_ * 0.4, 0, -u_ * 0.4, 0);
    text(inner.adjusted(0, 0, -u_ * 1.6, 0), QString::fromLatin1(name_of(place)), mono(0.62), theme().muted);
    text(inner, number_text(queue.count), ui(0.72, queue.count != 0),
         queue.count != 0 ? theme().text : theme().faint, Qt::AlignRight | Qt::AlignVCenter);
    hits_->push_back({box, {}, place, Node::count_, {}});
  };
  small_box(softnet, Place::softnet_backlog);
  small_box(frags, Place::ip_frag_queue);
}

void StagePainter::cpu_lamps() {
  QFont font = ui(0.66, true);
  font.setLetterSpacing(QFont::AbsoluteSpacing, u_ * 0.1);
  text(QRectF(l_.cpus.left(), l_.at(Floor::user).top() + u_ * 0.35, l_.cpus.width(), u_),
       tr("TRANSMIT  ·  CPUs"), font, theme().muted);
  const qreal height = std::min(u_ * 1.15, l_.cpus.height() / s_->cpu_count);
  for (std::uint8_t c = 0; c < s_->cpu_count; ++c) {
    const CpuPicture& cpu = s_->cpus[c];
    const QRectF row(l_.cpus.left(), l_.cpus.top() + c * height, l_.cpus.width(), height);
    const bool active = s_->event && s_->event->cpu == c && s_->event->context != Context::nic;
    const QColor colour = cpu.idle ? theme().faint : theme().context(cpu.context);
    const QRectF mark(row.left(), row.center().y() - u_ * 0.32, u_ * 0.64, u_ * 0.64);
    if (!cpu.idle) draw_mark(p_, mark, cpu.context);
    QString words = tr("CPU %1  ").arg(c);
    if (cpu.idle)
      words += tr("idle");
    else if (cpu.context == Context::process)
      words += tr("process %1").arg(cpu.pid);
    else
      words += context_words(cpu.context);
    text(row.adjusted(u_ * 0.95, 0, 0, 0), words, ui(0.74, active), colour);
  }
}

}  // namespace ringside::ui
