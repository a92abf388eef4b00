// Choosing by keys among the packets or sockets that are unfolded.
#include <QToolTip>
#include <cmath>

#include "ui/look/theme.h"
#include "ui/stage/stage_widget.h"

namespace ringside::ui {

namespace {
/// The cell nearest to `from` in that direction; its own number: there is none.
std::size_t neighbour(const std::vector<HitArea>& cells, std::size_t from, QPointF direction) {
  std::size_t best = from;
  qreal least = INFINITY;
  const QPointF begin = cells[from].rect.center();
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const QPointF way = cells[i].rect.center() - begin;
    const qreal along = QPointF::dotProduct(way, direction);
    const qreal aside = std::abs(way.x() * direction.y() - way.y() * direction.x());
    if (along <= 1 || along + 3 * aside >= least) continue;
    least = along + 3 * aside;
    best = i;
  }
  return best;
}
}  // namespace

bool StageWidget::picks(int key) {
  switch (key) {
    case Qt::Key_Left:
    case Qt::Key_Right:
    case Qt::Key_Up:
    case Qt::Key_Down:
    case Qt::Key_Home:
    case Qt::Key_End:
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Menu:
      return true;
    default:
      return false;
  }
}

std::vector<HitArea> StageWidget::pickable() const {
  std::vector<HitArea> cells;
  bool inside = false;  // what lies below the open card cannot be seen
  for (const HitArea& area : hits_) {
    inside = inside || area.act == HitArea::Act::none;
    const bool packet = area.place == view_.unfolded && (area.chip.packet != 0 || area.chip.skb != 0);
    if (inside && (packet || area.act == HitArea::Act::socket)) cells.push_back(area);
  }
  return cells;
}

bool StageWidget::pick(int key) {
  if (!is_unfolded() || !picks(key)) return false;
  const std::vector<HitArea> cells = pickable();
  if (cells.empty()) return true;
  const bool first = !picked_ || *picked_ >= cells.size();
  std::size_t at = first ? 0 : *picked_;
  switch (key) {
    case Qt::Key_Return:
    case Qt::Key_Enter:
      if (first) return true;
      if (cells[at].act == HitArea::Act::socket) {
        unfold(Place::none);
        emit socketChosen(cells[at].sock);
      } else if (cells[at].chip.packet != 0) {
        emit packetClicked(cells[at].chip.packet);
      }
      return true;
    case Qt::Key_Menu:
      if (!first && cells[at].chip.packet != 0)
        emit packetMenu(cells[at].chip.packet, mapToGlobal(cells[at].rect.center().toPoint()));
      return true;
    case Qt::Key_Left:
      if (!first && at > 0) --at;
      break;
    case Qt::Key_Right:
      if (!first && at + 1 < cells.size()) ++at;
      break;
    case Qt::Key_Home:
      at = 0;
      break;
    case Qt::Key_End:
      at = cells.size() - 1;
      break;
    default:
      if (!first) at = neighbour(cells, at, {0, key == Qt::Key_Up ? -1.0 : 1.0});
  }
  picked_ = at;
  const QString words = tip_of(cells[at]);
  setAccessibleDescription(words);  // a reader says it
  QToolTip::showText(mapToGlobal(cells[at].rect.bottomRight().toPoint()), words, this);
  update();
  return true;
}

void StageWidget::paint_picked(QPainter& painter) const {
  const std::vector<HitArea> cells = pickable();
  if (!picked_ || *picked_ >= cells.size()) return;
  painter.setPen(QPen(theme().text, 2.4));
  painter.setBrush(Qt::NoBrush);
  painter.drawRoundedRect(cells[*picked_].rect.adjusted(-2, -2, 2, 2), 4, 4);
}

}  // namespace ringside::ui
