// The whole run as a line: where we are, where something remarkable happened. Click or drag to go there.
#pragma once
#include <QAbstractSlider>
#include <QPixmap>
#include <optional>
#include <vector>

#ifndef Q_MOC_RUN  // moc stumbles over the core's lists that are included inside an enum
#include "core/trace/trace.h"
#endif

namespace ringside::ui {

/// Its value counts thousandths of a percent of the run; steps() and position() are the true numbers.
class RunSlider : public QAbstractSlider {
  Q_OBJECT
 public:
  explicit RunSlider(QWidget* parent = nullptr);
  /// Null: no run.
  void set_trace(std::shared_ptr<const Trace> trace);
  /// The trace has grown, or the player has moved.
  void show_position(StepIndex position);
  /// Where a comparison found the first difference; none: no mark.
  void set_difference(std::optional<StepIndex> step);
  /// Where that mark is drawn; empty: nowhere.
  QRectF difference_rect() const;
  StepIndex position() const { return position_; }
  QSize sizeHint() const override { return {400, 30}; }
  QSize minimumSizeHint() const override { return {120, 30}; }

 signals:
  void positionWanted(qulonglong position);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void resizeEvent(QResizeEvent*) override { marks_ = {}; }
  void changeEvent(QEvent* event) override;
  bool event(QEvent* event) override;

 private:
  QRectF groove() const;
  qreal x_of(StepIndex step) const;
  StepIndex step_at(qreal x) const;
  void draw_marks();
  StepIndex steps() const { return trace_ ? trace_->step_count() : 0; }

  std::shared_ptr<const Trace> trace_;
  StepIndex position_ = 0;
  std::optional<StepIndex> difference_;
  QPixmap marks_;
  StepIndex marks_steps_ = 0;
};

}  // namespace ringside::ui
