#include "ui/stage/animator.h"

#include <QLineF>
#include <algorithm>
#include <cmath>

namespace ringside::ui {

namespace {
qreal length_of(const QPolygonF& way) {
  qreal sum = 0;
  for (int i = 1; i < way.size(); ++i) sum += QLineF(way[i - 1], way[i]).length();
  return sum;
}
qreal eased(qreal t) { return t * t * (3 - 2 * t); }
}  // namespace

void Animator::start(std::vector<Flight> flights, qreal milliseconds) {
  flights_ = std::move(flights);
  duration_ = std::max(1.0, milliseconds);
  elapsed_ = 0;
}

bool Animator::advance(qreal elapsed) {
  elapsed_ = elapsed;
  if (elapsed_ >= duration_) flights_.clear();
  return running();
}

std::vector<Animator::Flyer> Animator::flyers() const {
  std::vector<Flyer> all;
  // Packets of one step leave one after the other, a little apart, so that each can be seen.
  const auto count = static_cast<qreal>(flights_.size());
  const qreal stagger = count > 1 ? std::min(0.06, 0.5 / count) : 0;
  for (std::size_t i = 0; i < flights_.size(); ++i) {
    const qreal begin = stagger * static_cast<qreal>(i);
    const qreal span = 1 - stagger * (count - 1);
    const qreal t = std::clamp((elapsed_ / duration_ - begin) / span, 0.0, 1.0);
    const Flight& flight = flights_[i];
    const qreal opacity = flight.fades ? std::min(1.0, 2.0 * (1 - t)) : 1.0;
    all.push_back({&flight, point_at(flight.way, eased(t)), opacity});
  }
  return all;
}

QPointF Animator::point_at(const QPolygonF& way, qreal share) {
  if (way.isEmpty()) return {};
  qreal rest = length_of(way) * std::clamp(share, 0.0, 1.0);
  for (int i = 1; i < way.size(); ++i) {
    const QLineF piece(way[i - 1], way[i]);
    if (rest <= piece.length()) return piece.length() > 0 ? piece.pointAt(rest / piece.length()) : way[i];
    rest -= piece.length();
  }
  return way.back();
}

QPolygonF Animator::smooth(const QPolygonF& corners) {
  if (corners.size() < 2) return corners;
  QPolygonF out;
  constexpr int kPieces = 12;
  for (int i = 0; i + 1 < corners.size(); ++i) {  // Catmull-Rom through every corner
    const QPointF a = corners[std::max(0, i - 1)], b = corners[i], c = corners[i + 1],
                  d = corners[std::min<int>(static_cast<int>(corners.size()) - 1, i + 2)];
    for (int k = 0; k < kPieces; ++k) {
      const qreal t = static_cast<qreal>(k) / kPieces, t2 = t * t, t3 = t2 * t;
      out << 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t2 + (3 * b - a - 3 * c + d) * t3);
    }
  }
  out << corners.back();
  return out;
}

}  // namespace ringside::ui
