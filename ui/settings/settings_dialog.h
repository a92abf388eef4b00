// The settings page. What is changed is in force at once; the window goes on meanwhile.
#pragma once
#include <QComboBox>
#include <QDialog>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QSpinBox>

#include "ui/settings/preferences.h"

namespace ringside::ui {

class SettingsDialog : public QDialog {
  Q_OBJECT
 public:
  SettingsDialog(const Preferences& preferences, QWidget* parent);
  const Preferences& preferences() const { return preferences_; }
  /// They were changed elsewhere, e.g. the zoom by the wheel.
  void show_preferences(const Preferences& preferences);

 signals:
  void changed(const ringside::ui::Preferences& preferences);
  void shortcutsWanted();

 private:
  void make_look(QFormLayout* form);
  void make_runs(QFormLayout* form);
  void make_film(QFormLayout* form);
  void read();
  void say_film();
  Preferences preferences_;
  QComboBox* theme_;
  QSpinBox* zoom_;
  QComboBox* movement_;
  QComboBox* kernel_;
  QComboBox* costs_;
  QLineEdit* ffmpeg_;
  QLabel* film_;
};

}  // namespace ringside::ui
