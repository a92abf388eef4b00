// What must hold of every trace, whatever was run: used on made-up runs and on captures alike.
#pragma once
#include <memory>

#include "core/trace/trace.h"

namespace ringside::test {

/// Walks forward over all steps, then back, and jumps about: the state's hash is the same at every visit of a
/// step. Steps are visited by `stride`.
void expect_same_state_both_ways(const std::shared_ptr<const Trace>& trace, StepIndex stride = 1);
/// A page applied gives the beginning of the next one, and undone its own.
void expect_pages_join(const std::shared_ptr<const Trace>& trace);
/// At every `stride`-th step the charts' depth of each queue is what the host holds there; a long run's
/// charts say at least between what it lies.
void expect_true_charts(const std::shared_ptr<const Trace>& trace, StepIndex stride = 1);
/// Every frame of the input has exactly one fate; counted drops and rows agree.
void expect_conservation(const Trace& trace);

}  // namespace ringside::test
