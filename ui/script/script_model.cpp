#include "ui/script/script_model.h"

#include <QColor>
#include <algorithm>

namespace ringside::ui {

namespace {

/// Ringside's own words of that kind stand above the text, not in it.
bool stands_above(const QString& line) {
  static constexpr const char* kKeys[] = {"title", "summary", "kernel", "verified"};
  if (!line.startsWith(QLatin1String("//@"))) return false;
  const QString rest = line.mid(3).trimmed();
  return std::any_of(std::begin(kKeys), std::end(kKeys),
                     [&](const char* key) { return rest.startsWith(QLatin1String(key)); });
}

bool is_note(const QString& line) {
  return line.startsWith(QLatin1String("//@")) && line.mid(3).trimmed().startsWith(QLatin1String("note"));
}

bool goes_on(const QString& line) { return line.startsWith(QLatin1String("//@+")); }

}  // namespace

void ScriptModel::set_script(std::shared_ptr<const OpenScript> script, ScriptMap map) {
  beginResetModel();
  script_ = std::move(script);
  map_ = std::move(map);
  position_ = 0;
  moment_.reset();
  note_.reset();
  differs_line_ = script_ && !script_->problems.empty() ? script_->problems.front().line : 0;
  make_rows();
  endResetModel();
}

void ScriptModel::make_rows() {
  rows_.clear();
  if (!script_) return;
  const QStringList lines = script_->text.split(QLatin1Char('\n'));
  bool hidden = false;
  for (int i = 0; i < lines.size(); ++i) {
    QString line = lines[i];
    while (!line.isEmpty() && line.back().isSpace()) line.chop(1);
    Row row;
    row.line = i + 1;
    row.text = line;
    if (goes_on(line)) {  // of the words above it
      if (!hidden && !rows_.empty() && rows_.back().kind == Kind::note)
        rows_.back().text += QLatin1Char(' ') + line.mid(4).trimmed();
      continue;
    }
    hidden = stands_above(line);
    if (hidden || (line.isEmpty() && (rows_.empty() || rows_.back().text.isEmpty()))) continue;
    if (is_note(line)) {
      row.kind = Kind::note;
      row.text = line.mid(line.indexOf(QLatin1Char(':')) + 1).trimmed();
      for (std::size_t n = map_.notes().size(); n-- > 0;)
        if (map_.notes()[n].first_line == row.line) row.note = static_cast<int>(n);
    }
    const auto& moments = map_.moments();
    for (std::size_t m = 0; m < moments.size(); ++m)
      if (moments[m].first_line <= row.line && row.line <= moments[m].last_line) {
        row.kind = Kind::event;
        row.moment = static_cast<int>(m);
      }
    rows_.push_back(std::move(row));
  }
  while (!rows_.empty() && rows_.back().text.isEmpty()) rows_.pop_back();
}

void ScriptModel::set_position(StepIndex position, std::optional<std::size_t> moment) {
  position_ = position;
  moment_ = moment;
  note_ = map_.note_at(position);
  if (!rows_.empty()) emit dataChanged(index(0), index(rowCount() - 1), {kStateRole});
}

int ScriptModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

int ScriptModel::current_row() const {
  for (std::size_t i = 0; i < rows_.size(); ++i)
    if (moment_ && rows_[i].moment == static_cast<int>(*moment_)) return static_cast<int>(i);
  return -1;
}

int ScriptModel::row_of_line(int line) const {
  for (std::size_t i = 0; i < rows_.size(); ++i)
    if (rows_[i].line == line) return static_cast<int>(i);
  return -1;
}

std::optional<std::size_t> ScriptModel::moment_of(int row) const {
  if (row < 0 || row >= rowCount()) return {};
  const Row& at = rows_[static_cast<std::size_t>(row)];
  if (at.moment >= 0) return static_cast<std::size_t>(at.moment);
  if (at.kind == Kind::note) return {};
  return map_.moment_on_line(at.line);
}

std::optional<StepIndex> ScriptModel::position_of(int row) const {
  if (row < 0 || row >= rowCount()) return {};
  const Row& at = rows_[static_cast<std::size_t>(row)];
  if (at.note >= 0) {
    const ScriptNote& note = map_.notes()[static_cast<std::size_t>(at.note)];
    if (!note.reached) return {};
    return note.step + 1;
  }
  const auto moment = moment_of(row);
  if (!moment || !map_.moments()[*moment].reached) return {};
  return map_.moments()[*moment].step + 1;
}

ScriptModel::State ScriptModel::state_of(const Row& row) const {
  if (row.kind == Kind::note) {
    if (row.note < 0) return State::none;
    const ScriptNote& note = map_.notes()[static_cast<std::size_t>(row.note)];
    if (!note.reached) return State::never;
    if (note_ && map_.notes()[*note_].first_line == row.line) return State::now;
    return note.step < position_ ? State::done : State::coming;
  }
  if (row.moment < 0) return State::none;
  const ScriptMoment& moment = map_.moments()[static_cast<std::size_t>(row.moment)];
  if (differs_line_ != 0 && moment.first_line <= differs_line_ && differs_line_ <= moment.last_line)
    return State::differs;
  if (!moment.reached) return State::never;
  if (moment_ && row.moment == static_cast<int>(*moment_)) return State::now;
  if (moment.step >= position_) return State::coming;
  return moment.until > position_ ? State::under_way : State::done;
}

QString ScriptModel::spoken(const Row& row) const {
  QString state;
  switch (state_of(row)) {
    case State::done:
      state = tr("done");
      break;
    case State::under_way:
      state = tr("under way");
      break;
    case State::now:
      state = tr("now");
      break;
    case State::coming:
      state = tr("coming");
      break;
    case State::differs:
      state = tr("the model differs");
      break;
    case State::never:
      state = tr("does not happen");
      break;
    default:
      break;
  }
  const QString head =
      row.kind == Kind::note ? tr("note in line %1").arg(row.line) : tr("line %1").arg(row.line);
  return (state.isEmpty() ? head : head + QStringLiteral(", ") + state) + QStringLiteral(": ") +
         row.text.simplified();
}

QVariant ScriptModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || index.row() >= rowCount()) return {};
  const Row& row = rows_[static_cast<std::size_t>(index.row())];
  switch (role) {
    case Qt::DisplayRole:
      return row.text;
    case Qt::AccessibleTextRole:
      return spoken(row);
    case kStateRole:
      return static_cast<int>(state_of(row));
    case kLineRole:
      return row.line;
    case kKindRole:
      return static_cast<int>(row.kind);
    case Qt::ToolTipRole:
      return state_of(row) == State::never && row.kind == Kind::note
                 ? tr("This does not happen on this kernel.")
                 : QVariant();
    default:
      return {};
  }
}

}  // namespace ringside::ui
