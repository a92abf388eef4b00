// The transport's icons, drawn in the theme's colours so that they are sharp at any scale.
#pragma once
#include <QIcon>

namespace ringside::ui {

enum class Glyph { begin, previous_packet, back, forward, next_packet, end, out, play, pause, open };
QIcon icon(Glyph glyph);
/// The program's own: a ring with a packet on its way.
QIcon program_icon();

}  // namespace ringside::ui
