#include "core/engine/page_maker.h"

#include <algorithm>

namespace ringside {

PageMaker::PageMaker(std::shared_ptr<const HostSetup> setup, std::shared_ptr<const Input> input,
                     const Trace& trace, std::shared_ptr<const ArrivalTable> table,
                     std::shared_ptr<const KeyframeList> keyframes)
    : setup_(std::move(setup)),
      input_(std::move(input)),
      trace_(trace),
      table_(std::move(table)),
      keyframes_(std::move(keyframes)) {}

bool PageMaker::run_to(StepIndex step) {
  while (machine_->steps() < step)
    if (!machine_->turn() || arrivals_->lost()) return false;
  return machine_->steps() == step;
}

bool PageMaker::go_to(std::uint32_t page) {
  if (machine_ == nullptr) {
    arrivals_ = std::make_unique<ReplayArrivals>(*input_, setup_->form(), trace_, *table_);
    MachineConfig config = setup_->config();
    config.arrivals = arrivals_.get();
    config.frames = arrivals_.get();
    config.store = &store_;
    machine_ = std::make_unique<Machine>(std::move(config));
    at_page_ = UINT32_MAX;
  }
  // Going on from where the machine stands is as good as a keyframe, if none is nearer.
  const bool ahead = at_page_ != UINT32_MAX && at_page_ <= page && at_page_ >= keyframes_->nearest(page);
  if (!ahead && !keyframes_->restore_before(page, *machine_)) return false;
  at_page_ = UINT32_MAX;
  if (!run_to(trace_.page_first_step(page))) return false;
  at_page_ = page;
  return true;
}

std::vector<CallStack> PageMaker::suspended_stacks() const {
  std::vector<CallStack> stacks;
  const auto add = [&](const Suspended& suspended, StackKey key) {
    if (suspended.count == 0) return;
    const auto begin = suspended.functions.begin();
    stacks.push_back({key, {begin, begin + suspended.count}});
  };
  const MachineState& state = machine_->state();
  for (std::uint8_t cpu = 0; cpu < kMaxCpus; ++cpu)
    add(state.suspended_softirq[cpu], {{}, cpu, Context::softirq});
  for (std::uint32_t i = 1; i < state.suspended_process.size(); ++i)
    add(state.suspended_process[i], {ProcessId{i}, 0, Context::process});
  return stacks;
}

std::shared_ptr<const Page> PageMaker::page(std::uint32_t number) {
  const std::lock_guard lock(mutex_);
  if (!go_to(number)) {
    machine_.reset();
    return nullptr;
  }
  auto page = std::make_shared<Page>();
  page->number = number;
  page->first_step = machine_->steps();
  page->start = machine_->host();
  page->start_ns = machine_->now_ns();
  page->start_stacks = suspended_stacks();
  const StepIndex end = trace_.page_first_step(number + 1);
  page->journal.events.reserve(end - page->first_step);
  machine_->kernel().record_to(&page->journal);
  const bool all = run_to(end);
  machine_->kernel().record_to(nullptr);
  if (!all) {
    machine_.reset();
    at_page_ = UINT32_MAX;
    return nullptr;
  }
  // What changed behind the last step, before the next page begins, belongs to that step.
  if (!page->journal.events.empty())
    page->journal.events.back().changes_end = static_cast<std::uint32_t>(page->journal.changes.size());
  at_page_ = number + 1;
  return page;
}

}  // namespace ringside
