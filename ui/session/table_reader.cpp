#include "ui/session/table_reader.h"

#include <QThreadPool>
#include <chrono>
#include <mutex>
#include <thread>

namespace ringside::ui {

struct TableReader::Job {
  std::mutex mutex;
  TableReader* reader = nullptr;  ///< null once nobody waits for it
  std::atomic<bool> cancelled{false};
};

void TableReader::stop() {
  if (!job_) return;
  job_->cancelled = true;
  const std::lock_guard lock(job_->mutex);
  job_->reader = nullptr;
}

void TableReader::start(std::shared_ptr<Run> run) {
  stop();
  table_ = std::make_shared<query::PacketTable>();
  complete_ = false;
  auto job = std::make_shared<Job>();
  job->reader = this;
  job_ = job;
  QThreadPool::globalInstance()->start([job, run = std::move(run), this]() mutable {
    const auto hand_out = [&](Table table, bool complete) {
      const std::lock_guard lock(job->mutex);
      if (job->reader == nullptr) return;
      QMetaObject::invokeMethod(
          job->reader, [job, table = std::move(table), complete, this] { take(job, table, complete); },
          Qt::QueuedConnection);
    };
    query::PacketTable table;
    // Copies at 4, 16, 64, ... thousand: the list fills soon, and all copies together cost a third of the
    // last.
    std::size_t next_copy = 4000;
    std::size_t handed_out = 0;
    const auto frames = run->frames();
    for (std::uint64_t i = 0; frames != nullptr && !job->cancelled; ++i) {
      auto frame = frames->at(i);
      while (!frame && !frames->state().complete && !run->done() && !job->cancelled) {  // a live host's
        if (table.size() > handed_out + handed_out / 4) {
          handed_out = table.size();
          hand_out(std::make_shared<query::PacketTable>(table), false);
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
        frame = frames->at(i);
      }
      if (!frame) break;
      table.add(*frame);
      if (table.size() == next_copy) {
        hand_out(std::make_shared<query::PacketTable>(table), false);
        next_copy *= 4;
      }
    }
    hand_out(std::make_shared<query::PacketTable>(std::move(table)), true);
    run.reset();
  });
}

void TableReader::take(const std::shared_ptr<Job>& job, Table table, bool complete) {
  if (job != job_ || job->cancelled) return;
  table_ = std::move(table);
  complete_ = complete;
  emit grown();
}

}  // namespace ringside::ui
