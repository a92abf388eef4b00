// Paints a line of the script: a mark for how far it is, its number, its text.
#pragma once
#include <QStyledItemDelegate>

namespace ringside::ui {

class ScriptDelegate : public QStyledItemDelegate {
  Q_OBJECT
 public:
  using QStyledItemDelegate::QStyledItemDelegate;
  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
  QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

 private:
  QRect text_rect(const QStyleOptionViewItem& option, int width) const;
  static qreal indent_of(const QStyleOptionViewItem& option, const QModelIndex& index);
  static QFont font_of(const QStyleOptionViewItem& option, const QModelIndex& index);
};

}  // namespace ringside::ui
