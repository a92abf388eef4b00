#include <QCoreApplication>
#include <algorithm>

#include "core/model/fields.h"
#include "core/words/words.h"
#include "ui/look/marks.h"
#include "ui/look/theme.h"
#include "ui/panels/why_panel.h"
#include "ui/stage/painter.h"

namespace ringside::ui {

namespace {

QString tr(const char* text) { return QCoreApplication::translate("Why", text); }
QString words_of(const char* id) {
  return QString::fromLatin1(id == nullptr ? "" : id).replace(QLatin1Char('_'), QLatin1Char(' '));
}

QString yes_no(std::int64_t answer) {
  return answer == 0 ? tr("no") : answer == 1 ? tr("yes") : QString::number(answer);
}

/// The step itself in a sentence of the catalogue; the packet it is about can be clicked.
QString sentence(const StepView& step) {
  QString words = QString::fromStdString(Words::english().step(step)).toHtmlEscaped();
  const Event& e = step.event();
  if (e.packet == 0) return words;
  const QString name = QStringLiteral("acket %1").arg(e.packet);
  const auto at = words.indexOf(name);
  const QString link = QStringLiteral("<a href=\"packet:%1\">%2</a>").arg(e.packet);
  if (at < 1) return words + QLatin1Char(' ') + link.arg(tr("packet %1").arg(e.packet));
  return words.replace(at - 1, name.size() + 1, link.arg(words.mid(at - 1, name.size() + 1)));
  return words;
}

QString row(const QString& name, const QString& value, bool changed) {
  const QString back =
      changed ? QStringLiteral(" bgcolor=\"%1\"").arg(theme().changed_back.name()) : QString();
  return QStringLiteral("<tr%1><td><code>%2</code>&nbsp;</td><td align=\"right\"><b>%3</b></td></tr>")
      .arg(back, name.toHtmlEscaped(), value);
}

QString heading(const QString& words) {
  return QStringLiteral("<p style=\"margin:10px 0 3px 0\"><b>%1</b></p>").arg(words);
}

QString field_value_text(const FieldInfo& info, std::int64_t value) {
  if (info.format == FieldFormat::boolean) return yes_no(value);
  if (info.format == FieldFormat::flags) return QStringLiteral("0x%1").arg(value, 0, 16);
  if (info.format == FieldFormat::state && info.object == ObjectKind::sock)
    return QString::fromLatin1(name_of(static_cast<TcpState>(value)));
  return number_text(value);
}

QString values_table(const StepView& step) {
  if (step.values().empty()) return {};
  QString rows;
  for (const NamedValue& value : step.values())
    rows += row(QString::fromLatin1(value.name), number_text(value.value), false);
  return QStringLiteral("<table cellspacing=\"0\" cellpadding=\"2\">%1</table>").arg(rows);
}

/// What changed since the position before: old -> new, the latest of each field.
QString changes_table(const Session& session) {
  const StepIndex now = session.player().position();
  StepIndex from = std::min(session.previous_position(), now);
  constexpr StepIndex kMost = 2000;
  if (now - from > kMost) from = now - 1;
  if (now == 0) return {};
  struct Row {
    std::uint16_t id;
    std::uint32_t object;
    std::int64_t before, after;
  };
  std::vector<Row> rows;
  std::shared_ptr<const Page> page;
  for (StepIndex i = from; i < now; ++i) {
    if (page == nullptr || !page->contains(i)) page = session.trace().step(i).page;
    if (page == nullptr) break;
    const Event& e = page->event(i);
    if (e.kind != EventKind::change || e.id == 0) continue;
    const auto same = std::find_if(rows.begin(), rows.end(),
                                   [&](const Row& r) { return r.id == e.id && r.object == e.object_index; });
    if (same != rows.end())
      same->after = e.new_value;
    else
      rows.push_back({e.id, e.object_index, e.old_value, e.new_value});
  }
  std::erase_if(rows, [](const Row& r) { return r.before == r.after; });
  if (rows.empty()) return {};
  QString html;
  constexpr std::size_t kShown = 14;
  for (std::size_t i = rows.size() > kShown ? rows.size() - kShown : 0; i < rows.size(); ++i) {
    const FieldInfo& info = fields()[rows[i].id];
    html += row(QString::fromLatin1(info.path),
                QStringLiteral("%1 → %2").arg(field_value_text(info, rows[i].before),
                                              field_value_text(info, rows[i].after)),
                true);
  }
  return heading(tr("Changed")) +
         QStringLiteral("<table width=\"100%\" cellspacing=\"0\" cellpadding=\"2\">%1</table>").arg(html);
}

QString stacks_list(const Player& player) {
  QString html;
  for (const CallStack& stack : player.stacks()) {
    if (stack.functions.empty()) continue;
    QString who = context_words(stack.key.context);
    if (stack.key.context == Context::process && player.host().processes.is_live(stack.key.process.index))
      who = tr("process %1").arg(player.host()[stack.key.process].pid);
    else
      who = tr("CPU %1 %2").arg(stack.key.cpu).arg(who);
    QStringList names;
    for (const Fn fn : stack.functions) names << QString::fromLatin1(name_of(fn));
    html += QStringLiteral(
                "<p style=\"margin:2px 0\"><span style=\"color:%1\"><b>%2</b></span><br><code>%3</code></p>")
                .arg(theme().context(stack.key.context).name(), who, names.join(QStringLiteral(" › ")));
  }
  return html.isEmpty() ? QString() : heading(tr("Call stacks")) + html;
}

QString decisions_list(const Session& session) {
  const StepIndex now = session.player().position();
  const StepIndex from = std::min(session.previous_position(), now);
  if (now - from > 2000 || now - from < 2) return {};
  QString html;
  std::shared_ptr<const Page> page;
  int count = 0;
  for (StepIndex i = from; i + 1 < now && count < 12; ++i) {
    if (page == nullptr || !page->contains(i)) page = session.trace().step(i).page;
    if (page == nullptr) break;
    const Event& e = page->event(i);
    if (e.kind != EventKind::decide) continue;
    ++count;
    html += row(words_of(e.name) + QStringLiteral("?"), yes_no(e.answer), false);
  }
  return html.isEmpty()
             ? QString()
             : heading(tr("Decided on the way")) +
                   QStringLiteral("<table width=\"100%\" cellspacing=\"0\" cellpadding=\"1\">%1</table>")
                       .arg(html);
}

}  // namespace

QString why_html(const Session& session) {
  if (!session.is_open()) return {};
  const Player& player = session.player();
  const StepView last = player.last();
  if (!last)
    return QStringLiteral("<p>%1</p>")
        .arg(tr("Nothing has happened yet. Press the right arrow for one step, or Space to play."));
  const Event& e = *last.operator->();
  const FunctionInfo& fn = info_of(e.function);
  QString html = QStringLiteral("<p><span style=\"color:%1\"><b>%2, CPU %3</b></span></p>")
                     .arg(theme().context(e.context).name(), context_words(e.context))
                     .arg(e.cpu);
  html +=
      QStringLiteral("<table width=\"100%\" cellpadding=\"8\"><tr><td bgcolor=\"%1\">%2</td></tr></table>")
          .arg(theme().why_back.name(), sentence(last));
  html += values_table(last);
  if (e.function != Fn::none)
    html +=
        QStringLiteral(
            "<p style=\"margin:8px 0 0 0\"><code><b>%1</b></code><br><span style=\"color:%2\">%3</span></p>")
            .arg(QString::fromLatin1(fn.name), theme().muted.name(), QString::fromLatin1(fn.file));
  html += decisions_list(session) + changes_table(session) + stacks_list(player);
  return html;
}

}  // namespace ringside::ui
