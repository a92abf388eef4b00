// Journeys, one column a packet and one row a stop: where it was and how long, from the wire up to the
// program.
#pragma once
#include <QWidget>
#include <vector>

#ifndef Q_MOC_RUN
#include "core/query/journey.h"
#endif

namespace ringside::ui {

QString layer_words(query::Layer layer);
/// The place, or the floor while it is on its way.
QString stop_words(const query::JourneyStop& stop);

class JourneyStrip : public QWidget {
  Q_OBJECT
 public:
  explicit JourneyStrip(QWidget* parent = nullptr);
  void set_journeys(std::vector<query::Journey> journeys);
  const std::vector<query::Journey>& journeys() const { return journeys_; }
  void show_position(StepIndex position);
  QSize sizeHint() const override;
  QSize minimumSizeHint() const override { return {160, std::min(sizeHint().height(), 120)}; }
  /// Where a stop is drawn.
  QRectF stop_rect(std::size_t journey, std::size_t stop) const;

 signals:
  void stepWanted(qulonglong position);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  bool event(QEvent* event) override;

 private:
  void arrange();
  static void paint_stop(QPainter& p, const query::JourneyStop& stop, const QRectF& box, bool now);
  const query::JourneyStop* stop_at(QPointF at) const;
  std::vector<query::Journey> journeys_;
  std::vector<std::vector<QRectF>> boxes_;
  StepIndex position_ = 0;
};

}  // namespace ringside::ui
