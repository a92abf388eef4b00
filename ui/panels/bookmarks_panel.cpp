#include "ui/panels/bookmarks_panel.h"

#include <QHeaderView>
#include <QShortcut>
#include <QVBoxLayout>

#include "ui/stage/painter.h"

namespace ringside::ui {

BookmarksPanel::BookmarksPanel(Session& session, QWidget* parent)
    : QWidget(parent), session_(session), table_(new QTableWidget(0, 2, this)) {
  table_->setObjectName(QStringLiteral("bookmarks"));
  table_->setAccessibleName(tr("Bookmarks"));
  table_->setHorizontalHeaderLabels({tr("Step"), tr("Note")});
  table_->verticalHeader()->hide();
  table_->horizontalHeader()->setStretchLastSection(true);
  table_->setSelectionBehavior(QAbstractItemView::SelectRows);
  table_->setShowGrid(false);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->addWidget(table_);
  const auto go = [this](int row) {
    session_.seek_soon(table_->item(row, 0)->data(Qt::UserRole).toULongLong());
  };
  connect(table_, &QTableWidget::cellClicked, this, [go](int row, int cell) {
    if (cell == 0) go(row);
  });
  connect(table_, &QTableWidget::cellActivated, this, go);
  auto* remove = new QShortcut(QKeySequence::Delete, table_);
  remove->setContext(Qt::WidgetShortcut);
  connect(remove, &QShortcut::activated, this, [this] { table_->removeRow(table_->currentRow()); });
}

QVector<Bookmark> BookmarksPanel::bookmarks() const {
  QVector<Bookmark> all;
  for (int row = 0; row < table_->rowCount(); ++row)
    all.push_back({table_->item(row, 0)->data(Qt::UserRole).toULongLong(), table_->item(row, 1)->text()});
  return all;
}

void BookmarksPanel::set_bookmarks(const QVector<Bookmark>& bookmarks) {
  table_->setRowCount(0);
  for (const Bookmark& bookmark : bookmarks) add(bookmark);
}

void BookmarksPanel::add(const Bookmark& bookmark) {
  const int row = table_->rowCount();
  table_->insertRow(row);
  auto* step = new QTableWidgetItem(number_text(static_cast<std::int64_t>(bookmark.position)));
  step->setData(Qt::UserRole, bookmark.position);
  step->setFlags(step->flags() & ~Qt::ItemIsEditable);
  table_->setItem(row, 0, step);
  table_->setItem(row, 1, new QTableWidgetItem(bookmark.note));
}

void BookmarksPanel::add_here() {
  if (!session_.is_open()) return;
  add({session_.player().position(), {}});
  table_->setCurrentCell(table_->rowCount() - 1, 1);
  table_->editItem(table_->item(table_->rowCount() - 1, 1));
}

}  // namespace ringside::ui
