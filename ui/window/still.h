// A picture of the window at a step, for READMEs and for looking at what changed.
#pragma once
#include <QString>
#include <QStringList>

namespace ringside::ui {

class MainWindow;

struct Still {
  QString file;             ///< to write; the program ends afterwards
  bool stage_only = false;  ///< the stage, as PNG, SVG or PDF; else the whole window as PNG
  qulonglong step = 0;      ///< position to go to ...
  QStringList actions;      ///< object names of actions that are triggered there
  QString level;            ///< then one step of that level, photographed in the middle of its movement
  unsigned packet = 0;      ///< ... or the packet whose arrival to go to, and `step` steps beyond it
};

/// Once the window's run has ended, goes there, waits for the animation, writes the file and quits.
void take_still(MainWindow& window, const Still& still);

}  // namespace ringside::ui
