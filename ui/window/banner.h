// What went wrong, or what should be known of what is open: a line each above the stage, which never stops
// the user.
#pragma once
#include <QFrame>
#include <QLabel>
#include <QToolButton>
#include <QVBoxLayout>
#include <array>
#include <functional>

namespace ringside::ui {

class Banner : public QFrame {
  Q_OBJECT
 public:
  enum class Kind { news, warning, error };
  /// Each topic has one line at most: a later message takes the place of the earlier one.
  enum class Topic { failure, input, taken_over, count_ };
  explicit Banner(QWidget* parent = nullptr);
  void show_text(Kind kind, const QString& text, Topic topic = Topic::failure);
  /// The line also offers to do something: a button with these words.
  void offer(Topic topic, const QString& words, std::function<void()> act);
  void clear(Topic topic);
  void clear();
  /// The lines that are shown, the most urgent first.
  QString text() const;
  QString text(Topic topic) const;
  /// More than fits in the line: its tooltip.
  void set_details(Topic topic, const QString& details);
  /// The theme has changed.
  void refresh();

 signals:
  /// Lines have come or gone.
  void changed();

 private:
  struct Line {
    QFrame* frame = nullptr;
    QLabel* label = nullptr;
    QToolButton* act = nullptr;
    Kind kind = Kind::news;
    bool shown = false;
    std::function<void()> what;
  };
  Line& line(Topic topic) { return lines_[static_cast<std::size_t>(topic)]; }
  void make_line(Line& line, QVBoxLayout* column);
  void settle();
  std::array<Line, static_cast<std::size_t>(Topic::count_)> lines_;
};

}  // namespace ringside::ui
