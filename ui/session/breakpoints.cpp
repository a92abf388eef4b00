#include "ui/session/breakpoints.h"

#include <algorithm>

namespace ringside::ui {

namespace {
const QString kOff = QStringLiteral("- ");
}

int Breakpoints::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(all_.size());
}

QVariant Breakpoints::data(const QModelIndex& index, int role) const {
  if (index.row() < 0 || index.row() >= rowCount()) return {};
  const Breakpoint& point = all_[static_cast<std::size_t>(index.row())];
  if (role == Qt::DisplayRole || role == Qt::EditRole) return QString::fromStdString(point.condition.text());
  if (role == Qt::CheckStateRole) return point.enabled ? Qt::Checked : Qt::Unchecked;
  return {};
}

bool Breakpoints::setData(const QModelIndex& index, const QVariant& value, int role) {
  if (index.row() < 0 || index.row() >= rowCount()) return false;
  Breakpoint& point = all_[static_cast<std::size_t>(index.row())];
  if (role == Qt::CheckStateRole) {
    point.enabled = value.toInt() == Qt::Checked;
  } else if (role == Qt::EditRole) {
    auto parsed = query::StepCondition::parse(value.toString().trimmed().toStdString());
    if (!parsed) return false;
    point.condition = std::move(*parsed);
  } else {
    return false;
  }
  emit dataChanged(index, index);
  return true;
}

Qt::ItemFlags Breakpoints::flags(const QModelIndex& index) const {
  return QAbstractListModel::flags(index) | Qt::ItemIsUserCheckable | Qt::ItemIsEditable;
}

std::optional<Error> Breakpoints::add(const QString& text, bool enabled) {
  auto parsed = query::StepCondition::parse(text.trimmed().toStdString());
  if (!parsed) return parsed.error();
  for (std::size_t i = 0; i < all_.size(); ++i) {
    if (all_[i].condition.text() != parsed->text()) continue;
    setData(index(static_cast<int>(i)), enabled ? Qt::Checked : Qt::Unchecked, Qt::CheckStateRole);
    return std::nullopt;
  }
  beginInsertRows({}, rowCount(), rowCount());
  all_.push_back({std::move(*parsed), enabled});
  endInsertRows();
  return std::nullopt;
}

void Breakpoints::remove(int row) {
  if (row < 0 || row >= rowCount()) return;
  beginRemoveRows({}, row, row);
  all_.erase(all_.begin() + row);
  endRemoveRows();
}

void Breakpoints::clear() {
  beginResetModel();
  all_.clear();
  endResetModel();
}

bool Breakpoints::any_enabled() const {
  return std::any_of(all_.begin(), all_.end(), [](const Breakpoint& point) { return point.enabled; });
}

int Breakpoints::met_by(const Event& event) const {
  for (std::size_t i = 0; i < all_.size(); ++i)
    if (all_[i].enabled && all_[i].condition.matches(event)) return static_cast<int>(i);
  return -1;
}

Trace::Predicate Breakpoints::predicate() const {
  std::vector<query::StepCondition> enabled;
  for (const Breakpoint& point : all_)
    if (point.enabled) enabled.push_back(point.condition);
  return [enabled = std::move(enabled)](const Page&, const Event& event) {
    return std::any_of(enabled.begin(), enabled.end(),
                       [&](const query::StepCondition& condition) { return condition.matches(event); });
  };
}

std::optional<StepIndex> Breakpoints::first_hit(const Trace& trace, StepIndex from, StepIndex to) const {
  if (!any_enabled()) return std::nullopt;
  std::shared_ptr<const Page> page;
  for (StepIndex step = from; step < to; ++step) {
    if (page == nullptr || !page->contains(step)) page = trace.step(step).page;
    if (page == nullptr) return std::nullopt;
    if (met_by(page->event(step)) >= 0) return step;
  }
  return std::nullopt;
}

QStringList Breakpoints::saved() const {
  QStringList lines;
  for (const Breakpoint& point : all_)
    lines << (point.enabled ? QString() : kOff) + QString::fromStdString(point.condition.text());
  return lines;
}

void Breakpoints::restore(const QStringList& lines) {
  clear();
  for (const QString& line : lines)
    (void)add(line.startsWith(kOff) ? line.mid(kOff.size()) : line, !line.startsWith(kOff));
}

}  // namespace ringside::ui
