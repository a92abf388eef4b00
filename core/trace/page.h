// A page: some thousand consecutive steps with everything about them, made by running a part of the run
// again.
#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "core/model/journal.h"

namespace ringside {

/// Number of a step in the whole run, from 0.
using StepIndex = std::uint64_t;

/// One stack of calls: a process (whatever CPU it is on), or a CPU's interrupt contexts.
struct StackKey {
  ProcessId process;  ///< none: interrupt context
  std::uint8_t cpu = 0;
  Context context = Context::process;
  friend constexpr bool operator==(StackKey, StackKey) = default;
};

/// Functions that have been entered and not left, outermost first.
struct CallStack {
  StackKey key;
  std::vector<Fn> functions;
};

/// Steps [first_step, end_step()). Immutable once made; may be read by several threads.
struct Page {
  std::uint32_t number = 0;
  StepIndex first_step = 0;
  Host start;                           ///< before first_step
  std::int64_t start_ns = 0;            ///< the latest time any CPU had reached then
  std::vector<CallStack> start_stacks;  ///< of sleepers and of a softirq that was interrupted
  Journal journal;

  StepIndex end_step() const { return first_step + journal.events.size(); }
  bool contains(StepIndex step) const { return step >= first_step && step < end_step(); }
  const Event& event(StepIndex step) const { return journal.events[step - first_step]; }
  std::span<const NamedValue> values(const Event& event) const {
    return std::span(journal.values).subspan(event.first_value, event.value_count);
  }
  /// Journal::changes of `step` are [changes_begin(step), changes_end(step)).
  std::uint32_t changes_begin(StepIndex step) const {
    return step == first_step ? 0 : event(step - 1).changes_end;
  }
  std::uint32_t changes_end(StepIndex step) const { return event(step).changes_end; }
  std::size_t bytes() const;
};

/// Makes pages. Any thread may call; the same number always gives an equal page.
class PageSource {
 public:
  virtual ~PageSource() = default;
  /// Null if the input cannot be read any more (then problem() says why).
  virtual std::shared_ptr<const Page> page(std::uint32_t number) = 0;
};

}  // namespace ringside
