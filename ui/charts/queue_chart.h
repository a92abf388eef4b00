// The depth of every queue and the work of every CPU over the run; a click goes to that moment.
#pragma once
#include <QWidget>

#include "ui/session/session.h"

class QCustomPlot;
class QCPItemLine;
class QCPAxisRect;

namespace ringside::ui {

class QueueChart : public QWidget {
  Q_OBJECT
 public:
  explicit QueueChart(Session& session, QWidget* parent = nullptr);
  /// The theme has changed, or the trace has grown.
  void refresh();
  QCustomPlot* plot() const { return plot_; }

 protected:
  void resizeEvent(QResizeEvent* event) override;

 private:
  void fill();
  void show_position();
  void go_to(double x);

  Session& session_;
  QCustomPlot* plot_;
  QCPItemLine* cursor_ = nullptr;
  QTimer later_;
};

}  // namespace ringside::ui
