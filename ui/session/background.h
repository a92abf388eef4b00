// Work in a thread of the pool whose result comes back to the window's thread, unless nobody wants it any
// more.
#pragma once
#include <QObject>
#include <QThreadPool>
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>

namespace ringside::ui {

/// One piece of work at a time: start() gives up what was begun before.
class Background {
 public:
  Background() = default;
  ~Background() { cancel(); }
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;

  /// `work` runs in a thread and should return soon once its argument is true; `done` runs here.
  template <class T>
  void start(std::function<T(const std::atomic<bool>& cancelled)> work, std::function<void(T)> done) {
    cancel();
    auto job = std::make_shared<Job>();
    job->home = &home_;
    job_ = job;
    QThreadPool::globalInstance()->start(
        [this, job, work = std::move(work), done = std::move(done)]() mutable {
          auto result = std::make_shared<T>(work(job->cancelled));
          work = nullptr;
          const std::lock_guard lock(job->mutex);
          if (job->home == nullptr) return;
          QMetaObject::invokeMethod(
              job->home,
              [this, job, result, done = std::move(done)] {
                if (job != job_) return;
                job_.reset();
                done(std::move(*result));
              },
              Qt::QueuedConnection);
        });
  }
  void cancel() {
    if (!job_) return;
    const std::shared_ptr<Job> job = std::move(job_);
    job_.reset();
    job->cancelled = true;
    const std::lock_guard lock(job->mutex);
    job->home = nullptr;
  }
  bool running() const { return job_ != nullptr; }

 private:
  struct Job {
    std::mutex mutex;
    QObject* home = nullptr;
    std::atomic<bool> cancelled{false};
  };
  QObject home_;  ///< lives in the window's thread: what is posted to it runs there
  std::shared_ptr<Job> job_;
};

}  // namespace ringside::ui
