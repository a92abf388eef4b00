// Makes pages of a trace by running from the nearest keyframe again, with a journal where it matters.
#pragma once
#include <memory>
#include <mutex>

#include "core/engine/arrivals.h"
#include "core/engine/host_setup.h"
#include "core/engine/keyframe_list.h"
#include "core/trace/trace.h"

namespace ringside {

class PageMaker : public PageSource {
 public:
  /// The trace owns its page source, so it is named here without owning it.
  PageMaker(std::shared_ptr<const HostSetup> setup, std::shared_ptr<const Input> input, const Trace& trace,
            std::shared_ptr<const ArrivalTable> table, std::shared_ptr<const KeyframeList> keyframes);
  std::shared_ptr<const Page> page(std::uint32_t number) override;

 private:
  bool go_to(std::uint32_t page);
  bool run_to(StepIndex step);
  std::vector<CallStack> suspended_stacks() const;

  std::shared_ptr<const HostSetup> setup_;
  std::shared_ptr<const Input> input_;
  const Trace& trace_;
  std::shared_ptr<const ArrivalTable> table_;
  std::shared_ptr<const KeyframeList> keyframes_;
  std::mutex mutex_;  // one page at a time; guards what follows
  std::unique_ptr<ReplayArrivals> arrivals_;
  ByteStore store_;
  std::unique_ptr<Machine> machine_;
  std::uint32_t at_page_ = UINT32_MAX;  ///< the machine stands at its beginning
};

}  // namespace ringside
