// The script's text as a list: lines with their numbers, what each is, and how far the run has come.
#pragma once
#include <QAbstractListModel>
#include <vector>

#ifndef Q_MOC_RUN  // moc stumbles over the core's lists that are included inside an enum
#include "ui/script/script_map.h"
#endif

namespace ringside::ui {

class ScriptModel : public QAbstractListModel {
  Q_OBJECT
 public:
  enum class Kind : std::uint8_t { event, note, words };  ///< words: comments, options, commands, blanks
  enum class State : std::uint8_t {
    none,  ///< nothing that happens
    done,
    under_way,  ///< a call that blocks: begun, not returned
    now,
    coming,
    differs,  ///< here the model does something else than the script says
    never,    ///< behind that; or a note about what does not happen on this kernel
  };
  enum Role { kStateRole = Qt::UserRole + 1, kLineRole, kKindRole };

  using QAbstractListModel::QAbstractListModel;

  void set_script(std::shared_ptr<const OpenScript> script, ScriptMap map);
  void set_position(StepIndex position, std::optional<std::size_t> moment);
  const ScriptMap& map() const { return map_; }
  /// The row of the event that the run is in; -1: before the first one.
  int current_row() const;
  /// The step behind which a row's event has begun (or its note is due); nullopt: it never happens.
  std::optional<StepIndex> position_of(int row) const;
  std::optional<std::size_t> moment_of(int row) const;
  int row_of_line(int line) const;

  int rowCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;

 private:
  struct Row {
    int line = 0;
    Kind kind = Kind::words;
    QString text;
    int moment = -1, note = -1;  ///< index in the map
  };
  void make_rows();
  State state_of(const Row& row) const;
  QString spoken(const Row& row) const;

  std::shared_ptr<const OpenScript> script_;
  ScriptMap map_;
  std::vector<Row> rows_;
  StepIndex position_ = 0;
  std::optional<std::size_t> moment_, note_;
  int differs_line_ = 0;
};

}  // namespace ringside::ui
