// Colours and fonts of the whole window. The hues are Okabe and Ito's, which colour-blind people can tell
// apart; each is used together with a word or a shape, never alone.
#pragma once
#include <QColor>
#include <QFont>
#include <QPalette>

#include "core/model/enums.h"

namespace ringside::ui {

enum class ThemeKind { light, dark, projector };

struct Theme {
  ThemeKind kind = ThemeKind::light;
  bool dark = false;
  // surfaces
  QColor window, floor_even, floor_odd, floor_line, transmit, card, card_edge, track;
  // words
  QColor text, muted, faint;
  // meaning
  QColor accent, accent_text, accent_soft, glow, good, warning, error;
  QColor changed_back, why_back, why_edge;
  qreal scale = 1.0;  ///< of all fonts on the stage

  /// What a packet in that place is filled with, and marks of that place in lists and charts.
  QColor place(Place place) const;
  QColor context(Context context) const;
  /// The more readable one of black and white on `back`.
  static QColor ink_on(const QColor& back);

  static Theme make(ThemeKind kind);
  /// Light or dark as the desktop is now.
  static ThemeKind system_kind();
  /// The widgets' palette that goes with it.
  QPalette palette() const;
};

/// The theme all painters use. Changing it is the window's affair (which then repaints everything).
const Theme& theme();
void set_theme(ThemeKind kind);

/// Kernel names, numbers, code. `px` is the height in logical pixels.
QFont mono_font(qreal px, bool bold = false);
QFont ui_font(qreal px, bool bold = false);

}  // namespace ringside::ui
