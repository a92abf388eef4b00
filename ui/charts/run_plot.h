// What all charts over the run share: the theme, the cursor, zoom by the wheel, a click that goes to the
// step, and a stretch marked with Shift that playing loops over.
#pragma once
#include <QTimer>
#include <QWidget>
#include <optional>
#include <vector>

#include "ui/session/session.h"

class QCustomPlot;
class QCPItemLine;
class QCPItemRect;
class QCPItemText;

namespace ringside::ui {

class RunPlot : public QWidget {
  Q_OBJECT
 public:
  explicit RunPlot(Session& session, QWidget* parent = nullptr);
  /// Theme or data have changed: drawn anew soon.
  void refresh();
  /// The widget that is clicked, where a point of the chart is on it, and what part of the axis it shows.
  QWidget* canvas() const;
  QPoint pixel_of(double x, double y) const;
  std::pair<double, double> x_range() const;
  QStringList graph_names() const;
  /// Where a comparison found the first difference; none: no mark.
  void set_difference(std::optional<StepIndex> step);
  /// Where that mark stands on the axis; nullopt: there is none.
  std::optional<double> difference_at() const;

 protected:
  /// Something that can be clicked.
  struct Point {
    double x = 0, y = 0;
    StepIndex step = 0;
  };
  /// Fills the plot, whose items and graphs have been removed.
  virtual void draw() = 0;
  /// Where the player stands on the horizontal axis, and which step a place on it means.
  virtual double x_now() const = 0;
  virtual StepIndex step_at(double x) const = 0;
  virtual double x_of_step(StepIndex step) const = 0;
  /// All of the horizontal axis.
  virtual double x_end() const = 0;
  void resizeEvent(QResizeEvent* event) override;
  void showEvent(QShowEvent* event) override;
  /// Up and Down go from point to point, + and - zoom around the cursor.
  void keyPressEvent(QKeyEvent* event) override;
  void focusInEvent(QFocusEvent* event) override;
  void focusOutEvent(QFocusEvent* event) override;
  bool eventFilter(QObject* object, QEvent* event) override;

  Session& session_;
  QCustomPlot* plot_;
  std::vector<Point> points_;  ///< by x; draw() fills it
  bool whole_ = true;          ///< not zoomed

 private:
  void fill();
  void style();
  void show_position();
  void show_loop();
  void go_to(QPointF at, bool nearest_point);
  void keep_in_range();
  void show_difference();
  QCPItemLine* cursor_ = nullptr;
  QCPItemLine* difference_ = nullptr;
  QCPItemText* difference_words_ = nullptr;
  std::optional<StepIndex> difference_step_;
  QCPItemRect* loop_ = nullptr;
  QTimer later_;
  double brush_from_ = -1;
  bool adjusting_ = false;
  bool stale_ = false;  ///< it was asked for while nobody could see it
};

/// The horizontal axis is time, in ms.
class TimePlot : public RunPlot {
  Q_OBJECT
 public:
  using RunPlot::RunPlot;

 protected:
  double x_now() const override;
  StepIndex step_at(double x) const override;
  double x_of_step(StepIndex step) const override;
  double x_end() const override;
};

}  // namespace ringside::ui
