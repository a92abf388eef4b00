// What the step changed, and how the socket stands now.
#include <QCoreApplication>
#include <algorithm>
#include <array>
#include <cstring>

#include "core/model/fields.h"
#include "core/model/host.h"
#include "ui/panels/why_panel.h"
#include "ui/panels/why_parts.h"
#include "ui/stage/painter.h"

namespace ringside::ui {

namespace {

QString tr(const char* text) { return QCoreApplication::translate("Why", text); }

QString field_value_text(const FieldInfo& info, std::int64_t value, const SeqBase& base) {
  if (info.format == FieldFormat::seq) return number_text(base.from(value));
  if (info.format == FieldFormat::boolean) return yes_no(value);
  if (info.format == FieldFormat::flags) return QStringLiteral("0x%1").arg(value, 0, 16);
  if (info.format == FieldFormat::state && info.object == ObjectKind::sock)
    return QString::fromLatin1(name_of(static_cast<TcpState>(value)));
  return number_text(value);
}

std::int64_t value_in(const Sock& sk, const FieldInfo& info) {
  std::uint64_t bits = 0;
  std::memcpy(&bits, reinterpret_cast<const char*>(&sk) + info.offset, info.size);
  const unsigned unused = 64 - 8u * info.size;
  return info.is_signed ? static_cast<std::int64_t>(bits << unused) >> unused
                        : static_cast<std::int64_t>(bits);
}

/// What a receiver's lecturer would write on the board.
constexpr std::array kTcpFields{"state",         "rcv_nxt",   "copied_seq",        "rcv_wnd",
                                "sk_rmem_alloc", "sk_rcvbuf", "lock.owned",        "backlog.len",
                                "snd_una",       "snd_nxt",   "icsk.ack.pingpong", "icsk.ack.quick"};
constexpr std::array kUdpFields{"sk_rmem_alloc", "sk_rcvbuf", "lock.owned", "backlog.len", "sk_drops"};

}  // namespace

QString yes_no(std::int64_t answer) {
  return answer == 0 ? tr("no") : answer == 1 ? tr("yes") : QString::number(answer);
}

std::vector<FieldChange> changes_since(const Standing& at) {
  const StepIndex now = at.player.position();
  StepIndex from = std::min(at.before, now);
  constexpr StepIndex kMost = 2000;
  std::vector<FieldChange> changes;
  if (now == 0) return changes;
  if (now - from > kMost) from = now - 1;
  std::shared_ptr<const Page> page;
  for (StepIndex i = from; i < now; ++i) {
    if (page == nullptr || !page->contains(i)) page = at.player.trace().step(i).page;
    if (page == nullptr) break;
    const Event& e = page->event(i);
    if (e.kind != EventKind::change || e.id == 0) continue;
    const auto same = std::find_if(changes.begin(), changes.end(), [&](const FieldChange& change) {
      return change.id == e.id && change.object == e.object_index;
    });
    if (same != changes.end())
      same->after = e.new_value;
    else
      changes.push_back({e.id, e.object_index, e.old_value, e.new_value});
  }
  std::erase_if(changes, [](const FieldChange& change) { return change.before == change.after; });
  return changes;
}

QString changes_table(const std::vector<FieldChange>& changes, const SeqBase& base) {
  if (changes.empty()) return {};
  QString html;
  constexpr std::size_t kShown = 14;
  for (std::size_t i = changes.size() > kShown ? changes.size() - kShown : 0; i < changes.size(); ++i) {
    const FieldInfo& info = fields()[changes[i].id];
    html += why_row(QString::fromLatin1(info.path),
                    QStringLiteral("%1 → %2").arg(field_value_text(info, changes[i].before, base),
                                                  field_value_text(info, changes[i].after, base)),
                    true);
  }
  return why_heading(tr("Changed")) +
         QStringLiteral("<table width=\"100%\" cellspacing=\"0\" cellpadding=\"2\">%1</table>").arg(html);
}

QString socket_table(const Standing& at, const std::vector<FieldChange>& changes) {
  const Host& host = at.player.host();
  if (at.sock == 0 || !host.socks.is_live(at.sock)) return {};
  const Sock& sk = host.socks[at.sock];
  const bool tcp = sk.protocol == 6;
  if (tcp && sk.state == TcpState::listen) return {};
  const SeqBase base = seq_base_of_sock(at.player, at.sock);
  QString html;
  const auto row = [&](const char* name) {
    const std::uint16_t id = field_named(ObjectKind::sock, name);
    if (id == 0) return;
    const FieldInfo& info = fields()[id];
    const bool changed = std::any_of(changes.begin(), changes.end(), [&](const FieldChange& change) {
      return change.id == id && change.object == at.sock;
    });
    html += why_row(QString::fromLatin1(name), field_value_text(info, value_in(sk, info), base), changed);
  };
  if (tcp)
    std::for_each(kTcpFields.begin(), kTcpFields.end(), row);
  else
    std::for_each(kUdpFields.begin(), kUdpFields.end(), row);
  return why_heading(tr("Socket")) +
         QStringLiteral("<table width=\"100%\" cellspacing=\"0\" cellpadding=\"2\">%1</table>").arg(html);
}

}  // namespace ringside::ui
