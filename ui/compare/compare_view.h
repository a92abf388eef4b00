// A second run of the same input on another kernel or with other knobs, on the clock of the first; where they
// first differ.
#pragma once
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QScrollArea>
#include <QToolButton>
#include <QWidget>
#include <optional>

#include "ui/session/background.h"
#include "ui/session/session.h"
#include "ui/stage/stage_widget.h"
#ifndef Q_MOC_RUN
#include "core/query/difference.h"
#endif

namespace ringside::ui {

class CompareView : public QWidget {
  Q_OBJECT
 public:
  /// `first`: the window's own session, which it follows.
  explicit CompareView(Session& first, QWidget* parent = nullptr);
  /// Shows itself, with that kernel and the first run's knobs.
  void begin(const QString& kernel);
  Session& session() { return *second_; }
  StageWidget& stage() { return *stage_; }
  const std::optional<query::Difference>& difference() const { return difference_; }
  QString difference_words() const { return words_->text(); }
  bool looking() const { return work_.running() || second_->busy() || first_.busy(); }
  /// The theme has changed.
  void refresh() { stage_->refresh(); }

 signals:
  /// Where the two runs first differ has been found, or is no longer known.
  void differenceChanged();

 private:
  void make_line();
  void run();
  void follow();
  void show_position();
  void look();
  void say_difference();
  void go_to_difference();

  Session& first_;
  Session* second_;
  QComboBox* kernel_;
  QLineEdit* knobs_;
  QLabel* words_;
  QToolButton* go_;
  StageWidget* stage_;
  std::uint32_t isn_ = 0;
  std::optional<query::Difference> difference_;
  Background work_;
};

}  // namespace ringside::ui
