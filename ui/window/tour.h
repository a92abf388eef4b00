// A walk around the window for those who see it for the first time: a card beside each part says what it is
// for. Everything can be used meanwhile.
#pragma once
#include <QFrame>
#include <QLabel>
#include <QPushButton>
#include <functional>
#include <vector>

namespace ringside::ui {

struct TourStop {
  QString title, text;
  std::function<QRect()> where;  ///< in the window's coordinates; empty: the part is not shown, and left out
};

class Tour : public QFrame {
  Q_OBJECT
 public:
  /// It is deleted when it ends.
  Tour(std::vector<TourStop> stops, QWidget* window);
  std::size_t stop() const { return at_; }
  QRect outlined() const;

 public slots:
  void next();
  void back();

 protected:
  bool eventFilter(QObject* object, QEvent* event) override;
  bool event(QEvent* event) override;
  void closeEvent(QCloseEvent* event) override;

 private:
  class Outline;
  void show_stop();
  void place();
  std::vector<TourStop> stops_;
  std::size_t at_ = 0;
  QRect part_;  ///< where the explained part was when the card was put beside it
  Outline* outline_;
  QLabel* title_;
  QLabel* text_;
  QPushButton* back_;
  QPushButton* next_;
};

}  // namespace ringside::ui
