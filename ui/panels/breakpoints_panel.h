// The breakpoints: a list with a tick for each, a line to write a new one, and the way to the next hit.
#pragma once
#include <QLabel>
#include <QListView>
#include <QWidget>

#include "ui/panels/query_edit.h"
#include "ui/session/session.h"

namespace ringside::ui {

class BreakpointsPanel : public QWidget {
  Q_OBJECT
 public:
  explicit BreakpointsPanel(Session& session, QWidget* parent = nullptr);
  QueryEdit* edit() const { return edit_; }
  QListView* view() const { return view_; }
  /// Puts a beginning into the line, for the user to finish.
  void begin_with(const QString& text);

 private:
  void make_line();
  void add();
  void remove_chosen();
  void say(const QString& words, bool wrong);

  Session& session_;
  QListView* view_;
  QueryEdit* edit_;
  QLabel* news_;
};

}  // namespace ringside::ui
