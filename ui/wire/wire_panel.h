// The wire as a list that can be edited by keyboard and mouse: what comes next, what was done to it, and the
// way back.
#pragma once
#include <QDoubleSpinBox>
#include <QLabel>
#include <QListWidget>
#include <QMenu>
#include <QTableWidget>
#include <QToolButton>
#include <QWidget>

#include "ui/wire/wire_editor.h"

namespace ringside::ui {

class Session;

class WirePanel : public QWidget {
  Q_OBJECT
 public:
  WirePanel(Session& session, WireEditor& editor, QWidget* parent = nullptr);
  QTableWidget* table() const { return table_; }
  /// The frame number of the chosen packet; 0: none.
  std::uint32_t chosen() const;
  void choose(std::uint32_t packet);
  /// The actions that change the wire, for the window's menu and the shortcuts page.
  const QList<QAction*>& actions_of_wire() const { return all_; }
  /// Adds what can be done to a packet of the wire; all is greyed out with the reason if it has come already.
  void fill_menu(QMenu* menu, std::uint32_t packet);

 protected:
  void showEvent(QShowEvent* event) override;

 private:
  QAction* make(const char* id, const QString& name, const QKeySequence& key,
                const std::function<void()>& act);
  void make_actions();
  void make_lists();
  QWidget* make_buttons();
  void fill();
  void fill_edits();
  void settle();
  void shift(int by);
  void fill_damage(QMenu* menu, std::uint32_t packet);
  Session& session_;
  WireEditor& editor_;
  QTableWidget* table_;
  QListWidget* edits_;
  QLabel* hint_;
  QDoubleSpinBox* delay_;
  QMenu* damage_;
  QList<QAction*> all_;
  QAction *undo_, *redo_, *earlier_, *later_, *drop_, *twice_, *late_, *back_;
  std::uint32_t wanted_ = 0;  ///< to be chosen again after the next run
};

}  // namespace ringside::ui
