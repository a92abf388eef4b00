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
/// The step itself in a sentence of the catalogue; the packet it is about can be clicked.
QString sentence(const StepView& step, const std::string& kernel, const SeqBase& base) {
  QString words = QString::fromStdString(Words::english().step(step, kernel, base)).toHtmlEscaped();
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
  if (page.lines.empty() && e.kind != EventKind::call)
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

QString values_table(const StepView& step, const SeqBase& base) {
  if (step.values().empty()) return {};
  QString rows;
  const auto number = [](std::int64_t value) { return number_text(value).toStdString(); };
  for (const NamedValue& value : step.values())
    rows += why_row(QString::fromLatin1(value.name), QString::fromStdString(told_value(value, base, number)),
                    false);
  return why_heading(tr("Values")) +
         QStringLiteral("<table cellspacing=\"0\" cellpadding=\"2\">%1</table>").arg(rows);
}

/// A call in the words of the function's page; `plain` where it has none.
QString about_call(const Event& e, const QString& plain) {
  const FunctionWords page = Words::english().function(name_of(e.function));
  if (page.about.empty()) return plain;
  return QStringLiteral("%1<p style=\"margin:4px 0 0 0\">%2</p>")
      .arg(plain, link_functions(QString::fromStdString(page.about).toHtmlEscaped()));
}

/// What a function that returns has done: what it moved, sent or dropped, else what it decided last.
QString what_came_of_it(const StepView& returned, const std::string& kernel, const SeqBase& base) {
  const Event& end = returned.event();
  const auto tells = [](const Event& e) {
    return e.kind == EventKind::move || e.kind == EventKind::copy || e.kind == EventKind::drop ||
           e.kind == EventKind::send || e.kind == EventKind::wake || e.kind == EventKind::block;
  };
  constexpr StepIndex kFarthest = 4000;
  constexpr std::size_t kMost = 3;
  std::vector<StepIndex> told;
  std::optional<StepIndex> decided;
  int open = 1;
  for (StepIndex i = returned.index; i-- > returned.page->first_step && returned.index - i < kFarthest;) {
    const Event& e = returned.page->event(i);
    if (e.context != end.context || e.cpu != end.cpu) continue;
    if (e.function == end.function && e.kind == EventKind::return_) ++open;
    if (e.function == end.function && e.kind == EventKind::call && --open == 0) break;
    if (tells(e) && told.size() < kMost) told.push_back(i);
    if (!decided && e.kind == EventKind::decide && e.function == end.function) decided = i;
  }
  if (told.empty() && decided) told.push_back(*decided);
  QString html;
  for (std::size_t i = told.size(); i-- > 0;)
    html += QStringLiteral("<li>%1</li>").arg(sentence({returned.page, told[i]}, kernel, base));
  if (html.isEmpty()) return html;
  return QStringLiteral("<p style=\"margin:4px 0 0 0\">%1</p><ul style=\"margin:0 0 0 -22px\">%2</ul>")
      .arg(tr("What came of it:"), html);
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
        .arg(tr(
            "Nothing has happened yet. Press the right arrow for one step, Ctrl+Down for the next packet, or "
            "Space to play."));
  const Event& e = *last.operator->();
  const std::string& kernel = at.player.trace().kernel();
  const SeqBase base = seq_base_of_step(player);
  const std::vector<FieldChange> changes = changes_since(at);
  QString box;
  if (e.kind == EventKind::decide) {
    const DecisionWords decision = Words::english().decision(last, kernel, base);
    box = QStringLiteral("<p style=\"margin:0 0 4px 0\"><b>%1</b></p>%2<p style=\"margin:4px 0 0 0\">%3</p>")
              .arg(QString::fromStdString(decision.ask).toHtmlEscaped(), decision_ways(decision),
                   sentence(last, kernel, base));
  } else {
    box = sentence(last, kernel, base);
    if (e.kind == EventKind::call) box = about_call(e, box);
    if (e.kind == EventKind::return_) box += what_came_of_it(last, kernel, base);
  }
  QString html =
      QStringLiteral("<p style=\"margin:0 0 4px 0\"><span style=\"color:%1\"><b>%2, CPU %3</b></span></p>")
          .arg(theme().context(e.context).name(), context_words(e.context))
          .arg(e.cpu);
  html +=
      QStringLiteral("<table width=\"100%\" cellpadding=\"8\"><tr><td bgcolor=\"%1\">%2</td></tr></table>")
          .arg(theme().why_back.name(), box);
  html += function_part(at, last) + values_table(last, base) + changes_table(changes, base) + counted(at) +
          decisions_list(at);
  const QString of_place = e.kind == EventKind::move ? simplified_remark(name_of(e.to)) : QString();
  const QString of_function = e.function != Fn::none && e.context != Context::nic
                                  ? simplified_remark(name_of(e.function))
                                  : QString();
  html += of_place + (of_function == of_place ? QString() : of_function);
  return html + socket_table(at, changes) + stacks_list(player);
}

}  // namespace ringside::ui
