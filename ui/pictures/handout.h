// A run of steps on paper: a page each, with the stage and why.
#pragma once
#include <QPainter>
#include <QPdfWriter>

#include "ui/panels/why_panel.h"
#include "ui/stage/stage_widget.h"

namespace ringside::ui {

class Handout {
 public:
  Handout(const QString& path, const QString& title);
  /// False: it cannot be written.
  bool is_open() const { return painter_.isActive(); }
  void add(StageWidget& stage, const Standing& at, const QString& head);
  bool finish() { return painter_.end(); }

 private:
  QPdfWriter pdf_;
  QPainter painter_;
  int pages_ = 0;
};

}  // namespace ringside::ui
