#include "ui/window/shortcuts.h"

#include <QDialogButtonBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QPushButton>
#include <QVBoxLayout>

namespace ringside::ui {

namespace {
const QString kGroup = QStringLiteral("shortcuts/");

QString keys_text(const QList<QKeySequence>& keys) {
  QStringList texts;
  for (const QKeySequence& key : keys) texts << key.toString(QKeySequence::NativeText);
  return texts.join(QStringLiteral(",  "));
}
}  // namespace

QString plain_text(const QAction& action) {
  return action.text().remove(QLatin1Char('&')).remove(QStringLiteral(" …"));
}

void ShortcutBook::add(QAction* action) { entries_.push_back({action, action->shortcuts()}); }

int ShortcutBook::owner_of(const QKeySequence& key) const {
  for (std::size_t i = 0; i < entries_.size(); ++i)
    if (entries_[i].action->shortcuts().contains(key)) return static_cast<int>(i);
  return -1;
}

void ShortcutBook::set(QAction* action, const QList<QKeySequence>& keys) {
  action->setShortcuts(keys);
  if (action->statusTip().isEmpty()) return;
  action->setToolTip(keys.isEmpty()
                         ? action->statusTip()
                         : QStringLiteral("%1 (%2)").arg(action->statusTip(),
                                                         keys.first().toString(QKeySequence::NativeText)));
}

void ShortcutBook::assign(int entry, const QList<QKeySequence>& keys) {
  if (entry < 0 || entry >= static_cast<int>(entries_.size())) return;
  for (const QKeySequence& key : keys) {
    const int owner = owner_of(key);
    if (owner < 0 || owner == entry) continue;
    QAction* other = entries_[static_cast<std::size_t>(owner)].action;
    QList<QKeySequence> left = other->shortcuts();
    left.removeAll(key);
    set(other, left);
  }
  set(entries_[static_cast<std::size_t>(entry)].action, keys);
  emit changed();
}

void ShortcutBook::reset() {
  for (const Entry& entry : entries_) set(entry.action, entry.usual);
  emit changed();
}

void ShortcutBook::load(const QSettings& settings) {
  for (const Entry& entry : entries_) {
    const QString name = kGroup + entry.action->objectName();
    if (settings.contains(name))
      set(entry.action, QKeySequence::listFromString(settings.value(name).toString()));
  }
}

void ShortcutBook::save(QSettings& settings) const {
  for (const Entry& entry : entries_) {
    const QString name = kGroup + entry.action->objectName();
    if (entry.action->shortcuts() == entry.usual)
      settings.remove(name);
    else
      settings.setValue(name, QKeySequence::listToString(entry.action->shortcuts()));
  }
}

ShortcutsDialog::ShortcutsDialog(ShortcutBook& book, QWidget* parent)
    : QDialog(parent),
      book_(book),
      table_(new QTableWidget(0, 2, this)),
      keys_(new QKeySequenceEdit(this)),
      news_(new QLabel(this)) {
  setAttribute(Qt::WA_DeleteOnClose);
  setObjectName(QStringLiteral("shortcuts"));
  setWindowTitle(tr("Keyboard shortcuts"));
  table_->setHorizontalHeaderLabels({tr("Action"), tr("Keys")});
  table_->verticalHeader()->hide();
  table_->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
  table_->setColumnWidth(1, 190);
  table_->setEditTriggers(QAbstractItemView::NoEditTriggers);
  table_->setSelectionBehavior(QAbstractItemView::SelectRows);
  table_->setSelectionMode(QAbstractItemView::SingleSelection);
  news_->setWordWrap(true);
  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close | QDialogButtonBox::RestoreDefaults, this);
  connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::close);
  connect(buttons->button(QDialogButtonBox::RestoreDefaults), &QPushButton::clicked, &book_,
          &ShortcutBook::reset);
  auto* column = new QVBoxLayout(this);
  column->addWidget(table_);
  column->addWidget(make_line());
  column->addWidget(news_);
  column->addWidget(buttons);
  connect(table_, &QTableWidget::currentCellChanged, this, &ShortcutsDialog::choose);
  connect(&book_, &ShortcutBook::changed, this, &ShortcutsDialog::fill);
  fill();
  resize(560, 640);
}

QWidget* ShortcutsDialog::make_line() {
  auto* line = new QWidget(this);
  auto* row = new QHBoxLayout(line);
  row->setContentsMargins(0, 0, 0, 0);
  keys_->setObjectName(QStringLiteral("shortcut-keys"));
  auto* set = new QPushButton(tr("&Assign"), line);
  set->setObjectName(QStringLiteral("shortcut-assign"));
  auto* none = new QPushButton(tr("&No key"), line);
  row->addWidget(new QLabel(tr("New key:"), line));
  row->addWidget(keys_, 1);
  row->addWidget(set);
  row->addWidget(none);
  connect(set, &QPushButton::clicked, this, &ShortcutsDialog::assign);
  connect(none, &QPushButton::clicked, this, [this] { book_.assign(table_->currentRow(), {}); });
  connect(keys_, &QKeySequenceEdit::keySequenceChanged, this, [this](const QKeySequence& key) {
    const int owner = key.isEmpty() ? -1 : book_.owner_of(key);
    const bool other = owner >= 0 && owner != table_->currentRow();
    news_->setText(other ? tr("%1 loses this key.")
                               .arg(plain_text(*book_.entries()[static_cast<std::size_t>(owner)].action))
                         : QString());
  });
  return line;
}

void ShortcutsDialog::fill() {
  const int current = table_->currentRow();
  table_->setRowCount(static_cast<int>(book_.entries().size()));
  for (int row = 0; row < table_->rowCount(); ++row) {
    const ShortcutBook::Entry& entry = book_.entries()[static_cast<std::size_t>(row)];
    table_->setItem(row, 0, new QTableWidgetItem(plain_text(*entry.action)));
    auto* keys = new QTableWidgetItem(keys_text(entry.action->shortcuts()));
    QFont font = keys->font();
    font.setBold(entry.action->shortcuts() != entry.usual);
    keys->setFont(font);
    table_->setItem(row, 1, keys);
  }
  table_->setCurrentCell(std::max(0, current), 0);
}

void ShortcutsDialog::choose() {
  keys_->clear();
  news_->clear();
}

void ShortcutsDialog::assign() {
  if (!keys_->keySequence().isEmpty()) book_.assign(table_->currentRow(), {keys_->keySequence()});
}

}  // namespace ringside::ui
