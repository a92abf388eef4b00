// File > Open with options: which frames, which of the hosts is ours. It stays open until the file is.
#pragma once
#include <QDialog>
#include <QLabel>
#include <QLineEdit>

#include "ui/session/session.h"

namespace ringside::ui {

class OpenDialog : public QDialog {
  Q_OBJECT
 public:
  OpenDialog(Session& session, const QStringList& recent, QWidget* parent);

 signals:
  void wanted(const QString& path, const ringside::ui::OpenOptions& options);

 private:
  void choose();
  QLineEdit* file_;
  QLineEdit* filter_;
  QLineEdit* local_;
  QLabel* problem_;
};

}  // namespace ringside::ui
