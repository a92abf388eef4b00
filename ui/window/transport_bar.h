// The player's buttons, as on a recorder and in a debugger: step, level, speed, kernel.
#pragma once
#include <QActionGroup>
#include <QComboBox>
#include <QSlider>
#include <QToolBar>

#include "ui/session/session.h"

namespace ringside::ui {

class TransportBar : public QToolBar {
  Q_OBJECT
 public:
  explicit TransportBar(Session& session, QWidget* parent = nullptr);
  QAction* play_action() const { return play_; }
  /// All actions that move the player, for the menu and the shortcuts page.
  const QList<QAction*>& moves() const { return moves_; }
  void refresh_icons();

 private:
  /// `id`: under which its keys are kept.
  QAction* add_move(const char* id, const QString& name, const QString& tip, const QList<QKeySequence>& keys,
                    void (Session::*slot)());
  void add_buttons();
  void add_other_moves();
  void add_level();
  void add_speed();
  void add_kernel();
  void update_state();

  Session& session_;
  QAction* play_ = nullptr;
  QList<QAction*> moves_;
  QActionGroup* levels_ = nullptr;
  QSlider* speed_ = nullptr;
  QComboBox* kernel_ = nullptr;
  std::vector<std::pair<QAction*, int>> glyphs_;
};

}  // namespace ringside::ui
