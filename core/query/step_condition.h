// Breakpoints: a condition on steps, in the language of display filters.
//   function == tcp_data_queue && packet == 7      enters == out_of_order_queue      drop
//   out_of_order_queue.len > 0                     context == ksoftirqd              tp.rcv_wnd == 0
#pragma once
#include "core/query/expression.h"
#include "core/trace/page.h"

namespace ringside::query {

/// What every step has (`event`, `context`, `cpu`, `time`, `depth`), what some have (`function`, `packet`,
/// `queue`, `enters`, `leaves`, `reason`, `question`, `counter`, ...), and every field of the host that the
/// trace shows, which matches where the condition becomes true. Queues' lengths are known as `prequeue.len`.
const Vocabulary& step_vocabulary();

class StepCondition {
 public:
  /// Errors: those of Expression::parse(); query.empty for an empty text.
  static Result<StepCondition> parse(std::string_view text);
  const std::string& text() const { return text_; }
  bool matches(const Event& event) const;

 private:
  std::string text_;
  Expression expression_;
};

}  // namespace ringside::query
