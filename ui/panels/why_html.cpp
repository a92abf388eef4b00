#include <QCoreApplication>
#include <QRegularExpression>
#include <algorithm>

#include "core/model/fields.h"
#include "core/words/words.h"
#include "ui/look/marks.h"
#include "ui/look/theme.h"
#include "ui/panels/why_panel.h"
#include "ui/panels/why_parts.h"
#include "ui/stage/painter.h"

namespace ringside::ui {

namespace {

QString tr(const char* text) { return QCoreApplication::translate("Why", text); }
QString yes_no(std::int64_t answer) {
  return answer == 0 ? tr("no") : answer == 1 ? tr("yes") : QString::number(answer);
}

/// The step itself in a sentence of the catalogue; the packet it is about can be clicked.
QString sentence(const StepView& step, const std::string& kernel) {
  QString words = QString::fromStdString(Words::english().step(step, kernel)).toHtmlEscaped();
  const Event& e = step.event();
  if (e.packet == 0) return link_functions(words);
  const QRegularExpression name(QStringLiteral("\\b([Pp]acket|[Ss]egment|[Ff]rame) %1\\b").arg(e.packet));
  const QString link = QStringLiteral("<a href=\"packet:%1\">%2</a>").arg(e.packet);
  const QRegularExpressionMatch found = name.match(words);
  if (!found.hasMatch())
    return QStringLiteral("%1 (%2)").arg(link_functions(words), link.arg(tr("packet %1").arg(e.packet)));
  words.replace(found.capturedStart(), found.capturedLength(), link.arg(found.captured()));
  return link_functions(words);
}

/// The decision that this function took last, this step included; empty: it has taken none yet, or is done.
/// On entry those before belong to another call of it.
StepView last_decision(const Standing& at, StepIndex last) {
  const std::shared_ptr<const Page> page = at.player.trace().step(last).page;
  if (page == nullptr) return {};
  const Event& now = page->event(last);
  if (now.kind == EventKind::call || now.kind == EventKind::return_) return {};
  for (StepIndex i = last + 1; i-- > 0 && page->contains(i) && last - i < 4000;) {
    const Event& e = page->event(i);
    if (e.function != now.function || e.context != now.context || e.cpu != now.cpu) continue;
    if (e.kind == EventKind::decide) return {page, i};
    if (e.kind == EventKind::call) return {};
  }
  return {};
}

Stands stage_of(const Event& e) {
  return e.kind == EventKind::call      ? Stands::at_its_begin
         : e.kind == EventKind::return_ ? Stands::at_its_end
                                        : Stands::inside;
}

/// What the function is for, and our pseudo-code of it with the line at work.
QString function_part(const Standing& at, const StepView& last) {
  const Event& e = *last.operator->();
  if (e.function == Fn::none || e.context == Context::nic) return {};
  const FunctionWords page = Words::english().function(name_of(e.function));
  QString html = function_header(e.function, stage_of(e));
  if (page.lines.empty() || e.kind == EventKind::call)
    html += QStringLiteral("<p style=\"margin:3px 0\">%1</p>")
                .arg(link_functions(QString::fromStdString(page.about).toHtmlEscaped()));
  AtWork work{0, {}, at.player.trace().kernel()};
  if (const StepView decided = last_decision(at, last.index)) {
    const auto found = page.at.find(decided->name);
    if (found != page.at.end()) work.line = found->second;
    for (const auto& way : Words::english().decision(decided, at.player.trace().kernel()).ways)
      if (way.taken) work.then = QString::fromStdString(way.then).toHtmlEscaped();
  }
  return html + pseudo_code(page, work);
}

/// What was counted since the position before, with the commands that show it on a real host.
QString counted(const Standing& at) {
  const StepIndex now = at.player.position();
  StepIndex from = std::min(at.before, now);
  if (now - from > 2000) from = now - 1;
  std::vector<std::uint16_t> seen;
  std::shared_ptr<const Page> page;
  for (StepIndex i = from; i < now; ++i) {
    if (page == nullptr || !page->contains(i)) page = at.player.trace().step(i).page;
    if (page == nullptr) break;
    const Event& e = page->event(i);
    if (e.kind == EventKind::count && std::find(seen.begin(), seen.end(), e.id) == seen.end())
      seen.push_back(e.id);
  }
  QString html;
  constexpr std::size_t kMost = 4;
  for (std::size_t i = seen.size() > kMost ? seen.size() - kMost : 0; i < seen.size(); ++i)
    html += counter_words(name_of(static_cast<Counter>(seen[i])));
  return html.isEmpty() ? html : why_heading(tr("Counted")) + html;
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
    rows += why_row(QString::fromLatin1(value.name), number_text(value.value), false);
  return why_heading(tr("Values")) +
         QStringLiteral("<table cellspacing=\"0\" cellpadding=\"2\">%1</table>").arg(rows);
}

/// What changed since the position before: old -> new, the latest of each field.
QString changes_table(const Standing& at) {
  const StepIndex now = at.player.position();
  StepIndex from = std::min(at.before, now);
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
    if (page == nullptr || !page->contains(i)) page = at.player.trace().step(i).page;
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
    html += why_row(QString::fromLatin1(info.path),
                    QStringLiteral("%1 → %2").arg(field_value_text(info, rows[i].before),
                                                  field_value_text(info, rows[i].after)),
                    true);
  }
  return why_heading(tr("Changed")) +
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
    for (const Fn fn : stack.functions) names << function_link(name_of(fn));
    html += QStringLiteral(
                "<p style=\"margin:2px 0\"><span style=\"color:%1\"><b>%2</b></span><br><code>%3</code></p>")
                .arg(theme().context(stack.key.context).name(), who, names.join(QStringLiteral(" › ")));
  }
  return html.isEmpty() ? QString() : why_heading(tr("Call stacks")) + html;
}

