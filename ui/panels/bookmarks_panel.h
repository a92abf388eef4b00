// Bookmarks: steps worth coming back to, each with a note.
#pragma once
#include <QTableWidget>
#include <QWidget>

#include "ui/session/session.h"
#include "ui/session/session_file.h"

namespace ringside::ui {

class BookmarksPanel : public QWidget {
  Q_OBJECT
 public:
  explicit BookmarksPanel(Session& session, QWidget* parent = nullptr);
  QVector<Bookmark> bookmarks() const;
  void set_bookmarks(const QVector<Bookmark>& bookmarks);
  /// At the present step; the note is then to be written.
  void add_here();
  QTableWidget* table() const { return table_; }

 private:
  void add(const Bookmark& bookmark);
  Session& session_;
  QTableWidget* table_;
};

}  // namespace ringside::ui
