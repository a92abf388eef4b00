// One connection as tcptrace draws it: segments, what is received and read of them, the window, ACKs and
// SACKs.
#pragma once
#include "ui/charts/run_plot.h"
#ifndef Q_MOC_RUN
#include "core/query/run_scan.h"
#endif

namespace ringside::ui {

class SequenceChart : public TimePlot {
  Q_OBJECT
 public:
  explicit SequenceChart(Session& session, QWidget* parent = nullptr);
  void set_scan(std::shared_ptr<const query::RunScan> scan);
  /// Number of the connection in the run.
  void set_flow(std::uint32_t flow);
  std::uint32_t flow() const { return flow_; }

 protected:
  void draw() override;

 private:
  void draw_segments(double& highest);
  void draw_answers(double& highest);
  void draw_courses(double& highest);
  double relative(std::uint32_t seq) const {
    return static_cast<double>(static_cast<std::int32_t>(seq - base_));
  }

  std::shared_ptr<const query::RunScan> scan_;
  std::uint32_t flow_ = 1;
  std::uint32_t base_ = 0;
};

}  // namespace ringside::ui
