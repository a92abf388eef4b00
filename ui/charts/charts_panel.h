// All charts, as tabs. What needs a look at every step is looked for when it is first wanted, in a thread.
#pragma once
#include <QComboBox>
#include <QLabel>
#include <QTabWidget>

#include "ui/charts/counters_chart.h"
#include "ui/charts/latency_chart.h"
#include "ui/charts/queue_chart.h"
#include "ui/charts/sequence_chart.h"
#include "ui/session/background.h"

namespace ringside::ui {

class ChartsPanel : public QWidget {
  Q_OBJECT
 public:
  explicit ChartsPanel(Session& session, QWidget* parent = nullptr);
  void refresh();
  /// Where a comparison found the first difference; none: no mark.
  void set_difference(std::optional<StepIndex> step);
  QTabWidget* tabs() const { return tabs_; }
  QueueChart* queues() const { return queues_; }
  SequenceChart* sequence() const { return sequence_; }
  LatencyChart* latency() const { return latency_; }
  CountersChart* counters() const { return counters_; }
  bool looking() const { return work_.running(); }
  const std::shared_ptr<const query::RunScan>& scan() const { return scan_; }

 signals:
  void packetChosen(quint32 packet);

 private:
  void want_scan();
  void look();
  void take(std::shared_ptr<const query::RunScan> scan);
  void fill_flows();

  Session& session_;
  QTabWidget* tabs_;
  QueueChart* queues_;
  SequenceChart* sequence_;
  LatencyChart* latency_;
  CountersChart* counters_;
  QComboBox* flows_;
  QLabel* progress_;
  std::shared_ptr<const query::RunScan> scan_;
  std::shared_ptr<std::atomic<StepIndex>> at_;
  QTimer news_;
  Background work_;
};

}  // namespace ringside::ui
