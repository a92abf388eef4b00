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
  const auto table = std::make_shared<query::PacketTable>();
  table_ = table;
  complete_ = false;
  auto job = std::make_shared<Job>();
  job->reader = this;
  job_ = job;
  QThreadPool::globalInstance()->start([job, run = std::move(run), table, this]() mutable {
    const auto tell = [&](bool complete) {
      const std::lock_guard lock(job->mutex);
      if (job->reader == nullptr) return;
      QMetaObject::invokeMethod(
          job->reader, [job, complete, this] { take(job, complete); }, Qt::QueuedConnection);
    };
    std::size_t next_told = 4000, told = 0;  // 4, 16, 64, ... thousand: the list fills soon
    const auto frames = run->frames();
    for (std::uint64_t i = 0; frames != nullptr && !job->cancelled; ++i) {
      auto frame = frames->at(i);
      while (!frame && !frames->state().complete && !run->done() && !job->cancelled) {  // a live host's
        if (table->size() > told) tell(false);
        told = table->size();
        QThreadPool::globalInstance()->releaseThread();  // others may work while this one sleeps
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
        QThreadPool::globalInstance()->reserveThread();
        frame = frames->at(i);
      }
      if (!frame) break;
      table->add(*frame);
      if (table->size() == next_told) {
        tell(false);
        next_told *= 4;
      }
    }
    tell(true);
    run.reset();
  });
}

void TableReader::take(const std::shared_ptr<Job>& job, bool complete) {
  if (job != job_ || job->cancelled) return;
  complete_ = complete;
  emit grown();
}

}  // namespace ringside::ui
