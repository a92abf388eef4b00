// Dragging a packet along the wire: it goes between two others when it is let go.
#include <QApplication>
#include <QMouseEvent>

#include "ui/look/theme.h"
#include "ui/stage/stage_widget.h"

namespace ringside::ui {

void StageWidget::mouseMoveEvent(QMouseEvent* event) {
  if (!drag_ || (event->buttons() & Qt::LeftButton) == 0) return QWidget::mouseMoveEvent(event);
  drag_->at = event->position();
  if ((drag_->at - drag_->from).manhattanLength() >= QApplication::startDragDistance()) drag_->moves = true;
  if (drag_->moves) setCursor(gap_at(drag_->at) ? Qt::ClosedHandCursor : Qt::ForbiddenCursor);
  update();
}

void StageWidget::mouseReleaseEvent(QMouseEvent* event) {
  if (!drag_ || event->button() != Qt::LeftButton) return QWidget::mouseReleaseEvent(event);
  const Drag drag = *drag_;
  drag_.reset();
  unsetCursor();
  update();
  if (!drag.moves) return;
  const auto gap = gap_at(event->position());
  const bool stays = !gap || gap->behind == drag.chip.packet || gap->in_front_of == drag.chip.packet;
  if (!stays) emit wireMoved(drag.chip.packet, gap->behind, gap->in_front_of);
}

std::optional<StageWidget::Gap> StageWidget::gap_at(QPointF at) const {
  const QRectF wire = layout_.place(Place::wire);
  if (!wire.adjusted(-layout_.unit, -layout_.unit, layout_.unit, layout_.unit).contains(at)) return {};
  std::vector<const HitArea*> chips;  // in the order of the wire
  for (const HitArea& area : hits_)
    if (area.place == Place::wire && area.chip.packet != 0) chips.push_back(&area);
  if (chips.empty()) return {};
  // The chip of the nearest line whose middle is right of the mouse; behind the line's last one otherwise.
  std::size_t place = chips.size();
  qreal nearest = 1e9;
  for (std::size_t i = 0; i < chips.size(); ++i) {
    const QRectF& rect = chips[i]->rect;
    const qreal away = std::abs(rect.center().y() - at.y());
    const bool right_of_it = rect.center().x() > at.x();
    const bool last_of_line = i + 1 == chips.size() || chips[i + 1]->rect.top() > rect.bottom();
    if (away + 0.5 < nearest && (right_of_it || last_of_line)) {
      nearest = away;
      place = right_of_it ? i : i + 1;
    }
  }
  Gap gap;
  if (place > 0) gap.behind = chips[place - 1]->chip.packet;
  if (place < chips.size()) gap.in_front_of = chips[place]->chip.packet;
  const QRectF rect = place > 0 ? chips[place - 1]->rect : chips[0]->rect;
  const qreal x = place > 0 ? rect.right() + layout_.unit * 0.17 : rect.left() - layout_.unit * 0.17;
  gap.mark = QRectF(x - 1.5, rect.top() - 3, 3, rect.height() + 6);
  return gap;
}

void StageWidget::paint_drag(StagePainter& painter, QPainter& brush) {
  if (const auto gap = gap_at(drag_->at)) brush.fillRect(gap->mark, theme().glow);
  ChipPicture chip = drag_->chip;
  painter.flyer(chip, view_, drag_->at, 0.9, 1);
}

}  // namespace ringside::ui
