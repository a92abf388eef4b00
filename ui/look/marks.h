// The shape that goes with each context's colour: who runs is told by form as well.
#pragma once
#include <QIcon>
#include <QPainter>
#include <QString>

#include "core/model/enums.h"

namespace ringside::ui {

/// Bolt: hard IRQ; diamond: softirq; hollow diamond: ksoftirqd; disc: process; clock: timer; square: the NIC.
void draw_mark(QPainter& painter, const QRectF& box, Context context);
QIcon mark_icon(Context context);
/// The context's name as the user reads it ("hard IRQ", "softirq", ...).
QString context_words(Context context);

}  // namespace ringside::ui
