// The script beside the stage: what the lesson is about, its text with the present line marked, and a way to
// any line's step.
#pragma once
#include <QLabel>
#include <QListView>

#ifndef Q_MOC_RUN  // moc stumbles over the core's lists that are included inside an enum
#include "ui/script/script_model.h"
#include "ui/session/session.h"
#endif

namespace ringside::ui {

class ScriptPanel : public QWidget {
  Q_OBJECT
 public:
  explicit ScriptPanel(Session& session, QWidget* parent = nullptr);
  QListView& view() { return *view_; }
  const ScriptModel& model() const { return *model_; }
  void refresh();

 signals:
  /// A script is open, with these notes.
  void notesChanged(const QStringList& all);
  /// What is to be read now; `fresh`: the step has just come to it.
  void noteShown(const QString& note, bool fresh);

 private:
  void load();
  void show_position();
  void go_to(const QModelIndex& index);
  void show_head();

  Session& session_;
  ScriptModel* model_;
  QListView* view_;
  QLabel* title_;
  QLabel* summary_;
  QLabel* facts_;
  QString summary_text_;
  std::shared_ptr<const OpenScript> script_;
  const Trace* mapped_ = nullptr;      ///< the trace that the model's map is about
  std::optional<std::size_t> chosen_;  ///< the event last clicked: it stays marked where two share a step
  StepIndex chosen_position_ = 0;
};

}  // namespace ringside::ui
