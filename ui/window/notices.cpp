// What should be known of the input that is open: what is wrong with the file, and which connections were
// there before it began.
#include "ui/panels/packet_model.h"
#include "ui/session/error_text.h"
#include "ui/stage/painter.h"
#include "ui/window/banner.h"
#include "ui/window/main_window.h"

namespace ringside::ui {

namespace {

QString connection_text(const TakenOver& taken) {
  return QStringLiteral("%1 ← %2").arg(end_text(taken.local, taken.local_port),
                                       end_text(taken.remote, taken.remote_port));
}

QString assumptions_text(const TakenOver& taken) {
  QStringList parts;
  if (taken.connects)
    return MainWindow::tr("only our own SYN is missing: an application connects to %1")
        .arg(end_text(taken.remote, taken.remote_port));
  parts << MainWindow::tr("taken over in front of packet %1").arg(taken.frame);
  if (taken.wscale_assumed)
    parts << MainWindow::tr("assumed: window scale %1 (ours) and %2, SACK")
                 .arg(taken.rcv_wscale)
                 .arg(taken.snd_wscale);
  if (taken.unknown_bytes != 0)
    parts << MainWindow::tr("%1 bytes behind a hole are not known, reading begins behind them")
                 .arg(number_text(taken.unknown_bytes));
  return parts.join(QStringLiteral("; "));
}

}  // namespace

void MainWindow::show_problems(const std::vector<Error>& problems) {
  QString words = error_text(problems.front());
  if (problems.size() > 1) words += tr("  (and %1 more)").arg(problems.size() - 1);
  banner_->show_text(Banner::Kind::warning, words, Banner::Topic::input);
  QStringList all;
  for (const Error& problem : problems) all << error_text(problem);
  banner_->set_details(Banner::Topic::input, all.join(QLatin1Char('\n')));
}

/// When all of the input is known.
void MainWindow::show_notices() {
  if (session_->trace().packet_count() == 0)
    banner_->show_text(Banner::Kind::news, tr("%1 holds no packets.").arg(session_->title()),
                       Banner::Topic::input);
  const std::vector<TakenOver> all = session_->run()->taken_over();
  if (all.empty()) return;
  const TakenOver& first = all.front();
  const QString words = all.size() == 1
                            ? tr("The connection %1 was there before the capture began: %2.")
                                  .arg(connection_text(first), assumptions_text(first))
                            : tr("%1 connections were there before the capture began. The first, %2: %3.")
                                  .arg(number_text(static_cast<std::int64_t>(all.size())),
                                       connection_text(first), assumptions_text(first));
  banner_->show_text(Banner::Kind::news, words, Banner::Topic::taken_over);
  banner_->offer(Banner::Topic::taken_over, tr("Go to packet %1").arg(first.frame),
                 [this, packet = first.frame] { session_->seek_packet(packet); });
  constexpr std::size_t kListed = 12;
  QStringList list;
  for (std::size_t i = 0; i < std::min(all.size(), kListed); ++i)
    list << QStringLiteral("%1: %2").arg(connection_text(all[i]), assumptions_text(all[i]));
  if (all.size() > kListed) list << tr("and %1 more").arg(all.size() - kListed);
  banner_->set_details(Banner::Topic::taken_over, list.join(QLatin1Char('\n')));
}

}  // namespace ringside::ui
