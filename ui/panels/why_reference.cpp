#include "ui/panels/why_reference.h"

#include <QVBoxLayout>

#include "core/words/words.h"
#include "ui/look/theme.h"
#include "ui/panels/why_parts.h"

namespace ringside::ui {

namespace {

QString from(const std::string& text) { return QString::fromStdString(text).toHtmlEscaped(); }

bool occurs(const QString& search, std::initializer_list<QString> texts) {
  return search.isEmpty() || std::any_of(texts.begin(), texts.end(), [&](const QString& text) {
           return text.contains(search, Qt::CaseInsensitive);
         });
}

QString nothing_found() {
  return QStringLiteral("<p>%1</p>").arg(Reference::tr("Nothing here has these letters in it."));
}

QString muted(const QString& html) {
  return QStringLiteral("<span style=\"color:%1\">%2</span>").arg(theme().muted.name(), html);
}

}  // namespace

QString functions_html(const QString& search) {
  QString rows;
  for (auto id = 1u; id < static_cast<unsigned>(Fn::count_); ++id) {
    const FunctionInfo& info = info_of(static_cast<Fn>(id));
    const QString name = QString::fromLatin1(info.name);
    const QString about = QString::fromStdString(Words::english().function(info.name).about);
    if (!occurs(search, {name, about})) continue;
    const QString first = about.left(about.indexOf(QLatin1Char('.')) + 1).toHtmlEscaped();
    rows += QStringLiteral("<p style=\"margin:6px 0\"><code><b>%1</b></code> %2<br>%3</p>")
                .arg(function_link(info.name), muted(whereabouts(info)), first);
  }
  return rows.isEmpty() ? nothing_found() : rows;
}

QString glossary_html(const QString& search) {
  QString html;
  for (const GlossaryEntry& entry : Words::english().glossary()) {
    const QString name = QString::fromStdString(entry.name), says = QString::fromStdString(entry.says);
    if (!occurs(search, {name, says})) continue;
    html += QStringLiteral("<p style=\"margin:8px 0\"><b>%1</b><br>%2</p>")
                .arg(name.toHtmlEscaped(), link_functions(says.toHtmlEscaped()));
  }
  return html.isEmpty() ? nothing_found() : html;
}

QString simplified_html(const QString& search) {
  QString html;
  std::string area;
  for (const Simplification& item : Words::english().simplified()) {
    QStringList about;
    for (const std::string& name : item.about)
      about << (function_named(name) != Fn::none ? function_link(name.c_str()) : from(name));
    if (!occurs(search, {QString::fromStdString(item.says), QString::fromStdString(item.area),
                         about.join(QLatin1Char(' '))}))
      continue;
    if (item.area != area) html += why_heading(from(item.area));
    area = item.area;
    html += QStringLiteral("<p style=\"margin:6px 0 6px 12px\">%1<br><code>%2</code></p>")
                .arg(from(item.says), about.join(QStringLiteral(", ")));
  }
  return html.isEmpty() ? nothing_found() : html;
}

Reference::Reference(QWidget* parent)
    : QDialog(parent),
      parts_(new QTabBar(this)),
      search_(new QLineEdit(this)),
      text_(new QTextBrowser(this)) {
  setWindowTitle(tr("Reference"));
  setObjectName(QStringLiteral("reference"));
  parts_->addTab(tr("Functions"));
  parts_->addTab(tr("Glossary"));
  parts_->addTab(tr("What is simplified"));
  parts_->setAccessibleName(tr("Part of the reference"));
  search_->setPlaceholderText(tr("Search"));
  search_->setAccessibleName(tr("Search the reference"));
  search_->setClearButtonEnabled(true);
  text_->setObjectName(QStringLiteral("reference-text"));
  text_->setAccessibleName(tr("Reference"));
  text_->setFrameShape(QFrame::NoFrame);
  text_->setOpenLinks(false);
  text_->document()->setDocumentMargin(12);
  auto* column = new QVBoxLayout(this);
  column->addWidget(parts_);
  column->addWidget(search_);
  column->addWidget(text_);
  const auto list = [this] {
    page_ = Fn::none;
    fill();
  };
  connect(parts_, &QTabBar::currentChanged, this, list);
  connect(search_, &QLineEdit::textChanged, this, list);
  connect(text_, &QTextBrowser::anchorClicked, this, [this](const QUrl& url) {
    page_ = url.scheme() == QLatin1String("fn") ? function_named(url.path().toStdString()) : Fn::none;
    fill();
  });
  resize(640, 620);
}

void Reference::show_part(Part part) {
  page_ = Fn::none;
  search_->clear();
  parts_->setCurrentIndex(part);
  fill();
  show();
  raise();
  activateWindow();
  search_->setFocus();
}

void Reference::fill() {
  if (page_ != Fn::none) {
    text_->setHtml(
        QStringLiteral("<p style=\"margin:0\"><a href=\"list:\">← %1</a></p>").arg(tr("back to the list")) +
        function_page(page_));
    return;
  }
  switch (parts_->currentIndex()) {
    case glossary:
      text_->setHtml(glossary_html(search_->text()));
      break;
    case simplified:
      text_->setHtml(simplified_html(search_->text()));
      break;
    default:
      text_->setHtml(functions_html(search_->text()));
  }
}

}  // namespace ringside::ui
