// Packets as ready-made pixmaps: a frame of the animation only copies them.
#pragma once
#include <QCache>
#include <QColor>
#include <QPixmap>
#include <QString>

#include "ui/stage/picture.h"

namespace ringside::ui {

/// How a packet is set off from the others.
enum class ChipLook : std::uint8_t { plain, moving, followed, dimmed };

class SpriteCache {
 public:
  /// `size` in logical pixels; the pixmap is larger by margin() on every side (its halo).
  const QPixmap& packet(const QString& text, const QColor& fill, ChipLook look, QSizeF size, qreal ratio);
  /// A round dot of that width in logical pixels.
  const QPixmap& dot(const QColor& fill, qreal width, qreal ratio);
  /// Lower chips hold letters that nobody can read.
  static qreal least_height() { return 16; }
  static qreal margin(QSizeF size, ChipLook look);
  /// Theme, zoom or screen have changed.
  void clear() { cache_.clear(); }

 private:
  QCache<QString, QPixmap> cache_{3000};
};

/// A number so far from where the shown connection's begin is another's: it says nothing here.
inline bool of_another_connection(std::uint32_t relative) { return relative >= 1u << 28; }
/// What stands on a packet: its sequence number, relative to `base`, else its frame number.
QString chip_text(const ChipPicture& chip, std::uint32_t base);

}  // namespace ringside::ui
