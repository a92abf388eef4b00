#include "ui/panels/query_edit.h"

#include <QAbstractItemView>
#include <QKeyEvent>

#include "ui/look/theme.h"
#include "ui/session/error_text.h"

namespace ringside::ui {

QueryEdit::QueryEdit(const query::Vocabulary& vocabulary, QWidget* parent)
    : QLineEdit(parent),
      vocabulary_(vocabulary),
      completer_(new QCompleter(this)),
      candidates_(new QStringListModel(this)) {
  setClearButtonEnabled(true);
  completer_->setModel(candidates_);
  completer_->setWidget(this);
  completer_->setCompletionMode(QCompleter::UnfilteredPopupCompletion);
  connect(completer_, qOverload<const QString&>(&QCompleter::activated), this, &QueryEdit::insert);
  connect(this, &QLineEdit::textChanged, this, &QueryEdit::check);
  connect(this, &QLineEdit::textEdited, this, [this] { offer(false); });
}

void QueryEdit::check() {
  const auto parsed = query::Expression::parse(text().toStdString(), vocabulary_);
  problem_.clear();
  if (!parsed) {
    Error error = parsed.error();
    const int column = error.column;
    error.column = 0;
    problem_ = tr("column %1: %2").arg(column).arg(error_text(error));
  }
  QPalette colours;
  if (!problem_.isEmpty()) colours.setColor(QPalette::Text, theme().error);
  setPalette(colours);
  setToolTip(problem_);
  emit checked();
}

void QueryEdit::offer(bool all) {
  // The language is ASCII; where the text is not, the offsets would not be the same.
  const std::string words = text().toStdString();
  if (words.size() != static_cast<std::size_t>(text().size())) return;
  const query::Completion found =
      query::complete(words, static_cast<std::size_t>(cursorPosition()), vocabulary_);
  QStringList names;
  for (const std::string& name : found.candidates) names << QString::fromStdString(name);
  const bool typed_out =
      names.size() == 1 && static_cast<std::size_t>(names[0].size()) == found.end - found.begin;
  if (names.isEmpty() || typed_out || (!all && found.begin == found.end)) return completer_->popup()->hide();
  begin_ = found.begin;
  end_ = found.end;
  candidates_->setStringList(names);
  completer_->complete();
}

void QueryEdit::insert(const QString& candidate) {
  QString words = text();
  words.replace(static_cast<int>(begin_), static_cast<int>(end_ - begin_), candidate);
  setText(words);
  setCursorPosition(static_cast<int>(begin_) + static_cast<int>(candidate.size()));
}

void QueryEdit::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Down ||
      (event->key() == Qt::Key_Space && event->modifiers() == Qt::ControlModifier))
    return offer(true);
  QLineEdit::keyPressEvent(event);
}

}  // namespace ringside::ui
