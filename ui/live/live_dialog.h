// File, Open live …: the device, its addresses, the applications; and, if it cannot be had, what one can do.
#pragma once
#include <QComboBox>
#include <QDialog>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <functional>

#ifndef Q_MOC_RUN  // as in live_panel.h
#include "core/live/ways.h"
#endif
#include "ui/live/live_panel.h"

namespace ringside::ui {

/// In words and lines to paste: the three ways to a TAP device without being root, and how far each is there.
QString ways_to_a_tap(const live::Ways& ways, const QString& dev, const QStringList& addresses);
/// What `ringside` is called with for such a host in a network of its own.
QStringList sandbox_arguments(const LiveWish& wish, const QString& kernel);

class LiveDialog : public QDialog {
  Q_OBJECT
 public:
  using Start = std::function<std::optional<Error>(const LiveWish&)>;
  explicit LiveDialog(Start start, QWidget* parent = nullptr);

 private:
  LiveWish wish() const;
  void try_it();
  void look_around();
  Start start_;
  QComboBox* where_;
  bool where_chosen_ = false;
  QLineEdit *dev_, *hosts_, *addresses_, *apps_;
  QLabel* wrong_;
  QPlainTextEdit* ways_;
};

}  // namespace ringside::ui
