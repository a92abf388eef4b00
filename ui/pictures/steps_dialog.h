// Which steps are to become a film or a handout, and how.
#pragma once
#include <QComboBox>
#include <QDialog>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QLineEdit>

#ifndef Q_MOC_RUN  // moc stumbles over the core's lists that are included inside an enum
#include "ui/pictures/step_run.h"
#include "ui/session/session.h"
#endif

namespace ringside::ui {

class StepsDialog : public QDialog {
  Q_OBJECT
 public:
  /// `film_words`: what makes films, or that nothing does.
  StepsDialog(Session& session, const QString& film_words, QWidget* parent);
  /// As it is filled in; nullopt with a word in the dialog if it makes no sense.
  std::optional<StepRun> chosen();

 signals:
  void wanted(const ringside::ui::StepRun& run);

 private:
  void accept_it();
  void settle();
  Session& session_;
  QString film_words_;
  QComboBox *form_, *level_, *size_;
  QLineEdit *from_, *to_;
  QDoubleSpinBox* seconds_;
  QLabel* words_;
};

}  // namespace ringside::ui
