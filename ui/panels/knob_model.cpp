#include "ui/panels/knob_model.h"

#include <QFont>
#include <algorithm>

namespace ringside::ui {

int KnobModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(knobs().size());
}
int KnobModel::columnCount(const QModelIndex&) const { return kColumns; }

std::string KnobModel::value(const std::string& name, bool usual) const {
  const KernelProfile* profile = profile_named(kernel_.c_str());
  if (profile == nullptr) return {};
  HostSettings settings(*profile);
  if (!usual)
    for (const KnobSetting& setting : set_) (void)set_knob(settings, setting.name, setting.value);
  return knob_value(settings, name);
}

bool KnobModel::is_set(const std::string& name) const {
  return std::any_of(set_.begin(), set_.end(), [&](const KnobSetting& s) { return s.name == name; });
}

QVariant KnobModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || index.row() >= rowCount()) return {};
  const KnobInfo& info = knobs()[static_cast<std::size_t>(index.row())];
  switch (role) {
    case Qt::DisplayRole:
    case Qt::EditRole:
      if (index.column() == kName) return QString::fromStdString(info.name);
      if (index.column() == kUnit) return QString::fromLatin1(info.unit);
      return QString::fromStdString(value(info.name, false));
    case Qt::FontRole: {
      QFont font;
      font.setBold(is_set(info.name));
      return font;
    }
    case Qt::ToolTipRole: {
      if (info.numbers != 0)
        return tr("%1\nfrom %2 to %3; usually %4")
            .arg(QString::fromStdString(info.name))
            .arg(info.low)
            .arg(info.high)
            .arg(QString::fromStdString(value(info.name, true)));
      QStringList choices;
      for (const std::string& choice : info.choices) choices << QString::fromStdString(choice);
      return tr("%1\none of %2; usually %3")
          .arg(QString::fromStdString(info.name), choices.join(QStringLiteral(", ")),
               QString::fromStdString(value(info.name, true)));
    }
    case Qt::UserRole: {
      QStringList choices;
      for (const std::string& choice : info.choices) choices << QString::fromStdString(choice);
      return choices;
    }
    default:
      return {};
  }
}

bool KnobModel::setData(const QModelIndex& index, const QVariant& value_wanted, int role) {
  if (role != Qt::EditRole || index.column() != kValue) return false;
  const std::string name = knobs()[static_cast<std::size_t>(index.row())].name;
  const std::string wanted = value_wanted.toString().trimmed().toStdString();
  const KernelProfile* profile = profile_named(kernel_.c_str());
  if (profile == nullptr || wanted == value(name, false)) return false;
  HostSettings settings(*profile);
  for (const KnobSetting& setting : set_) (void)set_knob(settings, setting.name, setting.value);
  if (!wanted.empty()) {
    if (const auto error = set_knob(settings, name, wanted)) {
      emit refused(*error);
      return false;
    }
  }
  std::erase_if(set_, [&](const KnobSetting& setting) { return setting.name == name; });
  if (!wanted.empty() && wanted != value(name, true)) set_.push_back({name, wanted});
  emit dataChanged(this->index(0, 0), this->index(rowCount() - 1, kColumns - 1));  // a preset moves others
  emit changed();
  return true;
}

Qt::ItemFlags KnobModel::flags(const QModelIndex& index) const {
  const Qt::ItemFlags usual = QAbstractTableModel::flags(index);
  return index.column() == kValue ? usual | Qt::ItemIsEditable : usual;
}

QVariant KnobModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
  return section == kName ? tr("Knob") : section == kValue ? tr("Value") : tr("Unit");
}

void KnobModel::show(const std::string& kernel, std::vector<KnobSetting> set) {
  beginResetModel();
  kernel_ = kernel;
  set_ = std::move(set);
  endResetModel();
}

void KnobModel::clear_all() {
  if (set_.empty()) return;
  beginResetModel();
  set_.clear();
  endResetModel();
  emit changed();
}

}  // namespace ringside::ui
