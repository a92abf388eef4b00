#include "ui/stage/stage_text.h"

#include <QCoreApplication>
#include <QStringList>

#include "ui/look/marks.h"
#include "ui/stage/painter.h"

namespace ringside::ui {

namespace {

QString tr(const char* text) { return QCoreApplication::translate("StageText", text); }

QString flags_text(std::uint16_t flags) {
  QStringList names;
  constexpr const char* kNames[] = {"FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"};
  for (std::size_t i = 0; i < std::size(kNames); ++i)
    if ((flags >> i & 1) != 0) names << QString::fromLatin1(kNames[i]);
  return names.join(QLatin1Char(' '));
}

void context_lines(QStringList& lines, const StagePicture& s) {
  for (std::uint8_t c = 0; c < s.cpu_count; ++c) {
    const CpuPicture& cpu = s.cpus[c];
    if (cpu.idle)
      lines << tr("CPU %1: idle").arg(c);
    else if (cpu.context == Context::process)
      lines << tr("CPU %1: process %2").arg(c).arg(cpu.pid);
    else
      lines << tr("CPU %1: %2").arg(c).arg(context_words(cpu.context));
  }
}

void socket_lines(QStringList& lines, const StagePicture& s, std::uint32_t isn) {
  if (!s.sock) {
    lines << tr("No socket yet.");
    return;
  }
  const SockPicture& k = *s.sock;
  lines << tr("Socket %1:%2, peer %3:%4, %5")
               .arg(QString::fromStdString(k.local.to_string()))
               .arg(k.local_port)
               .arg(QString::fromStdString(k.remote.to_string()))
               .arg(k.remote_port)
               .arg(k.protocol == 6 ? QString::fromLatin1(name_of(k.state)) : QStringLiteral("UDP"));
  lines << (k.owned        ? tr("Lock: owned by process %1").arg(k.owner_pid)
            : k.slock != 0 ? tr("Lock: spinlock held by CPU %1").arg(k.slock - 1)
                           : tr("Lock: free"));
  lines << tr("Receive memory: %1 of %2 bytes").arg(number_text(k.rmem), number_text(k.rcvbuf));
  if (k.protocol == 6)
    lines << tr("copied_seq %1, rcv_nxt %2, window %3 bytes")
                 .arg(k.copied_seq - isn)
                 .arg(k.rcv_nxt - isn)
                 .arg(number_text(k.rcv_wnd));
}

void timer_lines(QStringList& lines, const StagePicture& s) {
  if (s.sock && s.sock->protocol == 6) {
    for (const TimerPicture& timer : s.sock->timers)
      lines << tr("Timer: %1 in %2").arg(timer_words(timer, s.sock->state), time_text(timer.left_ns));
    if (s.sock->timers.empty()) lines << tr("Timer: none is armed");
    lines << tr("Quick ACKs left: %1").arg(s.sock->quick);
  }
  if (s.listener && s.listener->synack_left_ns >= 0)
    lines << tr("Timer: SYN-ACK again in %1").arg(time_text(s.listener->synack_left_ns));
  if (s.listener)
    lines << tr("Listener on port %1: %2 half-open, %3 of %4 wait for accept()")
                 .arg(s.listener->port)
                 .arg(s.listener->syn)
                 .arg(s.listener->accept)
                 .arg(s.listener->limit);
}

/// The socket's own queues, which say something by being empty, too.
bool always_listed(Place place, const StagePicture& s) {
  if (!s.sock) return false;
  const bool tcp = s.sock->protocol == 6;
  switch (place) {
    case Place::sk_receive_queue:
    case Place::out_of_order_queue:
    case Place::sk_backlog:
    case Place::prequeue:
    case Place::sk_write_queue:
    case Place::tcp_rtx_queue:
      return tcp;
    case Place::udp_receive_queue:
      return !tcp;
    default:
      return false;
  }
}

void queue_lines(QStringList& lines, const StagePicture& s, std::uint32_t isn) {
  for (std::size_t i = 0; i < kStagePlaces; ++i) {
    const auto place = static_cast<Place>(i);
    const QueuePicture& queue = s.queue(place);
    if (!queue.exists || (queue.count == 0 && !always_listed(place, s))) continue;
    lines << place_words(s, place);
    for (std::size_t n = 0; n < queue.chips.size() && n < 20; ++n)
      lines << QStringLiteral("    ") + chip_words(queue.chips[n], s.base_of(queue.chips[n], isn));
    if (queue.count > 20) lines << QStringLiteral("    ") + tr("and %1 more").arg(queue.count - 20);
  }
}

}  // namespace

QString chip_words(const ChipPicture& chip, std::uint32_t isn) {
  QString words = chip.packet != 0 ? tr("packet %1").arg(chip.packet) : tr("made by the host");
  if (chip.protocol == 6) {
    words += tr(", seq %1").arg(chip.seq - isn);
    if (chip.len != 0) words += tr(" to %1").arg(chip.seq + chip.len - isn);
    const QString flags = flags_text(chip.flags);
    if (!flags.isEmpty()) words += QStringLiteral(", ") + flags;
  }
  words += tr(", %1 bytes").arg(number_text(chip.len));
  if (chip.edited) words += tr(", changed by you");
  if (chip.place != Place::none) words += tr(", in %1").arg(QString::fromLatin1(name_of(chip.place)));
  return words;
}

QString place_words(const StagePicture& s, Place place) {
  const QueuePicture& queue = s.queue(place);
  const QString name = QString::fromLatin1(name_of(place));
  if (!queue.exists) return tr("%1: this kernel has none").arg(name);
  if (queue.limit > 0)
    return tr("%1: %2 packets, %3, limit %4")
        .arg(name, number_text(queue.count), bytes_text(queue.bytes), number_text(queue.limit));
  return tr("%1: %2 packets, %3").arg(name, number_text(queue.count), bytes_text(queue.bytes));
}

QString now_words(const NowPicture& now) {
  const auto number = [](std::uint64_t n) { return number_text(static_cast<std::int64_t>(n)); };
  if (!now.held)
    return tr("Now, at the card: the host runs; %1 of %2 slots of the ring hold a frame, %3 found none.")
        .arg(number(now.used), number(now.size), number(now.missed));
  QString words = tr("Now, at the card: no CPU of the host runs, so nothing leaves the ring. %1 frames have "
                     "come since the "
                     "host is held; %2 slots were free.")
                      .arg(number(now.waiting), number(now.room));
  if (now.beyond() != 0)
    words += QLatin1Char(' ') +
             tr("%1 frames find no slot: the card drops them, and counts them in rx_missed_errors when the "
                "host's clock goes on.")
                 .arg(number(now.beyond()));
  return words;
}

QString stage_words(const StagePicture& s, std::uint32_t isn) {
  QStringList lines;
  lines << tr("Linux %1, step %2, %3")
               .arg(QString::fromStdString(s.kernel))
               .arg(s.position)
               .arg(time_text(s.t_ns));
  if (s.event) {
    const QString function = QString::fromLatin1(name_of(s.event->function));
    lines << tr("Now: %1 on CPU %2, in %3")
                 .arg(context_words(s.event->context))
                 .arg(s.event->cpu)
                 .arg(function);
    if (s.moving.packet != 0 || s.moving.skb != 0)
      lines << tr("About: %1").arg(chip_words(s.moving, s.base_of(s.moving, isn)));
  }
  context_lines(lines, s);
  lines << (s.nic.irq_masked ? tr("Interrupt: masked") : tr("Interrupt: enabled")) +
               (s.nic.irq_pending ? tr(", one is pending") : QString());
  lines << tr("Receive ring: %1 of %2 descriptors filled, %3 dropped")
               .arg(s.nic.used)
               .arg(s.nic.size)
               .arg(s.nic.dropped);
  if (s.nic.polling) lines << tr("NAPI: polls, budget left %1").arg(s.nic.budget_left);
  for (const ProcessPicture& process : s.processes)
    lines << tr("Process %1 (%2): %3")
                 .arg(process.pid)
                 .arg(QString::fromLatin1(name_of(process.state)))
                 .arg(process.script_idle    ? tr("waiting for the script's next call")
                      : process.call.empty() ? tr("in user space")
                                             : QString::fromStdString(process.call));
  socket_lines(lines, s, isn);
  timer_lines(lines, s);
  queue_lines(lines, s, isn);
  if (s.now) lines << now_words(*s.now);
  if (!s.wire.empty()) lines << tr("Next on the wire: %1").arg(chip_words(s.wire.front(), isn));
  return lines.join(QLatin1Char('\n'));
}

}  // namespace ringside::ui
