// What moves when so much moves that single packets would only flicker: ways that glow for a moment, the
// stronger the more packets went along them. Wall time only.
#pragma once
#include <QPolygonF>
#include <vector>

#include "ui/stage/animator.h"
#include "ui/stage/motion.h"

namespace ringside::ui {

struct Stream {
  QPolygonF way;
  Place from = Place::none, to = Place::none;  ///< of the packets' motion; for telling streams apart
  Node first = Node::count_, last = Node::count_;
  qreal heat = 0;     ///< 0..1: how lately
  qreal packets = 0;  ///< about so many in the last second
  qreal phase = 0;    ///< how far its dashes have moved, in pixels
  bool drops = false;
};

class Streams {
 public:
  void add(const Flight& flight, const Stop& first, const Stop& last);
  /// Lets `milliseconds` pass; false: nothing glows any more.
  bool advance(qreal milliseconds);
  void clear() { streams_.clear(); }
  const std::vector<Stream>& all() const { return streams_; }

 private:
  std::vector<Stream> streams_;
};

}  // namespace ringside::ui