QString decisions_list(const Standing& at) {
  const StepIndex now = at.player.position();
  const StepIndex from = std::min(at.before, now);
  if (now - from > 2000 || now - from < 2) return {};
  QString html;
  std::shared_ptr<const Page> page;
  int count = 0;
  for (StepIndex i = from; i + 1 < now && count < 12; ++i) {
    if (page == nullptr || !page->contains(i)) page = at.player.trace().step(i).page;
    if (page == nullptr) break;
    const Event& e = page->event(i);
    if (e.kind != EventKind::decide) continue;
    ++count;
    const DecisionWords decision = Words::english().decision({page, i}, at.player.trace().kernel());
    html += QStringLiteral("<tr><td>%1&nbsp;</td><td align=\"right\"><b>%2</b></td></tr>")
                .arg(QString::fromStdString(decision.ask).toHtmlEscaped(), yes_no(e.answer));
  }
  return html.isEmpty()
             ? QString()
             : why_heading(tr("Decided on the way")) +
                   QStringLiteral("<table width=\"100%\" cellspacing=\"0\" cellpadding=\"1\">%1</table>")
                       .arg(html);
}

}  // namespace

QString why_html(const Standing& at) {
  const Player& player = at.player;
  const StepView last = player.last();
  if (!last)
    return QStringLiteral("<p>%1</p>")
        .arg(tr("Nothing has happened yet. Press the right arrow for one step, or Space to play."));
  const Event& e = *last.operator->();
  const std::string& kernel = at.player.trace().kernel();
  QString box;
  if (e.kind == EventKind::decide) {
    const DecisionWords decision = Words::english().decision(last, kernel);
    box = QStringLiteral("<p style=\"margin:0 0 4px 0\"><b>%1</b></p>%2<p style=\"margin:4px 0 0 0\">%3</p>")
              .arg(QString::fromStdString(decision.ask).toHtmlEscaped(), decision_ways(decision),
                   sentence(last, kernel));
  } else {
    box = sentence(last, kernel);
  }
  QString html =
      QStringLiteral("<p style=\"margin:0 0 4px 0\"><span style=\"color:%1\"><b>%2, CPU %3</b></span></p>")
          .arg(theme().context(e.context).name(), context_words(e.context))
          .arg(e.cpu);
  html +=
      QStringLiteral("<table width=\"100%\" cellpadding=\"8\"><tr><td bgcolor=\"%1\">%2</td></tr></table>")
          .arg(theme().why_back.name(), box);
  html += function_part(at, last) + values_table(last) + changes_table(at) + counted(at) + decisions_list(at);
  const QString of_place = e.kind == EventKind::move ? simplified_remark(name_of(e.to)) : QString();
  const QString of_function = e.function != Fn::none && e.context != Context::nic
                                  ? simplified_remark(name_of(e.function))
                                  : QString();
  html += of_place + (of_function == of_place ? QString() : of_function);
  return html + stacks_list(player);
}

}  // namespace ringside::ui
