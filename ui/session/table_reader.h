// Reads the frames of a run into columns, in a thread of the pool; they can be read while they grow.
#pragma once
#include <QObject>
#include <atomic>
#include <memory>

#ifndef Q_MOC_RUN  // moc stumbles over the core's lists that are included inside an enum
#include "core/engine/engine.h"
#include "core/query/packet_table.h"
#endif

namespace ringside::ui {

class TableReader : public QObject {
  Q_OBJECT
 public:
  using Table = std::shared_ptr<const query::PacketTable>;
  explicit TableReader(QObject* parent = nullptr) : QObject(parent) {}
  ~TableReader() override { stop(); }

  /// Forgets what it has, and reads that run's input.
  void start(std::shared_ptr<Run> run);
  void stop();
  /// What has been read so far, and is still read; never null.
  const Table& table() const { return table_; }
  bool complete() const { return complete_; }

 signals:
  /// The table is longer than when this was told last, or complete.
  void grown();

 private:
  struct Job;
  void take(const std::shared_ptr<Job>& job, bool complete);
  std::shared_ptr<Job> job_;
  Table table_ = std::make_shared<query::PacketTable>();
  bool complete_ = false;
};

}  // namespace ringside::ui
