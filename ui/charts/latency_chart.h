// How long packets took from the wire to read(), and on each floor: one histogram a line.
#pragma once
#include <QWidget>

#include "ui/session/session.h"
#ifndef Q_MOC_RUN
#include "core/query/run_scan.h"
#endif

class QCustomPlot;

namespace ringside::ui {

class LatencyChart : public QWidget {
  Q_OBJECT
 public:
  explicit LatencyChart(QWidget* parent = nullptr);
  void set_scan(std::shared_ptr<const query::RunScan> scan);
  void refresh() { fill(); }
  QWidget* canvas() const;
  /// The middle of a bin's bar in the first line, which is all the way from the wire to read().
  QPoint pixel_of_bin(int bin) const;

 signals:
  /// The slowest packet of the bin that was clicked.
  void packetChosen(quint32 packet);

 private:
  void fill();
  void click(QPointF at);
  struct Line {
    QString name;
    const query::Histogram* histogram;
    QColor colour;
  };
  std::vector<Line> lines() const;
  QCustomPlot* plot_;
  std::shared_ptr<const query::RunScan> scan_;
};

}  // namespace ringside::ui
