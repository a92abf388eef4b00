// What the user does to the wire, with undo. Every edit makes a new scenario, which runs at once; the window
// stays at its step, for what came before is the same.
#pragma once
#include <QObject>
#include <QString>
#include <vector>

#ifndef Q_MOC_RUN
#include "core/query/sections.h"
#include "core/scenario/scenario.h"
#endif

namespace ringside::ui {

class Session;

class WireEditor : public QObject {
  Q_OBJECT
 public:
  explicit WireEditor(Session& session, QObject* parent = nullptr);

  void drop(std::uint32_t packet);
  /// `delay_ns` after the first one; 0: right behind it.
  void duplicate(std::uint32_t packet, std::int64_t delay_ns = 0);
  void delay(std::uint32_t packet, std::int64_t ns);
  /// Turns the bits of one byte over: the first of that part of the frame, or the one that a check covers
  /// best.
  void corrupt(std::uint32_t packet, query::Section::Kind part);
  /// Where a packet can be damaged.
  std::vector<query::Section::Kind> parts_of(std::uint32_t packet) const;
  /// Between two packets of the wire: behind `behind`, or, if that is 0, in front of `in_front_of`.
  void move(std::uint32_t packet, std::uint32_t behind, std::uint32_t in_front_of);

  const std::vector<WireEdit>& edits() const;
  bool can_undo() const { return !undo_.empty(); }
  bool can_redo() const { return !redo_.empty(); }
  void undo();
  void redo();
  void clear();
  /// Is that packet still to come at the present position?
  bool is_coming(std::uint32_t packet) const;
  /// "packet 7 comes 10.0 ms later".
  static QString words(const WireEdit& edit);
  /// For `ringside-cli`: --edit "drop 7" --edit ...
  QString command_line() const;

 signals:
  void changed();

 private:
  using Edits = std::vector<WireEdit>;
  void add(const Edits& more);
  void run(Edits edits);
  bool see_damage(Scenario& scenario);
  void opened();
  Session& session_;
  QString input_;  ///< whose edits these are
  Edits wanted_;   ///< what runs, or will when the engine has come so far
  std::vector<Edits> undo_, redo_;
  bool verifies_for_damage_ = false;  ///< the knob was set here, not by the user
};

}  // namespace ringside::ui
