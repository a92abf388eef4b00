// One or two calm sentences below the stage: the lesson's note for where the run is. Its height never changes
// within a lesson, so that the stage above stays where it is.
#pragma once
#include <QFrame>
#include <QLabel>
#include <QStringList>

namespace ringside::ui {

class NoteStrip : public QFrame {
  Q_OBJECT
 public:
  explicit NoteStrip(QWidget* parent = nullptr);
  /// All that may be shown; empty: the strip goes away.
  void set_notes(const QStringList& all);
  /// "": none is due yet.
  void show_note(const QString& note, bool fresh);
  QString text() const { return note_; }
  void refresh();

 protected:
  void resizeEvent(QResizeEvent* event) override;

 private:
  void fit();
  static QString waiting();
  QLabel* label_;
  QString note_;
  QStringList all_;
  bool fresh_ = false;
};

}  // namespace ringside::ui
