#include "ui/panels/why_parts.h"

#include <QCoreApplication>
#include <QRegularExpression>
#include <QStringList>
#include <algorithm>

#include "ui/look/theme.h"

namespace ringside::ui {

namespace {

QString tr(const char* text) { return QCoreApplication::translate("Why", text); }
QString from(const std::string& text) { return QString::fromStdString(text).toHtmlEscaped(); }

QString muted(const QString& html) {
  return QStringLiteral("<span style=\"color:%1\">%2</span>").arg(theme().muted.name(), html);
}

QString answer_words(const std::string& answer) {
  if (answer == "yes") return tr("yes");
  if (answer == "no") return tr("no");
  return answer == "else" ? tr("else") : from(answer);
}

/// "4.13: ..." is not what 6.18 does.
bool is_of_the_other_kernel(const std::string& line, const std::string& kernel) {
  const std::size_t begin = std::min(line.find_first_not_of(' '), line.size());
  const std::string_view label = std::string_view(line).substr(begin, 5);
  return !kernel.empty() && (label == "4.13:" || label == "6.18:") && label.substr(0, 4) != kernel;
}

}  // namespace

QString why_heading(const QString& words) {
  return QStringLiteral("<p style=\"margin:10px 0 3px 0\"><b>%1</b></p>").arg(words);
}

QString why_row(const QString& name, const QString& value, bool changed) {
  const QString back =
      changed ? QStringLiteral(" bgcolor=\"%1\"").arg(theme().changed_back.name()) : QString();
  return QStringLiteral("<tr%1><td><code>%2</code>&nbsp;</td><td align=\"right\"><b>%3</b></td></tr>")
      .arg(back, name.toHtmlEscaped(), value);
}

QString function_link(const char* name) {
  return QStringLiteral("<a href=\"fn:%1\">%1</a>").arg(QString::fromLatin1(name));
}

QString link_functions(const QString& escaped) {
  static const QRegularExpression call(QStringLiteral("\\b([a-z_0-9]+)\\(\\)"));
  QString out;
  qsizetype end = 0;
  for (auto it = call.globalMatch(escaped); it.hasNext();) {
    const QRegularExpressionMatch match = it.next();
    const QByteArray name = match.captured(1).toLatin1();
    if (function_named(name.constData()) == Fn::none) continue;
    out += escaped.mid(end, match.capturedStart() - end) + function_link(name.constData()) +
           QStringLiteral("()");
    end = match.capturedEnd();
  }
  return out + escaped.mid(end);
}

QString decision_ways(const DecisionWords& decision) {
  QString html;
  for (const DecisionWords::Way& way : decision.ways) {
    const QString answer = answer_words(way.answer);
    if (way.taken)
      html += QStringLiteral("<tr><td><b>▸</b></td><td><b>%1</b>&nbsp;</td><td><b>%2</b></td></tr>")
                  .arg(answer, from(way.then));
    else
      html += QStringLiteral("<tr><td></td><td>%1&nbsp;</td><td>%2</td></tr>")
                  .arg(muted(answer), muted(from(way.then)));
  }
  if (html.isEmpty()) return html;
  return QStringLiteral("<table cellspacing=\"0\" cellpadding=\"2\">%1</table>").arg(html);
}

QString whereabouts(const FunctionInfo& info) {
  const QString file = QString::fromLatin1(info.file);
  if (info.file_413 != nullptr)
    return tr("%1 in 4.13, %2 in 6.18").arg(QString::fromLatin1(info.file_413), file);
  if (info.profiles == InProfile::p413) return tr("%1, only in 4.13").arg(file);
  if (info.profiles == InProfile::p618) return tr("%1, only in 6.18").arg(file);
  return tr("%1, in both kernels").arg(file);
}

QString function_header(Fn function, Stands stands) {
  const FunctionInfo& info = info_of(function);
  const bool lit = stands != Stands::inside;
  QString name = QStringLiteral("<code><b>%1</b></code>").arg(function_link(info.name));
  if (lit)
    name = QStringLiteral("<b>▸</b> %1&nbsp; <b>%2</b>")
               .arg(name, stands == Stands::at_its_begin ? tr("begins") : tr("returns"));
  const QString head = name + QStringLiteral("<br>") + muted(whereabouts(info));
  if (!lit) return QStringLiteral("<p style=\"margin:8px 0 0 0\">%1</p>").arg(head);
  return QStringLiteral(
             "<p style=\"margin:0; font-size:5px\">&nbsp;</p><table width=\"100%\" cellspacing=\"0\" "
             "cellpadding=\"3\"><tr><td bgcolor=\"%1\">%2</td></tr></table>")
      .arg(theme().why_back.name(), head);
}

QString pseudo_code(const FunctionWords& page, const AtWork& at) {
  QString rows;
  for (std::size_t i = 0; i < page.lines.size(); ++i) {
    const QString line = QString::fromStdString(page.lines[i]);
    qsizetype indent = 0;
    while (indent < line.size() && line[indent] == QLatin1Char(' ')) ++indent;
    const bool here = i + 1 == at.line;
    QString words = link_functions(line.mid(indent).toHtmlEscaped());
    if (here) words = QStringLiteral("<b>%1</b>").arg(words);
    if (here && !at.then.isEmpty()) words += QStringLiteral("<br>→ %1").arg(at.then);
    if (!here && is_of_the_other_kernel(page.lines[i], at.kernel)) words = muted(words);
    rows += QStringLiteral("<tr%1><td width=\"14\">%2</td><td style=\"padding-left:%3px\">%4</td></tr>")
                .arg(here ? QStringLiteral(" bgcolor=\"%1\"").arg(theme().why_back.name()) : QString(),
                     here ? QStringLiteral("<b>▸</b>") : QString())
                .arg(indent * 7)
                .arg(words);
  }
  if (rows.isEmpty()) return rows;
  return QStringLiteral("<table width=\"100%\" cellspacing=\"0\" cellpadding=\"1\">%1</table>").arg(rows);
}

QString simplified_remark(const char* function_or_place) {
  QString html;
  for (const Simplification& item : Words::english().simplified_at(function_or_place))
    html += QStringLiteral("<br>") + from(item.says);
  if (html.isEmpty()) return html;
  return QStringLiteral("<p style=\"margin:8px 0 0 0\">%1%2</p>")
      .arg(QStringLiteral("<b>≈ %1</b>").arg(tr("Simplified here")), muted(html));
}

QString function_page(Fn function) {
  const FunctionInfo& info = info_of(function);
  const FunctionWords page = Words::english().function(info.name);
  QString html = function_header(function);
  html += QStringLiteral("<p>%1</p>").arg(link_functions(from(page.about)));
  if (!page.lines.empty()) html += why_heading(tr("What it does, in our words")) + pseudo_code(page);
  return html + simplified_remark(info.name);
}

QString counter_words(const char* name) {
  const CounterWords counter = Words::english().counter(name);
  return QStringLiteral("<p style=\"margin:4px 0\"><code><b>%1</b></code><br>%2<br><code>$ %3</code></p>")
      .arg(QString::fromLatin1(name), from(counter.says), from(counter.command));
}

}  // namespace ringside::ui
