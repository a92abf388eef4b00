#include "ui/charts/charts_panel.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

#include "ui/panels/packet_model.h"

namespace ringside::ui {

ChartsPanel::ChartsPanel(Session& session, QWidget* parent)
    : QWidget(parent),
      session_(session),
      tabs_(new QTabWidget(this)),
      queues_(new QueueChart(session, this)),
      sequence_(new SequenceChart(session, this)),
      latency_(new LatencyChart(this)),
      counters_(new CountersChart(session, this)),
      flows_(new QComboBox(this)),
      progress_(new QLabel(this)) {
  tabs_->setObjectName(QStringLiteral("charts"));
  tabs_->setDocumentMode(true);
  tabs_->addTab(queues_, tr("Queues and CPUs"));
  tabs_->addTab(sequence_, tr("Sequence"));
  tabs_->addTab(latency_, tr("Latency"));
  tabs_->addTab(counters_, tr("Counters"));
  tabs_->setTabToolTip(
      0, tr("Click: go there. Wheel: zoom. Shift and drag: loop a part. Double click: all of it."));
  flows_->setObjectName(QStringLiteral("chart-flow"));
  flows_->setAccessibleName(tr("Connection"));
  auto* corner = new QWidget(this);
  auto* line = new QHBoxLayout(corner);
  line->setContentsMargins(0, 0, 4, 0);
  line->addWidget(progress_);
  line->addWidget(flows_);
  tabs_->setCornerWidget(corner);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->addWidget(tabs_);
  flows_->hide();
  connect(flows_, &QComboBox::activated, this,
          [this](int row) { sequence_->set_flow(flows_->itemData(row).toUInt()); });
  tabs_->setAccessibleName(tr("Charts"));
  connect(tabs_, &QTabWidget::currentChanged, this, [this](int tab) {
    flows_->setVisible(tab == 1);
    want_scan();
  });
  connect(latency_, &LatencyChart::packetChosen, this, &ChartsPanel::packetChosen);
  connect(&session_, &Session::opened, this, [this] {
    work_.cancel();
    take(nullptr);
  });
  connect(&session_, &Session::runFinished, this, [this] {
    fill_flows();
    want_scan();
  });
  news_.setInterval(200);
  connect(&news_, &QTimer::timeout, this, [this] {
    const StepIndex all = session_.is_open() ? session_.trace().step_count() : 0;
    if (at_ && all != 0) progress_->setText(tr("looking through the run: %1 %").arg(at_->load() * 100 / all));
  });
}

void ChartsPanel::fill_flows() {
  constexpr std::uint32_t kMost = 500;
  flows_->clear();
  const Trace& trace = session_.trace();
  for (std::uint32_t i = 1; i <= std::min(trace.flow_count(), kMost); ++i) {
    const FlowRow flow = trace.flow(i);
    if (flow.protocol == 6)
      flows_->addItem(tr("%1: %2").arg(i).arg(end_text(flow.remote, flow.remote_port)), i);
  }
  if (flows_->count() > 0) sequence_->set_flow(flows_->itemData(0).toUInt());
}

/// Small runs are looked through at once: that costs less than a second glance.
void ChartsPanel::want_scan() {
  constexpr StepIndex kSmall = 2000000;
  if (scan_ || work_.running() || !session_.is_open() || !session_.run()->done()) return;
  if (tabs_->currentIndex() == 0 && session_.trace().step_count() > kSmall) return;
  look();
}

void ChartsPanel::look() {
  at_ = std::make_shared<std::atomic<StepIndex>>(0);
  news_.start();
  using Scan = std::shared_ptr<const query::RunScan>;
  work_.start<Scan>(
      [trace = session_.player().shared_trace(), run = session_.run(),
       at = at_](const std::atomic<bool>& cancelled) {
        return Scan(std::make_shared<query::RunScan>(query::scan_run(*trace, &cancelled, at.get())));
      },
      [this](Scan scan) { take(std::move(scan)); });
}

void ChartsPanel::take(std::shared_ptr<const query::RunScan> scan) {
  news_.stop();
  progress_->clear();
  scan_ = std::move(scan);
  queues_->set_scan(scan_);
  sequence_->set_scan(scan_);
  latency_->set_scan(scan_);
  counters_->set_scan(scan_);
}

void ChartsPanel::set_difference(std::optional<StepIndex> step) {
  queues_->set_difference(step);
  sequence_->set_difference(step);
  counters_->set_difference(step);
}

void ChartsPanel::refresh() {
  queues_->refresh();
  sequence_->refresh();
  latency_->refresh();
  counters_->refresh();
}

}  // namespace ringside::ui
