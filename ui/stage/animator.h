// Packets that are on their way between two positions: where each is at a moment of the animation. Wall time
// only; the run's time is none of its affair.
#pragma once
#include <QPolygonF>
#include <vector>

#include "ui/stage/picture.h"

namespace ringside::ui {

struct Flight {
  ChipPicture chip;
  QPolygonF way;
  int count = 1;
  bool fades = false;  ///< it ends by vanishing: dropped
  bool hides = true;   ///< its place in the queue stays empty until it has landed
  bool into_ring = false;
};

class Animator {
 public:
  struct Flyer {
    const Flight* flight;
    QPointF at;
    qreal opacity;
  };

  /// Replaces what is flying; those of before have landed.
  void start(std::vector<Flight> flights, qreal milliseconds);
  void stop() { flights_.clear(); }
  /// Moves on to `elapsed` ms after start(); false: all have landed.
  bool advance(qreal elapsed);
  bool running() const { return !flights_.empty(); }
  std::vector<Flyer> flyers() const;

  /// The point at `share` (0..1) of a way's length.
  static QPointF point_at(const QPolygonF& way, qreal share);
  /// The way rounded at its corners, as a hand would draw it.
  static QPolygonF smooth(const QPolygonF& corners);

 private:
  std::vector<Flight> flights_;
  qreal duration_ = 1, elapsed_ = 0;
};

}  // namespace ringside::ui
