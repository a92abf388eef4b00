// One line above the stage that says what went wrong, or what is going on; it never stops the user.
#pragma once
#include <QFrame>
#include <QLabel>
#include <QToolButton>

namespace ringside::ui {

class Banner : public QFrame {
  Q_OBJECT
 public:
  enum class Kind { news, warning, error };
  explicit Banner(QWidget* parent = nullptr);
  void show_text(Kind kind, const QString& text);
  QString text() const { return label_->text(); }

 private:
  QLabel* label_;
  QToolButton* close_;
};

}  // namespace ringside::ui
