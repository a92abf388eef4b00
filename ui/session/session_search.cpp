// Searches: on the page at hand at once, beyond it in a thread of the pool, where pages may have to be made.
#include <QThreadPool>

#include "ui/session/session.h"

namespace ringside::ui {

struct Session::SearchJob {
  std::mutex mutex;
  Session* session = nullptr;  ///< null once nobody waits for it
  std::atomic<bool> cancelled{false};
  std::atomic<StepIndex> at{0};
  bool to_breakpoint = false, forward = true;
};

void Session::watch_searches() {
  search_news_.setInterval(100);
  connect(&search_news_, &QTimer::timeout, this, [this] {
    if (search_) emit searching(search_->at.load());
  });
}

void Session::search_forward(Trace::Predicate matches, bool to_breakpoint) {
  search([this, matches] { return player_->forward_search(matches); }, to_breakpoint, true);
}
void Session::search_back(Trace::Predicate matches, bool to_breakpoint) {
  search([this, matches] { return player_->back_search(matches); }, to_breakpoint, false);
}

/// `make` gives a fresh search each time: some count while they look.
void Session::search(const MakeSearch& make, bool to_breakpoint, bool forward) {
  if (!is_open()) return;
  cancel_search();
  making_page_.cancel();
  Search near = make();
  std::atomic<bool> leaves_page{false};
  if (near.matches) {
    const StepView first = trace().step(near.from);
    const StepIndex edge = !first          ? near.from
                           : near.backward ? first.page->first_step
                                           : first.page->end_step() - 1;
    StepIndex at = near.from;
    near.matches = [&, inner = near.matches](const Page& page, const Event& event) {
      if (inner(page, event)) return true;
      if (at == edge) leaves_page = true;
      at += near.backward ? StepIndex(-1) : 1;
      return false;
    };
  }
  const auto found = near.find(trace(), &leaves_page);
  if (!found && leaves_page) return search_in_thread(make(), to_breakpoint, forward);
  arrive(found, to_breakpoint, forward);
}

void Session::search_in_thread(Search what, bool to_breakpoint, bool forward) {
  auto job = std::make_shared<SearchJob>();
  job->session = this;
  job->at = what.from;
  job->to_breakpoint = to_breakpoint;
  job->forward = forward;
  search_ = job;
  search_news_.start();
  // The page makes the count: one note a page is enough, and every step would cost.
  what.matches = [job, inner = std::move(what.matches)](const Page& page, const Event& event) {
    if (job->at.load(std::memory_order_relaxed) != page.first_step) job->at = page.first_step;
    return inner(page, event);
  };
  QThreadPool::globalInstance()->start(
      [job, what = std::move(what), trace = player_->shared_trace(), run = run_, this]() mutable {
        const auto found = what.find(*trace, &job->cancelled);
        trace.reset();
        run.reset();
        const std::lock_guard lock(job->mutex);
        if (job->session == nullptr) return;
        QMetaObject::invokeMethod(
            job->session, [job, found, this] { search_ended(job, found); }, Qt::QueuedConnection);
      });
}

void Session::cancel_search() {
  if (!search_) return;
  search_->cancelled = true;
  {
    const std::lock_guard lock(search_->mutex);
    search_->session = nullptr;
  }
  search_.reset();
  search_news_.stop();
  emit searched(false);
}

void Session::search_ended(const std::shared_ptr<SearchJob>& job, std::optional<StepIndex> found) {
  if (job != search_) return;
  search_.reset();
  search_news_.stop();
  emit searched(found.has_value());
  arrive(found, job->to_breakpoint, job->forward);
}

void Session::arrive(std::optional<StepIndex> found, bool to_breakpoint, bool forward) {
  if (found) seek(*found);
  if (!to_breakpoint) return;
  if (!found || *found == 0) return emit noBreakpointHit(forward);
  if (const StepView step = player_->last()) emit breakpointHit(breakpoints_.met_by(step.event()));
}

}  // namespace ringside::ui
