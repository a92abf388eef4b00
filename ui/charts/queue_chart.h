// The depth of every queue, who works on each CPU, who holds locks, and what was remarkable, over the run.
#pragma once
#include "ui/charts/run_plot.h"
#ifndef Q_MOC_RUN
#include "core/query/run_scan.h"
#endif

namespace ringside::ui {

class QueueChart : public RunPlot {
  Q_OBJECT
 public:
  explicit QueueChart(Session& session, QWidget* parent = nullptr);
  /// Wake-ups are known once the run has been looked through; null: not yet.
  void set_scan(std::shared_ptr<const query::RunScan> scan);

 protected:
  void draw() override;
  double x_now() const override { return static_cast<double>(session_.player().position()); }
  StepIndex step_at(double x) const override { return static_cast<StepIndex>(x); }
  double x_of_step(StepIndex step) const override { return static_cast<double>(step); }
  double x_end() const override;

 private:
  void draw_marks(double base);
  void look_for_retransmissions();
  QVector<double> resent_;       ///< steps at which retransmissions arrived ...
  std::uint32_t looked_at_ = 0;  ///< ... among so many packets
  std::shared_ptr<const query::RunScan> scan_;
};

}  // namespace ringside::ui
