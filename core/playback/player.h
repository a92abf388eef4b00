// One position in a trace and the host's state there. Forward applies changes, backward undoes them, a jump
// fetches a page. One thread at a time.
#pragma once
#include <atomic>
#include <memory>
#include <optional>
#include <vector>

#include "core/trace/trace.h"

namespace ringside {

/// A movement whose end must be looked for. It belongs to no player: another thread may look. Used once.
struct Search {
  Trace::Predicate matches;  ///< none: there is nothing to look for
  StepIndex from = 0;        ///< the first step it looks at
  bool backward = false;
  bool behind = true;                  ///< ends behind the step found; false: in front of it
  std::optional<StepIndex> otherwise;  ///< position if nothing is found; none: stay

  /// The position it leads to; nullopt: nowhere, or `cancel`.
  std::optional<StepIndex> find(const Trace& trace, const std::atomic<bool>* cancel = nullptr) const;
};

class Player {
 public:
  /// At position 0: nothing has happened.
  explicit Player(std::shared_ptr<const Trace> trace);

  const Trace& trace() const { return *trace_; }
  std::shared_ptr<const Trace> shared_trace() const { return trace_; }

  /// Number of steps that have been done: between 0 and trace().step_count(). host() is the state after them.
  StepIndex position() const { return position_; }
  const Host& host() const { return host_; }
  /// The step that led here; empty at position 0. And the one that comes next; empty at the end.
  StepView last() const;
  StepView next() const;
  /// Time of the last step; of the run's start at position 0.
  std::int64_t t_ns() const;
  /// Fields changed by the last step, in order (see core/model/fields.h). Points into last().page.
  std::span<const Change> last_changes() const;

  /// All return false, and stay, if there is nothing in that direction (or the input is gone, see lost()).
  bool seek(StepIndex position);
  bool forward() { return seek(position_ + 1); }
  bool back() { return position_ > 0 && seek(position_ - 1); }
  /// To behind the next step of `level`; back: to before the last one, so that it is undone.
  bool forward(Level level, const std::atomic<bool>* cancel = nullptr);
  bool back(Level level, const std::atomic<bool>* cancel = nullptr);
  /// As in a debugger. over(): a call with all it calls, in its own context, until it returns. out(): until
  /// the function that runs now has returned. The back_ ones undo: back_over() goes to before the call whose
  /// return was the last step, back_out() to before the call of the function that runs now.
  Search over_search() const;
  Search out_search() const;
  Search back_over_search() const;
  Search back_out_search() const;
  bool over(const std::atomic<bool>* cancel = nullptr) { return go(over_search(), cancel); }
  bool out(const std::atomic<bool>* cancel = nullptr) { return go(out_search(), cancel); }
  bool back_over(const std::atomic<bool>* cancel = nullptr) { return go(back_over_search(), cancel); }
  bool back_out(const std::atomic<bool>* cancel = nullptr) { return go(back_out_search(), cancel); }
  /// To behind the next step that matches; back: to behind the last one before this one that matches.
  Search forward_search(Trace::Predicate matches) const;
  Search back_search(Trace::Predicate matches) const;
  bool forward_to(const Trace::Predicate& matches, const std::atomic<bool>* cancel = nullptr) {
    return go(forward_search(matches), cancel);
  }
  bool back_to(const Trace::Predicate& matches, const std::atomic<bool>* cancel = nullptr) {
    return go(back_search(matches), cancel);
  }
  /// Looks, and goes there.
  bool go(const Search& search, const std::atomic<bool>* cancel = nullptr);
  bool next_queue_event(const std::atomic<bool>* cancel = nullptr);
  bool previous_queue_event(const std::atomic<bool>* cancel = nullptr);
  bool next_decision(const std::atomic<bool>* cancel = nullptr);
  bool previous_decision(const std::atomic<bool>* cancel = nullptr);
  /// To behind the first step of the next (previous) packet of the input that arrived.
  bool next_packet();
  bool previous_packet();

  /// Where that would be, from any position.
  std::optional<StepIndex> arrival_after(StepIndex position) const;
  std::optional<StepIndex> arrival_before(StepIndex position) const;

  /// Call stacks of all contexts that have one here, in a fixed order.
  const std::vector<CallStack>& stacks() const { return stacks_; }
  /// The stack of the last step's context; null if it is empty.
  const CallStack* current_stack() const;
  /// True if a page could not be made again: the input has changed or is gone.
  bool lost() const { return lost_; }

 private:
  bool open_page_of(StepIndex position);
  void apply(StepIndex step);
  void undo_step(StepIndex step);
  void track(const Event& event, bool undo);
  CallStack& stack_of(const StackKey& key);
  std::uint32_t row_after(StepIndex position) const;

  std::shared_ptr<const Trace> trace_;
  std::shared_ptr<const Page> page_;
  Host host_;
  StepIndex position_ = 0;
  std::vector<CallStack> stacks_;
  bool lost_ = false;
};

/// Which stack a step belongs to.
StackKey stack_key(const Event& event);
/// A step that puts a packet into a queue, takes it out, or loses it.
bool is_queue_event(const Event& event);

}  // namespace ringside
