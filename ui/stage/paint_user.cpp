// User space and the system call floor: who reads, where it stands, what it has got.
#include <QCoreApplication>
#include <algorithm>

#include "ui/look/marks.h"
#include "ui/look/theme.h"
#include "ui/stage/painter.h"

namespace ringside::ui {

namespace {
QString tr(const char* text) { return QCoreApplication::translate("Stage", text); }

/// The system call's own name, out of its code line: "n = read(4, ...)" is read.
QString call_name(const ProcessPicture& process) {
  QString line = QString::fromStdString(process.call);
  const auto begin = line.indexOf(QLatin1String("= "));
  if (begin >= 0) line = line.mid(begin + 2);
  const auto end = line.indexOf(QLatin1Char('('));
  return end > 0 ? line.left(end) : tr("user code");
}

QString state_words(const ProcessPicture& process, bool on_cpu) {
  switch (process.state) {
    case ProcState::sleeping:
    case ProcState::uninterruptible:
      return tr("asleep, waiting");
    case ProcState::running:
      return on_cpu ? tr("running on CPU %1").arg(process.cpu) : tr("interrupted on CPU %1").arg(process.cpu);
    case ProcState::runnable:
      return tr("woken, waits for CPU %1").arg(process.cpu);
    default:
      return {};
  }
}
}  // namespace

void StagePainter::process_card(const QRectF& box, const ProcessPicture& process) {
  const bool now =
      s_->event && s_->event->context == Context::process && s_->event->process.index == process.index;
  const bool asleep = process.state == ProcState::sleeping;
  card(box, asleep ? theme().floor_even : theme().card, now ? theme().accent : theme().card_edge,
       now ? 2.0 : 1.2);
  const QRectF inner = box.adjusted(u_ * 0.7, u_ * 0.2, -u_ * 0.5, -u_ * 0.2);
  const QRectF mark(inner.left(), inner.top() + u_ * 0.22, u_ * 0.6, u_ * 0.6);
  draw_mark(p_, mark, Context::process);
  const QString who = tr("process %1: %2").arg(process.pid).arg(state_words(process, now));
  text(QRectF(inner.left() + u_ * 0.9, inner.top(), inner.width() - u_ * 0.9, u_), who, ui(0.72),
       theme().muted);
  const QString code = process.script_idle    ? tr("waiting for the script's next call")
                       : process.call.empty() ? tr("in user space")
                                              : QString::fromStdString(process.call);
  text(QRectF(inner.left(), inner.top() + u_ * 1.05, inner.width(), u_ * 1.2), code,
       process.script_idle ? ui(0.8) : mono(0.9, true), asleep ? theme().muted : theme().text);
}

void StagePainter::user_floor() {
  if (s_->processes.empty()) {
    card(l_.process, theme().floor_even, theme().card_edge);
    const QString words = s_->process_count == 0
                              ? tr("no process yet")
                              : tr("%1 processes; none reads this socket").arg(s_->process_count);
    text(l_.process.adjusted(u_ * 0.7, 0, -u_ * 0.5, 0), words, ui(0.74), theme().faint);
  } else {
    process_card(l_.process, s_->processes.front());
    if (s_->process_count > 1)
      text(l_.process.adjusted(0, u_ * 0.2, -u_ * 0.5, 0), tr("+ %1 more").arg(s_->process_count - 1),
           small(), theme().faint, Qt::AlignRight | Qt::AlignTop);
  }
  user_buffer();
}

void StagePainter::user_buffer() {
  const QRectF& box = l_.place(Place::user_buffer);
  const ProcessPicture* reader = nullptr;
  for (const ProcessPicture& process : s_->processes)
    if (process.wanted > 0 && reader == nullptr) reader = &process;
  const qreal share =
      reader != nullptr ? static_cast<qreal>(reader->copied) / static_cast<qreal>(reader->wanted) : 0;
  bar(box, share, theme().place(Place::user_buffer));
  const QString words = reader != nullptr ? tr("user buffer  %1 of %2")
                                                .arg(number_text(reader->copied),
                                                     bytes_text(static_cast<std::uint64_t>(reader->wanted)))
                                          : tr("user buffer");
  text(box.adjusted(u_ * 0.5, 0, -u_ * 0.3, 0), words, ui(0.72, true),
       share > 0.55 ? Theme::ink_on(theme().place(Place::user_buffer)) : theme().text);
  hits_->push_back({box, {}, Place::user_buffer, Node::count_, {}});
  if (!s_->sock) return;
  const QRectF below(box.left(), box.bottom() + u_ * 0.25, box.width(), u_);
  text(below, tr("read so far: %1").arg(bytes_text(s_->sock->delivered)), mono(0.72), theme().muted);
}

/// The chain of calls from the program into the kernel; at rest the one that read() will take.
void StagePainter::syscall_floor() {
  const ProcessPicture* process = s_->processes.empty() ? nullptr : &s_->processes.front();
  const bool in_call = process != nullptr && !process->stack.empty();
  QStringList names;
  if (in_call) {
    names << call_name(*process);
    for (const Fn fn : process->stack) names << QString::fromLatin1(name_of(fn));
  } else {
    names = {QStringLiteral("read"), QStringLiteral("sock_read_iter"), QStringLiteral("sock_recvmsg"),
             QStringLiteral("inet_recvmsg"), QStringLiteral("tcp_recvmsg")};
  }
  const bool now = in_call && s_->event && s_->event->context == Context::process &&
                   s_->event->process.index == process->index;
  const QFont font = mono(0.72), strong = mono(0.72, true);
  const auto width_of = [&](const QString& name, bool last) {
    return QFontMetricsF(last ? strong : font).horizontalAdvance(name) + u_ * 0.9;
  };
  const qreal gap = u_ * 0.55;
  const auto total = [&] {
    qreal sum = 0;
    for (int i = 0; i < names.size(); ++i) sum += width_of(names[i], i + 1 == names.size()) + gap;
    return sum - gap;
  };
  while (names.size() > 3 && total() > l_.chain.width()) {  // the middle is what one can guess
    if (names[1] == QStringLiteral("…"))
      names.removeAt(2);
    else
      names[1] = QStringLiteral("…");
  }
  qreal x = l_.chain.left();
  for (int i = 0; i < names.size(); ++i) {
    const bool last = i + 1 == names.size();
    const QRectF box(x, l_.chain.top(), std::min(width_of(names[i], last), l_.chain.right() - x),
                     l_.chain.height());
    const QColor colour = theme().context(Context::process);
    const bool lit = last && now;
    card(box,
         lit       ? colour
         : in_call ? theme().accent_soft
                   : theme().card,
         in_call ? colour : theme().card_edge);
    text(box, names[i], last ? strong : font,
         lit       ? Theme::ink_on(colour)
         : in_call ? theme().text
                   : theme().faint,
         Qt::AlignCenter);
    if (!last) {
      p_.setPen(QPen(theme().faint, 1.4));
      p_.drawLine(QPointF(box.right() + u_ * 0.1, box.center().y()),
                  QPointF(box.right() + gap - u_ * 0.1, box.center().y()));
    }
    x = box.right() + gap;
  }
}

}  // namespace ringside::ui
