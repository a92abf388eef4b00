// A line for the query language: says at once what is wrong with it, and completes fields and values.
#pragma once
#include <QCompleter>
#include <QLineEdit>
#include <QStringListModel>

#ifndef Q_MOC_RUN
#include "core/query/expression.h"
#endif

namespace ringside::ui {

class QueryEdit : public QLineEdit {
  Q_OBJECT
 public:
  explicit QueryEdit(const query::Vocabulary& vocabulary, QWidget* parent = nullptr);
  /// "" if the text makes sense, else one line with the column.
  const QString& problem() const { return problem_; }
  QCompleter* query_completer() const { return completer_; }

 signals:
  /// The text has changed; problem() is up to date.
  void checked();

 protected:
  void keyPressEvent(QKeyEvent* event) override;

 private:
  void check();
  void offer(bool all);
  void insert(const QString& candidate);

  const query::Vocabulary& vocabulary_;
  QCompleter* completer_;
  QStringListModel* candidates_;
  std::size_t begin_ = 0, end_ = 0;
  QString problem_;
};

}  // namespace ringside::ui
