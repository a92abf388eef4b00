// File, Open live …: the device, its addresses, the applications; and, if it cannot be had, what one can do.
#pragma once
#include <QDialog>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <functional>

#include "ui/live/live_panel.h"

namespace ringside::ui {

/// In words and lines to paste: the three ways to a TAP device without being root.
QString ways_to_a_tap(const QString& dev, const QStringList& addresses);

class LiveDialog : public QDialog {
  Q_OBJECT
 public:
  using Start = std::function<std::optional<Error>(const LiveWish&)>;
  explicit LiveDialog(Start start, QWidget* parent = nullptr);

 private:
  LiveWish wish() const;
  void try_it();
  Start start_;
  QLineEdit *dev_, *hosts_, *addresses_, *apps_;
  QLabel* wrong_;
  QPlainTextEdit* ways_;
};

}  // namespace ringside::ui
