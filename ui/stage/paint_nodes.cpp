// The function chips: lit where code runs now, tinted where the moving packet has been.
#include <QCoreApplication>
#include <algorithm>
#include <cmath>

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

void StagePainter::lit_node(Node node, Context context, bool strong) {
  const QRectF& rect = l_.at(node);
  if (rect.isEmpty()) return;
  const QColor colour = theme().context(context);
  const qreal radius = rect.height() / 2;
  const QColor fill = strong ? colour : mixed(theme().card, colour, 0.16);
  p_.setPen(QPen(colour, strong ? 1.8 : 1.4));
  p_.setBrush(fill);
  p_.drawRoundedRect(rect, radius, radius);
  text(rect.adjusted(u_ * 0.35, 0, -u_ * 0.35, 0), label_of(node, l_.mode.ipv6), mono(0.72, strong),
       strong ? Theme::ink_on(fill) : theme().text, Qt::AlignCenter);
  if (!strong) return;
  // Who runs it, as a shape too: a small badge on the chip's corner.
  const qreal d = u_ * 0.86;
  const QRectF badge(rect.left() - d * 0.35, rect.bottom() - d * 0.62, d, d);
  p_.setPen(QPen(colour, 1.2));
  p_.setBrush(theme().card);
  p_.drawEllipse(badge);
  draw_mark(p_, badge.adjusted(d * 0.2, d * 0.2, -d * 0.2, -d * 0.2), context);
}

/// The straight piece between two chips of a row, without the chips between them.
void StagePainter::row_way(const QRectF& from, const QRectF& to) {
  const qreal y = from.center().y();
  std::vector<std::pair<qreal, qreal>> covered;
  for (const NodeInfo& info : nodes()) {
    const QRectF& r = l_.at(info.node);
    if (!r.isEmpty() && !info.transmit && r.top() < y && y < r.bottom())
      covered.emplace_back(r.left(), r.right());
  }
  std::sort(covered.begin(), covered.end());
  const qreal end = std::max(from.left(), to.left());
  qreal x = std::min(from.right(), to.right());
  for (const auto& [left, right] : covered) {
    if (right <= x || left > end) continue;
    if (left > x) trail({QPointF(x, y), QPointF(left, y)}, path_colour());
    x = std::max(x, right);
  }
}

/// How the moving packet came here, from function to function: along the rows, and between the floors in the
/// gaps, so that it strikes nothing that can be read.
void StagePainter::path() {
  QRectF before;
  for (const Fn fn : s_->trail) {
    const Node node = node_of(fn, Fn::none);
    if (node == Node::count_) continue;
    const NodeInfo& info = info_of(node);
    const QRectF& rect = l_.at(node);
    const bool here =
        !rect.isEmpty() && !info.transmit && info.floor != Floor::syscall && info.floor != Floor::nic;
    if (!here || rect == before) continue;
    const bool by_fork =
        info.node == Node::tcp_prequeue || info.node == Node::tcp_add_backlog ||
        (info.node == Node::tcp_v4_do_rcv && !before.isNull() && before.top() > rect.bottom());
    if (!before.isNull() && !by_fork) {
      if (std::abs(rect.center().y() - before.center().y()) < u_ * 0.5)
        row_way(before, rect);
      else if (rect.bottom() < before.top()) {
        const qreal turn = rect.bottom() + u_ * 0.17;
        const qreal x = before.center().x(), to = rect.center().x();
        trail({QPointF(x, before.top()), QPointF(x, turn), QPointF(to, turn), QPointF(to, rect.bottom())},
              path_colour());
      }
    }
    before = rect;
  }
}

QColor StagePainter::path_colour() const {
  QColor ink = context_colour();
  ink.setAlphaF(0.55F);
  return ink;
}

void StagePainter::functions() {
  path();
  fork();
  const Context context = s_->event ? s_->event->context : Context::nic;
  const auto shown_here = [](const NodeInfo& info) {
    return info.floor != Floor::syscall && info.floor != Floor::nic;
  };
  for (const NodeInfo& info : nodes())
    if (visited(*s_, info.node) && shown_here(info)) lit_node(info.node, context, false);
  for (std::size_t i = 0; i < s_->current_stack.size(); ++i) {
    const Node node = node_of(s_->current_stack[i], i > 0 ? s_->current_stack[i - 1] : Fn::none);
    if (node != Node::count_ && shown_here(info_of(node))) lit_node(node, context, false);
  }
  branches();
  const Node now = innermost_node(s_->current_stack);
  if (now != Node::count_ && shown_here(info_of(now))) lit_node(now, context, true);
  for (const NodeInfo& info : nodes())
    if (!l_.at(info.node).isEmpty()) hits_->push_back({l_.at(info.node), {}, Place::none, info.node, {}});
}

/// The packet's way in numbers: which function had it first, which next.
void StagePainter::way_numbers() {
  const QFont font = mono(0.56, true);
  const QFontMetricsF metrics(font);
  const QColor ink = context_colour();
  QSet<int> seen;
  for (const Fn fn : s_->trail) {
    const Node node = node_of(fn, Fn::none);
    if (node == Node::count_ || seen.contains(static_cast<int>(node))) continue;
    const NodeInfo& info = info_of(node);
    const QRectF& rect = l_.at(node);
    if (rect.isEmpty() || info.floor == Floor::syscall || info.floor == Floor::nic) continue;
    seen.insert(static_cast<int>(node));
    const QString words = QString::number(seen.size());
    const qreal height = u_ * 0.82, width = std::max(height, metrics.horizontalAdvance(words) + u_ * 0.36);
    const QRectF badge(rect.left() - u_ * 0.12, rect.top() - height * 0.55, width, height);
    p_.setPen(QPen(ink, 1.1));
    p_.setBrush(theme().card);
    p_.drawRoundedRect(badge, height / 2, height / 2);
    text(badge, words, font, theme().text, Qt::AlignCenter);
  }
}

void StagePainter::cpu_lamps() {
  const QFont font = StageLayout::label_font(u_, l_.zoom);
  text(QRectF(l_.cpus.left(), l_.at(Floor::user).top() + u_ * 0.35, l_.cpus.width(), u_), tr("CPUs"), font,
       theme().muted);
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
