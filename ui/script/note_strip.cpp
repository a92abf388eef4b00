#include "ui/script/note_strip.h"

#include <QHBoxLayout>
#include <algorithm>

#include "ui/look/theme.h"

namespace ringside::ui {

NoteStrip::NoteStrip(QWidget* parent) : QFrame(parent), label_(new QLabel(this)) {
  setObjectName(QStringLiteral("note"));
  label_->setAccessibleName(tr("Note of the lesson"));
  label_->setWordWrap(true);
  label_->setTextFormat(Qt::PlainText);
  label_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  label_->setAlignment(Qt::AlignLeft | Qt::AlignVCenter);
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(14, 5, 10, 5);
  row->addWidget(label_);
  hide();
}

void NoteStrip::set_notes(const QStringList& all) {
  all_ = all;
  setVisible(!all_.isEmpty());
  fit();
}

void NoteStrip::show_note(const QString& note, bool fresh) {
  const bool was_empty = note_.isEmpty();
  note_ = note;
  label_->setText(note.isEmpty() ? waiting() : note);
  if (fresh != fresh_ || was_empty != note.isEmpty()) {
    fresh_ = fresh;
    refresh();
  }
}

QString NoteStrip::waiting() {
  return tr("The lesson's notes appear here. Space plays it; the right arrow goes one step.");
}

/// A fresh note has a strong bar at its left; one that was read is quiet; before the first one there is none.
void NoteStrip::refresh() {
  if (note_.isEmpty())
    return setStyleSheet(QStringLiteral("#note { background: %1; border: 0; border-left: 3px solid %2; }"
                                        "#note QLabel { color: %3; }")
                             .arg(theme().window.name(), theme().track.name(), theme().muted.name()));
  setStyleSheet(QStringLiteral("#note { background: %1; border: 0; border-left: %2px solid %3; }"
                               "#note QLabel { color: %4; }")
                    .arg(theme().why_back.name())
                    .arg(fresh_ ? 6 : 3)
                    .arg((fresh_ ? theme().warning : theme().why_edge).name(), theme().text.name()));
}

void NoteStrip::fit() {
  if (all_.isEmpty()) return;
  const int room = std::max(100, width() - 26);
  int height = label_->fontMetrics().height();
  for (const QString& note : all_ + QStringList{waiting()})
    height = std::max(
        height,
        label_->fontMetrics().boundingRect(QRect(0, 0, room, 10000), Qt::TextWordWrap, note).height());
  if (minimumHeight() != height + 12) setFixedHeight(height + 12);
}

void NoteStrip::resizeEvent(QResizeEvent* event) {
  QFrame::resizeEvent(event);
  fit();
}

}  // namespace ringside::ui
