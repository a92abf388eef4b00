// The knobs of the modelled host as a table: name, value, unit. What is written there is tried at once.
#pragma once
#include <QAbstractTableModel>

#include "ui/session/session.h"
#ifndef Q_MOC_RUN
#include "core/profiles/knobs.h"
#endif

namespace ringside::ui {

class KnobModel : public QAbstractTableModel {
  Q_OBJECT
 public:
  enum Column { kName, kValue, kUnit, kColumns };
  explicit KnobModel(QObject* parent = nullptr) : QAbstractTableModel(parent) {}
  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  bool setData(const QModelIndex& index, const QVariant& value, int role) override;
  Qt::ItemFlags flags(const QModelIndex& index) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

  /// As they are with these settings on that kernel.
  void show(const std::string& kernel, std::vector<KnobSetting> set);
  const std::vector<KnobSetting>& settings() const { return set_; }
  void clear_all();

 signals:
  /// A value was changed and is allowed.
  void changed();
  void refused(const ringside::Error& error);

 private:
  std::string value(const std::string& name, bool usual) const;
  bool is_set(const std::string& name) const;
  std::string kernel_ = "4.13";
  std::vector<KnobSetting> set_;
};

}  // namespace ringside::ui
