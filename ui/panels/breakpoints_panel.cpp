#include "ui/panels/breakpoints_panel.h"

#include <QAbstractItemView>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QMenu>
#include <QShortcut>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/look/theme.h"
#include "ui/session/error_text.h"

namespace ringside::ui {

BreakpointsPanel::BreakpointsPanel(Session& session, QWidget* parent)
    : QWidget(parent),
      session_(session),
      view_(new QListView(this)),
      edit_(new QueryEdit(query::step_vocabulary(), this)),
      news_(new QLabel(this)) {
  view_->setObjectName(QStringLiteral("breakpoints"));
  view_->setAccessibleName(tr("Breakpoints"));
  view_->setModel(&session_.breakpoints());
  view_->setSelectionMode(QAbstractItemView::ExtendedSelection);
  view_->setFont(mono_font(13));
  news_->setObjectName(QStringLiteral("breakpoint-news"));
  news_->setWordWrap(true);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(4, 4, 4, 4);
  make_line();
  column->addWidget(news_);
  column->addWidget(view_, 1);
  news_->hide();
  auto* remove = new QShortcut(QKeySequence::Delete, view_);
  remove->setContext(Qt::WidgetShortcut);
  connect(remove, &QShortcut::activated, this, &BreakpointsPanel::remove_chosen);
  connect(&session_, &Session::breakpointHit, this, [this](int row) {
    const QModelIndex hit = session_.breakpoints().index(row);
    view_->setCurrentIndex(hit);
    say(tr("Stopped by %1").arg(hit.data().toString()), false);
  });
  connect(&session_, &Session::noBreakpointHit, this, [this](bool forward) {
    say(forward ? tr("No breakpoint is met up to the end of the run.")
                : tr("No breakpoint is met back to the beginning of the run."),
        false);
  });
}

void BreakpointsPanel::make_line() {
  edit_->setObjectName(QStringLiteral("breakpoint-edit"));
  edit_->setAccessibleName(tr("New breakpoint"));
  edit_->setPlaceholderText(tr("Stop where: out_of_order_queue.len > 0"));
  connect(edit_, &QLineEdit::returnPressed, this, &BreakpointsPanel::add);
  auto* kinds = new QToolButton(this);
  kinds->setText(tr("New"));
  kinds->setPopupMode(QToolButton::InstantPopup);
  auto* menu = new QMenu(kinds);
  const std::pair<QString, QString> all[] = {
      {tr("A function is called"), QStringLiteral("call == ")},
      {tr("A packet enters a queue"), QStringLiteral("enters == ")},
      {tr("A packet leaves a queue"), QStringLiteral("leaves == ")},
      {tr("A packet is concerned"), QStringLiteral("packet == ")},
      {tr("A packet is dropped"), QStringLiteral("drop")},
      {tr("A context runs"), QStringLiteral("context == ")},
      {tr("A queue's length"), QStringLiteral("out_of_order_queue.len > 0")},
      {tr("A field of the socket"), QStringLiteral("sock.")},
      {tr("A question is decided"), QStringLiteral("question == ")}};
  for (const auto& [name, text] : all) menu->addAction(name, this, [this, t = text] { begin_with(t); });
  kinds->setMenu(menu);
  auto* remove = new QToolButton(this);
  remove->setText(tr("Remove"));
  remove->setToolTip(tr("Removes the chosen breakpoints"));
  connect(remove, &QToolButton::clicked, this, &BreakpointsPanel::remove_chosen);
  auto* line = new QHBoxLayout;
  line->addWidget(edit_, 1);
  line->addWidget(kinds);
  line->addWidget(remove);
  static_cast<QVBoxLayout*>(layout())->addLayout(line);
}

void BreakpointsPanel::begin_with(const QString& text) {
  edit_->setText(text);
  edit_->setFocus();
  edit_->setCursorPosition(static_cast<int>(text.size()));
}

void BreakpointsPanel::add() {
  if (const auto error = session_.breakpoints().add(edit_->text()))
    return say(edit_->problem().isEmpty() ? error_text(*error) : edit_->problem(), true);
  edit_->clear();
  news_->hide();
}

void BreakpointsPanel::remove_chosen() {
  QModelIndexList rows = view_->selectionModel()->selectedRows();
  std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return b.row() < a.row(); });
  for (const QModelIndex& row : rows) session_.breakpoints().remove(row.row());
}

void BreakpointsPanel::say(const QString& words, bool wrong) {
  QPalette colours;
  if (wrong) colours.setColor(QPalette::WindowText, theme().error);
  news_->setPalette(colours);
  news_->setText(words);
  news_->show();
}

}  // namespace ringside::ui
