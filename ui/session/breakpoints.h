// The breakpoints of a session, as a list that a view can show: each a condition, on or off.
#pragma once
#include <QAbstractListModel>
#include <optional>
#include <vector>

#ifndef Q_MOC_RUN
#include "core/query/step_condition.h"
#include "core/trace/trace.h"
#endif

namespace ringside::ui {

class Breakpoints : public QAbstractListModel {
  Q_OBJECT
 public:
  explicit Breakpoints(QObject* parent = nullptr) : QAbstractListModel(parent) {}
  int rowCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  bool setData(const QModelIndex& index, const QVariant& value, int role) override;
  Qt::ItemFlags flags(const QModelIndex& index) const override;

  /// Errors: those of StepCondition::parse(). One that is there already is switched on instead.
  std::optional<Error> add(const QString& text, bool enabled = true);
  void remove(int row);
  void clear();
  bool any_enabled() const;
  /// Which of them a step meets; -1: none.
  int met_by(const Event& event) const;
  /// For searches in other threads: of those enabled now.
  Trace::Predicate predicate() const;
  /// The first step of [from, to) that meets one.
  std::optional<StepIndex> first_hit(const Trace& trace, StepIndex from, StepIndex to) const;
  /// As they are kept between two starts: the conditions, with "- " in front of those switched off.
  QStringList saved() const;
  void restore(const QStringList& lines);

 private:
  struct Breakpoint {
    query::StepCondition condition;
    bool enabled = true;
  };
  std::vector<Breakpoint> all_;
};

}  // namespace ringside::ui
