#include "ui/script/script_delegate.h"

#include <QListView>
#include <QPainter>
#include <QTextLayout>

#include "ui/look/theme.h"
#include "ui/script/script_model.h"

namespace ringside::ui {

namespace {

using State = ScriptModel::State;
using Kind = ScriptModel::Kind;

State state_of(const QModelIndex& index) {
  return static_cast<State>(index.data(ScriptModel::kStateRole).toInt());
}
Kind kind_of(const QModelIndex& index) {
  return static_cast<Kind>(index.data(ScriptModel::kKindRole).toInt());
}

/// Tick: done. Triangle: now. Half-filled disc: under way. Small ring: coming. Cross: differs.
void draw_state(QPainter& p, const QRectF& box, State state) {
  const QColor ink = state == State::now       ? theme().accent
                     : state == State::differs ? theme().error
                     : state == State::done    ? theme().good
                                               : theme().faint;
  p.setPen(QPen(ink, 1.6, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
  p.setBrush(Qt::NoBrush);
  const auto at = [&](qreal x, qreal y) {
    return box.topLeft() + QPointF(x * box.width(), y * box.height());
  };
  switch (state) {
    case State::done:
      p.drawPolyline(QPolygonF{at(0.12, 0.55), at(0.4, 0.85), at(0.9, 0.15)});
      break;
    case State::now:
      p.setBrush(ink);
      p.drawPolygon(QPolygonF{at(0.15, 0), at(0.95, 0.5), at(0.15, 1)});
      break;
    case State::under_way:
      p.drawEllipse(box.adjusted(1, 1, -1, -1));
      p.setBrush(ink);
      p.drawPie(box.adjusted(1, 1, -1, -1), 90 * 16, -180 * 16);
      break;
    case State::coming:
      p.drawEllipse(box.center(), box.width() * 0.17, box.width() * 0.17);
      break;
    case State::differs:
      p.drawLine(at(0.1, 0.1), at(0.9, 0.9));
      p.drawLine(at(0.1, 0.9), at(0.9, 0.1));
      break;
    case State::never:
      p.drawLine(at(0.2, 0.5), at(0.8, 0.5));
      break;
    default:
      break;
  }
}

/// Lines after the first one are set in, so that a new line of the script is told from one that goes on.
qreal break_lines(QTextLayout& layout, qreal width, qreal indent) {
  qreal y = 0;
  layout.beginLayout();
  for (QTextLine line = layout.createLine(); line.isValid(); line = layout.createLine()) {
    const qreal x = y > 0 ? indent : 0;
    line.setLineWidth(width - x);
    line.setPosition(QPointF(x, y));
    y += line.height();
  }
  layout.endLayout();
  return y;
}

}  // namespace

QFont ScriptDelegate::font_of(const QStyleOptionViewItem& option, const QModelIndex& index) {
  const qreal px = QFontMetricsF(option.font).height() * 0.68;
  if (kind_of(index) == Kind::note) {
    QFont font = ui_font(px * 1.04, false);
    font.setItalic(true);
    return font;
  }
  return mono_font(px, state_of(index) == State::now);
}

qreal ScriptDelegate::indent_of(const QStyleOptionViewItem& option, const QModelIndex& index) {
  return kind_of(index) == Kind::note ? 0 : option.fontMetrics.height() * 1.3;
}

QRect ScriptDelegate::text_rect(const QStyleOptionViewItem& option, int width) const {
  const int unit = option.fontMetrics.height();
  return {unit * 3, 2, width - unit * 3 - unit / 3, 10000};
}

QSize ScriptDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const {
  const auto* view = qobject_cast<const QListView*>(option.widget);
  const int width = view != nullptr ? view->viewport()->width() : 300;
  const QString text = index.data().toString();
  if (text.isEmpty()) return {width, option.fontMetrics.height() / 2};
  QFont font = font_of(option, index);
  if (kind_of(index) == Kind::event) font.setBold(true);  // so that the mark moving on moves nothing else
  QTextLayout layout(text, font);
  const qreal height = break_lines(layout, text_rect(option, width).width(), indent_of(option, index));
  return {width, static_cast<int>(height) + 5};
}

void ScriptDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                           const QModelIndex& index) const {
  const State state = state_of(index);
  const Kind kind = kind_of(index);
  const QRectF box = option.rect;
  const qreal unit = option.fontMetrics.height();
  painter->save();
  painter->setRenderHint(QPainter::Antialiasing);
  if (state == State::now) {
    painter->fillRect(box, kind == Kind::note ? theme().why_back : theme().accent_soft);
    painter->fillRect(QRectF(box.left(), box.top(), 3, box.height()),
                      kind == Kind::note ? theme().warning : theme().accent);
  }
  if (option.state.testFlag(QStyle::State_Selected) && option.state.testFlag(QStyle::State_HasFocus)) {
    painter->setPen(QPen(theme().accent, 1, Qt::DotLine));
    painter->setBrush(Qt::NoBrush);
    painter->drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5));
  }
  if (index.data().toString().isEmpty()) return painter->restore();  // a blank line needs no number
  const qreal mark = unit * 0.6;
  if (kind == Kind::event)
    draw_state(*painter, QRectF(box.left() + unit * 0.4, box.top() + unit * 0.28, mark, mark), state);
  painter->setFont(mono_font(unit * 0.62));
  painter->setPen(theme().faint);
  painter->drawText(QRectF(box.left() + unit, box.top() + 2, unit * 1.7, unit),
                    Qt::AlignRight | Qt::AlignVCenter,
                    QString::number(index.data(ScriptModel::kLineRole).toInt()));
  const bool quiet = state == State::coming || state == State::never || (kind == Kind::words) ||
                     (kind == Kind::note && state != State::now);
  painter->setPen(quiet ? theme().muted : theme().text);
  const QRect words = text_rect(option, option.rect.width()).translated(option.rect.topLeft());
  QTextLayout layout(index.data().toString(), font_of(option, index));
  break_lines(layout, words.width(), indent_of(option, index));
  layout.draw(painter, words.topLeft());
  painter->restore();
}

}  // namespace ringside::ui
