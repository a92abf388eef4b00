// Where everything stands on the stage, for one size, zoom and mode. Pure geometry: made once a resize.
#pragma once
#include <QFont>
#include <QRectF>
#include <array>
#include <vector>

#include "ui/stage/nodes.h"

namespace ringside::ui {

/// What decides which boxes there are.
struct StageMode {
  enum class Sockets : std::uint8_t { tcp, udp } sockets = Sockets::tcp;
  bool ipv6 = false;
  bool prequeue = true;  ///< the kernel has one
  bool listener = false;
  friend bool operator==(const StageMode&, const StageMode&) = default;
};

struct StageLayout {
  QSizeF size;
  qreal zoom = 1;
  qreal unit = 16;  ///< height of a line of text
  StageMode mode;

  std::array<QRectF, static_cast<std::size_t>(Floor::count_)> floor;  ///< whole width
  qreal transmit_x = 0;                                               ///< left edge of the transmit side
  std::array<QRectF, kStagePlaces> box;  ///< a place's box; empty: it is not drawn
  std::array<QRectF, kNodes> node;       ///< empty: not drawn
  std::array<QRectF, kNodes> reason;     ///< room for why a way was not taken; empty: none
  QRectF process, buffer, chain, cpus, lock, address, ruler, ring, ring_chip, ring_text, irq, budget, timers,
      writer, acks, send_ruler;

  const QRectF& place(Place p) const { return box[static_cast<std::size_t>(p)]; }
  const QRectF& at(Node n) const { return node[static_cast<std::size_t>(n)]; }
  const QRectF& at(Floor f) const { return floor[static_cast<std::size_t>(f)]; }
  QSizeF chip_size() const { return {unit * 4.1, unit * 1.35}; }
  /// Of the packet that stands at a function: it fits between two lines of them.
  QSizeF token_size() const { return chip_size() * 0.85; }
  /// Where it stands: on the function's upper edge, beside no name.
  QPointF token_at(const QRectF& function) const {
    return {function.center().x(), function.top() - unit * 0.33};
  }

  /// So much smaller letters may get before the stage scrolls instead.
  static qreal most_squeeze();
  /// And so much larger on a stage that has more room than they need.
  static constexpr qreal kMostGrowth = 1.45;
  /// The least size at which nothing is cut, for that zoom.
  static QSizeF least_size(qreal zoom);
  /// Below this many pixels nobody reads: small words stop shrinking with a small window (but not with a
  /// small zoom).
  static constexpr qreal kLeastLetters = 9.5;
  /// Of the floors' names.
  static QFont label_font(qreal unit, qreal zoom);
  /// Of the functions' names.
  static QFont name_font(qreal unit, qreal zoom);
  static StageLayout make(QSizeF size, qreal zoom, const StageMode& mode);
};

}  // namespace ringside::ui
